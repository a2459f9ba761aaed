-- What the node has been taught: an entry for each definition in the store. Definitions are of no patient, so they may
-- be read here in clear; "packed" is what checking needs of a profile.

create table taught (
    type text not null,
    id text not null,
    url text not null,
    version text not null,
    base text not null,
    package text not null default '',
    package_version text not null default '',
    packed bytea,
    changed bigint not null,
    primary key (type, id)
);
create index taught_url on taught (type, url);

-- Counts the changes, so that every process sees at a glance whether it knows the last.
create table taught_change (
    only_one boolean primary key default true check (only_one),
    number bigint not null
);
insert into taught_change (number) values (0);
