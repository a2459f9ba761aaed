-- Clear every table that keeps something under a patient's keyed hash (a column `patient`), whichever package owns it.
-- What stays: that the key was destroyed, the log, whose rows nobody can open any more and whose proof must hold, and
-- that there was an erasure. How many rows went.
create function rights_forget(forgotten bigint) returns bigint
language plpgsql as $$
declare
    held record;
    gone bigint;
    total bigint := 0;
begin
    for held in
        select c.table_name from information_schema.columns c
        join information_schema.tables t using (table_schema, table_name)
        where c.table_schema = current_schema() and c.column_name = 'patient' and c.data_type = 'bigint'
          and t.table_type = 'BASE TABLE'
          and c.table_name <> all (array['data_key', 'rights_erasure']) and c.table_name !~ '^audit_'
        order by c.table_name
    loop
        execute format('delete from %I where patient = $1', held.table_name) using forgotten;
        get diagnostics gone = row_count;
        total := total + gone;
    end loop;
    return total;
end
$$;
