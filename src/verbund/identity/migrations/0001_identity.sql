-- Who can sign in, who is signed in, and what has been granted. No clear text of a person: logins, addresses, tokens and
-- codes are keyed hashes; names, roles and requests are sealed under the node's key.

create table identity_person (
    id       uuid primary key,
    login    uuid not null unique,
    record   bytea not null,
    password bytea not null,
    active   boolean not null default true,
    changed  timestamptz not null
);

create table identity_attempt (
    key      uuid primary key,
    failures integer not null,
    last     timestamptz not null
);
create index identity_attempt_last on identity_attempt (last);

create table identity_session (
    token   uuid primary key,
    person  uuid not null references identity_person on delete cascade,
    opened  timestamptz not null,
    seen    timestamptz not null,
    expires timestamptz not null
);
create index identity_session_person on identity_session (person);
create index identity_session_expires on identity_session (expires);

create table identity_request (
    token   uuid primary key,
    request bytea not null,
    expires timestamptz not null
);

create table identity_code (
    token   uuid primary key,
    code    bytea not null,
    jti     uuid not null,
    expires timestamptz not null,
    used    boolean not null default false
);

create table identity_grant (
    jti     uuid primary key,
    person  uuid not null references identity_person on delete cascade,
    client  text not null,
    scope   text not null,
    issued  timestamptz not null,
    expires timestamptz not null
);
create index identity_grant_person on identity_grant (person);

create table identity_revocation (
    jti     uuid primary key,
    revoked timestamptz not null,
    expires timestamptz not null
);
