-- What follows from the consents of each patient, kept up to date in the transaction that writes a consent.
-- No clear text: consents are sealed under the patient's data key, houses and kinds are keyed hashes.

-- The consents themselves, as they were written, so that all of a patient can be weighed at every change.
create table consent_statement (
    consent uuid primary key,
    patient bigint not null,
    sealed bytea not null
);
create index consent_statement_patient on consent_statement (patient);

-- Houses that may ask, with the kind of each: a consent may speak of either.
create table consent_house (
    actor bigint primary key,
    kind bigint not null
);

-- One bit for each purpose, by its number.
create table consent_purpose (
    number smallint primary key,
    bit integer not null
);
insert into consent_purpose (number, bit) select n, 1 << n from generate_series(0, 15) n;

-- What is released, to whom, for which purposes, when: one row for each way in which a patient's consents tell houses
-- and kinds of house apart. "site" and "kind" null stand for every house and kind that the patient does not name.
create table consent_rule (
    patient bigint not null,
    site bigint,
    other_than bigint[] not null,
    kind bigint,
    other_kinds_than bigint[] not null,
    purposes integer not null,
    valid tstzrange not null,
    category_any bigint not null,
    category_none bigint not null
);
create index consent_rule_patient on consent_rule (patient);

-- The same, as the store's row filter asks: by house and purpose.
create view consent_release as
select r.patient, h.actor, p.number as purpose, r.valid, r.category_any, r.category_none
from consent_rule r
join consent_house h
  on (case when r.site is null then h.actor <> all (r.other_than) else h.actor = r.site end)
 and (case when r.kind is null then h.kind <> all (r.other_kinds_than) else h.kind = r.kind end)
join consent_purpose p on r.purposes & p.bit <> 0;

-- What research may use: data whose clinical date lies in the window, while "valid" holds.
create table consent_research (
    patient bigint not null,
    data_from timestamptz not null,
    data_until timestamptz not null,
    valid tstzrange not null
);
create index consent_research_patient on consent_research (patient);

-- At which house a patient signs in: only that house may speak for the patient at others. The first that does is it.
create table consent_home (
    patient bigint primary key,
    house bigint not null
);
