-- Data that is stored, and used for nothing but what the law still allows (GDPR, Article 18): of which patient (a keyed
-- hash), which kinds of data. Looked at by the store's filter of rows; written by `rights`.
create table consent_restriction (
    patient bigint primary key,
    categories bigint not null
);
