-- Whose record a letter is about, as the keyed hash under which accounts and proxies are found too: with the record its
-- letters go. Null until the row has been looked at (see Letters.settle); all zeros for a letter about nobody's record.
alter table identity_letter add column about uuid;
create index identity_letter_about on identity_letter (about) where about is not null;
create index identity_letter_unsettled on identity_letter (id) where about is null;
