-- Whoever listens hears of a revocation when it is committed, whatever wrote it: the token's id and the second (since
-- 1970) at which it would have expired.
create function identity_tell_revoked() returns trigger language plpgsql as $$
begin
    perform pg_notify('verbund_identity_revoked', new.jti || ' ' || ceil(extract(epoch from new.expires))::bigint);
    return null;
end
$$;
create trigger identity_revocation_told after insert on identity_revocation
    for each row execute function identity_tell_revoked();
