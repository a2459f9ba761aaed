-- Keyed hashes of given names (see encoding); empty where a house sends none.
alter table linkage_enrolment add column given bigint[] not null default '{}';

-- What the trust centre's steward decided: one person or two, why, and what was taken back.
create table linkage_resolution (
    resolution bigint generated always as identity primary key,
    decided_at timestamptz not null,
    decided_by text not null,
    kind text not null check (kind in ('same', 'different', 'split', 'reopened')),
    reason text not null,
    undoes bigint unique references linkage_resolution
);

-- Which enrolments it was about: `former` is the pseudonym that each had before.
create table linkage_resolved (
    resolution bigint not null references linkage_resolution,
    entry bigint not null references linkage_enrolment on delete cascade,
    former text not null,
    primary key (resolution, entry)
);

-- A pair that was decided is no open question any more.
alter table linkage_review add column resolution bigint references linkage_resolution;
create index linkage_review_open on linkage_review (review) where resolution is null;
create index linkage_review_pseudonym on linkage_review (pseudonym);
create index linkage_review_candidate on linkage_review (candidate);
