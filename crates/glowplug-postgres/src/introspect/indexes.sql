-- $1: namespaces. Primary keys, unique constraints and indexes, with their parts as parallel lists.
-- Indexes that keep exclusion constraints are left out; so are those that a partition has of its table.
SELECT i.indrelid AS table_id,
       ic.relname::text AS name,
       i.indisprimary AS is_primary,
       i.indisunique AS is_unique,
       i.indisvalid AS is_valid,
       am.amname::text AS method,
       con.oid IS NOT NULL AS is_constraint,
       coalesce(con.condeferrable, false) AS is_deferrable,
       -- PostgreSQL 15 and 18 added these columns.
       coalesce((to_jsonb(i) ->> 'indnullsnotdistinct')::boolean, false) AS nulls_not_distinct,
       coalesce((to_jsonb(con) ->> 'conperiod')::boolean, false) AS is_period,
       pg_catalog.pg_get_expr(i.indpred, i.indrelid) AS predicate,
       i.indnkeyatts::int4 AS key_count,
       part.columns,
       part.expressions,
       part.options,
       part.operator_classes,
       part.own_collation
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_index i ON i.indrelid = c.oid
JOIN pg_catalog.pg_class ic ON ic.oid = i.indexrelid
JOIN pg_catalog.pg_am am ON am.oid = ic.relam
LEFT JOIN pg_catalog.pg_constraint con
       ON con.conindid = i.indexrelid AND con.conrelid = i.indrelid AND con.contype IN ('p', 'u', 'x')
CROSS JOIN LATERAL (
    SELECT array_agg(a.attname::text ORDER BY k.place) AS columns,
           array_agg(CASE WHEN k.attnum = 0
                          THEN pg_catalog.pg_get_indexdef(i.indexrelid, k.place::int, true) END ORDER BY k.place)
               AS expressions,
           array_agg(coalesce(i.indoption[k.place - 1], 0)::int4 ORDER BY k.place) AS options,
           array_agg(CASE WHEN NOT o.opcdefault THEN o.opcname::text END ORDER BY k.place) AS operator_classes,
           coalesce(bool_or(k.attnum <> 0 AND k.place <= i.indnkeyatts
                            AND i.indcollation[k.place - 1] <> a.attcollation), false) AS own_collation
    FROM unnest(i.indkey::int2[]) WITH ORDINALITY k (attnum, place)
    LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum AND k.attnum <> 0
    LEFT JOIN pg_catalog.pg_opclass o ON o.oid = i.indclass[k.place - 1]
) part
WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname = ANY ($1)
  AND con.contype IS DISTINCT FROM 'x'
ORDER BY i.indrelid, ic.relname COLLATE "C"
