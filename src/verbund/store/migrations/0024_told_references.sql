-- The last eight bits of a reference's key are those of its parameter alone, so that among the keys of a row those that
-- may be its references are told from the others, which would each be looked up for nothing.
create or replace function target_hash(id uuid) returns bigint
language sql immutable strict parallel safe
return ('x' || left(translate(id::text, '-', ''), 16))::bit(64)::bigint & -256;

create or replace function last_id(hash bigint) returns uuid
language sql immutable strict parallel safe
return (lpad(to_hex(hash | 255), 16, '0') || 'ffffffffffffffff')::uuid;
