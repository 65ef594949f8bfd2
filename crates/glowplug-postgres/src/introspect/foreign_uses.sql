-- $1: namespaces. What the objects of the files `foreign_*.sql` use: relations and their columns, types, routines,
-- and indexes for the constraints that they keep. An object is told by its catalog and its number there.
WITH wanted AS (
    SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = ANY ($1)
), relation AS (
    SELECT c.oid, c.relkind, c.relispartition FROM pg_catalog.pg_class c JOIN wanted w ON w.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
), entry (class_id, object_id, of_class, of_object) AS (
    -- Where the catalog keeps the dependencies of an object, and the object.
    SELECT 'pg_rewrite'::regclass, w.oid,
           CASE WHEN w.rulename = '_RETURN' THEN 'pg_class'::regclass ELSE 'pg_rewrite'::regclass END,
           CASE WHEN w.rulename = '_RETURN' THEN r.oid ELSE w.oid END
    FROM pg_catalog.pg_rewrite w JOIN relation r ON r.oid = w.ev_class
    UNION ALL
    SELECT 'pg_trigger'::regclass, t.oid, 'pg_trigger'::regclass, t.oid
    FROM pg_catalog.pg_trigger t JOIN relation r ON r.oid = t.tgrelid
    WHERE NOT t.tgisinternal AND t.tgparentid = 0
    UNION ALL
    SELECT 'pg_policy'::regclass, p.oid, 'pg_policy'::regclass, p.oid
    FROM pg_catalog.pg_policy p JOIN relation r ON r.oid = p.polrelid
    UNION ALL
    SELECT 'pg_constraint'::regclass, con.oid, 'pg_constraint'::regclass, con.oid
    FROM pg_catalog.pg_constraint con JOIN relation r ON r.oid = con.conrelid
    WHERE con.contype IN ('c', 'x')
    UNION ALL
    -- The predicate of an exclusion constraint is that of its index.
    SELECT 'pg_class'::regclass, con.conindid, 'pg_constraint'::regclass, con.oid
    FROM pg_catalog.pg_constraint con JOIN relation r ON r.oid = con.conrelid
    WHERE con.contype = 'x'
    UNION ALL
    SELECT 'pg_constraint'::regclass, con.oid, 'pg_type'::regclass, con.contypid
    FROM pg_catalog.pg_constraint con JOIN wanted w ON w.oid = con.connamespace
    WHERE con.contypid <> 0
    UNION ALL
    SELECT 'pg_statistic_ext'::regclass, s.oid, 'pg_statistic_ext'::regclass, s.oid
    FROM pg_catalog.pg_statistic_ext s JOIN wanted w ON w.oid = s.stxnamespace
    UNION ALL
    SELECT 'pg_class'::regclass, i.indexrelid, 'pg_class'::regclass, i.indexrelid
    FROM pg_catalog.pg_index i JOIN relation r ON r.oid = i.indrelid
    WHERE r.relkind = 'm'
    UNION ALL
    SELECT 'pg_class'::regclass, r.oid, 'pg_class'::regclass, r.oid
    FROM relation r WHERE r.relispartition OR r.relkind = 'f'
    UNION ALL
    SELECT 'pg_proc'::regclass, p.oid, 'pg_proc'::regclass, p.oid
    FROM pg_catalog.pg_proc p JOIN wanted w ON w.oid = p.pronamespace
    UNION ALL
    SELECT 'pg_type'::regclass, t.oid, 'pg_type'::regclass, t.oid
    FROM pg_catalog.pg_type t JOIN wanted w ON w.oid = t.typnamespace
    WHERE t.typtype IN ('d', 'r')
    UNION ALL
    SELECT 'pg_class'::regclass, c.oid, 'pg_type'::regclass, c.reltype
    FROM pg_catalog.pg_class c JOIN wanted w ON w.oid = c.relnamespace
    WHERE c.relkind = 'c'
)
SELECT DISTINCT entry.of_class::oid AS class_id, entry.of_object AS object_id,
       -- A table's row type is the table, a list of a type is the type, a constraint is its index.
       CASE WHEN of_row.oid IS NOT NULL OR con.oid IS NOT NULL THEN 'pg_class'::regclass::oid ELSE d.refclassid END AS used_class,
       coalesce(of_row.oid, con.conindid, element.oid, d.refobjid) AS used_object,
       d.refobjsubid AS used_part
FROM entry
-- Not to be flattened: the few entries are looked up one by one, the dependencies are many.
CROSS JOIN LATERAL (
    SELECT d.refclassid, d.refobjid, d.refobjsubid FROM pg_catalog.pg_depend d
    WHERE d.classid = entry.class_id AND d.objid = entry.object_id
      AND d.refclassid IN ('pg_class'::regclass, 'pg_type'::regclass, 'pg_proc'::regclass, 'pg_constraint'::regclass)
    OFFSET 0
) d
LEFT JOIN pg_catalog.pg_type t ON d.refclassid = 'pg_type'::regclass AND t.oid = d.refobjid
LEFT JOIN pg_catalog.pg_type element ON element.oid = t.typelem AND element.typarray = t.oid
LEFT JOIN pg_catalog.pg_class of_row
       ON of_row.oid = coalesce(element.typrelid, t.typrelid) AND of_row.relkind <> 'c'
LEFT JOIN pg_catalog.pg_constraint con
       ON d.refclassid = 'pg_constraint'::regclass AND con.oid = d.refobjid AND con.conindid <> 0
UNION ALL
-- What a table is divided by.
SELECT 'pg_class'::regclass, k.partrelid, 'pg_class'::regclass, k.partrelid, number
FROM pg_catalog.pg_partitioned_table k
JOIN relation r ON r.oid = k.partrelid
CROSS JOIN unnest(k.partattrs::int2[]) number
WHERE NOT r.relispartition
UNION ALL
SELECT 'pg_class'::regclass, i.inhrelid, 'pg_class'::regclass, i.inhparent, 0
FROM pg_catalog.pg_inherits i JOIN relation r ON r.oid = i.inhrelid
WHERE r.relkind = 'r' AND NOT r.relispartition
