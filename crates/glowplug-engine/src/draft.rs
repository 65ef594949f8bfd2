//! The text of a new migration: statements with what is dangerous about them right above.

use std::sync::Arc;

use glowplug_dialect::database::Database;
use glowplug_dialect::dialect::Dialect;
use glowplug_dialect::finding::{Facts, Finding};
use glowplug_dialect::plan::{Part, Plan, PlanOptions, Refusal, Step, parts};
use glowplug_migrations::folder::Migration;
use glowplug_migrations::name::following;
use glowplug_migrations::write::NewMigration;
use glowplug_sql::change::ChangeSet;
use glowplug_sql::invert::invert;

use crate::ctx::Ctx;
use crate::marks;
use crate::prove::{self, Later, Proof, Subject};
use crate::report::level;

const UP: &str = "Written by glowplug from the schema. Review it; edit it where you know better.";
const DOWN: &str = "Takes up.sql back.";

/// A migration before it is written.
#[derive(Debug, Clone)]
pub struct Draft {
    /// up.sql
    pub up: String,
    /// down.sql
    pub down: String,
    /// The plan of up.sql.
    pub plan: Plan,
    /// What is dangerous about it.
    pub findings: Vec<Finding>,
    /// How well down.sql takes it back, once that was tried.
    pub proof: Option<Proof>,
    /// What that was tried on, on its way out.
    scratch: Option<Arc<Later>>,
    /// Whether the runner opens a transaction for up.sql and down.sql.
    pub run_in_transaction: bool,
    /// What needs transactions of its own, and becomes migrations of its own, so that any runner can run them.
    pub further: Vec<Further>,
}

/// A migration that follows.
#[derive(Debug, Clone)]
pub struct Further {
    /// A word for it, a part of its name.
    pub name: &'static str,
    /// up.sql
    pub up: String,
    /// down.sql
    pub down: String,
    /// Whether the runner opens a transaction for it.
    pub run_in_transaction: bool,
}

/// Plans `changes` both ways and writes the files' texts.
pub fn draft(dialect: &dyn Dialect, changes: &ChangeSet<'_>, facts: &Facts, options: &PlanOptions) -> Draft {
    let plan = dialect.plan(changes, options);
    let findings = glowplug_checks::run(changes, facts);
    let down_changes = invert(changes, dialect.compare());
    let down_plan = dialect
        .plan(&down_changes, &PlanOptions { allow_recreate: true, way_back: true, ..PlanOptions::default() });
    let mut down_findings = glowplug_checks::run(&down_changes, &Facts::default());
    // They say that a required column cannot come to rows; these columns bring a value along.
    down_findings.retain(|finding| !down_plan.filled.contains(&finding.change));
    let mut parts = parts(&plan, &down_plan).into_iter();
    let first = parts.next().unwrap_or_default();
    let up = text(UP, &[], &first.up, &findings, &plan.refused);
    let up = marks::with_start(&up, changes.schemas.prev);
    let down = text(DOWN, &first.undo, &first.down, &down_findings, &down_plan.refused);
    let further = parts.map(|part| further(&part, &findings)).collect();
    Draft {
        up,
        down,
        run_in_transaction: in_transaction(&first),
        plan,
        findings,
        proof: None,
        scratch: None,
        further,
    }
}

fn further(part: &Part, findings: &[Finding]) -> Further {
    let mut down = text(DOWN, &part.undo, &part.down, &[], &[]);
    if part.undo.is_empty() && part.down.is_empty() {
        down.push_str("-- There is nothing to take back: the migration before it does.\n");
    }
    Further {
        name: part.stage.name,
        up: marks::with_sum(&text(UP, &[], &part.up, findings, &[])),
        down,
        run_in_transaction: in_transaction(part),
    }
}

fn in_transaction(part: &Part) -> bool {
    part.up.iter().all(|step| step.in_transaction)
}

impl Draft {
    /// Runs both ways on a scratch database and writes down what came of it.
    pub fn prove(
        &mut self,
        ctx: &Ctx<'_>,
        database: &mut dyn Database,
        changes: &ChangeSet<'_>,
        history: &[Migration],
        wanted: bool,
    ) {
        let run_in_transaction = self.run_in_transaction && self.further.is_empty();
        // The migrations that belong together are tried together: there in order, and back the other way round.
        let ups = std::iter::once(&self.up).chain(self.further.iter().map(|it| &it.up));
        let downs = self.further.iter().rev().map(|it| &it.down).chain([&self.down]);
        let (up, down) = (ups.cloned().collect::<String>(), downs.cloned().collect::<String>());
        let subject = Subject { up: &up, down: &down, run_in_transaction, changes, history };
        let (proof, later) = prove::unless_off(ctx, database, &subject, wanted);
        for down in self.further.iter_mut().map(|it| &mut it.down).chain([&mut self.down]) {
            *down = marks::after_head(down, &proof.comment());
        }
        self.proof = Some(proof);
        self.scratch = Some(Arc::new(later));
    }

    /// The files under a name, of a plan that is not [`PlanOptions::online`]: nothing follows them.
    pub fn alone(&self, name: &str) -> NewMigration {
        NewMigration {
            name: name.to_owned(),
            up: self.up.clone(),
            down: self.down.clone(),
            run_in_transaction: self.run_in_transaction,
        }
    }

    /// The files under a name, and those that follow, in order.
    pub fn named(&self, name: &str) -> Vec<NewMigration> {
        let first = self.alone(name);
        let further = self.further.iter().enumerate().map(|(place, it)| NewMigration {
            name: following(name, place + 1, it.name),
            up: it.up.clone(),
            down: it.down.clone(),
            run_in_transaction: it.run_in_transaction,
        });
        [first].into_iter().chain(further).collect()
    }
}

/// The text of a migration that a person is to write.
pub fn empty(name: &str) -> NewMigration {
    NewMigration {
        name: name.to_owned(),
        up: "-- This is an empty migration: write the statements that apply it.\n".to_owned(),
        down: "-- Write the statements that take up.sql back.\n".to_owned(),
        run_in_transaction: true,
    }
}

/// The statements of a plan, with what they lock and what is dangerous about them above each, under a first line.
pub fn script(head: &str, plan: &Plan, findings: &[Finding]) -> String {
    text(head, &[], &plan.steps, findings, &plan.refused)
}

fn text(head: &str, first: &[String], steps: &[Step], findings: &[Finding], refused: &[Refusal]) -> String {
    let mut text = format!("-- {head}\n");
    for sql in first {
        text.push_str(&format!("\n{sql}\n"));
    }
    for step in steps {
        let lock = step.lock_words().map_or_else(String::new, |words| format!(" ({words})"));
        text.push_str(&format!("\n-- {}{lock}\n", step.title));
        for note in &step.notes {
            text.push_str(&format!("-- note: {note}\n"));
        }
        for finding in findings.iter().filter(|finding| step.realises.contains(&finding.change)) {
            let level = level(finding.level);
            text.push_str(&format!("-- {level} {}: {}\n", finding.code, finding.message));
        }
        text.push_str(&step.sql);
        text.push('\n');
    }
    for refusal in refused {
        text.push_str(&format!("\n-- left out, because it cannot be done as things are: {}\n", refusal.why));
    }
    text
}
