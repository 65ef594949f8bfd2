//! Tables by name, as the statements of a file speak of them.

use std::ops::Range;

use glowplug_sql::model::SqlSchema;
use squawk_syntax::ast::{self, AstNode, NameLike};

/// The name of a table, without its schema.
pub(super) fn name(table: &ast::TableNameRef) -> Option<String> {
    Some(table.path_ref()?.segment()?.text())
}

/// The tables that a file makes.
pub(super) fn created(file: &ast::SourceFile) -> Vec<String> {
    file.stmts()
        .filter_map(|it| match it {
            ast::Stmt::CreateTable(it) => Some(it.table_name()?.path()?.segment()?.text()),
            _ => None,
        })
        .collect()
}

/// The places of the statements that change or index a table that the file makes: it has no rows yet, and nobody else
/// knows it.
pub(super) fn statements_about_new(file: &ast::SourceFile) -> Vec<Range<usize>> {
    let created = created(file);
    let place = |statement: ast::Stmt| {
        let table = match &statement {
            ast::Stmt::AlterTable(it) => it.table_relation_name()?.table_name_ref()?,
            ast::Stmt::CreateIndex(it) => it.table_relation_name()?.table_name_ref()?,
            _ => return None,
        };
        let range = statement.syntax().text_range();
        created.contains(&name(&table)?).then(|| usize::from(range.start())..usize::from(range.end()))
    };
    file.stmts().filter_map(place).collect()
}

/// The places of `ALTER COLUMN ... SET NOT NULL` where a validated check of the model before says the same: the server
/// takes it as the proof, and reads nothing.
pub(super) fn proven_required(file: &ast::SourceFile, before: Option<&SqlSchema>) -> Vec<Range<usize>> {
    let Some(before) = before else { return Vec::new() };
    let mut places = Vec::new();
    for statement in file.stmts() {
        let ast::Stmt::AlterTable(statement) = statement else { continue };
        let table = statement.table_relation_name().and_then(|it| name(&it.table_name_ref()?));
        let Some(table) = table else { continue };
        for action in statement.actions() {
            let ast::AlterTableAction::AlterColumn(action) = action else { continue };
            let Some(ast::AlterColumnOption::SetNotNull(_)) = action.option() else { continue };
            let column = action.column_name_ref().map(|it| it.text()).unwrap_or_default();
            if is_checked(before, &table, &column) {
                let range = action.syntax().text_range();
                places.push(usize::from(range.start())..usize::from(range.end()));
            }
        }
    }
    places
}

/// Whether a check that every row has passed says that the column has a value.
fn is_checked(schema: &SqlSchema, table: &str, column: &str) -> bool {
    let says = [column.to_owned(), format!("\"{}\"", column.replace('"', "\"\""))];
    let says = says.map(|name| format!("CHECK (({name} IS NOT NULL))"));
    schema.foreign.iter().any(|object| {
        object.kind == "check"
            && object.part_of.as_ref().is_some_and(|it| it.name == table)
            && object.definition.as_ref().is_some_and(|definition| {
                says.iter().any(|it| definition.contains(it.as_str())) && !definition.contains("NOT VALID")
            })
    })
}
