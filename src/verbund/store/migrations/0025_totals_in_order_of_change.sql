-- What totals of common codes are read off lies in order of the last change: nearly the order in which the rows lie, so
-- that whether they are visible is looked up page after page, and the index is filled from its end, without gaps.
drop index resource_date;
create index resource_date on resource (type, date, row) where not deleted;
drop index resource_updated;
create index resource_updated on resource (type, updated) include (traits, patient, category, date) where not deleted;
