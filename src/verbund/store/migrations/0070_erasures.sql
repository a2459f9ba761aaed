-- Nothing is written of a patient who was erased, and no erasure leaves behind what was being written meanwhile. Who
-- writes says so, by a shared lock until the end of its transaction, before it looks whether the patients are still
-- there. Who erases destroys the key, commits, and waits until those have ended who said so before; then it removes the
-- rows. Nobody takes the lock for itself alone, so writers never wait for it.
create function say_writing() returns void language plpgsql volatile as $$
begin
    perform pg_advisory_xact_lock_shared(30310, 0);
end
$$;

-- The transactions that said so and have not ended.
create function writing_now() returns text[] language sql volatile as $$
    select coalesce(array_agg(distinct virtualtransaction), '{}') from pg_locks
    where locktype = 'advisory' and classid = 30310 and objid = 0 and objsubid = 2
     and database = (select oid from pg_database where datname = current_database())
$$;

-- Those of these patients whose key was destroyed; null for none. Looks after it has said so, as it is then.
create function erased_among(patients bigint[]) returns bigint[] language plpgsql volatile as $$
begin
    perform say_writing();
    return (select array_agg(k.patient) from data_key k where k.patient = any(patients) and k.wrapped is null);
end
$$;

-- Every writer's first question, as before; it says so as well.
create or replace function search_parameters_known() returns bigint language plpgsql volatile as $$
declare
    known bigint;
begin
    perform say_writing();
    perform pg_current_xact_id();
    select number into known from search_parameter_change;
    return known;
end
$$;
