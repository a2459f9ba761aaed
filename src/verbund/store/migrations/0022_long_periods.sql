-- What lasted longer than a month: few resources, which may have begun long before the time that a search asks for. All
-- others that reach into that time began at most a month before it, so that a total need not look further back.
create index resource_long on resource (type, date_end)
where not deleted and (date_end at time zone 'UTC') > (date at time zone 'UTC') + interval '31 days';
