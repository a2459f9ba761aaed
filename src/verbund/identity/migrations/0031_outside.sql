-- Sign-ins with outside OpenID providers: those under way, and which account of theirs belongs to whom here. What a
-- provider calls somebody is a keyed hash.

create table identity_outside_attempt (
    state   uuid primary key,
    attempt bytea not null,
    expires timestamptz not null
);
create index identity_outside_attempt_expires on identity_outside_attempt (expires);

create table identity_link (
    subject  uuid primary key,
    person   uuid not null references identity_person on delete cascade,
    provider text not null,
    linked   timestamptz not null
);
create index identity_link_person on identity_link (person);
