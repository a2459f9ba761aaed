-- Topics that were brought as Basic resources. What they say lies sealed; canonical and resource are keyed hashes.
create table subscription_topic (
    resource uuid primary key,
    canonical uuid not null,
    sealed bytea not null
);
create index subscription_topic_canonical on subscription_topic (canonical);

-- Who is told of what. Who asked, the criteria and the addresses lie sealed.
create table subscription (
    -- A keyed hash of the id of the Subscription.
    key uuid primary key,
    -- A keyed hash of whose it is.
    owner uuid not null,
    -- Another one with every change of what is wanted, so that work under way for the former content is not counted.
    generation bigint not null,
    state text not null check (state in ('requested', 'active', 'error', 'off')),
    channel text not null check (channel in ('rest-hook', 'websocket')),
    -- The resource types whose changes may matter.
    types text[] not null,
    sealed bytea not null,
    -- Changes from this transaction on are told; null until it is active for the first time.
    since xid8,
    -- How many events there were, and up to which they have been told.
    events bigint not null default 0,
    delivered bigint not null default 0,
    failures int not null default 0,
    failing_since timestamptz,
    -- Why it is in error or off: a sentence without names or addresses.
    reason text,
    -- When it was first looked at; every process knows of it soon after.
    seen_at timestamptz,
    -- When there is something to do next, and until when a process is about it.
    next_at timestamptz not null default now(),
    taken_until timestamptz
);
create index subscription_next on subscription (next_at);
create sequence subscription_generation;

-- What changed, written in the transaction of the change, gone as soon as it is known whom it concerns.
create table subscription_event (
    id bigint generated always as identity primary key,
    xid xid8 not null default pg_current_xact_id(),
    type text not null,
    at timestamptz not null,
    sealed bytea not null
);

-- The events of a subscription, numbered from one on, kept a while for who missed them.
create table subscription_notice (
    subscription uuid not null references subscription on delete cascade,
    number bigint not null,
    at timestamptz not null,
    kept_since timestamptz not null default now(),
    sealed bytea not null,
    primary key (subscription, number)
);
create index subscription_notice_kept on subscription_notice (kept_since);

-- What binds a websocket, once. The token is a keyed hash; which subscriptions it is for lies in the list.
create table subscription_token (
    token uuid primary key,
    subscriptions uuid[] not null,
    expires_at timestamptz not null
);
