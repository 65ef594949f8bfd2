-- $1: namespaces. Domains, composite types and range types.
-- What belongs to an extension is left out. Reads like its neighbours `foreign_*.sql`.
SELECT CASE t.typtype WHEN 'd' THEN 'domain' WHEN 'r' THEN 'range type' ELSE 'composite type' END AS kind,
       n.nspname::text AS namespace, NULL::text AS table_name, t.typname::text AS name,
       0::oid AS part_of_id, 'pg_type'::regclass::oid AS class_id, t.oid AS object_id,
       CASE t.typtype
       WHEN 'd' THEN
           -- A statement for each property, so that one can be changed while columns are of the domain.
           concat_ws(' ', format('CREATE DOMAIN %s AS %s', t.oid::regtype, pg_catalog.format_type(t.typbasetype, t.typtypmod)),
                     CASE WHEN t.typcollation <> base.typcollation THEN 'COLLATE ' || t.typcollation::regcollation END) || ';'
           || coalesce(format(E'\nALTER DOMAIN %s SET DEFAULT ', t.oid::regtype)
                       || coalesce(pg_catalog.pg_get_expr(t.typdefaultbin, 0), t.typdefault) || ';', '')
           || CASE WHEN t.typnotnull THEN format(E'\nALTER DOMAIN %s SET NOT NULL;', t.oid::regtype) ELSE '' END
           || coalesce((SELECT string_agg(format(E'\nALTER DOMAIN %s ADD CONSTRAINT %I %s;', t.oid::regtype, con.conname,
                                                 pg_catalog.pg_get_constraintdef(con.oid)), '' ORDER BY con.conname)
                        FROM pg_catalog.pg_constraint con
                        WHERE con.contypid = t.oid AND con.contype = 'c'), '')
       WHEN 'r' THEN
           format('CREATE TYPE %s AS RANGE (%s);', t.oid::regtype, concat_ws(', ',
               'SUBTYPE = ' || pg_catalog.format_type(range.rngsubtype, NULL),
               CASE WHEN NOT class.opcdefault THEN
                   format('SUBTYPE_OPCLASS = %I.%I', (SELECT nspname FROM pg_catalog.pg_namespace WHERE oid = class.opcnamespace), class.opcname) END,
               CASE WHEN range.rngcollation <> subtype.typcollation THEN 'COLLATION = ' || range.rngcollation::regcollation END,
               CASE WHEN range.rngcanonical <> 0 THEN 'CANONICAL = ' || range.rngcanonical::regproc END,
               CASE WHEN range.rngsubdiff <> 0 THEN 'SUBTYPE_DIFF = ' || range.rngsubdiff::regproc END))
       ELSE
           format('CREATE TYPE %s AS (%s);', t.oid::regtype,
                  (SELECT string_agg(format('%I %s%s', a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod),
                                            CASE WHEN a.attcollation <> of.typcollation THEN ' COLLATE ' || a.attcollation::regcollation END),
                                     ', ' ORDER BY a.attnum)
                   FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type of ON of.oid = a.atttypid
                   WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped))
       END AS definition,
       CASE t.typtype WHEN 'd' THEN 'DOMAIN ' ELSE 'TYPE ' END || t.oid::regtype AS target,
       NULL::text AS removal,
       pg_catalog.obj_description(t.oid, 'pg_type') AS comment,
       '{}'::text[] AS belongings
FROM (
    -- Every table has a type, too: composite types are found by their relations.
    SELECT oid FROM pg_catalog.pg_type WHERE typtype IN ('d', 'r')
    UNION ALL
    SELECT reltype FROM pg_catalog.pg_class WHERE relkind = 'c'
) found
JOIN pg_catalog.pg_type t ON t.oid = found.oid
JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
LEFT JOIN pg_catalog.pg_type base ON base.oid = t.typbasetype
LEFT JOIN pg_catalog.pg_range range ON range.rngtypid = t.oid
LEFT JOIN pg_catalog.pg_opclass class ON class.oid = range.rngsubopc
LEFT JOIN pg_catalog.pg_type subtype ON subtype.oid = range.rngsubtype
WHERE n.nspname = ANY ($1)
  -- As a question for each row: joined, it would read all dependencies for the few that are found.
  AND CASE WHEN EXISTS (SELECT FROM pg_catalog.pg_depend d
                        WHERE d.classid = 'pg_type'::regclass AND d.objid = t.oid AND d.deptype = 'e')
           THEN false ELSE true END
