//! A change set in words: the lines that `migrate`, `status` and drift print.

use glowplug_sql::change::{Change, ChangeSet};
use glowplug_sql::ids::TableId;
use glowplug_sql::model::{AutoIncrement, Column, Default, ForeignKey, Index, IndexKey, Literal, NativeType};
use serde::Serialize;

/// One line of a summary.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    /// `+` new, `-` gone, `~` changed.
    pub sign: char,
    /// 0 for tables and types, 1 for their parts.
    pub depth: u8,
    /// The words.
    pub text: String,
}

impl Line {
    /// The line under its table.
    pub fn indented(&self) -> String {
        format!("{}{} {}", "    ".repeat(self.depth.into()), self.sign, self.text)
    }
}

/// The lines, grouped by table in the order in which tables first change.
pub fn summarize(changes: &ChangeSet<'_>) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut groups: Vec<(String, Line, Vec<Line>)> = Vec::new();
    for change in &changes.changes {
        match group_of(changes, change) {
            None => lines.push(whole_line(changes, change)),
            Some(head) => {
                let at = groups.iter().position(|(name, ..)| *name == head.text).unwrap_or_else(|| {
                    groups.push((head.text.clone(), head.clone(), Vec::new()));
                    groups.len() - 1
                });
                if head.sign != '~' {
                    groups[at].1.sign = head.sign;
                }
                groups[at].2.extend(part_line(changes, change));
            }
        }
    }
    for (_, head, parts) in groups {
        lines.push(head);
        lines.extend(parts);
    }
    lines
}

/// The head line of the table that a change belongs to; `None` for what stands by itself.
fn group_of(changes: &ChangeSet<'_>, change: &Change) -> Option<Line> {
    let sign = match change {
        Change::CreateTable(_) => '+',
        Change::DropTable(_) => '-',
        _ => '~',
    };
    let (prev, next) = change.tables();
    let text = match (prev, next) {
        (_, Some(id)) => table_name(changes, id, false),
        (Some(id), None) => table_name(changes, id, true),
        (None, None) => return None,
    };
    Some(Line { sign, depth: 0, text })
}

fn table_name(changes: &ChangeSet<'_>, id: TableId, prev: bool) -> String {
    let schema = if prev { changes.schemas.prev } else { changes.schemas.next };
    schema.table(id).qualified_name().to_string()
}

fn whole_line(changes: &ChangeSet<'_>, change: &Change) -> Line {
    let (prev, next) = (changes.schemas.prev, changes.schemas.next);
    let (sign, text) = match change {
        Change::CreateNamespace(id) => ('+', format!("schema {}", next.namespace(*id))),
        Change::DropNamespace(id) => ('-', format!("schema {}", prev.namespace(*id))),
        Change::DropExtension(id) => ('-', format!("extension {}", prev.extension(*id).name)),
        Change::CreateExtension(id) => ('+', format!("extension {}", next.extension(*id).name)),
        Change::AlterExtension(ids) => ('~', format!("extension {}", next.extension(ids.next).name)),
        Change::CreateEnum(id) => {
            let values: Vec<&str> = next.enum_type(*id).values.iter().map(|v| v.name.as_str()).collect();
            ('+', format!("enum {} ({})", next.enum_type(*id).qualified_name(), values.join(", ")))
        }
        Change::DropEnum(id) => ('-', format!("enum {}", prev.enum_type(*id).qualified_name())),
        Change::RenameEnum(ids) => (
            '~',
            format!(
                "enum {} → {}",
                prev.enum_type(ids.prev).qualified_name(),
                next.enum_type(ids.next).qualified_name()
            ),
        ),
        Change::AlterEnum(ids, delta) => {
            let mut words: Vec<String> = Vec::new();
            words.extend(delta.added.iter().map(|v| format!("+ {v}")));
            words.extend(delta.removed.iter().map(|v| format!("- {v}")));
            words.extend(delta.renamed.iter().map(|v| format!("{} → {}", v.prev, v.next)));
            ('~', format!("enum {} ({})", next.enum_type(ids.next).qualified_name(), words.join(", ")))
        }
        Change::CreateForeign(id) => ('+', next.foreign_object(*id).to_string()),
        Change::DropForeign(id) => ('-', prev.foreign_object(*id).to_string()),
        Change::AlterForeign(ids) => ('~', format!("{}  changed", next.foreign_object(ids.next))),
        Change::CreateTable(_)
        | Change::DropTable(_)
        | Change::RenameTable(_)
        | Change::AddColumn(_)
        | Change::DropColumn(_)
        | Change::RenameColumn(_)
        | Change::AlterColumn(..)
        | Change::AddPrimaryKey(_)
        | Change::DropPrimaryKey(_)
        | Change::RenamePrimaryKey(_)
        | Change::CreateIndex(_)
        | Change::DropIndex(_)
        | Change::RenameIndex(_)
        | Change::AddForeignKey(_)
        | Change::DropForeignKey(_)
        | Change::RenameForeignKey(_) => ('~', String::new()),
    };
    Line { sign, depth: 0, text }
}

