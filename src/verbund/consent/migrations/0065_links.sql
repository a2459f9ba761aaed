-- Which patients the house knows to be one person (Patient.link), by the hash of each, and since when it is known: what
-- the one refused holds for the other.
create table consent_link (
    patient bigint not null,
    other bigint not null,
    since timestamptz not null,
    primary key (patient, other)
);
create index consent_link_other on consent_link (other, patient);

-- Whether the links that were written before there was this table are in it.
create table consent_links_standing (
    complete boolean not null
);
insert into consent_links_standing (complete) values (false);
