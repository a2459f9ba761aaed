-- The same append, but nothing is appended under the key of a patient who was erased meanwhile: who asks still has it
-- in memory. `about` are the patients under whose keys something is sealed; `erased` those of them who are gone.
drop function audit_append(bytea, bigint[], bigint[], text[], integer[], integer[], bytea, bytea, bytea, bytea);
create function audit_append(
    expected bytea, micros bigint[], patients bigint[], several text[], starts integer[], lengths integer[],
    seals bytea, leaves bytea, chains bytea, new_peaks bytea, about bigint[]
) returns table (size bigint, peaks bytea, chain bytea, erased bigint[])
language plpgsql as $$
declare
    added constant integer := cardinality(micros);
    begun bigint;
    held audit_frontier;
    gone bigint[];
begin
    select array_agg(k.patient) into gone from data_key k where k.patient = any(about) and k.wrapped is null;
    if gone is not null then
        return query select null::bigint, null::bytea, null::bytea, gone;
        return;
    end if;
    update audit_frontier f
        set size = f.size + added, peaks = new_peaks, chain = substring(chains from 16 * added - 15 for 16)
        where f.chain = expected
        returning f.size - added into begun;
    if not found then
        select * into strict held from audit_frontier for update;
        return query select held.size, held.peaks, held.chain, null::bigint[];
        return;
    end if;
    insert into audit_event (sequence, at, patient, patients, sealed, leaf, chain, form)
        select begun + n, timestamptz 'epoch' + m * interval '1 microsecond', p, o::bigint[],
            substring(seals from s for l),
            substring(leaves from 32 * n::integer - 31 for 32), substring(chains from 16 * n::integer - 15 for 16), 2
        from unnest(micros, patients, several, starts, lengths) with ordinality as added (m, p, o, s, l, n);
end
$$;
