-- A dictionary for one type of resources makes them a fifth smaller than one for all; null: for all types without their own.
alter table dictionary add column type smallint;
