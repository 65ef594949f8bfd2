-- $1: namespaces. How identity columns count, where that is not the default.
SELECT d.refobjid AS table_id, d.refobjsubid::int2 AS number, option.list AS options
FROM (
    -- Most count by default.
    SELECT * FROM pg_catalog.pg_sequence
    WHERE seqincrement <> 1 OR seqmin <> 1 OR seqstart <> 1 OR seqcache <> 1 OR seqcycle
       OR seqmax <> (CASE seqtypid WHEN 'smallint'::regtype THEN 32767 WHEN 'integer'::regtype THEN 2147483647
                                   ELSE 9223372036854775807 END)
) s
CROSS JOIN LATERAL (SELECT CASE s.seqtypid WHEN 'smallint'::regtype THEN -32768 WHEN 'integer'::regtype THEN -2147483648
                                           ELSE -9223372036854775808 END AS least_value) type
CROSS JOIN LATERAL (SELECT array_remove(ARRAY[
    CASE WHEN s.seqincrement <> 1 THEN 'INCREMENT BY ' || s.seqincrement END,
    CASE WHEN s.seqmin <> (CASE WHEN s.seqincrement > 0 THEN 1 ELSE least_value END) THEN 'MINVALUE ' || s.seqmin END,
    CASE WHEN s.seqmax <> (CASE WHEN s.seqincrement > 0 THEN -1 - least_value ELSE -1 END) THEN 'MAXVALUE ' || s.seqmax END,
    CASE WHEN s.seqstart <> (CASE WHEN s.seqincrement > 0 THEN s.seqmin ELSE s.seqmax END) THEN 'START WITH ' || s.seqstart END,
    CASE WHEN s.seqcache <> 1 THEN 'CACHE ' || s.seqcache END,
    CASE WHEN s.seqcycle THEN 'CYCLE' END], NULL) AS list) option
JOIN pg_catalog.pg_depend d
  ON d.classid = 'pg_class'::regclass AND d.objid = s.seqrelid AND d.objsubid = 0
 AND d.refclassid = 'pg_class'::regclass AND d.deptype = 'i'
JOIN pg_catalog.pg_class c ON c.oid = d.refobjid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = ANY ($1)
