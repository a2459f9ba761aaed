-- The hub: who is enrolled under which pseudonym. `handle` is what the site calls the patient (opaque to us), `bits` the
-- hardened Bloom filter, `insurance` the keyed hash of the insurance number.
create table linkage_enrolment (
    entry bigint generated always as identity primary key,
    site text not null,
    handle text not null,
    pseudonym text not null,
    bits bytea not null,
    insurance bytea,
    enrolled_at timestamptz not null default now(),
    unique (site, handle)
);
create index linkage_enrolment_pseudonym on linkage_enrolment (pseudonym);
create index linkage_enrolment_insurance on linkage_enrolment (insurance) where insurance is not null;

-- Keyed hashes of which similar people share at least one.
create table linkage_block (
    key bigint not null,
    entry bigint not null references linkage_enrolment on delete cascade,
    primary key (key, entry)
);
create index linkage_block_entry on linkage_block (entry);

-- Two pseudonyms that may be one person: for people to look at, never merged by themselves.
create table linkage_review (
    review bigint generated always as identity primary key,
    noted_at timestamptz not null default now(),
    pseudonym text not null,
    candidate text not null,
    similarity real not null,
    reason text not null
);
create unique index linkage_review_pair on linkage_review (pseudonym, candidate);

-- A site: which of its patients has which pseudonym, sealed under the patient's key; `pseudonym` is its keyed hash.
create table linkage_pseudonym (
    patient bigint primary key,
    pseudonym uuid not null,
    sealed bytea not null
);
create index linkage_pseudonym_pseudonym on linkage_pseudonym (pseudonym);
