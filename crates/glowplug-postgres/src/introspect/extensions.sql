-- $1: unused, so that all queries take the same parameter.
-- plpgsql is in every database.
SELECT e.extname::text AS name, n.nspname::text AS namespace, e.extversion AS version
FROM pg_catalog.pg_extension e
JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
WHERE e.extname <> 'plpgsql' AND $1::text[] IS NOT NULL
ORDER BY e.extname COLLATE "C"
