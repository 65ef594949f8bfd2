-- $1: namespaces. Functions, procedures and aggregates.
-- What belongs to an extension is left out. Reads like its neighbours `foreign_*.sql`.
SELECT CASE p.prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' ELSE 'function' END AS kind,
       n.nspname::text AS namespace, NULL::text AS table_name,
       p.proname::text || '(' || pg_catalog.pg_get_function_identity_arguments(p.oid) || ')' AS name,
       0::oid AS part_of_id, 'pg_proc'::regclass::oid AS class_id, p.oid AS object_id,
       CASE WHEN p.prokind <> 'a' THEN rtrim(pg_catalog.pg_get_functiondef(p.oid), E'\n') || ';'
            -- Those over ordered sets, and with the direct arguments of such, are not written here.
            WHEN a.aggkind = 'n' THEN
                format(E'CREATE AGGREGATE %s%I(%s) (\n    %s\n);',
                       CASE WHEN n.nspname <> current_schema() THEN quote_ident(n.nspname) || '.' END, p.proname,
                       coalesce(nullif(pg_catalog.pg_get_function_arguments(p.oid), ''), '*'),
                       concat_ws(E',\n    ',
                           'SFUNC = ' || a.aggtransfn::regproc, 'STYPE = ' || pg_catalog.format_type(a.aggtranstype, NULL),
                           CASE WHEN a.aggtransspace <> 0 THEN 'SSPACE = ' || a.aggtransspace END,
                           CASE WHEN a.aggfinalfn <> 0 THEN 'FINALFUNC = ' || a.aggfinalfn::regproc END,
                           CASE WHEN a.aggfinalextra THEN 'FINALFUNC_EXTRA' END,
                           CASE a.aggfinalmodify WHEN 's' THEN 'FINALFUNC_MODIFY = SHAREABLE' WHEN 'w' THEN 'FINALFUNC_MODIFY = READ_WRITE' END,
                           CASE WHEN a.aggcombinefn <> 0 THEN 'COMBINEFUNC = ' || a.aggcombinefn::regproc END,
                           CASE WHEN a.aggserialfn <> 0 THEN 'SERIALFUNC = ' || a.aggserialfn::regproc END,
                           CASE WHEN a.aggdeserialfn <> 0 THEN 'DESERIALFUNC = ' || a.aggdeserialfn::regproc END,
                           'INITCOND = ' || quote_literal(a.agginitval),
                           CASE WHEN a.aggmtransfn <> 0 THEN 'MSFUNC = ' || a.aggmtransfn::regproc END,
                           CASE WHEN a.aggminvtransfn <> 0 THEN 'MINVFUNC = ' || a.aggminvtransfn::regproc END,
                           CASE WHEN a.aggmtranstype <> 0 THEN 'MSTYPE = ' || pg_catalog.format_type(a.aggmtranstype, NULL) END,
                           CASE WHEN a.aggmtransspace <> 0 THEN 'MSSPACE = ' || a.aggmtransspace END,
                           CASE WHEN a.aggmfinalfn <> 0 THEN 'MFINALFUNC = ' || a.aggmfinalfn::regproc END,
                           CASE WHEN a.aggmfinalextra THEN 'MFINALFUNC_EXTRA' END,
                           'MINITCOND = ' || quote_literal(a.aggminitval),
                           CASE WHEN a.aggsortop <> 0 THEN 'SORTOP = ' || a.aggsortop::regoper END,
                           CASE p.proparallel WHEN 's' THEN 'PARALLEL = SAFE' WHEN 'r' THEN 'PARALLEL = RESTRICTED' END))
            END AS definition,
       CASE p.prokind WHEN 'p' THEN 'PROCEDURE ' WHEN 'a' THEN 'AGGREGATE ' ELSE 'FUNCTION ' END
       || CASE WHEN p.prokind = 'a' AND p.pronargs = 0 THEN p.oid::regproc || '(*)' ELSE p.oid::regprocedure::text END AS target,
       NULL::text AS removal,
       pg_catalog.obj_description(p.oid, 'pg_proc') AS comment,
       ARRAY(
           SELECT format('ALTER ROUTINE %s OWNER TO %s;', p.oid::regprocedure, p.proowner::regrole)
           WHERE p.proowner <> current_user::regrole
           UNION ALL
           -- Everybody may run a new routine, unless that is taken back.
           SELECT format('REVOKE ALL ON ROUTINE %s FROM PUBLIC;', p.oid::regprocedure)
           WHERE p.proacl IS NOT NULL
             AND NOT EXISTS (SELECT FROM pg_catalog.aclexplode(p.proacl) acl WHERE acl.grantee = 0)
           UNION ALL
           (SELECT format('GRANT %s ON ROUTINE %s TO %s%s;', acl.privilege_type, p.oid::regprocedure, acl.grantee::regrole,
                          CASE WHEN acl.is_grantable THEN ' WITH GRANT OPTION' END)
            FROM pg_catalog.aclexplode(p.proacl) acl WHERE acl.grantee NOT IN (0, p.proowner)
            ORDER BY acl.grantee)
       ) AS belongings
FROM pg_catalog.pg_proc p
JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
LEFT JOIN pg_catalog.pg_aggregate a ON a.aggfnoid = p.oid
WHERE n.nspname = ANY ($1)
  -- The functions that the server makes for a range type go with it.
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                  WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype IN ('e', 'i'))
