-- $1: unused. The operator classes that must be named, because they are not the default of their type.
SELECT o.oid AS id, o.opcname::text AS name
FROM pg_catalog.pg_opclass o
WHERE NOT o.opcdefault AND $1::text[] IS NOT NULL
