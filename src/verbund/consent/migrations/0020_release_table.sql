-- What is released to each house that asks, as a table instead of a view: a search over all patients looks up one entry
-- of one index for a row, a count reads the entries of one house from beginning to end. It follows from consent_rule and
-- consent_house, in the transaction that changes either.
drop view consent_item_release;
drop view consent_release;
drop view consent_research;
drop operator @> (consent_span, timestamptz);
drop function consent_span_holds (consent_span, timestamptz);
drop type consent_span;
drop table consent_purpose;

create table consent_release (
    actor bigint not null,
    patient bigint not null,
    -- One bit for each purpose, by its number.
    purposes integer not null,
    since timestamptz not null,
    until timestamptz not null,
    category_any bigint not null,
    category_none bigint not null
);
insert into consent_release
select h.actor, r.patient, r.purposes, r.since, r.until, r.category_any, r.category_none
from consent_rule r
join consent_house h
  on (case when r.site is null then h.actor <> all (r.other_than) else h.actor = r.site end)
 and (case when r.kind is null then h.kind <> all (r.other_kinds_than) else h.kind = r.kind end);
create index consent_release_actor on consent_release (actor, patient)
    include (purposes, since, until, category_any, category_none);

create view consent_item_release as
select r.item, r.patient, h.actor, r.purposes, r.since, r.until, r.category_any, r.category_none
from consent_item_rule r
join consent_house h
  on (case when r.site is null then h.actor <> all (r.other_than) else h.actor = r.site end)
 and (case when r.kind is null then h.kind <> all (r.other_kinds_than) else h.kind = r.kind end);

drop index consent_window_patient;
create index consent_window_patient on consent_window (patient) include (since, until, data_from, data_until);

-- When permits to collect begin, and the encounters that were under way then: they count from the encounter's start.
create table consent_begin (
    patient bigint not null,
    begins timestamptz not null
);
create index consent_begin_patient on consent_begin (patient);
create table consent_stay (
    encounter uuid not null,
    patient bigint not null,
    primary key (encounter, patient)
);
create index consent_stay_patient on consent_stay (patient);

-- By which rules of reading a consent was last weighed; what is below the present ones is weighed again.
alter table consent_statement add column reading smallint not null default 0;
create index consent_statement_reading on consent_statement (reading, patient);
analyze consent_release;
