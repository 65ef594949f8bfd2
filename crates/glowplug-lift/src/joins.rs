//! Tables between two others that the language has as a relation of two lists, and nothing else.

use glowplug_dialect::dialect::Dialect;
use glowplug_psl::diagnostics::{Severity, SourceFile};
use glowplug_sql::change::Change;
use glowplug_sql::diff::diff;
use glowplug_sql::hints::RenameHints;
use glowplug_sql::ids::{ColumnId, TableId};
use glowplug_sql::model::{NativeType, SqlSchema, Table};
use glowplug_sql::pair::Pair;

use crate::columns;
use crate::cx::Cx;
use crate::text;

/// A many-to-many relation that a table is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Join {
    /// The table between.
    pub(crate) table: TableId,
    /// The tables that columns `A` and `B` refer to.
    pub(crate) sides: [TableId; 2],
    /// The relation's name, which the table's name tells; `None` where it is the one made up from the models.
    pub(crate) name: Option<String>,
}

/// The relation that the table is, if it is nothing but that: the language's own table for it must have all
/// that this one has.
pub(crate) fn read(cx: &Cx<'_>, id: TableId) -> Option<Join> {
    let table = cx.table(id);
    if !table.is_join_table || table.columns.len() != 2 || table.foreign_keys.len() != 2 {
        return None;
    }
    let sides = [side(cx, table, "A")?, side(cx, table, "B")?];
    let [a, b] = sides.map(|side| cx.model(side));
    // The language puts the model whose name comes first into `A`.
    if a > b || sides.iter().any(|side| cx.table(*side).is_join_table) {
        return None;
    }
    let usual = format!("{a}To{b}");
    let relation = table.name.strip_prefix('_')?;
    let is_usual = cut(&usual, cx.lift().longest_name() - 1) == relation && sides[0] != sides[1];
    let name = (!is_usual).then(|| relation.to_owned());
    let join = Join { table: id, sides, name };
    is_same(cx, &join).then_some(join)
}

/// The table that the column refers to by its primary key.
fn side(cx: &Cx<'_>, table: &Table, column: &str) -> Option<TableId> {
    let key = table.foreign_keys.iter().find(|key| key.columns == [column])?;
    let id = cx.live.find_table(key.target_namespace.as_deref(), &key.target_table)?;
    let target = cx.table(id).primary_key.as_ref()?;
    (target.columns.len() == 1 && target.columns == key.target_columns).then_some(id)
}

/// Whether the language's table for the relation is this one: two models with nothing but their ids tell.
fn is_same(cx: &Cx<'_>, join: &Join) -> bool {
    let Some(text) = probe(cx, join) else { return false };
    let (schema, diagnostics) = glowplug_psl::parse(&[SourceFile { path: String::new(), text }]);
    if diagnostics.iter().any(|d| d.severity == Severity::Error) {
        return false;
    }
    let wanted: SqlSchema = Dialect::lower(cx.dialect, &schema);
    let mut tables: Vec<Table> = join.sides.iter().map(|side| cx.table(*side).clone()).collect();
    tables.dedup();
    let place = TableId(tables.len());
    tables.push(cx.table(join.table).clone());
    let live = SqlSchema { tables, enums: Vec::new(), ..header(cx.live) };
    let changes = diff(Pair::new(&live, &wanted), cx.dialect.compare(), &RenameHints::default());
    let wanted_place = wanted.walk_tables().find(|(_, table)| table.is_join_table).map(|(id, _)| id);
    let is_about_it = |change: &Change| {
        let (prev, next) = change.tables();
        prev == Some(place) || (next.is_some() && next == wanted_place)
    };
    let new_ones = changes.changes.iter().filter(|c| matches!(c, Change::CreateTable(_))).count();
    new_ones == 0 && !changes.changes.iter().any(is_about_it)
}

fn header(live: &SqlSchema) -> SqlSchema {
    SqlSchema {
        default_namespace: live.default_namespace.clone(),
        namespaces: live.namespaces.clone(),
        owns_partial_indexes: live.owns_partial_indexes,
        ..SqlSchema::default()
    }
}

fn probe(cx: &Cx<'_>, join: &Join) -> Option<String> {
    let provider = cx.dialect.provider();
    let schemas = if cx.style.lists_schemas {
        let names = join.sides.iter().filter_map(|side| cx.schema_of(cx.table(*side).namespace.as_deref()));
        let mut names: Vec<String> = names.map(|name| text::string(&name)).collect();
        names.sort();
        names.dedup();
        format!("  schemas = [{}]\n", names.join(", "))
    } else {
        String::new()
    };
    let mode = if cx.style.relation_mode_prisma { "  relationMode = \"prisma\"\n" } else { "" };
    let datasource = &cx.style.datasource;
    let mut res = format!("datasource {datasource} {{\n  provider = \"{provider}\"\n{schemas}{mode}}}\n");
    let relation =
        join.name.as_ref().map_or_else(String::new, |n| format!(" @relation({})", text::string(n)));
    let [a, b] = join.sides;
    let fields = if a == b {
        vec![(a, vec![("glowplug_one", b), ("glowplug_other", a)])]
    } else {
        vec![(a, vec![("glowplug_other", b)]), (b, vec![("glowplug_other", a)])]
    };
    for (id, lists) in fields {
        let table = cx.table(id);
        let (index, column) = table.find_column(table.primary_key.as_ref()?.columns.first()?)?;
        if matches!(column.ty.native, NativeType::Enum { .. }) {
            return None;
        }
        let mut field = columns::field(cx, cx.field(ColumnId { table: id, index }), column);
        field.attributes.retain(|(name, _)| name != "default");
        res.push_str(&format!("model {} {{\n  {} @id\n", cx.model(id), field.line()));
        for (name, target) in lists {
            res.push_str(&format!("  {name} {}[]{relation}\n", cx.model(target)));
        }
        if cx.model(id) != table.name {
            res.push_str(&format!("  @@map({})\n", text::string(&table.name)));
        }
        if let Some(schema) = cx.schema_of(table.namespace.as_deref()) {
            res.push_str(&format!("  @@schema({})\n", text::string(&schema)));
        }
        res.push_str("}\n");
    }
    Some(res)
}

/// The longest beginning of at most so many bytes that ends between characters.
fn cut(name: &str, limit: usize) -> &str {
    let mut end = limit.min(name.len());
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    &name[..end]
}
