-- Ordinary tables with the text that made them; virtual tables and their shadows are none of ours.
SELECT l.name, m.sql, l.wr, l.strict
FROM pragma_table_list l
JOIN sqlite_master m ON m.type = 'table' AND m.name = l.name
WHERE l.schema = 'main' AND l.type = 'table' AND l.name NOT LIKE 'sqlite\_%' ESCAPE '\'
ORDER BY l.name
