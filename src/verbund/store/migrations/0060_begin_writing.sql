-- What a group of writes asks first, in one round trip: the number of its transaction and of changes to the search
-- parameters; then, once it has its locks (or those that are free: the others are told), what is there of the resources
-- that it writes and of those that it refers to. Each question sees what was committed before its locks were given.
create function begin_writing(space integer, slots integer[], ids uuid[], targets uuid[], waits boolean)
returns table (
    what text, known bigint, number xid8, slot integer, id bytea, "row" bigint, version integer, deleted boolean,
    patient bigint, category bigint, updated timestamptz, digest bytea
)
language plpgsql volatile as $$
#variable_conflict use_column
begin
    known := search_parameters_known();
    what := 'begun';
    number := pg_current_xact_id();
    return next;
    if cardinality(slots) > 0 and waits then
        perform pg_advisory_xact_lock(space, s) from (select unnest(slots) as s order by 1) ordered;
    elsif cardinality(slots) > 0 then
        return query select 'held', null::bigint, null::xid8, s, null::bytea, null::bigint, null::integer, null::boolean,
            null::bigint, null::bigint, null::timestamptz, null::bytea
            from unnest(slots) as s where not pg_try_advisory_xact_lock(space, s);
    end if;
    if cardinality(ids) > 0 then
        return query select 'current', null::bigint, null::xid8, null::integer, uuid_send(r.id), r.row, r.version,
            r.deleted, r.patient, r.category, r.updated, uuid_send(r.digest)
            from resource r where r.id = any(ids);
    end if;
    if cardinality(targets) > 0 then
        return query select 'there', null::bigint, null::xid8, null::integer, uuid_send(r.id), null::bigint,
            null::integer, null::boolean, null::bigint, null::bigint, null::timestamptz, null::bytea
            from resource r where r.id = any(targets) and not r.deleted;
    end if;
end
$$;
