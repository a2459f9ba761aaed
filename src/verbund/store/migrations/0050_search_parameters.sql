-- Search parameters that were added while the node runs: an entry for each and each resource type that it is for. They
-- are of no patient, so they may be read here in clear. "number" is part of the names under which values are indexed; it
-- is never used again, so that what is left in the index of a parameter that is gone finds nothing.
create table search_parameter (
    number bigint generated always as identity primary key,
    -- The resource that defines it: the id, and the canonical URL.
    resource text not null,
    url text not null,
    -- Empty for a definition that cannot be read.
    type text not null,
    code text not null,
    -- What to extract; of one that is refused, the resource that defines it, to be looked at again.
    packed bytea not null,
    -- waiting: to be indexed; indexing: what was there before is being indexed; ready; standard: the same as a parameter
    -- of the standard, by which it is answered; refused: not offered, for the reason.
    state text not null check (state in ('waiting', 'indexing', 'ready', 'standard', 'refused')),
    reason text not null default ''
);
create index search_parameter_resource on search_parameter (resource);

-- Counts the changes, so that every process sees at a glance whether it knows the last.
create table search_parameter_change (
    only_one boolean primary key default true check (only_one),
    number bigint not null
);
insert into search_parameter_change (number) values (0);

-- The indexing of what was there before. Rows up to "next_row" are done; rows written by transactions that began at or
-- after "horizon" are right already, and "last_row" is known when those before it have ended.
create table search_parameter_work (
    id bigint generated always as identity primary key,
    numbers bigint[] not null,
    types smallint[] not null,
    horizon xid8 not null,
    first_row bigint,
    next_row bigint,
    last_row bigint,
    begun_at timestamptz not null default now(),
    done_at timestamptz
);
create index search_parameter_work_open on search_parameter_work (id) where done_at is null;

-- The number of changes, read when the transaction has its own number: then it sees every change that was committed
-- before any transaction that ended earlier than the number was given. Whoever writes asks for it first.
create function search_parameters_known() returns bigint language plpgsql volatile as $$
declare
    known bigint;
begin
    perform pg_current_xact_id();
    select number into known from search_parameter_change;
    return known;
end
$$;
