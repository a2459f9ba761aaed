-- The key of a reference is a key of its parameter, combined by exclusive or with the first half of the target's id.
-- So a reference can be followed in both directions: from a resource to the key under which others refer to it, and
-- from a key, taken apart, to the only ids that it may mean.
create function target_hash(id uuid) returns bigint
language sql immutable strict parallel safe
return ('x' || left(translate(id::text, '-', ''), 16))::bit(64)::bigint;

create function first_id(hash bigint) returns uuid
language sql immutable strict parallel safe
return (lpad(to_hex(hash), 16, '0') || '0000000000000000')::uuid;

create function last_id(hash bigint) returns uuid
language sql immutable strict parallel safe
return (lpad(to_hex(hash), 16, '0') || 'ffffffffffffffff')::uuid;
