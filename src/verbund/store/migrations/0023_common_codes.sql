-- What tells of a coded fact who may see it, so that totals under a care release need the facts alone.
create table fact_with_category as
select f.key, f.date, f.row, r.category, f.patient from fact f join resource r on r.row = f.row;
drop table fact;
alter table fact_with_category rename to fact;
alter table fact alter column key set not null, alter column date set not null, alter column row set not null,
    alter column category set not null;
create index fact_key on fact (key, date, row) include (patient, category);

-- One bit for each code that very many resources have (src/verbund/store/traits.py); null where it is not known yet,
-- which the making of the index again brings after this step. Totals of such codes are read off the index in order of
-- date alone, whoever asks.
alter table resource add column traits bigint;
drop index resource_date;
create index resource_date on resource (type, date, row) include (traits, patient, category) where not deleted;
create index resource_without_traits on resource (type) where traits is null and not deleted;

analyze fact;
