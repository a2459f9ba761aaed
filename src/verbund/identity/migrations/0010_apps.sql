-- Apps that may ask people to sign in or speak for themselves: what RFC 7591 says of a client, the SHA-256 of its secret
-- (256 random bits), and whether it is switched on.
create table identity_app (
    id       text primary key,
    metadata text not null,
    secret   text,
    enabled  boolean not null default true,
    created  timestamptz not null,
    changed  timestamptz not null
);

-- What somebody permitted an app. Its scopes and its context (patient, encounter, key) are sealed; all tokens that come
-- of it end with it.
create table identity_permit (
    id      uuid primary key,
    person  uuid not null references identity_person on delete cascade,
    client  text not null,
    said    bytea not null,
    granted timestamptz not null,
    used    timestamptz not null,
    expires timestamptz not null,
    ended   timestamptz
);
create index identity_permit_person on identity_permit (person, granted);
create index identity_permit_client on identity_permit (client);
create index identity_permit_expires on identity_permit (expires);

create table identity_refresh (
    token   uuid primary key,
    permit  uuid not null references identity_permit on delete cascade,
    expires timestamptz not null,
    used    boolean not null default false
);
create index identity_refresh_permit on identity_refresh (permit);

-- Tokens of apps that speak for themselves and of the operator belong to no person.
alter table identity_grant alter column person drop not null;
alter table identity_grant add column permit uuid;
alter table identity_grant add column purpose text;
create index identity_grant_client on identity_grant (client);
create index identity_grant_permit on identity_grant (permit);
create index identity_grant_expires on identity_grant (expires);

-- From where an app was launched: for whom, by whom, for which app; taken once.
create table identity_launch (
    token   uuid primary key,
    said    bytea not null,
    expires timestamptz not null
);

-- What may be used once only: the ids of assertions and proofs that were seen.
create table identity_once (
    key     uuid primary key,
    expires timestamptz not null
);
create index identity_once_expires on identity_once (expires);

-- Requests that wait look different from now on; nobody waits longer than a quarter of an hour.
delete from identity_request;
