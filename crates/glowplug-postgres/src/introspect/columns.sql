-- $1: namespaces. The columns of all tables and views, in order.
WITH counter AS (
    -- The sequences that the defaults of columns draw from.
    SELECT DISTINCT ON (d.objid) d.objid AS default_id, s.relname::text AS name
    FROM pg_catalog.pg_depend d
    JOIN pg_catalog.pg_class s ON s.oid = d.refobjid AND s.relkind = 'S'
    WHERE d.classid = 'pg_attrdef'::regclass AND d.refclassid = 'pg_class'::regclass
    ORDER BY d.objid, s.relname
)
SELECT a.attrelid AS table_id,
       a.attnum AS number,
       a.attcollation AS collation,
       a.attname::text AS name,
       pg_catalog.format_type(a.atttypid, a.atttypmod) AS printed_type,
       -- The type itself, or what an array is an array of.
       coalesce(element.typtype, t.typtype)::text AS type_kind,
       type_namespace.nspname::text AS type_namespace,
       coalesce(element.typname, t.typname)::text AS type_name,
       element.oid IS NOT NULL AS is_list,
       a.attnotnull AS not_null,
       a.attidentity::text AS identity,
       a.attgenerated::text AS generated,
       pg_catalog.pg_get_expr(f.adbin, f.adrelid) AS default_expression,
       counter.name AS sequence,
       d.description AS comment
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
-- Only true arrays: types like `point` have an element type, too.
LEFT JOIN pg_catalog.pg_type element ON element.oid = t.typelem AND element.typarray = t.oid
JOIN pg_catalog.pg_namespace type_namespace ON type_namespace.oid = coalesce(element.typnamespace, t.typnamespace)
LEFT JOIN pg_catalog.pg_attrdef f ON f.adrelid = a.attrelid AND f.adnum = a.attnum
LEFT JOIN counter ON counter.default_id = f.oid
LEFT JOIN pg_catalog.pg_description d
       ON d.objoid = a.attrelid AND d.classoid = 'pg_class'::regclass AND d.objsubid = a.attnum
WHERE c.relkind IN ('r', 'p', 'v', 'm') AND NOT c.relispartition AND n.nspname = ANY ($1)
ORDER BY a.attrelid, a.attnum
