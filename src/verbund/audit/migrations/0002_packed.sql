-- The same append with its events packed: times in microseconds since 1970, and sealed events, leaf hashes (32 bytes
-- each) and links of the chain (16 bytes each) one behind the other. A driver packs that in a tenth of the time that
-- it takes for arrays of bytes.
drop function audit_append(bytea, timestamptz[], bigint[], bytea[], bytea[], bytea[], bytea);
create function audit_append(
    expected bytea, micros bigint[], patients bigint[], starts integer[], lengths integer[],
    seals bytea, leaves bytea, chains bytea, new_peaks bytea
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
        select held.size + n, timestamptz 'epoch' + m * interval '1 microsecond', p, substring(seals from s for l),
            substring(leaves from 32 * n::integer - 31 for 32), substring(chains from 16 * n::integer - 15 for 16)
        from unnest(micros, patients, starts, lengths) with ordinality as added (m, p, s, l, n);
    update audit_frontier
        set size = held.size + cardinality(micros), peaks = new_peaks,
            chain = substring(chains from 16 * cardinality(micros) - 15 for 16);
end
$$;
