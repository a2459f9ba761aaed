-- How people prove who they are: passkeys, one-time codes, recovery codes; what is open between the steps of a sign-in;
-- where somebody is signed in. Names, secrets, keys, addresses and devices are sealed, what is looked up is hashed.

create table identity_passkey (
    id         uuid primary key,
    person     uuid not null references identity_person on delete cascade,
    credential uuid not null unique,
    record     bytea not null,
    signs      bigint not null,
    backed_up  boolean not null,
    added      timestamptz not null,
    used       timestamptz
);
create index identity_passkey_person on identity_passkey (person);

create table identity_challenge (
    token   uuid primary key,
    bound   uuid not null,
    expires timestamptz not null
);
create index identity_challenge_expires on identity_challenge (expires);

create table identity_totp (
    person  uuid primary key references identity_person on delete cascade,
    secret  bytea,
    added   timestamptz,
    step    bigint not null default 0,
    offered bytea
);

create table identity_recovery (
    person uuid not null references identity_person on delete cascade,
    code   uuid not null,
    made   timestamptz not null,
    used   timestamptz,
    primary key (person, code)
);

create table identity_step (
    token   uuid primary key,
    record  bytea not null,
    tries   integer not null default 0,
    expires timestamptz not null
);
create index identity_step_expires on identity_step (expires);

create table identity_sign_in (
    id     bigint generated always as identity primary key,
    person uuid not null references identity_person on delete cascade,
    at     timestamptz not null,
    record bytea not null
);
create index identity_sign_in_person on identity_sign_in (person, id desc);

create table identity_notice (
    id     bigint generated always as identity primary key,
    person uuid not null references identity_person on delete cascade,
    at     timestamptz not null,
    record bytea not null
);
create index identity_notice_person on identity_notice (person);

-- Whose password an administrator has set, and who has not replaced it yet.
create table identity_renewal (
    person uuid primary key references identity_person on delete cascade,
    since  timestamptz not null
);

alter table identity_session
    add column id uuid not null default gen_random_uuid() unique,
    add column proven timestamptz,
    add column about bytea;
update identity_session set proven = opened;
alter table identity_session alter column proven set not null;
