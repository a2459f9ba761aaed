-- Who treats whom, as the resources say it, kept up to date in the transaction that writes them. Keyed hashes only.

-- "party" is a person of the house, a role, a ward or an organisation, "resource" what establishes the relation. Kinds
-- from 100 on end to the minute, others go on for the days after their end that the house has set.
create table access_relation (
    resource uuid not null,
    patient bigint not null,
    party bigint not null,
    kind smallint not null,
    since timestamptz not null,
    until timestamptz not null
);
create index access_relation_resource on access_relation (resource);
create index access_relation_patient on access_relation (patient, party) include (since, until, kind);
create index access_relation_party on access_relation (party, patient) include (since, until, kind);

-- What belongs to what: a role to a person, a ward to a role, a room to a ward, an identifier to what it names.
-- Kinds: 1 a name of the same thing, 2 part of, 3 belongs to, 4 an organisation that somebody belongs to, which counts
-- where it is a part of another: being employed by the house is no relation to all of its patients.
create table access_part (
    resource uuid not null,
    part bigint not null,
    whole bigint not null,
    kind smallint not null,
    since timestamptz not null,
    until timestamptz not null
);
create index access_part_resource on access_part (resource);
create index access_part_whole on access_part (whole);
create index access_part_part on access_part (part, kind);

-- Records that somebody has opened without treating the patient, with the reason given, sealed for the patient.
create table access_opening (
    number bigint generated always as identity primary key,
    resource uuid not null unique,
    patient bigint not null,
    party bigint not null,
    since timestamptz not null,
    until timestamptz not null,
    sealed bytea not null
);
create index access_opening_patient on access_opening (patient, party);

-- Whether all that was there before these tables has been looked at.
create table access_standing (
    complete boolean not null
);
insert into access_standing (complete) values (false);

-- All parties that somebody belongs to at a moment, themselves among them.
create function access_parties(who bigint[], moment timestamptz) returns bigint[]
language sql stable parallel safe as $$
with recursive reached (party) as (
    select unnest(who)
    union
    select e.part
    from reached r join access_part e on e.whole = r.party
    where e.since <= moment and e.until > moment
      and (e.kind <> 4
        or exists (select from access_part u where u.part = e.part and u.kind = 2)
        or exists (select from access_part n join access_part u on u.part = n.whole and u.kind = 2
                   where n.part = e.part and n.kind = 1))
)
select array_agg(party) from reached
$$;
