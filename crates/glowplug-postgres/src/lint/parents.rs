//! `locks-parent` (GP2201): a statement about one table that locks the table its foreign keys refer to.
//!
//! Measured on PostgreSQL 15 with `pg_locks`: a new foreign key takes SHARE ROW EXCLUSIVE on the table that it
//! refers to, dropping one, or the table that has it, ACCESS EXCLUSIVE.

use glowplug_dialect::lint::TextFinding;
use glowplug_sql::model::{SqlSchema, Table};
use squawk_syntax::ast::{self, AstNode};

use super::tables;

/// Its code.
pub(super) const LOCKS_PARENT: &str = "GP2201";

/// The end of the names that PostgreSQL, Prisma and this tool give to foreign keys.
const USUAL_END: &str = "_fkey";

/// What the statements of a file find.
pub(super) fn findings(file: &ast::SourceFile, before: Option<&SqlSchema>) -> Vec<TextFinding> {
    let dropped = |it| match it {
        ast::Stmt::DropTable(it) => it.table_name_refs().filter_map(|it| tables::name(&it)).collect(),
        _ => Vec::new(),
    };
    let dropped = file.stmts().flat_map(dropped).collect();
    let mut cx =
        Cx { before, created: tables::created(file), dropped, said: Vec::new(), findings: Vec::new() };
    for statement in file.stmts() {
        match &statement {
            ast::Stmt::CreateTable(it) => cx.new_keys(None, it.syntax()),
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
    /// Tables that a new foreign key was found to lock: once a file is enough.
    said: Vec<String>,
    findings: Vec<TextFinding>,
}

impl Cx<'_> {
    fn alter_table(&mut self, statement: &ast::AlterTable) {
        let table = statement.table_relation_name().and_then(|it| tables::name(&it.table_name_ref()?));
        let is_new = table.as_ref().is_some_and(|it| self.created.contains(it));
        for action in statement.actions() {
            match &action {
                // On a table with rows the rule about foreign keys speaks of both tables, unless it is NOT VALID.
                ast::AlterTableAction::AddConstraint(it)
                    if is_new || it.constraint().is_some_and(|it| it.is_not_valid()) =>
                {
                    self.new_keys(table.as_deref(), it.syntax());
                }
                ast::AlterTableAction::DropConstraint(it) => self.drop_constraint(table.as_deref(), it),
                _ => {}
            }
        }
    }

    /// Foreign keys that a statement makes for its own table: one finding for each other that they refer to,
    /// the first time.
    fn new_keys(&mut self, own: Option<&str>, node: &squawk_syntax::SyntaxNode) {
        for node in node.descendants() {
            let target = ast::ForeignKeyConstraint::cast(node.clone())
                .and_then(|it| it.table_name_ref())
                .or_else(|| ast::ReferencesConstraint::cast(node.clone()).and_then(|it| it.table()));
            let Some(parent) = target.as_ref().and_then(tables::name) else { continue };
            if self.created.contains(&parent) || self.said.contains(&parent) || own == Some(parent.as_str()) {
                continue;
            }
            self.findings.push(finding(
                &node,
                format!(
                    "the new foreign key makes writes to `{parent}` wait, too, until the transaction ends"
                ),
            ));
            self.said.push(parent);
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
                let keys = named(before, table).flat_map(|it| &it.foreign_keys);
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
            let Some(child) = tables::name(&target) else { continue };
            let mut parents: Vec<String> = named(before, &child)
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

/// Tables of that name, in any schema.
fn named<'a>(schema: &'a SqlSchema, name: &str) -> impl Iterator<Item = &'a Table> {
    schema.tables.iter().filter(move |table| table.name == name)
}
