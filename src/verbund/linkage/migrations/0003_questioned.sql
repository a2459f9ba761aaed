-- `questioned`: the details of the entry became another person's, and nobody has decided yet whose record it is; nobody
-- is taken for this person meanwhile. `before` is then the encoding of before, where the entry stood alone.
-- `settled`: a steward said that all such entries of its pseudonym are one person.
alter table linkage_enrolment add column questioned boolean not null default false;
alter table linkage_enrolment add column settled boolean not null default false;
alter table linkage_enrolment add column before bytea;
