//! `locks-parent` (GP2201): a statement about one table that locks the table its foreign keys refer to.
//!
//! Measured on PostgreSQL 15 with `pg_locks`: a new foreign key takes SHARE ROW EXCLUSIVE on the table that it
//! refers to, dropping one, or the table that has it, ACCESS EXCLUSIVE.

use glowplug_dialect::lint::TextFinding;
use glowplug_sql::model::{SqlSchema, Table};
use squawk_syntax::ast::{self, AstNode};

/// Its code.
pub(super) const LOCKS_PARENT: &str = "GP2201";

/// The end of the names that PostgreSQL, Prisma and this tool give to foreign keys.
const USUAL_END: &str = "_fkey";

/// What the statements of a file find.
pub(super) fn findings(file: &ast::SourceFile, before: Option<&SqlSchema>) -> Vec<TextFinding> {
    let mut cx = Cx { before, created: Vec::new(), dropped: Vec::new(), findings: Vec::new() };
    for statement in file.stmts() {
        match &statement {
            ast::Stmt::CreateTable(it) => {
                cx.created.extend(it.table_name().and_then(|it| Some(it.path()?.segment()?.text())));
            }
            ast::Stmt::DropTable(it) => cx.dropped.extend(it.table_name_refs().filter_map(|it| name(&it))),
            _ => {}
        }
    }
    for statement in file.stmts() {
        match &statement {
            ast::Stmt::CreateTable(it) => cx.new_keys(it.syntax()),
            ast::Stmt::AlterTable(it) => cx.alter_table(it),
            ast::Stmt::DropTable(it) => cx.drop_table(it),
            _ => {}
        }
    }
    cx.findings
}

struct Cx<'a> {
    before: Option<&'a SqlSchema>,
    created: Vec<String>,
    dropped: Vec<String>,
    findings: Vec<TextFinding>,
}

impl Cx<'_> {
    fn alter_table(&mut self, statement: &ast::AlterTable) {
        let table = statement.table_relation_name().and_then(|it| name(&it.table_name_ref()?));
        let is_new = table.as_ref().is_some_and(|it| self.created.contains(it));
        for action in statement.actions() {
            match &action {
                // On a table with rows the rule about foreign keys speaks of both tables, unless it is NOT VALID.
                ast::AlterTableAction::AddConstraint(it) => {
                    if is_new || it.constraint().is_some_and(|it| it.is_not_valid()) {
                        self.new_keys(it.syntax());
                    }
                }
                ast::AlterTableAction::DropConstraint(it) => self.drop_constraint(table.as_deref(), it),
                _ => {}
            }
        }
    }

    /// Foreign keys that a statement makes: one finding for each table that they refer to.
    fn new_keys(&mut self, node: &squawk_syntax::SyntaxNode) {
        let mut said: Vec<String> = Vec::new();
        for node in node.descendants() {
            let target = ast::ForeignKeyConstraint::cast(node.clone())
                .and_then(|it| it.table_name_ref())
                .or_else(|| ast::ReferencesConstraint::cast(node.clone()).and_then(|it| it.table()));
            let Some(parent) = target.as_ref().and_then(name) else { continue };
            if self.created.contains(&parent) || said.contains(&parent) {
                continue;
            }
            self.findings.push(finding(
                &node,
                format!(
                    "the new foreign key makes writes to `{parent}` wait, too, until the transaction ends"
                ),
            ));
            said.push(parent);
        }
    }

    fn drop_constraint(&mut self, table: Option<&str>, action: &ast::DropConstraint) {
        let Some(constraint) =
            action.constraint_name_ref().and_then(|it| Some(it.path_ref()?.segment()?.text()))
        else {
            return;
        };
        let parent = match (self.before, table) {
            (Some(before), Some(table)) => {
                let keys = tables(before, table).flat_map(|it| &it.foreign_keys);
                let mut keys = keys.filter(|key| key.name.as_ref() == Some(&constraint));
                match keys.next() {
                    // Its own table is locked anyway.
                    Some(key) if key.target_table != table => format!("`{}`", key.target_table),
                    Some(_) | None => return,
                }
            }
            _ if constraint.ends_with(USUAL_END) => "the table that it refers to".to_owned(),
            _ => return,
        };
        self.findings.push(finding(
            action.syntax(),
            format!("dropping the foreign key `{constraint}` makes reads and writes of {parent} wait, too"),
        ));
    }

    fn drop_table(&mut self, statement: &ast::DropTable) {
        let Some(before) = self.before else { return };
        for target in statement.table_name_refs() {
            let Some(child) = name(&target) else { continue };
            let mut parents: Vec<String> = tables(before, &child)
                .flat_map(|it| &it.foreign_keys)
                .map(|key| key.target_table.clone())
                .filter(|parent| !self.dropped.contains(parent))
                .map(|parent| format!("`{parent}`"))
                .collect();
            parents.sort();
            parents.dedup();
            if !parents.is_empty() {
                self.findings.push(finding(
                    target.syntax(),
                    format!(
                        "dropping `{child}` makes reads and writes of {} wait, too: its foreign keys refer there",
                        parents.join(", ")
                    ),
                ));
            }
        }
    }
}

fn finding(node: &squawk_syntax::SyntaxNode, message: String) -> TextFinding {
    let range = node.text_range();
    TextFinding {
        code: LOCKS_PARENT.to_owned(),
        place: usize::from(range.start())..usize::from(range.end()),
        message,
        hint: Some(
            "keep the migration short: nothing that reads or writes a table whole beside it".to_owned(),
        ),
    }
}

fn name(table: &ast::TableNameRef) -> Option<String> {
    Some(table.path_ref()?.segment()?.text())
}

/// Tables of that name, in any schema.
fn tables<'a>(schema: &'a SqlSchema, name: &str) -> impl Iterator<Item = &'a Table> {
    schema.tables.iter().filter(move |table| table.name == name)
}
