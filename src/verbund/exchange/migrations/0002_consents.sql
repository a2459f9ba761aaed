-- The newest statement of each patient as it was distributed from here, sealed under the node's master key, and to which
-- houses: a house that enrols the patient later gets it then.
create table exchange_consent (
    subject text primary key,
    payload bytea not null,
    checked timestamptz not null
);
create table exchange_consent_sent (
    subject text not null references exchange_consent on delete cascade,
    site text not null,
    letter text not null,
    primary key (subject, site)
);
