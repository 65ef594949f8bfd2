-- $1: names of namespaces. Those of them that exist.
SELECT n.nspname::text AS name
FROM pg_catalog.pg_namespace n
WHERE n.nspname = ANY ($1)
ORDER BY n.nspname COLLATE "C"
