-- Bulk exports and imports that somebody has asked for. Nothing of what is exported is kept: files are read from the
-- store when they are fetched. What was asked (it may name patients) and how it went are sealed.
create table bulk_job (
    id uuid primary key,
    kind text not null check (kind in ('export', 'import')),
    -- A keyed hash of who asked; nobody else learns of the job.
    owner uuid not null,
    sealed bytea not null,
    made_at timestamptz not null default now(),
    -- When the process that works on it last said so.
    seen_at timestamptz not null default now(),
    expires_at timestamptz not null
);
create index bulk_job_expires on bulk_job (expires_at);
