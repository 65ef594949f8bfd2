//! What must be agreed to before a plan runs: no cast, values that would be lost, statements that cannot run.

use std::time::Duration;

use glowplug_dialect::database::Database;
use glowplug_dialect::finding::{Facts, Finding, Level};
use glowplug_dialect::plan::{Obstacle, Plan};
use glowplug_sql::change::ChangeSet;

use crate::ctx::Ctx;
use crate::failure::{Failure, Result};
use crate::summary::summarize;
use crate::ui::{Answer, Question};

/// How long a live database may take to answer questions about rows.
const PROBE_LIMIT: Duration = Duration::from_secs(20);

/// What the rows of a live database say about the changes. It may lack the tables (of pending migrations): a
/// question without an answer is no failure.
///
/// # Errors
/// Whatever the database answers.
pub fn facts(database: &mut dyn Database, changes: &ChangeSet<'_>) -> Result<Facts> {
    let probes = glowplug_checks::probes(changes);
    if probes.is_empty() {
        return Ok(Facts::default());
    }
    Ok(database.probe(&probes, PROBE_LIMIT)?)
}

/// Refuses what the planner could not plan: a type that changes where no cast exists, unless it was allowed to
/// drop and add the column; a view or another object that stands in the way and could not be made again.
///
/// # Errors
/// Names the object and the ways out.
pub fn refuse_unplanned(changes: &ChangeSet<'_>, plan: &Plan) -> Result<()> {
    let Some(first) = plan.refused.first() else { return Ok(()) };
    let all = plan.refused.iter().filter(|it| it.obstacle == first.obstacle);
    Err(match first.obstacle {
        Obstacle::NoCast => Failure::refused("GP2008", first.why.clone())
            .fact(what(changes, first.change))
            .hint("--allow-recreate    drops the column and adds it again, with loss of its values")
            .hint("or add a new column beside it and copy what can be kept"),
        Obstacle::Dependent => {
            let mut failure = Failure::refused("GP2010", first.why.clone());
            failure.facts = all.map(|it| what(changes, it.change)).collect();
            failure
                .hint("with the schema as it was, --create-only writes an empty migration: change or drop it there")
                .hint("nothing is ever dropped along")
        }
    })
}

/// Refuses what cannot run, and asks before something is lost, unless that was accepted. `way_out` is one more
/// hint: what to do instead.
///
/// # Errors
/// A no, or nobody to ask (exit code 3).
pub fn refuse_loss(
    ctx: &mut Ctx<'_>,
    findings: &[Finding],
    accepted: bool,
    way_out: Option<&str>,
) -> Result<()> {
    let with_way_out = |failure: Box<Failure>| match way_out {
        Some(hint) => failure.hint(hint),
        None => failure,
    };
    if let Some(finding) = findings.iter().find(|finding| finding.level == Level::Impossible) {
        let mut failure = Failure::refused(finding.code, finding.message.clone()).fact("nothing was changed");
        failure.hints.extend(finding.hint.clone());
        return Err(with_way_out(failure));
    }
    let warnings: Vec<&Finding> = findings.iter().filter(|f| f.level == Level::Warning).collect();
    if warnings.is_empty() || accepted {
        return Ok(());
    }
    let message = warnings.iter().map(|finding| finding.message.as_str()).collect::<Vec<_>>().join("; ");
    match ctx.ui.ask(&Question::Confirm { message: message.clone() }) {
        Some(Answer::Yes) => Ok(()),
        Some(Answer::No | Answer::Text(_) | Answer::Way(_)) => {
            Err(Failure::refused(warnings[0].code, "nothing was changed"))
        }
        None => {
            let mut failure = Failure::unanswered(warnings[0].code, message).fact("nothing was changed");
            failure.hints.extend(warnings[0].hint.clone());
            Err(with_way_out(failure.hint("--accept-data-loss    if that is meant")))
        }
    }
}

fn what(changes: &ChangeSet<'_>, index: usize) -> String {
    let one = ChangeSet { schemas: changes.schemas, changes: vec![changes.changes[index].clone()] };
    summarize(&one).iter().map(|line| format!("{} {}", line.sign, line.text)).collect::<Vec<_>>().join("  ")
}
