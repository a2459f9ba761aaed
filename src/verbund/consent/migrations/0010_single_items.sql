-- What patients said of single resources. A resource that is named follows its own rules only, in all its versions.

create table consent_item (
    item uuid not null,
    patient bigint not null,
    primary key (item, patient)
);
create index consent_item_patient on consent_item (patient);

-- As consent_rule, for one resource.
create table consent_item_rule (
    item uuid not null,
    patient bigint not null,
    site bigint,
    other_than bigint[] not null,
    kind bigint,
    other_kinds_than bigint[] not null,
    purposes integer not null,
    since timestamptz not null,
    until timestamptz not null,
    category_any bigint not null,
    category_none bigint not null
);
create index consent_item_rule_item on consent_item_rule (item);
create index consent_item_rule_patient on consent_item_rule (patient);

create view consent_item_release as
select r.item, r.patient, h.actor, p.number as purpose, row (r.since, r.until)::consent_span as valid,
       r.category_any, r.category_none
from consent_item_rule r
join consent_house h
  on (case when r.site is null then h.actor <> all (r.other_than) else h.actor = r.site end)
 and (case when r.kind is null then h.kind <> all (r.other_kinds_than) else h.kind = r.kind end)
join consent_purpose p on r.purposes & p.bit <> 0;
