-- $1: namespaces. Relations that are no tables, and what is special about tables as a whole.
-- What belongs to an extension is left out. Reads like its neighbours `foreign_*.sql`.
WITH wanted AS (
    SELECT oid, nspname::text AS name FROM pg_catalog.pg_namespace WHERE nspname = ANY ($1)
), found AS (
    SELECT CASE relkind WHEN 'v' THEN 'view' ELSE 'materialized view' END AS kind, oid, 0::oid AS part_of_id,
           NULL::text AS table_name, relname::text AS name,
           CASE relkind WHEN 'v' THEN 'VIEW ' ELSE 'MATERIALIZED VIEW ' END || oid::regclass AS target,
           format(E'CREATE %s %s%s AS\n%s',
                  CASE relkind WHEN 'v' THEN 'VIEW' ELSE 'MATERIALIZED VIEW' END, oid::regclass,
                  ' WITH (' || array_to_string(reloptions, ', ') || ')',
                  ltrim(pg_catalog.pg_get_viewdef(oid)))
           -- Views may have defaults for what is inserted through them.
           || coalesce((SELECT string_agg(format(E'\nALTER VIEW %s ALTER COLUMN %I SET DEFAULT %s;', pg_class.oid::regclass,
                                                 a.attname, pg_catalog.pg_get_expr(f.adbin, f.adrelid)), '' ORDER BY a.attnum)
                        FROM pg_catalog.pg_attrdef f
                        JOIN pg_catalog.pg_attribute a ON a.attrelid = f.adrelid AND a.attnum = f.adnum
                        WHERE f.adrelid = pg_class.oid), '') AS definition,
           NULL::text AS removal
    FROM pg_catalog.pg_class WHERE relkind IN ('v', 'm') AND relnamespace IN (SELECT oid FROM wanted)
    UNION ALL
    SELECT 'foreign table', r.oid, 0, NULL, r.relname::text, 'FOREIGN TABLE ' || r.oid::regclass,
           format('CREATE FOREIGN TABLE %s (%s) SERVER %I%s;', r.oid::regclass,
                  (SELECT string_agg(format('%I %s%s', a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod),
                                            CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END), ', ' ORDER BY a.attnum)
                   FROM pg_catalog.pg_attribute a
                   WHERE a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped),
                  server.srvname,
                  ' OPTIONS (' || (SELECT string_agg(format('%I %L', o.option_name, o.option_value), ', ')
                                   FROM pg_catalog.pg_options_to_table(f.ftoptions) o) || ')'),
           NULL
    FROM pg_catalog.pg_foreign_table f
    JOIN pg_catalog.pg_class r ON r.oid = f.ftrelid
    JOIN pg_catalog.pg_foreign_server server ON server.oid = f.ftserver
    WHERE NOT r.relispartition
    UNION ALL
    SELECT 'partition', r.oid, i.inhparent, NULL, r.relname::text, 'TABLE ' || r.oid::regclass,
           -- A partition that lies on another server cannot be made like this.
           CASE WHEN r.relkind <> 'f' THEN
               format('CREATE TABLE %s PARTITION OF %s %s%s;', r.oid::regclass, i.inhparent::regclass,
                      pg_catalog.pg_get_expr(r.relpartbound, r.oid),
                      ' PARTITION BY ' || pg_catalog.pg_get_partkeydef(r.oid)) END,
           NULL
    FROM pg_catalog.pg_inherits i JOIN pg_catalog.pg_class r ON r.oid = i.inhrelid
    WHERE r.relispartition AND r.relkind IN ('r', 'p', 'f')
    UNION ALL
    -- A clause of `CREATE TABLE`: it can be neither added nor taken away later.
    SELECT 'partition key', oid, oid, NULL, relname::text, NULL, 'PARTITION BY ' || pg_catalog.pg_get_partkeydef(oid), NULL
    FROM pg_catalog.pg_class WHERE relkind = 'p' AND NOT relispartition
    UNION ALL
    SELECT 'sequence', r.oid, 0, NULL, r.relname::text, 'SEQUENCE ' || r.oid::regclass,
           concat_ws(' ', 'CREATE SEQUENCE', r.oid::regclass,
                     CASE WHEN s.seqtypid <> 'bigint'::regtype THEN 'AS ' || s.seqtypid::regtype END,
                     CASE WHEN s.seqincrement <> 1 THEN 'INCREMENT BY ' || s.seqincrement END,
                     CASE WHEN s.seqmin <> (CASE WHEN s.seqincrement > 0 THEN 1 ELSE least_value END) THEN 'MINVALUE ' || s.seqmin END,
                     CASE WHEN s.seqmax <> (CASE WHEN s.seqincrement > 0 THEN -1 - least_value ELSE -1 END) THEN 'MAXVALUE ' || s.seqmax END,
                     CASE WHEN s.seqstart <> (CASE WHEN s.seqincrement > 0 THEN s.seqmin ELSE s.seqmax END) THEN 'START WITH ' || s.seqstart END,
                     CASE WHEN s.seqcache <> 1 THEN 'CACHE ' || s.seqcache END,
                     CASE WHEN s.seqcycle THEN 'CYCLE' END) || ';',
           NULL
    FROM pg_catalog.pg_sequence s
    JOIN pg_catalog.pg_class r ON r.oid = s.seqrelid AND r.relnamespace IN (SELECT oid FROM wanted)
    CROSS JOIN LATERAL (SELECT CASE s.seqtypid WHEN 'smallint'::regtype THEN -32768 WHEN 'integer'::regtype THEN -2147483648
                                               ELSE -9223372036854775808 END AS least_value) type
    -- Those of columns come and go with them.
    WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                      WHERE d.classid = 'pg_class'::regclass AND d.objid = s.seqrelid AND d.objsubid = 0
                        AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i'))
    UNION ALL
    SELECT 'row level security', oid, oid, NULL, relname::text, NULL,
           concat_ws(E'\n', CASE WHEN relrowsecurity THEN format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY;', oid::regclass) END,
                            CASE WHEN relforcerowsecurity THEN format('ALTER TABLE %s FORCE ROW LEVEL SECURITY;', oid::regclass) END),
           concat_ws(E'\n', CASE WHEN relforcerowsecurity THEN format('ALTER TABLE %s NO FORCE ROW LEVEL SECURITY;', oid::regclass) END,
                            CASE WHEN relrowsecurity THEN format('ALTER TABLE %s DISABLE ROW LEVEL SECURITY;', oid::regclass) END)
    FROM pg_catalog.pg_class WHERE relrowsecurity OR relforcerowsecurity
    UNION ALL
    SELECT 'inheritance', r.oid, r.oid, r.relname::text, parent.relname::text, NULL,
           format('ALTER TABLE %s INHERIT %s;', r.oid::regclass, parent.oid::regclass),
           format('ALTER TABLE %s NO INHERIT %s;', r.oid::regclass, parent.oid::regclass)
    FROM pg_catalog.pg_inherits i
    JOIN pg_catalog.pg_class r ON r.oid = i.inhrelid
    JOIN pg_catalog.pg_class parent ON parent.oid = i.inhparent
    WHERE r.relkind = 'r' AND NOT r.relispartition
    UNION ALL
    -- A column that sorts otherwise than its type does.
    SELECT 'collation', r.oid, r.oid, r.relname::text, a.attname::text, NULL,
           format('ALTER TABLE %s ALTER COLUMN %I SET DATA TYPE %s COLLATE %s;', r.oid::regclass, a.attname,
                  pg_catalog.format_type(a.atttypid, a.atttypmod), a.attcollation::regcollation),
           format('ALTER TABLE %s ALTER COLUMN %I SET DATA TYPE %s COLLATE %s;', r.oid::regclass, a.attname,
                  pg_catalog.format_type(a.atttypid, a.atttypmod), t.typcollation::regcollation)
    FROM pg_catalog.pg_attribute a
    JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
    JOIN pg_catalog.pg_class r ON r.oid = a.attrelid
    -- 0 is none, 100 the default: few columns have another, so that stands first.
    WHERE a.attcollation NOT IN (0, 100) AND a.attcollation <> t.typcollation
      AND a.attnum > 0 AND NOT a.attisdropped AND r.relkind IN ('r', 'p') AND NOT r.relispartition
)
SELECT found.kind, wanted.name AS namespace, found.table_name, found.name, found.part_of_id,
       'pg_class'::regclass::oid AS class_id, found.oid AS object_id,
       found.definition, found.target, found.removal,
       CASE WHEN found.target IS NOT NULL THEN pg_catalog.obj_description(found.oid, 'pg_class') END AS comment,
       -- Owner, rights and the columns' comments of what may be made again.
       CASE WHEN found.kind IN ('view', 'materialized view', 'sequence', 'foreign table') THEN ARRAY(
           SELECT format('ALTER %s OWNER TO %s;', found.target, r.relowner::regrole)
           WHERE r.relowner <> current_user::regrole
           UNION ALL
           (SELECT format('GRANT %s%s ON %s TO %s%s;', string_agg(acl.privilege_type, ', ' ORDER BY acl.privilege_type),
                          NULL, CASE WHEN r.relkind = 'S' THEN found.target ELSE found.oid::regclass::text END,
                          CASE WHEN acl.grantee = 0 THEN 'PUBLIC' ELSE acl.grantee::regrole::text END,
                          CASE WHEN acl.is_grantable THEN ' WITH GRANT OPTION' END)
            FROM pg_catalog.aclexplode(r.relacl) acl WHERE acl.grantee <> r.relowner
            GROUP BY acl.grantee, acl.is_grantable ORDER BY acl.grantee, acl.is_grantable)
           UNION ALL
           (SELECT format('GRANT %s (%I) ON %s TO %s%s;', acl.privilege_type, a.attname, found.oid::regclass,
                          CASE WHEN acl.grantee = 0 THEN 'PUBLIC' ELSE acl.grantee::regrole::text END,
                          CASE WHEN acl.is_grantable THEN ' WITH GRANT OPTION' END)
            FROM pg_catalog.pg_attribute a CROSS JOIN LATERAL pg_catalog.aclexplode(a.attacl) acl
            WHERE a.attrelid = found.oid AND a.attnum > 0 AND NOT a.attisdropped
            ORDER BY a.attnum, acl.grantee, acl.privilege_type)
           UNION ALL
           (SELECT format('COMMENT ON COLUMN %s.%I IS %L;', found.oid::regclass, a.attname, d.description)
            FROM pg_catalog.pg_description d
            JOIN pg_catalog.pg_attribute a ON a.attrelid = d.objoid AND a.attnum = d.objsubid
            WHERE d.classoid = 'pg_class'::regclass AND d.objoid = found.oid
            ORDER BY a.attnum)
       ) ELSE '{}' END AS belongings
FROM found
JOIN pg_catalog.pg_class r ON r.oid = found.oid
JOIN wanted ON wanted.oid = r.relnamespace
-- As a question for each row: joined, it would read all dependencies for the few that are found.
WHERE CASE WHEN EXISTS (SELECT FROM pg_catalog.pg_depend d
                        WHERE d.classid = 'pg_class'::regclass AND d.objid = found.oid AND d.deptype = 'e')
           THEN false ELSE true END
