-- Every version of every resource, sealed, and what search needs to find the current ones.
-- No clear text of a patient: ids and search values are keyed hashes; beside them stand dates, numbers and bit masks.

-- One data key a patient, wrapped by the node's master key; patient 0 is the node's own, for what belongs to no patient.
-- A key that was destroyed leaves its row, so that none is ever made again for the same patient.
create table data_key (
    patient bigint primary key,
    wrapped bytea,
    made_at timestamptz not null default now(),
    destroyed_at timestamptz,
    check ((wrapped is null) = (destroyed_at is not null))
);

-- Dictionaries for zstd, sealed under the node's own data key.
create table dictionary (
    id smallint primary key,
    sealed bytea not null,
    -- On how many resources it was trained.
    resources bigint not null,
    made_at timestamptz not null default now()
);

create sequence resource_row increment by 1024;

-- The current version. "row" stays through all versions. A deleted resource stays too, without keys or body.
create table resource (
    row bigint primary key,
    id uuid not null unique,
    type smallint not null,
    version integer not null,
    deleted boolean not null,
    patient bigint,
    category bigint not null,
    updated timestamptz not null,
    -- The primary clinical date, from (inclusive) to (exclusive); -infinity where there is none.
    date timestamptz not null,
    date_end timestamptz not null,
    -- Which search parameters have a value, by their place in the list of the type (for :missing).
    present bigint not null,
    keys bigint[] not null,
    -- A keyed hash of the content without what the store itself stamps, to see that nothing changed.
    digest uuid not null,
    dictionary smallint not null,
    body bytea not null
);
alter table resource alter column body set storage external;
alter table resource alter column keys set statistics 1000;
create index resource_keys on resource using gin (keys);
create index resource_patient on resource (patient, type, date, row) where not deleted;
create index resource_date on resource (type, date, row) where not deleted;
create index resource_updated on resource (type, updated, row) where not deleted;

-- Superseded versions, for vread and history.
create table superseded (
    id uuid not null,
    version integer not null,
    type smallint not null,
    deleted boolean not null,
    patient bigint,
    category bigint not null,
    updated timestamptz not null,
    date timestamptz not null,
    dictionary smallint not null,
    body bytea not null,
    primary key (id, version)
);
alter table superseded alter column body set storage external;

-- Coded facts in order of date: most searches and counts ask for a code.
create table fact (
    key bigint not null,
    date timestamptz not null,
    row bigint not null,
    patient bigint
);
create index fact_key on fact (key, date, row) include (patient);

-- Dates beside the primary clinical date; "key" is the hash of type and parameter.
create table date_value (
    key bigint not null,
    low timestamptz not null,
    high timestamptz not null,
    row bigint not null
);
create index date_value_low on date_value (key, low, row);
create index date_value_row on date_value (row, key);

-- Quantities and numbers; "unit" and "code" hash system with code, and code alone.
create table quantity_value (
    key bigint not null,
    value double precision not null,
    unit bigint,
    code bigint,
    row bigint not null
);
create index quantity_value_value on quantity_value (key, value, row);
create index quantity_value_row on quantity_value (row, key);
