-- Roles that Ordem logs in as, and the owner of its tables. Run as an administrator, before the
-- migrations, any number of times.
DO $$
DECLARE
  each record;
BEGIN
  FOR each IN
    SELECT * FROM (VALUES
      ('ordem_owner', 'NOLOGIN NOREPLICATION'),
      ('ordem_producer', 'LOGIN NOREPLICATION'),
      ('ordem_worker', 'LOGIN NOREPLICATION'),
      ('ordem_writer', 'LOGIN NOREPLICATION'),
      ('ordem_relay', 'LOGIN REPLICATION'),
      ('ordem_report', 'LOGIN NOREPLICATION')) AS wanted (name, attributes)
  LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = each.name) THEN
      EXECUTE format('CREATE ROLE %I', each.name);
    END IF;
    EXECUTE format('ALTER ROLE %I NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS %s', each.name, each.attributes);
  END LOOP;

  EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
  EXECUTE format('GRANT CREATE, TEMPORARY ON DATABASE %I TO ordem_owner', current_database());
  EXECUTE format('GRANT CONNECT ON DATABASE %I TO ordem_producer, ordem_worker, ordem_writer,'
    ' ordem_relay, ordem_report', current_database());
  EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO ordem_producer, ordem_writer', current_database());
  EXECUTE format('REVOKE CREATE ON SCHEMA %I FROM PUBLIC', current_schema());
  EXECUTE format('GRANT USAGE, CREATE ON SCHEMA %I TO ordem_owner', current_schema());
  EXECUTE format('GRANT USAGE ON SCHEMA %I TO ordem_producer, ordem_worker, ordem_writer,'
    ' ordem_relay, ordem_report', current_schema());

  -- What a version without roles made belongs to whoever ran it.
  FOR each IN
    SELECT format('ALTER TABLE %s OWNER TO ordem_owner', c.oid::regclass) AS change
    FROM pg_class c
    WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'S')
      AND c.relowner = session_user::regrole
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass
                      AND d.objid = c.oid AND d.deptype IN ('e', 'i', 'a'))
    UNION ALL
    SELECT format('ALTER ROUTINE %s OWNER TO ordem_owner', p.oid::regprocedure)
    FROM pg_proc p
    WHERE p.pronamespace = current_schema()::regnamespace AND p.proowner = session_user::regrole
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass
                      AND d.objid = p.oid AND d.deptype = 'e')
    UNION ALL
    SELECT format('ALTER PUBLICATION %I OWNER TO ordem_owner', pubname)
    FROM pg_publication WHERE pubname = 'ordem_outbox' AND pubowner = session_user::regrole
  LOOP
    EXECUTE each.change;
  END LOOP;
END
$$;
