//! The text of a new migration: statements with what is dangerous about them right above.

use std::sync::Arc;

use glowplug_dialect::database::Database;
use glowplug_dialect::dialect::Dialect;
use glowplug_dialect::finding::{Facts, Finding};
use glowplug_dialect::plan::{Plan, PlanOptions};
use glowplug_migrations::folder::Migration;
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
}

/// Plans `changes` both ways and writes the files' texts.
pub fn draft(dialect: &dyn Dialect, changes: &ChangeSet<'_>, facts: &Facts, options: &PlanOptions) -> Draft {
    let plan = dialect.plan(changes, options);
    let findings = glowplug_checks::run(changes, facts);
    let down_changes = invert(changes, dialect.compare());
    let down_plan = dialect.plan(&down_changes, &PlanOptions { allow_recreate: true, way_back: true });
    let mut down_findings = glowplug_checks::run(&down_changes, &Facts::default());
    // They say that a required column cannot come to rows; these columns bring a value along.
    down_findings.retain(|finding| !down_plan.filled.contains(&finding.change));
    let up = marks::with_start(&script(UP, &plan, &findings), changes.schemas.prev);
    let down = script(DOWN, &down_plan, &down_findings);
    Draft { up, down, plan, findings, proof: None, scratch: None }
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
        let run_in_transaction = self.runs_in_transaction();
        let (up, down) = (&self.up, &self.down);
        let subject = Subject { up, down, run_in_transaction, changes, history };
        let (proof, later) = prove::unless_off(ctx, database, &subject, wanted);
        self.down = marks::after_head(&self.down, &proof.comment());
        self.proof = Some(proof);
        self.scratch = Some(Arc::new(later));
    }

    fn runs_in_transaction(&self) -> bool {
        self.plan.steps.iter().all(|step| step.in_transaction)
    }

    /// The files under a name.
    pub fn named(&self, name: &str) -> NewMigration {
        NewMigration {
            name: name.to_owned(),
            up: self.up.clone(),
            down: self.down.clone(),
            run_in_transaction: self.runs_in_transaction(),
        }
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
    let mut text = format!("-- {head}\n");
    for step in &plan.steps {
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
    for refusal in &plan.refused {
        text.push_str(&format!("\n-- left out, because it cannot be done as things are: {}\n", refusal.why));
    }
    text
}
