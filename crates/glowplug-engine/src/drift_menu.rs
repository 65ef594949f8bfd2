//! On a terminal, `dev` asks what is to become of drift, object by object; a reset is the last thing that is offered.
//! Without one it ends with the commands that do the same.

use glowplug_dialect::database::Database;
use glowplug_dialect::words::{counted, counted_as};
use glowplug_migrations::meta;

use crate::commands::drift::{self as ways, Adopted};
use crate::commands::reset;
use crate::ctx::Ctx;
use crate::drift::{self, Drift, Inspection};
use crate::failure::{Failure, Result};
use crate::history::History;
use crate::summary::Line;
use crate::ui::{Answer, Event, Question, Way};
use crate::{ignored, naming};

/// Where `dev` stands after that.
pub enum Settled {
    /// Nothing is in its way.
    GoOn(Box<(History, Inspection)>),
    /// Something was adopted that the schema file lacks: what follows would take it back.
    Adopted(Adopted),
}

/// Settles the drift of a database, if there is any.
///
/// # Errors
/// Drift that is left, because nobody is there to ask or somebody left it; or as the ways that were chosen.
pub fn settle(ctx: &mut Ctx<'_>, database: &mut dyn Database, history: History) -> Result<Settled> {
    let inspection = drift::inspect(ctx, database, &history)?;
    if inspection.drift.is_none() {
        return Ok(Settled::GoOn(Box::new((history, inspection))));
    }
    let Some(chosen) = ask(ctx, &history, &inspection)? else {
        return Err(refused(ctx, database, &inspection.drift)?);
    };
    let adopted = carry_out(ctx, database, &history, &inspection, &chosen)?;
    let mut history = History::read(ctx, database)?;
    let mut inspection = drift::inspect(ctx, database, &history)?;
    if !inspection.drift.is_none() {
        if !wants_reset(ctx, &inspection.drift) {
            return Err(refused(ctx, database, &inspection.drift)?);
        }
        reset::confirm(ctx, database, false)?;
        reset::start_over(ctx, database, false)?;
        history = History::read(ctx, database)?;
        inspection = drift::inspect(ctx, database, &history)?;
    } else if let Some(adopted) = adopted.filter(|it| it.in_schema) {
        return Ok(Settled::Adopted(adopted));
    }
    Ok(Settled::GoOn(Box::new((history, inspection))))
}

/// The refusal, with the commands for when nobody is there.
fn refused(ctx: &Ctx<'_>, database: &mut dyn Database, drift: &Drift) -> Result<Box<Failure>> {
    let count = counted(drift.count, "difference");
    let mut failure = Failure::new("GP3207", format!("the database has {count} that no migration made"));
    failure.facts = drift.changes.iter().map(Line::indented).collect();
    if meta::read(database)?.pushed.is_some() {
        failure.facts.push("`push` has run here, which writes no migration".to_owned());
    }
    Ok(failure
        .hint(format!(
            "{} migrate status    shows the SQL that takes it back, and the SQL of a migration that keeps it",
            ctx.tool
        ))
        .hint(format!(
            "{} drift adopt --name <name>    writes a migration from it, marked as applied here",
            ctx.tool
        ))
        .hint(format!("{} drift revert    makes the database as the history says", ctx.tool))
        .hint(format!(
            "{} drift ignore {}    leaves it be, and says so in the repository",
            ctx.tool,
            drift.ignorable()
        )))
}

/// What somebody chose, by the names of objects.
#[derive(Default)]
struct Chosen {
    adopt: Vec<String>,
    revert: Vec<String>,
    ignore: Vec<String>,
}

/// `None` if there is nobody to ask.
fn ask(ctx: &mut Ctx<'_>, history: &History, inspection: &Inspection) -> Result<Option<Chosen>> {
    let mut chosen = Chosen::default();
    for object in inspection.separate_objects(ctx) {
        let part = inspection.part(ctx, std::slice::from_ref(&object))?;
        let mut open = Vec::new();
        if part.cannot_adopt.is_empty() && history.diagnosis.pending.is_empty() {
            open.push(Way::Adopt);
        }
        if part.cannot_revert.is_empty() {
            open.push(Way::Revert);
        }
        open.extend([Way::Ignore, Way::Leave]);
        let question = Question::Drift {
            object: object.clone(),
            changes: part.changes.iter().map(Line::indented).collect(),
            back: part.revert_sql,
            ways: open,
        };
        match ctx.ui.ask(&question) {
            Some(Answer::Way(Way::Adopt)) => chosen.adopt.push(object),
            Some(Answer::Way(Way::Revert)) => chosen.revert.push(object),
            Some(Answer::Way(Way::Ignore)) => chosen.ignore.push(object),
            Some(Answer::Way(Way::Leave) | Answer::Yes | Answer::No | Answer::Text(_)) => {}
            None => return Ok(None),
        }
    }
    Ok(Some(chosen))
}

/// What is taken back comes first: it asks once more, and a no changes nothing.
fn carry_out(
    ctx: &mut Ctx<'_>,
    database: &mut dyn Database,
    history: &History,
    inspection: &Inspection,
    chosen: &Chosen,
) -> Result<Option<Adopted>> {
    let is_all =
        |names: &[String]| chosen.adopt.len() + chosen.revert.len() + chosen.ignore.len() == names.len();
    if !chosen.revert.is_empty() {
        let objects = if is_all(&chosen.revert) { &[][..] } else { &chosen.revert };
        let reverted = ways::revert_part(ctx, database, inspection, objects, false)?;
        let message = format!(
            "Ran {}: {} as the history says",
            counted(reverted.statements.len(), "statement"),
            are(&chosen.revert)
        );
        ctx.ui.report(&Event::Settled { message: &message });
    }
    let mut adopted = None;
    if !chosen.adopt.is_empty() {
        let question = Question::MigrationName { suggestion: "adopt_drift".to_owned() };
        let name = match ctx.ui.ask(&question) {
            Some(Answer::Text(name)) => name,
            _ => "adopt_drift".to_owned(),
        };
        naming::check(&name)?;
        let objects = if is_all(&chosen.adopt) { &[][..] } else { &chosen.adopt };
        let written = ways::adopt_part(ctx, database, history, inspection, &name, objects)?;
        let message = format!("Written {}, marked as applied here", written.path);
        ctx.ui.report(&Event::Settled { message: &message });
        adopted = Some(written);
    }
    if !chosen.ignore.is_empty() {
        let message =
            format!("Written into {}: {}", ignored::add(ctx, &chosen.ignore)?, chosen.ignore.join(", "));
        ctx.ui.report(&Event::Settled { message: &message });
    }
    Ok(adopted)
}

fn are(objects: &[String]) -> String {
    format!("{} {}", objects.join(", "), if objects.len() == 1 { "is" } else { "are" })
}

/// Asked last, when a difference was left.
fn wants_reset(ctx: &mut Ctx<'_>, drift: &Drift) -> bool {
    let question = Question::StartOver {
        message: format!(
            "{} left that no migration made",
            counted_as(drift.count, "difference is", "differences are")
        ),
        copied: ctx.copies > 0,
    };
    ctx.ui.ask(&question) == Some(Answer::Yes)
}
