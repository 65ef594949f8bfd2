//! What SQLite says of a database, as a text in which the order of columns and the names of what the schema
//! language cannot name do not count.

use glowplug_dialect::database::{Database, Result, Rows};

const TABLES: &str = "SELECT l.name, l.strict, l.wr, upper(m.sql) LIKE '%AUTOINCREMENT%' FROM pragma_table_list l \
     JOIN sqlite_master m ON m.type = 'table' AND m.name = l.name \
     WHERE l.schema = 'main' AND l.name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY l.name";

/// An empty default of a column for bytes is the same as a text and as bytes: Prisma writes it as a text.
const COLUMNS: &str = "SELECT t.name, x.name, upper(x.type), x.\"notnull\", \
     CASE WHEN x.type = 'BLOB' AND x.dflt_value = '''''' THEN 'X''''' ELSE x.dflt_value END, x.pk, x.hidden \
     FROM sqlite_master t, pragma_table_xinfo(t.name) x WHERE t.type = 'table' ORDER BY t.name, x.name";

const INDEXES: &str = "SELECT t.name, CASE i.origin WHEN 'c' THEN i.name END, i.\"unique\", i.origin, i.partial, \
     (SELECT group_concat(coalesce(x.name, '<expression>') || ' ' || x.\"desc\" || ' ' || x.coll, ', ') \
     FROM pragma_index_xinfo(i.name) x WHERE x.key), \
     CASE WHEN i.partial THEN (SELECT substr(m.sql, instr(m.sql, ' WHERE ')) FROM sqlite_master m WHERE m.name = i.name) END \
     FROM sqlite_master t, pragma_index_list(t.name) i WHERE t.type = 'table' ORDER BY t.name, i.name, 6";

const FOREIGN_KEYS: &str = "SELECT t.name, f.\"table\", \
     group_concat(f.\"from\" || ' ' || coalesce(f.\"to\", ''), ', ') AS columns, f.on_delete, f.on_update \
     FROM sqlite_master t, pragma_foreign_key_list(t.name) f WHERE t.type = 'table' \
     GROUP BY t.name, f.id ORDER BY t.name, columns, f.\"table\"";

const OTHERS: &str =
    "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE type IN ('view', 'trigger') ORDER BY 1, 2";

/// The text, a line an object.
pub(super) fn dump(database: &mut dyn Database) -> Result<String> {
    let mut text = String::new();
    for (what, query) in [
        ("table", TABLES),
        ("column", COLUMNS),
        ("index", INDEXES),
        ("foreign key", FOREIGN_KEYS),
        ("other", OTHERS),
    ] {
        lines(what, database.query(query)?, &mut text);
    }
    Ok(text)
}

fn lines(what: &str, rows: Rows, text: &mut String) {
    for row in rows {
        let cells: Vec<String> = row.into_iter().map(|cell| cell.unwrap_or_else(|| "-".to_owned())).collect();
        text.push_str(&format!("{what} {}\n", cells.join(" | ")));
    }
}
