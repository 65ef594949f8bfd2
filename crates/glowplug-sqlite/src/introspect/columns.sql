-- Columns of ordinary tables; generated ones have a hidden kind (2 virtual, 3 stored).
SELECT l.name, x.name, x.type, x."notnull", x.dflt_value, x.pk, x.hidden
FROM pragma_table_list l, pragma_table_xinfo(l.name) x
WHERE l.schema = 'main' AND l.type = 'table' AND l.name NOT LIKE 'sqlite\_%' ESCAPE '\'
ORDER BY l.name, x.cid
