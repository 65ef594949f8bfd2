-- What spared tables and enums need that is about to be dropped: it would go from them without a word.
WITH wanted AS (
    SELECT oid, nspname FROM pg_catalog.pg_namespace WHERE nspname IN (:schemas)
), spared_class AS (
    SELECT c.oid, c.relkind FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE (n.nspname, c.relname) IN (:spared)
), spared_type AS (
    SELECT t.oid FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
    WHERE (n.nspname, t.typname) IN (:spared)
    UNION ALL
    SELECT t.typarray FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
    WHERE (n.nspname, t.typname) IN (:spared)
), part AS (
    SELECT 'pg_class'::regclass AS classid, oid FROM spared_class
    UNION ALL SELECT 'pg_class'::regclass, i.indexrelid FROM pg_catalog.pg_index i JOIN spared_class s ON s.oid = i.indrelid
    UNION ALL SELECT 'pg_constraint'::regclass, c.oid FROM pg_catalog.pg_constraint c JOIN spared_class s ON s.oid = c.conrelid
    UNION ALL SELECT 'pg_trigger'::regclass, t.oid FROM pg_catalog.pg_trigger t JOIN spared_class s ON s.oid = t.tgrelid
    UNION ALL SELECT 'pg_attrdef'::regclass, d.oid FROM pg_catalog.pg_attrdef d JOIN spared_class s ON s.oid = d.adrelid
    UNION ALL SELECT 'pg_policy'::regclass, p.oid FROM pg_catalog.pg_policy p JOIN spared_class s ON s.oid = p.polrelid
), doomed AS (
    SELECT 'pg_class'::regclass AS classid, c.oid FROM pg_catalog.pg_class c JOIN wanted w ON w.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f') AND c.oid NOT IN (SELECT oid FROM spared_class)
      -- Sequences of the spared tables' own columns stay with them.
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d JOIN spared_class s ON s.oid = d.refobjid
                      WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype IN ('a', 'i'))
    UNION ALL
    SELECT 'pg_proc'::regclass, p.oid FROM pg_catalog.pg_proc p JOIN wanted w ON w.oid = p.pronamespace
    UNION ALL
    SELECT 'pg_type'::regclass, t.oid FROM pg_catalog.pg_type t JOIN wanted w ON w.oid = t.typnamespace
    WHERE t.oid NOT IN (SELECT oid FROM spared_type)
)
SELECT pg_catalog.pg_describe_object(d.classid, d.objid, 0),
       pg_catalog.pg_describe_object(d.refclassid, d.refobjid, d.refobjsubid)
FROM pg_catalog.pg_depend d
JOIN part ON part.classid = d.classid AND part.oid = d.objid
JOIN doomed ON doomed.classid = d.refclassid AND doomed.oid = d.refobjid
WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                  WHERE e.deptype = 'e' AND e.classid = d.refclassid AND e.objid = d.refobjid)
ORDER BY 1, 2
LIMIT 1
