//! Cases: a schema, data files, what a database says of the rows, and what comes of it.
//!
//! A section `there` has a line for each row that is there: `Country FR`, with the fields that differ and their
//! literals behind it (`Country FR: name 'Francia'`), and one for each that no file declares: `- Country 'XX'`.

use glowplug_data::ask::{Answers, questions};
use glowplug_data::fill::Filler;
use glowplug_data::plan::{Plan, Statement, plan, whole};
use glowplug_data::read::read;
use glowplug_data::set::DataSet;
use glowplug_data::target::Target;
use glowplug_dialect::dialect::Dialect;
use glowplug_postgres::dialect::PostgresDialect;
use glowplug_psl::diagnostics::{Diagnostic, SourceFile};
use glowplug_sqlite::dialect::SqliteDialect;
use glowplug_testkit::case::{self, Case};

#[test]
fn cases() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let failures: Vec<String> = case::all_in(&folder).iter_mut().filter_map(check).collect();
    assert!(failures.is_empty(), "\n{}", failures.join("\n\n"));
}

fn check(case: &mut Case) -> Option<String> {
    let schema = case.section("schema.prisma").unwrap_or_default().to_owned();
    let dialect: &dyn Dialect = if schema.contains("sqlite") { &SqliteDialect } else { &PostgresDialect };
    let (schema, wrong) =
        glowplug_psl::parse(&[SourceFile { path: "schema.prisma".to_owned(), text: schema }]);
    assert!(wrong.is_empty(), "{}: {wrong:?}", case.name());
    let is_data = |name: &str| name.ends_with(".toml") || name.ends_with(".json");
    let files = case.sections.iter().filter(|(name, _)| is_data(name));
    let files = files.map(|(path, text)| SourceFile { path: path.clone(), text: text.clone() }).collect();
    let target = Target::new(&schema, dialect);
    let (set, mistakes) = read(&target, files);
    if !mistakes.is_empty() {
        let text: String = mistakes.iter().map(|it| told(&set, it)).collect();
        return case.expect("mistakes", &text).map(|it| format!("{}: mistakes: {it}", case.name()));
    }
    let mut outcomes = Vec::new();
    if case.section("questions").is_some() {
        let asked: Vec<String> =
            questions(&target, &set).into_iter().map(|it| format!("{};\n", it.sql)).collect();
        outcomes.push(("questions", asked.join("\n")));
    }
    if case.section("whole").is_some() {
        outcomes.push(("whole", sql(&whole(&target, &set, &mut Counting(0)))));
    }
    let answers = answers(&target, &set, case.section("there").unwrap_or_default());
    let plan = plan(&target, &set, &answers, &mut Counting(0));
    outcomes.push(("plan", summary(&plan)));
    let told = |(name, text): (&str, String)| {
        case.expect(name, &text).map(|it| format!("{}: {name}: {it}", case.name()))
    };
    let failures: Vec<String> = outcomes.into_iter().filter_map(told).collect();
    (!failures.is_empty()).then(|| failures.join("\n"))
}

fn told(set: &DataSet, mistake: &Diagnostic) -> String {
    let source = &set.sources[mistake.span.file as usize];
    let (line, column) = source.line_column(mistake.span.start);
    let text = &source.text[mistake.span.start as usize..mistake.span.end as usize];
    let hint = mistake.hint.as_ref().map_or_else(String::new, |it| format!("  hint: {it}\n"));
    let first = text.lines().next().unwrap_or_default();
    format!("{}:{line}:{column} {} {}\n  at: {first}\n{hint}", source.path, mistake.code, mistake.message)
}

fn summary(plan: &Plan) -> String {
    let mut text: String = plan.changes.iter().map(|it| format!("{} {it}\n", it.sign)).collect();
    for count in &plan.counts {
        let (written, removed, unchanged) = (count.written, count.removed, count.unchanged);
        text.push_str(&format!(
            "{}: {written} written, {removed} deleted, {unchanged} as wanted\n",
            count.model
        ));
    }
    text + "\n" + &sql(&plan.statements)
}

fn sql(statements: &[Statement]) -> String {
    statements.iter().map(|it| format!("{};\n", it.sql)).collect::<Vec<_>>().join("\n")
}

/// What a database would answer, in the shape of its rows.
fn answers(target: &Target<'_>, set: &DataSet, there: &str) -> Answers {
    let mut answers = Answers::default();
    for question in questions(target, set) {
        let rows = question.model(set).map(|model| {
            let name = &target.model(model).name;
            match question.declared() {
                Some((rows, columns)) => rows
                    .iter()
                    .enumerate()
                    .filter_map(|(n, row)| {
                        let head = format!("{name} {}", set.label(&set.rows[*row]));
                        let line = there.lines().find(|it| it.split(':').next() == Some(&head))?;
                        let said = line.split_once(": ").map_or("", |(_, rest)| rest);
                        let mut answer = vec![Some(n.to_string()), Some("1".to_owned())];
                        for column in columns {
                            let field = format!("{} ", target.model(model).fields[*column].name);
                            let was = said.split(", ").find_map(|it| it.strip_prefix(&field));
                            answer.push(Some(u8::from(was.is_some()).to_string()));
                            answer.push(was.map(str::to_owned));
                        }
                        Some(answer)
                    })
                    .collect(),
                None => there
                    .lines()
                    .filter_map(|it| it.strip_prefix(&format!("- {name} ")))
                    .map(|key| key.split(", ").map(|it| Some(it.to_owned())).collect())
                    .collect(),
            }
        });
        answers.take(&question, rows.unwrap_or_default());
    }
    answers
}

/// Random bits that are not, and a clock that stands still.
struct Counting(u64);

impl Filler for Counting {
    fn now(&mut self) -> String {
        "2026-01-02 03:04:05.678".to_owned()
    }

    fn random(&mut self) -> u64 {
        self.0 += 1;
        self.0
    }

    fn milliseconds(&mut self) -> u64 {
        1_767_323_045_678
    }
}
