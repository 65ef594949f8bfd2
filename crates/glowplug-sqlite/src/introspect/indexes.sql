-- The parts of all indexes. An expression has no name, and only the statement tells it.
SELECT l.name, i.name, i."unique", i.origin, m.sql, x.name, x."desc", x.coll, x.cid
FROM pragma_table_list l, pragma_index_list(l.name) i, pragma_index_xinfo(i.name) x
LEFT JOIN sqlite_master m ON m.type = 'index' AND m.name = i.name
WHERE l.schema = 'main' AND l.type = 'table' AND l.name NOT LIKE 'sqlite\_%' ESCAPE '\' AND x.key
ORDER BY l.name, i.name, x.seqno
