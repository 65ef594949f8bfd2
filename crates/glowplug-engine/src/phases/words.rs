//! What is told of a migration that stops half-way.

use glowplug_dialect::error::{DatabaseError, ErrorKind};
use glowplug_migrations::diagnose::Failed;
use glowplug_migrations::steps::Step;

use super::Phases;
use super::parts::shown;
use crate::apply::statement_failure;
use crate::ctx::Ctx;
use crate::failure::Failure;
use crate::history::{half_back, unfinished};
use crate::patience::blocked;
use crate::take_back;

impl Phases<'_> {
    pub(super) fn changed(&self, ctx: &Ctx<'_>, step: &Step, now: Option<&str>) -> Box<Failure> {
        let name = &self.migration.name;
        let message = format!("migration `{name}` was changed where it has landed already");
        let now = now.map_or_else(|| "nothing".to_owned(), |text| format!("`{}`", shown(text)));
        Failure::new("GP3220", message)
            .fact(format!("landed: `{}`", shown(&step.sql)))
            .fact(format!("now: {now}"))
            .hint("restore that statement; those after it may be changed")
            .hint(format!(
                "{} migrate resolve --rolled-back {name}    after undoing what landed by hand",
                ctx.tool
            ))
    }

    pub(super) fn failed(
        &self,
        ctx: &Ctx<'_>,
        at: usize,
        error: &DatabaseError,
        leftover: Option<&'static str>,
    ) -> Box<Failure> {
        let name = &self.migration.name;
        let mut failure = if error.kind == ErrorKind::Blocked {
            let message = format!("migration `{name}` cannot get at what others use: {}", error.message);
            blocked(message, error, ctx.pace.tries)
        } else if self.is_back {
            take_back::statement_failure(ctx, self.migration, &self.script, error)
        } else {
            statement_failure(ctx, self.migration, false, error)
        };
        failure.facts.extend(self.what_landed(at));
        failure.facts.extend(leftover.map(str::to_owned));
        let goes_on = format!("it goes on with statement {}", self.number(at));
        if error.kind == ErrorKind::Statement {
            failure
                .hints
                .push(format!("mend the SQL or the rows, then run the same command again: {goes_on}"));
        } else {
            failure.hints.push(format!("run the same command again: {goes_on}"));
        }
        failure
    }

    pub(super) fn what_landed(&self, at: usize) -> Vec<String> {
        let (number, all) = (self.number(at), self.statements());
        let landed = match number {
            1 => "landed: nothing of this migration".to_owned(),
            2 => format!("landed: statement 1 of {all}"),
            _ => format!("landed: statements 1 to {} of {all}", number - 1),
        };
        let rest = match all - number {
            0 => format!("not landed: statement {number}"),
            _ => format!("not landed: statements {number} to {all}"),
        };
        vec![landed, rest]
    }

    /// Nobody can tell whether that statement ended.
    pub(super) fn unknown(&self, ctx: &Ctx<'_>, step: &Step) -> Box<Failure> {
        let mut facts = self.what_landed(step.ordinal);
        facts.push(format!(
            "statement {} began, and nobody can tell whether it ended: `{}`",
            self.number(step.ordinal),
            shown(&step.sql)
        ));
        if self.is_back {
            return half_back(&ctx.tool, &self.migration.name, facts);
        }
        let open = Failed {
            id: self.begun.run.clone(),
            name: self.migration.name.clone(),
            started_at: self.begun.at.clone(),
            log: step.log.clone(),
            by_application: false,
        };
        unfinished(&ctx.tool, &open, facts)
    }
}
