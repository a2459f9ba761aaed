-- Keys that this node makes for itself and publishes, sealed under the node's own.
create table identity_key (
    name   text primary key,
    sealed bytea not null,
    made   timestamptz not null
);
