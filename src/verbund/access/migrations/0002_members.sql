-- Who belongs to which parties, put together when what belongs where is written, which is seldom, so that no statement
-- has to follow the parts: "who" sees the patients of "party" from "since" until before "until".
create table access_member (
    who bigint not null,
    party bigint not null,
    since timestamptz not null,
    until timestamptz not null,
    unique (who, party, since, until)
);
create index access_member_party on access_member (party, who);

-- Put together again whoever reaches one of these.
create function access_rejoin(changed bigint[]) returns void
language sql volatile as $$
delete from access_member where who in (
    with recursive above (party) as (
        select unnest(changed)
        union
        select e.whole from above a join access_part e on e.part = a.party
    )
    select party from above
);
insert into access_member (who, party, since, until)
with recursive above (party) as (
    select unnest(changed)
    union
    select e.whole from above a join access_part e on e.part = a.party
),
reached (who, party, since, until) as (
    select party, party, '-infinity'::timestamptz, 'infinity'::timestamptz from above a
    where not exists (select from access_part e where e.part = a.party and e.kind <> 1)
       or exists (select from access_relation r where r.party = a.party)
    union
    select r.who, e.part, greatest(r.since, e.since), least(r.until, e.until)
    from reached r join access_part e on e.whole = r.party
    where greatest(r.since, e.since) < least(r.until, e.until)
      and not exists (select from access_part o where o.part = r.who and o.kind <> 1)
      and (e.kind <> 4
        or exists (select from access_part u where u.part = e.part and u.kind = 2)
        or exists (select from access_part n join access_part u on u.part = n.whole and u.kind = 2
                   where n.part = e.part and n.kind = 1))
)
select who, party, since, until from reached
on conflict do nothing
$$;

-- Each party is its own.
insert into access_member (who, party, since, until)
select distinct party, party, '-infinity'::timestamptz, 'infinity'::timestamptz from access_relation;
select access_rejoin(array(select distinct whole from access_part));
drop function access_parties(bigint[], timestamptz);
