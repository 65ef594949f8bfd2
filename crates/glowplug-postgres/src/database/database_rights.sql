-- Owner, limit, settings and rights of a database, which a copy does not get by itself, as statements that give them
-- to another one. Lists of names are stored as they are written, other values as they are.
SELECT statement FROM (
    SELECT 1 AS place, format('ALTER DATABASE %I OWNER TO %s', :target, d.datdba::regrole) AS statement
    FROM pg_catalog.pg_database d WHERE d.datname = :source
    UNION ALL
    SELECT 2, format('ALTER DATABASE %I CONNECTION LIMIT %s', :target, d.datconnlimit)
    FROM pg_catalog.pg_database d WHERE d.datname = :source AND d.datconnlimit <> -1
    UNION ALL
    SELECT 3, format('ALTER %s SET %I TO %s',
                     CASE s.setrole WHEN 0 THEN format('DATABASE %I', :target)
                     ELSE format('ROLE %s IN DATABASE %I', s.setrole::regrole, :target) END,
                     setting.name,
                     CASE WHEN setting.name IN ('local_preload_libraries', 'search_path', 'session_preload_libraries',
                                                'temp_tablespaces') THEN setting.value
                     ELSE quote_literal(setting.value) END)
    FROM pg_catalog.pg_database d
    JOIN pg_catalog.pg_db_role_setting s ON s.setdatabase = d.oid
    CROSS JOIN LATERAL unnest(s.setconfig) config
    CROSS JOIN LATERAL (SELECT split_part(config, '=', 1) AS name, substr(config, strpos(config, '=') + 1) AS value) setting
    WHERE d.datname = :source AND setting.value <> ''
    UNION ALL
    SELECT 4, format('REVOKE ALL ON DATABASE %I FROM PUBLIC', :target)
    FROM pg_catalog.pg_database d WHERE d.datname = :source AND d.datacl IS NOT NULL
    UNION ALL
    SELECT 5, format('GRANT %s ON DATABASE %I TO %s%s', a.privilege_type, :target,
                     CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE a.grantee::regrole::text END,
                     CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
    FROM pg_catalog.pg_database d CROSS JOIN LATERAL pg_catalog.aclexplode(d.datacl) a
    WHERE d.datname = :source
) statements
ORDER BY place, statement
