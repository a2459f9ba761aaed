-- What has no clinical date (patients, houses) is all of one moment: without the row number in the index, the first page
-- of such a type would have to sort all of it.
drop index resource_date;
create index resource_date on resource (type, date, row) where not deleted;
