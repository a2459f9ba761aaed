-- How people come to an account and act for others: letters with a code, proxies, links to outside accounts. Codes,
-- patients and accounts are keyed hashes; whom a row speaks of is sealed under the node's key.

-- Null until the row has been looked at: the sealed record says it, see People.settle.
alter table identity_person add column staff boolean;
alter table identity_person add column patient uuid;
create index identity_person_patient on identity_person (patient) where patient is not null;
create index identity_person_unsettled on identity_person (id) where staff is null;

create table identity_letter (
    id       uuid primary key,
    code     uuid not null unique,
    subject  uuid not null,
    patient  boolean not null,
    record   bytea not null,
    failures integer not null default 0,
    issued   timestamptz not null,
    expires  timestamptz not null,
    state    text not null default 'open' check (state in ('open', 'used', 'revoked', 'locked')),
    ended    timestamptz
);
create unique index identity_letter_open on identity_letter (subject) where state = 'open';
create index identity_letter_issued on identity_letter (issued desc, id) where state = 'open';

create table identity_proxy (
    id      uuid primary key,
    patient uuid not null,
    person  uuid references identity_person on delete cascade,
    record  bytea not null,
    state   text not null check (state in ('offered', 'active', 'declined', 'ended')),
    until   timestamptz,
    changed timestamptz not null
);
create index identity_proxy_patient on identity_proxy (patient);
create index identity_proxy_person on identity_proxy (person) where person is not null;

-- For whom a session acts: its token as keyed hash.
create table identity_acting (
    session uuid primary key,
    proxy   uuid not null references identity_proxy on delete cascade,
    expires timestamptz not null
);
create index identity_acting_expires on identity_acting (expires);
