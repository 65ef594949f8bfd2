//! Tables by name, as the statements of a file speak of them.

use std::ops::Range;

use squawk_syntax::ast::{self, AstNode};

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
