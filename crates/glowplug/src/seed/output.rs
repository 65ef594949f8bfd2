//! What a seed binary prints, and how it ends.

use std::fmt::Write as _;
use std::io::{ErrorKind, Write};
use std::process::ExitCode;

use super::{Checked, Options, Outcome, Report, SeedError};

/// A check found differences: the tool's own code for that.
const DIFFERS: u8 = 5;
/// Refused for safety: the same.
const REFUSED: u8 = 4;

/// Prints what came of it, as text or JSON, and gives the exit code: 0 done, 1 failed, 4 refused, 5 the second run
/// changes rows.
pub fn finish(outcome: Result<Outcome, SeedError>, options: &Options) -> ExitCode {
    match outcome {
        Ok(outcome) => {
            let text = match (&outcome, options.json) {
                (Outcome::Seeded(report), false) => seeded_text(report),
                (Outcome::Seeded(report), true) => seeded_json(report),
                (Outcome::Checked(checked), false) => checked_text(checked),
                (Outcome::Checked(checked), true) => checked_json(checked),
            };
            let code = match &outcome {
                Outcome::Checked(checked) if !checked.differences.is_empty() => ExitCode::from(DIFFERS),
                Outcome::Checked(_) | Outcome::Seeded(_) => ExitCode::SUCCESS,
            };
            match std::io::stdout().write_all(text.as_bytes()) {
                // A reader that has seen enough is no failure; a full disk is one.
                Err(error) if error.kind() != ErrorKind::BrokenPipe => ExitCode::FAILURE,
                Ok(()) | Err(_) => code,
            }
        }
        Err(error) => {
            let text = format!("error: {error}\nhint: {}\n", error.hint());
            // Whether anybody reads it changes nothing.
            let _ = std::io::stderr().write_all(text.as_bytes());
            if matches!(error, SeedError::Refused(_)) { ExitCode::from(REFUSED) } else { ExitCode::FAILURE }
        }
    }
}

fn seeded_text(report: &Report) -> String {
    match report.written() {
        0 => format!("{report}everything was there already; nothing changed\n"),
        1 => format!("{report}1 row written\n"),
        written => format!("{report}{written} rows written\n"),
    }
}

fn seeded_json(report: &Report) -> String {
    let table = |(name, counts): &(String, super::Counts)| {
        format!("{}: {{\"written\": {}, \"unchanged\": {}}}", quoted(name), counts.written, counts.unchanged)
    };
    let tables: Vec<String> = report.tables().iter().map(table).collect();
    format!("{{\"written\": {}, \"tables\": {{{}}}}}\n", report.written(), tables.join(", "))
}

fn checked_text(checked: &Checked) -> String {
    if checked.differences.is_empty() {
        return "running it again changes no row\n".to_owned();
    }
    let mut text = String::from("running it again changes rows:\n");
    for (stage, difference) in &checked.differences {
        let _ = writeln!(text, "  {difference}, by {}", checked.stages[*stage]);
    }
    text
}

fn checked_json(checked: &Checked) -> String {
    let list = |items: Vec<String>| format!("[{}]", items.join(", "));
    let stages = list(checked.stages.iter().map(|it| quoted(it)).collect());
    let difference = |(stage, it): &(usize, super::Difference)| {
        format!(
            "{{\"stage\": {}, \"sign\": \"{}\", \"table\": {}, \"row\": {}, \"columns\": {}}}",
            quoted(&checked.stages[*stage]),
            it.kind.sign(),
            quoted(&it.table),
            quoted(&it.row),
            list(it.columns.iter().map(|it| quoted(it)).collect())
        )
    };
    let differences = list(checked.differences.iter().map(difference).collect());
    format!("{{\"stages\": {stages}, \"differences\": {differences}}}\n")
}

/// A JSON string (RFC 8259, section 7).
fn quoted(text: &str) -> String {
    let mut res = String::from('"');
    for c in text.chars() {
        match c {
            '"' => res.push_str("\\\""),
            '\\' => res.push_str("\\\\"),
            c if c < ' ' => {
                let _ = write!(res, "\\u{:04x}", u32::from(c));
            }
            c => res.push(c),
        }
    }
    res.push('"');
    res
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_json_object() {
        let mut report = Report::new();
        report.add("a \"b\"\n", 3, 1);
        assert_eq!(
            seeded_json(&report),
            "{\"written\": 1, \"tables\": {\"a \\\"b\\\"\\u000a\": {\"written\": 1, \"unchanged\": 2}}}\n"
        );
        let difference = crate::seed::Difference {
            table: "T".to_owned(),
            kind: crate::seed::Kind::Changed,
            row: "id = '1'".to_owned(),
            columns: vec!["at".to_owned()],
        };
        let checked = Checked { stages: vec!["the fixtures".to_owned()], differences: vec![(0, difference)] };
        assert_eq!(
            checked_json(&checked),
            "{\"stages\": [\"the fixtures\"], \"differences\": [{\"stage\": \"the fixtures\", \"sign\": \"~\", \
             \"table\": \"T\", \"row\": \"id = '1'\", \"columns\": [\"at\"]}]}\n"
        );
        assert_eq!(
            checked_text(&checked),
            "running it again changes rows:\n  ~ T (id = '1'): at, by the fixtures\n"
        );
    }
}
