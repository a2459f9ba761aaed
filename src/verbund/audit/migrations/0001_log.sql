-- The log: one row an event, numbered from 1 without a gap. `sealed` is the event under its patient's key, `leaf` its
-- RFC 9162 leaf hash over everything else in the row, `chain` a keyed hash over the chain before it and the leaf, which
-- nobody can continue or mend who has the database and not the node's keys.
create table audit_event (
    sequence bigint primary key,
    at timestamptz not null,
    patient bigint,
    sealed bytea not null,
    leaf bytea not null,
    chain bytea not null
);
alter table audit_event alter column sealed set storage external;
create index audit_event_patient on audit_event (patient, sequence) where patient is not null;

-- What the next append needs: how many events there are, the roots of the perfect subtrees over them, the chain's end.
create table audit_frontier (
    one boolean primary key default true check (one),
    size bigint not null,
    peaks bytea not null,
    chain bytea not null
) with (fillfactor = 10);
insert into audit_frontier (size, peaks, chain) values (0, '', '');

-- Roots that the node signed; each binds the order and content of all events up to its size.
create table audit_head (
    size bigint primary key,
    root bytea not null,
    at timestamptz not null,
    signature bytea not null
);

-- Append events in one round trip. Whoever appends holds the frontier's row until the end of the transaction, so the
-- order of the log is the order of commits. When the chain does not end where the caller expects, nothing is appended
-- and the frontier, now held, comes back for a second call, which then fits.
create function audit_append(
    expected bytea, ats timestamptz[], patients bigint[], seals bytea[], leaves bytea[], chains bytea[], new_peaks bytea
) returns table (size bigint, peaks bytea, chain bytea)
language plpgsql as $$
declare
    held audit_frontier;
begin
    select * into strict held from audit_frontier for update;
    if held.chain <> expected then
        return query select held.size, held.peaks, held.chain;
        return;
    end if;
    insert into audit_event (sequence, at, patient, sealed, leaf, chain)
        select held.size + n, a, p, s, l, c
        from unnest(ats, patients, seals, leaves, chains) with ordinality as added (a, p, s, l, c, n);
    update audit_frontier
        set size = held.size + cardinality(ats), peaks = new_peaks, chain = chains[cardinality(chains)];
end
$$;
