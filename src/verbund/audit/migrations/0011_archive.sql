-- Ranges of events that lie in a file of the archive and no longer here: their leaf hashes stay, so that the tree and the
-- chain go on. `chain` is its end after them, `digest` the SHA-256 of the file; all of it is signed by the node.
create table audit_archive (
    first bigint primary key,
    last bigint not null,
    leaves bytea not null,
    chain bytea not null,
    file text not null,
    digest bytea not null,
    signature bytea not null
);
alter table audit_archive alter column leaves set storage external;
