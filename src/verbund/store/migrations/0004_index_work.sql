-- What of the index has to be made again from the resources themselves, in the background: after a new version lays it
-- out otherwise, or when a search parameter is added. Rows up to "next_row" are done; rows written later are right.
create table index_work (
    id integer generated always as identity primary key,
    -- The layout that the rows will have; null for work that concerns some types only.
    layout integer,
    types smallint[],
    next_row bigint not null,
    last_row bigint not null,
    asked_at timestamptz not null default now(),
    done_at timestamptz
);
create unique index index_work_layout on index_work (layout);
