-- The hub: the newest list of staff that each member publishes, signed by it. It goes with the member.
create table exchange_roster (
    site text primary key references exchange_member on delete cascade,
    number bigint not null,
    body text not null
);

-- A site: what it has taken over of each house's list, withdrawn entries too, and what it last published itself (under
-- its own name). The entries are sealed under the node's master key; `settled` is false while they are not, or no longer,
-- what the list of that number says.
create table exchange_colleagues (
    site text primary key,
    number bigint not null,
    settled boolean not null,
    entries bytea not null
);
