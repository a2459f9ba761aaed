-- The form of a row: null as a former version wrote it, 2 with commitments before what is sealed, so that what a row
-- says of one patient can be proven to that patient alone.
alter table audit_event add column form smallint;

-- Roots over each 256 leaves, from `place` times 256 on: made from the leaves when a proof is, so that a proof reads
-- some hundred hashes and not all. No evidence: what does not lead to the signed root is made again.
create table audit_subtree (
    place bigint primary key,
    root bytea not null
);

-- Heads of this log as other sites signed them too.
create table audit_cosignature (
    site text not null,
    size bigint not null,
    root bytea not null,
    at timestamptz not null,
    keys text not null,
    signature bytea not null,
    primary key (site, size)
);

-- Heads of other sites' logs that this site has cosigned: what it remembers, whatever happens there.
create table audit_witnessed (
    site text not null,
    size bigint not null,
    root bytea not null,
    at timestamptz not null,
    signature bytea not null,
    primary key (site, size)
);

-- A log that is not what it was: this site's own, as another remembers it, or another's, as this one does. `seen` is
-- when it was noticed first.
create table audit_alarm (
    site text not null,
    witness text not null,
    size bigint not null,
    seen timestamptz not null,
    primary key (site, witness)
);

-- The same append, of rows of the present form.
drop function audit_append(bytea, bigint[], bigint[], text[], integer[], integer[], bytea, bytea, bytea, bytea);
create function audit_append(
    expected bytea, micros bigint[], patients bigint[], several text[], starts integer[], lengths integer[],
    seals bytea, leaves bytea, chains bytea, new_peaks bytea
) returns table (size bigint, peaks bytea, chain bytea)
language plpgsql as $$
declare
    added constant integer := cardinality(micros);
    begun bigint;
    held audit_frontier;
begin
    update audit_frontier f
        set size = f.size + added, peaks = new_peaks, chain = substring(chains from 16 * added - 15 for 16)
        where f.chain = expected
        returning f.size - added into begun;
    if not found then
        select * into strict held from audit_frontier for update;
        return query select held.size, held.peaks, held.chain;
        return;
    end if;
    insert into audit_event (sequence, at, patient, patients, sealed, leaf, chain, form)
        select begun + n, timestamptz 'epoch' + m * interval '1 microsecond', p, o::bigint[],
            substring(seals from s for l),
            substring(leaves from 32 * n::integer - 31 for 32), substring(chains from 16 * n::integer - 15 for 16), 2
        from unnest(micros, patients, several, starts, lengths) with ordinality as added (m, p, o, s, l, n);
end
$$;
