-- When something is valid, as two ends instead of a range: the planner guesses that one row in two hundred of a range
-- holds a moment that it does not know yet, and then begins joins at the wrong end. Both ends as columns it guesses well
-- enough. The store's filter still asks `valid @> moment`; the operator below dissolves into the two comparisons.
create type consent_span as (since timestamptz, until timestamptz);
create function consent_span_holds(span consent_span, moment timestamptz) returns boolean
language sql immutable parallel safe
return (span).since <= moment and (span).until > moment;
create operator @> (leftarg = consent_span, rightarg = timestamptz, function = consent_span_holds);

drop view consent_release;
alter table consent_rule add column since timestamptz, add column until timestamptz;
update consent_rule set since = coalesce(lower(valid), '-infinity'), until = coalesce(upper(valid), 'infinity');
alter table consent_rule alter column since set not null, alter column until set not null, drop column valid;
create view consent_release as
select r.patient, h.actor, p.number as purpose, row (r.since, r.until)::consent_span as valid,
       r.category_any, r.category_none
from consent_rule r
join consent_house h
  on (case when r.site is null then h.actor <> all (r.other_than) else h.actor = r.site end)
 and (case when r.kind is null then h.kind <> all (r.other_kinds_than) else h.kind = r.kind end)
join consent_purpose p on r.purposes & p.bit <> 0;

alter table consent_research rename to consent_window;
alter index consent_research_patient rename to consent_window_patient;
alter table consent_window add column since timestamptz, add column until timestamptz;
update consent_window set since = coalesce(lower(valid), '-infinity'), until = coalesce(upper(valid), 'infinity');
alter table consent_window alter column since set not null, alter column until set not null, drop column valid;
create view consent_research as
select patient, data_from, data_until, row (since, until)::consent_span as valid from consent_window;