fn part_line(changes: &ChangeSet<'_>, change: &Change) -> Vec<Line> {
    let (prev, next) = (changes.schemas.prev, changes.schemas.next);
    let line = |sign, text| vec![Line { sign, depth: 1, text }];
    match change {
        Change::CreateTable(id) => {
            let table = next.table(*id);
            let columns = table.columns.iter().map(|c| Line { sign: '+', depth: 1, text: column(c) });
            let indexes = table.indexes.iter().map(|i| Line { sign: '+', depth: 1, text: index(i) });
            columns.chain(indexes).collect()
        }
        Change::RenameTable(ids) => {
            line('~', format!("renamed from {}", prev.table(ids.prev).qualified_name()))
        }
        Change::AddColumn(id) => line('+', column(next.column(*id))),
        Change::DropColumn(id) => line('-', column(prev.column(*id))),
        Change::RenameColumn(ids) => {
            line('~', format!("{} → {}", prev.column(ids.prev).name, next.column(ids.next).name))
        }
        Change::AlterColumn(ids, _) => {
            let (was, is) = (prev.column(ids.prev), next.column(ids.next));
            let name = &is.name;
            line('~', format!("{name}  {} → {}", column_kind(was), column_kind(is)))
        }
        Change::AddPrimaryKey(id) => line('+', key_text(next.table(*id).primary_key.as_ref())),
        Change::DropPrimaryKey(id) => line('-', key_text(prev.table(*id).primary_key.as_ref())),
        Change::RenamePrimaryKey(ids) => {
            let name = |table: &glowplug_sql::model::Table| {
                table.primary_key.as_ref().and_then(|key| key.name.clone()).unwrap_or_default()
            };
            line('~', format!("primary key {} → {}", name(prev.table(ids.prev)), name(next.table(ids.next))))
        }
        Change::CreateIndex(id) => line('+', index(next.index_at(*id))),
        Change::DropIndex(id) => line('-', index(prev.index_at(*id))),
        Change::RenameIndex(ids) => {
            line('~', format!("index {} → {}", prev.index_at(ids.prev).name, next.index_at(ids.next).name))
        }
        Change::AddForeignKey(id) => line('+', foreign_key(next.foreign_key(*id))),
        Change::DropForeignKey(id) => line('-', foreign_key(prev.foreign_key(*id))),
        Change::RenameForeignKey(ids) => {
            let name = |key: &ForeignKey| key.name.clone().unwrap_or_default();
            let (was, is) = (name(prev.foreign_key(ids.prev)), name(next.foreign_key(ids.next)));
            line('~', format!("foreign key {was} → {is}"))
        }
        Change::DropTable(_)
        | Change::CreateNamespace(_)
        | Change::DropNamespace(_)
        | Change::DropExtension(_)
        | Change::CreateExtension(_)
        | Change::AlterExtension(_)
        | Change::CreateEnum(_)
        | Change::DropEnum(_)
        | Change::RenameEnum(_)
        | Change::AlterEnum(..)
        | Change::CreateForeign(_)
        | Change::DropForeign(_)
        | Change::AlterForeign(_) => Vec::new(),
    }
}

fn column(column: &Column) -> String {
    format!("{}  {}", column.name, column_kind(column))
}

/// Type, arity and default: everything about a column but its name.
fn column_kind(column: &Column) -> String {
    let mut text = match &column.ty.native {
        NativeType::Named { name, args } if args.is_empty() => name.clone(),
        NativeType::Named { name, args } => format!("{name}({})", args.join(",")),
        NativeType::Enum { name, .. } => name.clone(),
        NativeType::Unsupported(name) => name.clone(),
    };
    if column.ty.is_list {
        text.push_str("[]");
    } else if column.nullable {
        text.push('?');
    }
    match &column.auto_increment {
        Some(AutoIncrement::Serial { .. } | AutoIncrement::RowId { .. }) => text.push_str(" autoincrement"),
        Some(AutoIncrement::Identity { always, options }) => {
            text.push_str(if *always { " identity always" } else { " identity" });
            if !options.is_empty() {
                text.push_str(&format!(" ({})", options.join(" ").to_lowercase()));
            }
        }
        None => {}
    }
    if let Some(generated) = &column.generated {
        text.push_str(&format!(" as ({})", generated.expression));
    }
    if let Some(default) = &column.default {
        text.push_str(&format!(" default {}", default_text(default)));
    }
    text
}

fn default_text(default: &Default) -> String {
    match default {
        Default::Literal(value) => literal(value),
        Default::List(values) => format!("[{}]", values.iter().map(literal).collect::<Vec<_>>().join(", ")),
        Default::Now => "now()".to_owned(),
        Default::Expression(sql) => sql.clone(),
        Default::Unspecified => "by the database".to_owned(),
    }
}

fn literal(value: &Literal) -> String {
    match value {
        Literal::Text(text) => format!("'{text}'"),
        Literal::Number(text) => text.clone(),
        Literal::Boolean(value) => value.to_string(),
        Literal::Bytes(hex) => format!("0x{hex}"),
        Literal::EnumLabel(label) => label.clone(),
    }
}

fn key_text(key: Option<&glowplug_sql::model::PrimaryKey>) -> String {
    format!("primary key ({})", key.map(|key| key.columns.join(", ")).unwrap_or_default())
}

fn index(index: &Index) -> String {
    let parts: Vec<String> = index
        .parts
        .iter()
        .map(|part| match &part.key {
            IndexKey::Column(name) | IndexKey::Expression(name) => {
                format!("{name}{}", if part.descending { " desc" } else { "" })
            }
        })
        .collect();
    let kind = if index.unique { "unique" } else { "index" };
    let filter = if index.predicate.is_some() { " where ..." } else { "" };
    format!("{kind} ({}){filter}", parts.join(", "))
}

fn foreign_key(key: &ForeignKey) -> String {
    format!(
        "foreign key ({}) → {} ({})",
        key.columns.join(", "),
        key.target_table,
        key.target_columns.join(", ")
    )
}
