-- Owner, rights and comment of a schema, as statements that give them to its successor.
SELECT statement FROM (
    SELECT 1 AS place, format('ALTER SCHEMA %I OWNER TO %s', n.nspname, n.nspowner::regrole) AS statement
    FROM pg_catalog.pg_namespace n
    WHERE n.nspname = :schema AND n.nspowner <> (SELECT oid FROM pg_catalog.pg_roles WHERE rolname = current_user)
    UNION ALL
    SELECT 2, format('GRANT %s ON SCHEMA %I TO %s%s', a.privilege_type, n.nspname,
                     CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE a.grantee::regrole::text END,
                     CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
    FROM pg_catalog.pg_namespace n CROSS JOIN LATERAL pg_catalog.aclexplode(n.nspacl) a
    WHERE n.nspname = :schema
    UNION ALL
    SELECT 3, format('COMMENT ON SCHEMA %I IS %L', n.nspname, pg_catalog.obj_description(n.oid, 'pg_namespace'))
    FROM pg_catalog.pg_namespace n
    WHERE n.nspname = :schema AND pg_catalog.obj_description(n.oid, 'pg_namespace') IS NOT NULL
) statements
ORDER BY place, statement
