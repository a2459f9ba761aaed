-- When an app was last switched off: what it had been given before is not given back with it.
alter table identity_app add column stopped timestamptz;
