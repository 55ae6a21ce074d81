-- What roles may do in this database beyond what they own, a line each: for .docker/inspect.
WITH granted (kind, name, owner, acl) AS (
  SELECT CASE c.relkind WHEN 'S' THEN 'S' ELSE 'r' END::"char", c.relname::text, c.relowner, c.relacl
  FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'S')
  UNION ALL
  -- One that runs as who calls it lets nobody do more than that one may.
  SELECT 'f', CASE WHEN p.prosecdef THEN ' ' || p.proname ELSE 's that run as who calls them' END::text, p.proowner, p.proacl
  FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace AND p.prorettype <> 'trigger'::regtype
  UNION ALL
  SELECT 'n', nspname::text, nspowner, nspacl FROM pg_namespace WHERE nspname = 'public'
  UNION ALL
  SELECT 'd', datname::text, datdba, datacl FROM pg_database WHERE datname = current_database()
), rights (grantee, what, kind, name) AS (
  SELECT CASE a.grantee WHEN 0 THEN 'everybody' ELSE a.grantee::regrole::text END,
    replace(lower(a.privilege_type), 'usage', 'use'), g.kind, g.name
  FROM granted g, aclexplode(coalesce(g.acl, acldefault(g.kind, g.owner))) a
  WHERE a.grantee <> g.owner
)
SELECT 'Postgres: ' || grantee || ' may ' || string_agg(DISTINCT what, ', ' ORDER BY what) ||
  CASE kind WHEN 'S' THEN ' sequence ' WHEN 'f' THEN ' function' WHEN 'n' THEN ' schema '
    WHEN 'd' THEN ' database ' ELSE ' ' END || name
FROM rights GROUP BY grantee, kind, name
UNION ALL
SELECT 'Postgres: ' || CASE a.grantee WHEN 0 THEN 'everybody' ELSE a.grantee::regrole::text END || ' may '
  || lower(a.privilege_type) || ' ' || c.relname || ' (' || string_agg(t.attname, ', ' ORDER BY t.attname) || ')'
FROM pg_class c JOIN pg_attribute t ON t.attrelid = c.oid, aclexplode(t.attacl) a
WHERE c.relnamespace = 'public'::regnamespace AND a.grantee <> c.relowner
GROUP BY a.grantee, a.privilege_type, c.relname
UNION ALL
SELECT 'Postgres: ' || rolname || ' is' || CASE WHEN rolsuper THEN ' superuser' ELSE '' END
  || CASE WHEN rolcreaterole THEN ' createrole' ELSE '' END || CASE WHEN rolcreatedb THEN ' createdb' ELSE '' END
  || CASE WHEN rolbypassrls THEN ' bypassrls' ELSE '' END
  || CASE WHEN rolreplication THEN ' replication' ELSE '' END || CASE WHEN rolcanlogin THEN ' login' ELSE '' END
FROM pg_roles WHERE rolname NOT LIKE 'pg\_%'
UNION ALL
SELECT 'Postgres: ' || m.member::regrole || ' may act as ' || m.roleid::regrole
FROM pg_auth_members m WHERE m.member::regrole::text NOT LIKE 'pg\_%';
