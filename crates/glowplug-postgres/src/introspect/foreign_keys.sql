-- $1: namespaces. Foreign keys; not the copies that partitions have of them.
SELECT con.conrelid AS table_id,
       con.conname::text AS name,
       key.columns,
       target_namespace.nspname::text AS target_namespace,
       target.relname::text AS target_table,
       key.target_columns,
       con.confdeltype::text AS on_delete,
       con.confupdtype::text AS on_update,
       con.condeferrable AS deferrable,
       con.condeferred AS initially_deferred,
       con.confmatchtype = 'f' AS match_full,
       con.convalidated AS validated,
       -- PostgreSQL 15 and 18 added these columns. They are looked at where an action or a flag makes them possible.
       CASE WHEN con.confdeltype IN ('n', 'd') THEN ARRAY(
           SELECT a.attname::text FROM jsonb_array_elements_text(nullif(to_jsonb(con) -> 'confdelsetcols', 'null')) number
           JOIN pg_catalog.pg_attribute a ON a.attrelid = con.conrelid AND a.attnum = number::int2
       ) ELSE '{}' END AS delete_columns,
       CASE WHEN con.convalidated THEN true ELSE coalesce((to_jsonb(con) ->> 'conenforced')::boolean, true) END AS enforced
FROM pg_catalog.pg_constraint con
JOIN pg_catalog.pg_class c ON c.oid = con.conrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_class target ON target.oid = con.confrelid
JOIN pg_catalog.pg_namespace target_namespace ON target_namespace.oid = target.relnamespace
CROSS JOIN LATERAL (
    SELECT array_agg(a.attname::text ORDER BY k.place) AS columns,
           array_agg(b.attname::text ORDER BY k.place) AS target_columns
    FROM unnest(con.conkey, con.confkey) WITH ORDINALITY k (attnum, target_attnum, place)
    JOIN pg_catalog.pg_attribute a ON a.attrelid = con.conrelid AND a.attnum = k.attnum
    JOIN pg_catalog.pg_attribute b ON b.attrelid = con.confrelid AND b.attnum = k.target_attnum
) key
WHERE con.contype = 'f' AND con.conparentid = 0 AND n.nspname = ANY ($1)
  AND c.relkind IN ('r', 'p') AND NOT c.relispartition
ORDER BY con.conrelid, con.conname COLLATE "C"
