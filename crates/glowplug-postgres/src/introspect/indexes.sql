-- $1: namespaces. Primary keys, unique constraints and indexes. Their parts are numbers in parallel lists,
-- looked up by the reader: joining them to their names here takes several times as long.
-- Indexes that keep exclusion constraints are left out.
SELECT i.indrelid AS table_id,
       i.indexrelid AS id,
       ic.relname::text AS name,
       i.indisprimary AS is_primary,
       i.indisunique AS is_unique,
       i.indisvalid AS is_valid,
       am.amname::text AS method,
       con.oid IS NOT NULL AS is_constraint,
       coalesce(con.condeferrable, false) AS is_deferrable,
       nulls.not_distinct AS nulls_not_distinct,
       -- A key WITHOUT OVERLAPS (PostgreSQL 18); exclusion constraints proper are not among the rows.
       i.indisexclusion AS is_period,
       pg_catalog.pg_get_expr(i.indpred, i.indrelid) AS predicate,
       i.indnkeyatts::int4 AS key_count,
       i.indkey::int2[] AS columns,
       i.indoption::int2[] AS options,
       i.indclass::oid[] AS operator_classes,
       i.indcollation::oid[] AS collations,
       CASE WHEN i.indexprs IS NOT NULL
            THEN ARRAY(SELECT pg_catalog.pg_get_indexdef(i.indexrelid, place, true)
                       FROM generate_series(1, i.indnkeyatts::int) place)
            END AS expressions,
       -- Printing is slow, so only what may be more than the model can hold is printed.
       CASE WHEN i.indexprs IS NOT NULL OR i.indnatts <> i.indnkeyatts OR i.indisexclusion
                 OR con.condeferrable
                 OR nulls.not_distinct
                 OR i.indoption::int2[] && '{1,2}'
                 OR NOT i.indcollation::oid[] <@ '{0,100}'
            THEN CASE WHEN con.oid IS NOT NULL THEN pg_catalog.pg_get_constraintdef(con.oid)
                      ELSE pg_catalog.pg_get_indexdef(i.indexrelid, 0, true) END
            END AS definition
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_index i ON i.indrelid = c.oid
JOIN pg_catalog.pg_class ic ON ic.oid = i.indexrelid
JOIN pg_catalog.pg_am am ON am.oid = ic.relam
LEFT JOIN pg_catalog.pg_constraint con
       ON con.conindid = i.indexrelid AND con.conrelid = i.indrelid AND con.contype IN ('p', 'u', 'x')
-- PostgreSQL 15 added this column. Asked once for each row: it is slow.
CROSS JOIN LATERAL (SELECT i.indisunique AND coalesce((to_jsonb(i) ->> 'indnullsnotdistinct')::boolean, false) AS not_distinct
                    OFFSET 0) nulls
WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname = ANY ($1)
  AND con.contype IS DISTINCT FROM 'x'
ORDER BY i.indrelid, ic.relname COLLATE "C"
