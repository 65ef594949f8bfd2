-- $1: namespaces. Parts of tables and views that the schema language has no word for.
-- What belongs to an extension is left out. Reads like its neighbours `foreign_*.sql`.
WITH relation AS (
    SELECT c.oid, c.relname::text AS name, c.relkind, n.nspname::text AS namespace
    FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = ANY ($1) AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
      -- As a question for each row: joined, it would read all dependencies for the few that are found.
      AND CASE WHEN EXISTS (SELECT FROM pg_catalog.pg_depend d
                            WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
               THEN false ELSE true END
)
SELECT 'trigger' AS kind, r.namespace, r.name AS table_name, t.tgname::text AS name, r.oid AS part_of_id,
       'pg_trigger'::regclass::oid AS class_id, t.oid AS object_id,
       pg_catalog.pg_get_triggerdef(t.oid, true) || ';'
       || CASE t.tgenabled WHEN 'O' THEN '' ELSE
              format(E'\nALTER TABLE %s %s TRIGGER %I;', r.oid::regclass,
                     CASE t.tgenabled WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA' ELSE 'ENABLE ALWAYS' END, t.tgname)
          END AS definition,
       format('TRIGGER %I ON %s', t.tgname, r.oid::regclass) AS target,
       NULL::text AS removal,
       pg_catalog.obj_description(t.oid, 'pg_trigger') AS comment,
       '{}'::text[] AS belongings
FROM pg_catalog.pg_trigger t JOIN relation r ON r.oid = t.tgrelid
WHERE NOT t.tgisinternal AND t.tgparentid = 0
UNION ALL
SELECT 'policy', r.namespace, r.name, p.polname::text, r.oid, 'pg_policy'::regclass, p.oid,
       concat_ws(' ', format('CREATE POLICY %I ON %s', p.polname, r.oid::regclass),
                 CASE WHEN NOT p.polpermissive THEN 'AS RESTRICTIVE' END,
                 CASE p.polcmd WHEN 'r' THEN 'FOR SELECT' WHEN 'a' THEN 'FOR INSERT' WHEN 'w' THEN 'FOR UPDATE' WHEN 'd' THEN 'FOR DELETE' END,
                 -- 0 is everybody.
                 CASE WHEN p.polroles <> '{0}' THEN
                     'TO ' || (SELECT string_agg(role::regrole::text, ', ' ORDER BY role::regrole::text) FROM unnest(p.polroles) role) END,
                 'USING (' || pg_catalog.pg_get_expr(p.polqual, p.polrelid) || ')',
                 'WITH CHECK (' || pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid) || ')') || ';',
       format('POLICY %I ON %s', p.polname, r.oid::regclass), NULL, pg_catalog.obj_description(p.oid, 'pg_policy'), '{}'
FROM pg_catalog.pg_policy p JOIN relation r ON r.oid = p.polrelid
UNION ALL
SELECT 'rule', r.namespace, r.name, w.rulename::text, r.oid, 'pg_rewrite'::regclass, w.oid,
       pg_catalog.pg_get_ruledef(w.oid, true)
       || CASE w.ev_enabled WHEN 'O' THEN '' ELSE
              format(E'\nALTER TABLE %s %s RULE %I;', r.oid::regclass,
                     CASE w.ev_enabled WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA' ELSE 'ENABLE ALWAYS' END, w.rulename)
          END,
       format('RULE %I ON %s', w.rulename, r.oid::regclass), NULL, pg_catalog.obj_description(w.oid, 'pg_rewrite'), '{}'
FROM pg_catalog.pg_rewrite w JOIN relation r ON r.oid = w.ev_class
WHERE w.rulename <> '_RETURN'
UNION ALL
SELECT CASE con.contype WHEN 'c' THEN 'check' ELSE 'exclusion constraint' END, r.namespace, r.name, con.conname::text, r.oid,
       'pg_constraint'::regclass, con.oid,
       format('ALTER TABLE %s ADD CONSTRAINT %I %s;', r.oid::regclass, con.conname, pg_catalog.pg_get_constraintdef(con.oid)),
       format('CONSTRAINT %I ON %s', con.conname, r.oid::regclass),
       format('ALTER TABLE %s DROP CONSTRAINT %I;', r.oid::regclass, con.conname),
       pg_catalog.obj_description(con.oid, 'pg_constraint'), '{}'
FROM pg_catalog.pg_constraint con JOIN relation r ON r.oid = con.conrelid
WHERE con.contype IN ('c', 'x') AND con.conislocal AND con.conparentid = 0
UNION ALL
SELECT 'statistics', n.nspname::text, NULL, s.stxname::text, r.oid, 'pg_statistic_ext'::regclass, s.oid,
       pg_catalog.pg_get_statisticsobjdef(s.oid) || ';',
       format('STATISTICS %s%I', CASE WHEN n.nspname <> current_schema() THEN quote_ident(n.nspname) || '.' END, s.stxname),
       NULL, pg_catalog.obj_description(s.oid, 'pg_statistic_ext'), '{}'
FROM pg_catalog.pg_statistic_ext s
JOIN pg_catalog.pg_namespace n ON n.oid = s.stxnamespace
JOIN relation r ON r.oid = s.stxrelid
UNION ALL
-- Those of tables are in the model as they are.
SELECT 'index', r.namespace, r.name, c.relname::text, r.oid, 'pg_class'::regclass, c.oid,
       pg_catalog.pg_get_indexdef(c.oid, 0, true) || ';', 'INDEX ' || c.oid::regclass, NULL,
       pg_catalog.obj_description(c.oid, 'pg_class'), '{}'
FROM relation r
JOIN pg_catalog.pg_index i ON i.indrelid = r.oid
JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
WHERE r.relkind = 'm'
