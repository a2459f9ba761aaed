-- What the hub keeps: members, mailboxes, sealed parcels on their way. Nothing of it tells of a patient.

create table exchange_member (
    site text primary key,
    "grant" text not null,
    admission text not null,
    statement text not null,
    key_id text not null,
    grant_id text not null unique,
    joined timestamptz not null
);

-- One row a receiver, the hub included. Its lock gives parcels their order: a parcel's number is visible to others no later
-- than any higher one, so that a receiver may ask for all above the last number it has seen.
create table exchange_mailbox (
    receiver text primary key,
    last_sequence bigint not null default 0,
    parcels integer not null default 0,
    bytes bigint not null default 0,
    last_seen timestamptz,
    listening_until timestamptz
);

create table exchange_parcel (
    receiver text not null references exchange_mailbox,
    sequence bigint not null,
    id text not null,
    sender text not null,
    expires_at timestamptz not null,
    size integer not null,
    body text not null,
    primary key (receiver, sequence),
    unique (receiver, sender, id)
);
-- Sealed bytes do not get smaller.
alter table exchange_parcel alter column body set storage external;
create index exchange_parcel_expiry on exchange_parcel (expires_at);

-- Request tokens that have been used, until they would have expired anyway.
create table exchange_token (
    id text primary key,
    expires_at timestamptz not null
);
create index exchange_token_expiry on exchange_token (expires_at);

-- What a site (and the hub as an addressee) keeps.

-- One row: the region this node belongs to. The linkage key is sealed under the node's master key.
create table exchange_membership (
    only_one boolean primary key default true check (only_one),
    site text not null,
    title text not null,
    kind text not null,
    hub_url text not null,
    hub text not null,
    hub_keys jsonb not null,
    linkage_key bytea,
    joined timestamptz not null
);

-- The members' keys as first seen: a key that changes later is refused.
create table exchange_pin (
    site text primary key,
    key_id text not null,
    title text not null,
    kind text not null,
    keys jsonb not null,
    pinned timestamptz not null
);

-- Both directions of the talk with one other node: the last number given to a letter, the last one settled.
create table exchange_pair (
    peer text primary key,
    last_number bigint not null default 0,
    applied bigint not null default 0
);

-- Letters that go out; the payload is sealed under the node's master key and goes when the letter is settled.
create table exchange_outbox (
    id text primary key,
    entered bigint generated always as identity,
    receiver text not null,
    kind text not null,
    payload bytea,
    subject text,
    number bigint,
    attempts integer not null default 0,
    next_at timestamptz,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    outcome text,
    settled_at timestamptz,
    problem text
);
create index exchange_outbox_waiting on exchange_outbox (receiver, entered) where outcome is null;
create index exchange_outbox_subject on exchange_outbox (subject) where subject is not null;

-- Letters that have come in and found their end: written in the transaction that applied them.
create table exchange_inbox (
    sender text not null,
    id text not null,
    kind text not null,
    outcome text not null,
    settled_at timestamptz not null,
    expires_at timestamptz not null,
    primary key (sender, id)
);

-- Patients of this house as they are enrolled at the trust centre: a keyed handle and a digest of the sealed-off encoding.
create table exchange_enrolment (
    handle text primary key,
    digest bytea not null
);
