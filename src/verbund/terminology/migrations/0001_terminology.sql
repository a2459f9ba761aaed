-- Code systems, value sets and maps in clear text: they are public knowledge, no patient's data.

-- One row a version of a code system. "source" tells how it came: 'resource' (through REST or an import of resources;
-- "resource" is its id) or 'file' (verbund terminology add); 'new' is being loaded; 'gone' has given way to another, and
-- stays for a while for those who are still asking it.
create table terminology_system (
    id integer generated always as identity primary key,
    url text not null,
    version text not null,
    source text not null,
    resource text,
    head jsonb not null,
    concepts integer not null,
    loaded_at timestamptz not null default now(),
    gone_at timestamptz
);
create unique index terminology_system_file on terminology_system (url, version) where source = 'file';
create unique index terminology_system_resource on terminology_system (resource) where resource is not null;

-- Concepts, numbered so that a subtree is a range: "below" holds the numbers of a concept and all its descendants, as few
-- ranges as the hierarchy allows (one in a tree; null for a leaf). What is below X is then a range of the primary key, and
-- A is above B when A's ranges hold B's number. "key" is the code as it is compared.
create table terminology_concept (
    system integer not null,
    number integer not null,
    code text not null,
    key text not null,
    display text,
    definition text,
    parents integer[] not null,
    below int4multirange,
    inactive boolean not null,
    abstract boolean not null,
    properties jsonb,
    designations jsonb,
    search text not null,
    words tsvector not null generated always as (array_to_tsvector(string_to_array(search, ' '))) stored,
    primary key (system, number)
);
create unique index terminology_concept_key on terminology_concept (system, key) include (number);
create index terminology_concept_words on terminology_concept using gin (words);

-- Value sets and concept maps as resources, one row a version.
create table terminology_definition (
    kind text not null,
    url text not null,
    version text not null,
    source text not null,
    resource text,
    status text not null,
    body bytea not null,
    id integer generated always as identity primary key
);
create unique index terminology_definition_file on terminology_definition (kind, url, version) where source = 'file';
create unique index terminology_definition_resource on terminology_definition (kind, resource) where resource is not null;
create index terminology_definition_url on terminology_definition (kind, url);

-- Lines of concept maps.
create table terminology_mapping (
    map integer not null references terminology_definition (id) on delete cascade,
    position integer not null,
    source_system text not null,
    source_code text not null,
    target_system text,
    target_code text,
    equivalence text not null,
    target_display text,
    comment text,
    primary key (map, position)
);
create index terminology_mapping_source on terminology_mapping (source_code, source_system);
create index terminology_mapping_target on terminology_mapping (target_code, target_system);

-- Closure tables that clients keep, each its own, by name (http://hl7.org/fhir/R4/terminology-service.html#closure).
create table terminology_closure (
    owner text not null,
    name text not null,
    version integer not null,
    primary key (owner, name)
);
create table terminology_closure_concept (
    owner text not null,
    name text not null,
    system text not null,
    code text not null,
    version integer not null,
    primary key (owner, name, system, code),
    foreign key (owner, name) references terminology_closure (owner, name) on delete cascade
);
create table terminology_closure_line (
    owner text not null,
    name text not null,
    system text not null,
    below text not null,
    above text not null,
    version integer not null,
    primary key (owner, name, system, below, above),
    foreign key (owner, name) references terminology_closure (owner, name) on delete cascade
);

-- Counts changes, so that every process knows when what it has in memory is out of date.
create table terminology_generation (
    number bigint not null
);
insert into terminology_generation (number) values (1);
