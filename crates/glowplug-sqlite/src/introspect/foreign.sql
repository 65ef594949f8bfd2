-- Views, triggers and virtual tables with the statements that made them.
SELECT CASE WHEN type = 'table' THEN 'virtual table' ELSE type END, name, tbl_name, sql
FROM sqlite_master
WHERE type IN ('view', 'trigger') OR (type = 'table' AND sql LIKE 'CREATE VIRTUAL TABLE%')
ORDER BY 1, 2
