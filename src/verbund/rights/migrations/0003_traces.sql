-- By what an erased patient is found outside of the record, as keyed hashes: the account, and the handle at the trust
-- centre. An erasure that was cut off finds them so, when nobody can be asked any more who it was.
alter table rights_erasure add column account uuid;
alter table rights_erasure add column handle text;
create index rights_erasure_unfinished on rights_erasure (patient) where whole and not finished;
