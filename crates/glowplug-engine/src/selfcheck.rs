//! After an apply nothing may be left to do. If something is, that is a defect of this tool: it is said aloud, and
//! the pair of models is kept in a file, so that it can be mended.

use glowplug_migrations::name::slug;
use glowplug_sql::change::ChangeSet;
use glowplug_sql::diff::diff;
use glowplug_sql::hints::RenameHints;
use glowplug_sql::model::SqlSchema;
use glowplug_sql::pair::Pair;
use serde::Serialize;

use crate::ctx::Ctx;
use crate::dump;
use crate::failure::{Result, io_failure};
use crate::ignored::Ignored;
use crate::summary::{Line, summarize};
use crate::ui::Event;

/// What a report holds: names, types and defaults, never a row.
#[derive(Serialize)]
struct Report<'a> {
    tool_version: &'a str,
    after: &'a str,
    left: Vec<Line>,
    live_sql: String,
    wanted_sql: String,
    live: &'a SqlSchema,
    wanted: &'a SqlSchema,
}

/// Compares the live database with what was wanted, after `what` was applied.
pub fn compare(ctx: &mut Ctx<'_>, ignored: &Ignored, what: &str, live: &SqlSchema, wanted: &SqlSchema) {
    let left = left(ctx, ignored, live, wanted);
    report(ctx, what, &left);
}

/// What leads from the live database to what was wanted. Ignored drift does not count.
pub fn left<'a>(
    ctx: &Ctx<'_>,
    ignored: &Ignored,
    live: &'a SqlSchema,
    wanted: &'a SqlSchema,
) -> ChangeSet<'a> {
    let left = diff(Pair::new(live, wanted), ctx.dialect.compare(), &RenameHints::default());
    ignored.not_ignored(&left)
}

/// Says what is left to do from the live database to what was wanted, if anything is.
pub fn report(ctx: &mut Ctx<'_>, what: &str, left: &ChangeSet<'_>) {
    if left.is_empty() {
        return;
    }
    let lines = summarize(left);
    let words: Vec<String> = lines.iter().map(|line| format!("{} {}", line.sign, line.text)).collect();
    let with = match write(ctx, what, left, lines) {
        Ok(path) => format!("`{path}` (both models; no rows, no passwords)"),
        Err(_) => "the schema file and the migrations".to_owned(),
    };
    let message = format!(
        "after {what} the database still differs from what was asked for ({}): this is a defect of glowplug; \
         please report it with {with}",
        words.join("; ")
    );
    ctx.ui.report(&Event::Warning { message: &message });
}

fn write(ctx: &Ctx<'_>, what: &str, left: &ChangeSet<'_>, lines: Vec<Line>) -> Result<String> {
    let Pair { prev: live, next: wanted } = left.schemas;
    let report = Report {
        tool_version: &ctx.tool_version,
        after: what,
        left: lines,
        live_sql: dump::sql(ctx, live),
        wanted_sql: dump::sql(ctx, wanted),
        live,
        wanted,
    };
    let folder = ctx.paths.state.join("reports");
    std::fs::create_dir_all(&folder).map_err(|error| io_failure("create", &folder, &error))?;
    let name = slug(what).unwrap_or_else(|| "apply".to_owned());
    let path = folder.join(format!("{}_{name}.json", ctx.clock.folder_timestamp()));
    let text = serde_json::to_string_pretty(&report).unwrap_or_default();
    std::fs::write(&path, text).map_err(|error| io_failure("write", &path, &error))?;
    Ok(ctx.paths.show(&path))
}
