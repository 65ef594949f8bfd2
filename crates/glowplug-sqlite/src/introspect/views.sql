-- Columns of views. SQLite resolves the view for that, which fails for one whose tables are gone.
SELECT m.name, x.name, x.type, m.sql
FROM sqlite_master m, pragma_table_xinfo(m.name) x
WHERE m.type = 'view'
ORDER BY m.name, x.cid
