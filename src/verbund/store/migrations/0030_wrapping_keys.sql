-- The wrapping keys of the node by generation: which there have been, never the keys themselves. None yet: generation 0.
create table wrapping_key (
    generation integer primary key,
    made_at timestamptz not null default now()
);

-- Which of them wraps a data key.
alter table data_key add column generation integer not null default 0;
create index data_key_generation on data_key (generation) where wrapped is not null;
