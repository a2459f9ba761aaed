-- Nothing is planned by what bodies and digests hold: no figures of them.
alter table resource alter column body set statistics 0;
alter table resource alter column digest set statistics 0;

-- What was loaded together, of one patient, has entries of the same content here; as a key each is kept once, with all
-- its rows, where as a payload every row has one of its own.
drop index resource_updated;
create index resource_updated on resource (type, updated, patient, category, traits, date) where not deleted;
