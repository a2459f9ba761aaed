-- What patients ask of the house about their data (GDPR, Articles 16 to 18). What they write, about which entry, and who
-- answered what is sealed under the patient's own data key; beside it stands what a work list needs.
create table rights_request (
    id uuid primary key,
    patient bigint not null,
    kind text not null check (kind in ('correction', 'restriction', 'erasure')),
    state text not null,
    waiting boolean not null,
    asked_at timestamptz not null,
    sealed bytea not null
);
create index rights_request_patient on rights_request (patient, asked_at);
create index rights_request_waiting on rights_request (asked_at, id) where waiting;

-- Complete copies (Articles 15 and 20) that are being made or lie ready to be fetched: in pieces, sealed under the
-- patient's data key, gone when their time is over.
create table rights_copy (
    id uuid primary key,
    patient bigint not null,
    -- A keyed hash of who asked; nobody else learns of it.
    owner uuid not null,
    state text not null check (state in ('making', 'ready', 'failed')),
    sealed bytea not null,
    done integer not null default 0,
    whole integer not null default 0,
    bytes bigint not null default 0,
    -- How often it was begun: one that cannot be made is given up.
    begun integer not null default 0,
    asked_at timestamptz not null,
    -- When the process that makes it last said so; who has said nothing for a while is followed by another.
    seen_at timestamptz,
    expires_at timestamptz not null
);
create index rights_copy_patient on rights_copy (patient);
create index rights_copy_expires on rights_copy (expires_at);
create table rights_copy_piece (
    copy uuid not null references rights_copy on delete cascade,
    number integer not null,
    sealed bytea not null,
    primary key (copy, number)
);
alter table rights_copy_piece alter column sealed set storage external;

-- Erasures that were carried out, by the patient's keyed hash: nothing else is kept of who was erased.
create table rights_erasure (
    patient bigint not null,
    at timestamptz not null,
    whole boolean not null,
    resources integer not null,
    -- Whether all rows are gone: an erasure that was interrupted is brought to its end.
    finished boolean not null default false,
    primary key (patient, at)
);
