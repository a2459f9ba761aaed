-- The units of UCUM in which quantities here are given: no data of a patient, and what a search in one unit must know to
-- look in the others.
create table unit (
    code text primary key
);
