-- $1: namespaces. Objects that the schema language has no word for. What belongs to an extension is left out.
WITH wanted AS (
    SELECT oid, nspname::text AS name FROM pg_catalog.pg_namespace WHERE nspname = ANY ($1)
), of_extension AS (
    SELECT classid, objid FROM pg_catalog.pg_depend WHERE deptype = 'e'
), relation AS (
    SELECT c.oid, c.relname::text AS name, c.relkind, c.relispartition, c.relrowsecurity, w.name AS namespace
    FROM pg_catalog.pg_class c
    JOIN wanted w ON w.oid = c.relnamespace
    WHERE NOT EXISTS (SELECT FROM of_extension e WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid)
)
SELECT 'view' AS kind, namespace, NULL::text AS table_name, name FROM relation WHERE relkind = 'v'
UNION ALL
SELECT 'materialized view', namespace, NULL, name FROM relation WHERE relkind = 'm'
UNION ALL
SELECT 'foreign table', namespace, NULL, name FROM relation WHERE relkind = 'f'
UNION ALL
SELECT 'partition', namespace, NULL, name FROM relation WHERE relispartition AND relkind IN ('r', 'p', 'f')
UNION ALL
SELECT 'sequence', namespace, NULL, name FROM relation r
WHERE relkind = 'S'
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                  WHERE d.classid = 'pg_class'::regclass AND d.objid = r.oid
                    AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i'))
UNION ALL
SELECT 'row level security', namespace, NULL, name FROM relation WHERE relrowsecurity
UNION ALL
-- A column that sorts otherwise than its type does.
SELECT 'collation', r.namespace, r.name, a.attname::text
FROM relation r
JOIN pg_catalog.pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
WHERE r.relkind IN ('r', 'p') AND NOT r.relispartition AND a.attcollation <> t.typcollation
UNION ALL
SELECT 'inheritance', r.namespace, r.name, parent.relname::text
FROM relation r
JOIN pg_catalog.pg_inherits i ON i.inhrelid = r.oid
JOIN pg_catalog.pg_class parent ON parent.oid = i.inhparent
WHERE r.relkind = 'r' AND NOT r.relispartition
UNION ALL
SELECT 'trigger', r.namespace, r.name, t.tgname::text
FROM pg_catalog.pg_trigger t JOIN relation r ON r.oid = t.tgrelid
WHERE NOT t.tgisinternal AND t.tgparentid = 0
UNION ALL
SELECT 'policy', r.namespace, r.name, p.polname::text
FROM pg_catalog.pg_policy p JOIN relation r ON r.oid = p.polrelid
UNION ALL
SELECT 'rule', r.namespace, r.name, w.rulename::text
FROM pg_catalog.pg_rewrite w JOIN relation r ON r.oid = w.ev_class
WHERE w.rulename <> '_RETURN'
UNION ALL
SELECT CASE con.contype WHEN 'c' THEN 'check' ELSE 'exclusion constraint' END, r.namespace, r.name, con.conname::text
FROM pg_catalog.pg_constraint con JOIN relation r ON r.oid = con.conrelid
WHERE con.contype IN ('c', 'x') AND con.conislocal AND con.conparentid = 0
UNION ALL
SELECT 'statistics', w.name, NULL, s.stxname::text
FROM pg_catalog.pg_statistic_ext s JOIN wanted w ON w.oid = s.stxnamespace
UNION ALL
SELECT CASE p.prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' ELSE 'function' END, w.name, NULL,
       p.proname::text || '(' || pg_catalog.pg_get_function_identity_arguments(p.oid) || ')'
FROM pg_catalog.pg_proc p JOIN wanted w ON w.oid = p.pronamespace
WHERE NOT EXISTS (SELECT FROM of_extension e WHERE e.classid = 'pg_proc'::regclass AND e.objid = p.oid)
  -- The functions that the server makes for a range type go with it.
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                  WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'i')
UNION ALL
SELECT CASE t.typtype WHEN 'd' THEN 'domain' WHEN 'r' THEN 'range type' ELSE 'composite type' END, w.name, NULL, t.typname::text
FROM pg_catalog.pg_type t
JOIN wanted w ON w.oid = t.typnamespace
LEFT JOIN pg_catalog.pg_class c ON c.oid = t.typrelid
WHERE (t.typtype IN ('d', 'r') OR (t.typtype = 'c' AND c.relkind = 'c'))
  AND NOT EXISTS (SELECT FROM of_extension e WHERE e.classid = 'pg_type'::regclass AND e.objid = t.oid)
