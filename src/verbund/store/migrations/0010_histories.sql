-- Histories of a type and of the node go through versions in order of time; those of one patient by the patient.
create index resource_deleted on resource (type, updated, row) where deleted;
create index resource_deleted_patient on resource (patient) where deleted;
create index superseded_updated on superseded (type, updated, id, version);
create index superseded_patient on superseded (patient) where patient is not null;
