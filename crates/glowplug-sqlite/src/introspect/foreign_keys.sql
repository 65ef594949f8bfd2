-- The columns of all foreign keys. Those of a table are numbered from the last declared one.
SELECT l.name, f.id, f."table", f."from", f."to", f.on_delete, f.on_update
FROM pragma_table_list l, pragma_foreign_key_list(l.name) f
WHERE l.schema = 'main' AND l.type = 'table' AND l.name NOT LIKE 'sqlite\_%' ESCAPE '\'
ORDER BY l.name, f.id DESC, f.seq
