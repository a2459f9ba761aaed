-- A patient whose record was joined with another in the region may have two houses that speak: the one known before, and
-- one of those that came in (`sites`), as soon as it speaks (`house`).
create table consent_second_home (
    patient bigint primary key,
    sites bigint[] not null,
    house bigint
);
