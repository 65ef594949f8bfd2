//! The SQL for it. Both databases differ in the catalog and in how a value becomes a literal; the rest is the same.

use crate::Table;

/// Whose SQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sql {
    /// PostgreSQL 13 and later.
    Postgres,
    /// SQLite 3.25 and later.
    Sqlite,
}

/// Every table with rows that this role may read, column by column. Partitions, not the tables that they are of.
const POSTGRES_TABLES: &str = "\
SELECT CASE WHEN n.nspname = current_schema() THEN '' ELSE n.nspname || '.' END || c.relname AS c0,
       quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS c1,
       a.attname::text AS c2,
       CASE WHEN a.attnum = ANY (i.indkey) THEN '1'
            WHEN EXISTS (SELECT FROM pg_catalog.pg_index u
                         WHERE u.indrelid = c.oid AND u.indisunique AND a.attnum = ANY (u.indkey)) THEN '2'
            ELSE '0' END AS c3
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_catalog.pg_index i ON i.indrelid = c.oid AND i.indisprimary
WHERE c.relkind = 'r' AND c.relpersistence <> 't'
  AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
  AND has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT')
ORDER BY n.nspname, c.relname, a.attnum";

const SQLITE_TABLES: &str = "\
SELECT m.name AS c0, 'main.\"' || replace(m.name, '\"', '\"\"') || '\"' AS c1, p.name AS c2,
       CASE WHEN p.pk > 0 THEN '1'
            WHEN EXISTS (SELECT 1 FROM pragma_index_list(m.name) l JOIN pragma_index_info(l.name) u
                         WHERE l.\"unique\" AND u.name = p.name) THEN '2'
            ELSE '0' END AS c3
FROM main.sqlite_master m JOIN pragma_table_xinfo(m.name) p
WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND p.hidden <> 1
ORDER BY m.name, p.cid";

/// A row that refers to one that does not exist: looked at when the transaction ends, and not before.
const FORBID_COMMIT: &str = "\
CREATE TEMPORARY TABLE glowplug_no_commit (
    id integer PRIMARY KEY,
    lacks integer REFERENCES glowplug_no_commit (id) DEFERRABLE INITIALLY DEFERRED
);
INSERT INTO glowplug_no_commit (id, lacks) VALUES (1, 2)";

impl Sql {
    pub(crate) fn tables(self) -> &'static str {
        match self {
            Sql::Postgres => POSTGRES_TABLES,
            Sql::Sqlite => SQLITE_TABLES,
        }
    }

    pub(crate) fn forbid_commit(self) -> &'static str {
        FORBID_COMMIT
    }

    pub(crate) fn guard(self) -> &'static str {
        match self {
            // Asking the catalog: a missing table would be an error.
            Sql::Postgres => {
                "SELECT '1' AS c0, NULL::text AS c1, NULL::text AS c2, NULL::text AS c3
                 WHERE to_regclass('pg_temp.glowplug_no_commit') IS NOT NULL"
            }
            Sql::Sqlite => {
                "SELECT '1' AS c0, NULL AS c1, NULL AS c2, NULL AS c3
                 FROM sqlite_temp_master WHERE name = 'glowplug_no_commit'"
            }
        }
    }

    /// A value as a literal, which is never NULL.
    fn literal(self, column: &str) -> String {
        match self {
            Sql::Postgres => format!("quote_nullable(CAST({column} AS text))"),
            Sql::Sqlite => format!("quote({column})"),
        }
    }

    fn literals(self, table: &Table) -> String {
        let column = |(at, column): (usize, &crate::Column)| {
            format!("{} AS v{at}", self.literal(&quoted(&column.name)))
        };
        table.columns.iter().enumerate().map(column).collect::<Vec<_>>().join(", ")
    }

    fn from(self, table: &Table) -> String {
        match self {
            // Tables that inherit are looked at by themselves.
            Sql::Postgres => format!("FROM ONLY {}", table.sql),
            Sql::Sqlite => format!("FROM {}", table.sql),
        }
    }

    /// Copies the rows of the table of that number.
    pub(crate) fn remember(self, number: usize, table: &Table) -> String {
        let name = remembered(number);
        format!("CREATE TEMPORARY TABLE {name} AS SELECT {} {}", self.literals(table), self.from(table))
    }

    /// The rows that differ: what happened, which row, the places of the columns that changed.
    pub(crate) fn compare(self, number: usize, table: &Table, limit: usize) -> String {
        let all: Vec<String> = (0..table.columns.len()).map(|at| format!("v{at}")).collect();
        let all = all.join(", ");
        let places = |is_wanted: &dyn Fn(&crate::Column) -> bool| -> Vec<usize> {
            (0..table.columns.len()).filter(|at| is_wanted(&table.columns[*at])).collect()
        };
        let keys = places(&|column| column.is_key);
        // Without a key a row is all of its values, and can only come and go.
        let (pairs, told) = match keys.is_empty() {
            true => (places(&|_| true), places(&|_| true)),
            false => (keys, places(&|column| column.is_key || column.is_unique)),
        };
        let same: Vec<String> = pairs.iter().map(|at| format!("g.v{at} = c.v{at}")).collect();
        let same = same.join(" AND ");
        let row = |side: &str| {
            let part = |at: &usize| {
                let name = table.columns[*at].name.replace('\'', "''");
                format!("'{name} = ' || {side}.v{at}")
            };
            told.iter().map(part).collect::<Vec<_>>().join(" || ', ' || ")
        };
        let changed = |at: usize| format!("CASE WHEN g.v{at} <> c.v{at} THEN '{at} ' ELSE '' END");
        let changed = (0..table.columns.len()).map(changed).collect::<Vec<_>>().join(" || ");
        let name = remembered(number);
        let (literals, from) = (self.literals(table), self.from(table));
        let (gone, come) = (row("g"), row("c"));
        format!(
            "WITH was AS (SELECT {all}, count(*) AS n FROM {name} GROUP BY {all}),
     is_now AS (SELECT {all}, count(*) AS n FROM (SELECT {literals} {from}) x GROUP BY {all}),
     gone AS (SELECT * FROM was EXCEPT SELECT * FROM is_now),
     come AS (SELECT * FROM is_now EXCEPT SELECT * FROM was),
     found AS (
         SELECT CASE WHEN g.n < c.n THEN '+' WHEN g.n > c.n THEN '-' ELSE '~' END AS c0, {come} AS c1, {changed} AS c2
         FROM gone g JOIN come c ON {same}
         UNION ALL
         SELECT '-', {gone}, '' FROM gone g WHERE NOT EXISTS (SELECT 1 FROM come c WHERE {same})
         UNION ALL
         SELECT '+', {come}, '' FROM come c WHERE NOT EXISTS (SELECT 1 FROM gone g WHERE {same})
     )
SELECT c0, c1, c2, '' AS c3 FROM found ORDER BY c1, c0 LIMIT {limit}"
        )
    }
}

fn remembered(number: usize) -> String {
    format!("glowplug_rows_{number}")
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
