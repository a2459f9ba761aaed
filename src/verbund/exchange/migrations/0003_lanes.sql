-- What must not wait behind other letters has a lane of its own to each receiver: numbers, order and window apart.
-- In exchange_pair that lane is the peer's name with an exclamation mark, which no site's name has.
alter table exchange_outbox add column urgent boolean not null default false;
drop index exchange_outbox_waiting;
create index exchange_outbox_waiting on exchange_outbox (receiver, urgent, entered) where outcome is null;
