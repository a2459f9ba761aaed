-- One row an act. An act on several patients has their hashes in `patients` and its parts one behind the other in
-- `sealed`, one for each of them; `patient` is null then. A row without `patients` is as it was before.
alter table audit_event add column patients bigint[];
alter table audit_event alter column patients set storage external;

-- Which events tell of a patient: made from the log in the background, sorted, many rows at once, up to and with the
-- event `upto`; what is younger is looked through. `sequences` are in descending order, the smallest is `first`; null
-- where that is the only one. All of it can be made again from the log, and a check of the log holds it against that.
create table audit_touched (
    patient bigint not null,
    first bigint not null,
    sequences bigint[],
    primary key (patient, first)
);
create table audit_listed (
    one boolean primary key default true check (one),
    upto bigint not null
) with (fillfactor = 10);
insert into audit_listed (upto) values (0);
drop index audit_event_patient;

-- List the next events, at most so many; how many are not listed yet, null where another process is at it. The events
-- up to any that is visible are visible: whoever appends holds the log's end until the transaction's.
create function audit_list(most bigint) returns bigint
language plpgsql as $$
declare
    begun bigint;
    ending bigint;
    following bigint;
begin
    select upto into begun from audit_listed for update skip locked;
    if not found then
        return null;
    end if;
    select size into strict ending from audit_frontier;
    following := least(ending, begun + most);
    insert into audit_touched (patient, first, sequences)
        select t.patient, min(t.sequence), case when count(*) > 1 then array_agg(t.sequence order by t.sequence desc) end
        from (
            select e.patient, e.sequence from audit_event e
            where e.sequence > begun and e.sequence <= following and e.patient is not null
            union all
            select p, e.sequence from audit_event e, unnest(e.patients) p
            where e.sequence > begun and e.sequence <= following and e.patients is not null
        ) t
        group by t.patient order by t.patient;
    update audit_listed set upto = following;
    return ending - following;
end
$$;

-- The same append, with the patients of acts on several, each as the text of an array; null where there is none. The end
-- is moved first: when it is another one than the caller expects, nothing is appended, and it comes back, held.
drop function audit_append(bytea, bigint[], bigint[], integer[], integer[], bytea, bytea, bytea, bytea);
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
    insert into audit_event (sequence, at, patient, patients, sealed, leaf, chain)
        select begun + n, timestamptz 'epoch' + m * interval '1 microsecond', p, o::bigint[],
            substring(seals from s for l),
            substring(leaves from 32 * n::integer - 31 for 32), substring(chains from 16 * n::integer - 15 for 16)
        from unnest(micros, patients, several, starts, lengths) with ordinality as added (m, p, o, s, l, n);
end
$$;
