-- How often all that somebody had proven was put out: by a new password, a reset, another role, the end of the account.
-- What was proven before (a step, a request that waits, a code) counts no more.
alter table identity_person add column epoch integer not null default 0;

-- Who was shown the key of an authenticator app that waits for its first code: a step or session, as keyed hash.
alter table identity_totp add column offered_to uuid;
