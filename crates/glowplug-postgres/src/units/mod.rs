//! Cuts a migration that cannot be one transaction into units. Pure.
//!
//! Which statements are refused inside a transaction is decided by the server's source
//! (`PreventInTransactionBlock`); the manual says it at each of them.

pub(crate) mod goal;
pub(crate) mod statement;

use glowplug_dialect::script::MigrationScript;
use glowplug_dialect::unit::{How, Unit};

use crate::split::{Statement, Word, split, words};
use statement::{Kind, kind};

/// The units in order. One alone, in a transaction: the migration is applied as a whole.
///
/// A migration that is to run in a transaction is cut only where it must be: around what cannot be in one, and
/// before the first use of an enum's value that it adds. One that is not is cut at every statement, because its
/// author may rely on that (`NOT VALID`, then `VALIDATE`); its own `BEGIN ... COMMIT` is one unit.
pub(crate) fn cut(script: &MigrationScript) -> Vec<Unit> {
    let statements: Vec<Read<'_>> = split(&script.sql).into_iter().map(Read::of).collect();
    if script.run_in_transaction { together(&script.sql, &statements) } else { one_by_one(&statements) }
}

/// Whether a migration is one transaction.
pub(crate) fn is_whole(script: &MigrationScript) -> bool {
    script.run_in_transaction
        && cut(script).iter().all(|unit| unit.start == 0 && unit.how == How::Transaction)
}

/// A statement and what was read of it.
struct Read<'a> {
    statement: Statement<'a>,
    words: Vec<Word<'a>>,
    kind: Kind,
}

impl<'a> Read<'a> {
    fn of(statement: Statement<'a>) -> Self {
        let words = words(statement.text);
        Self { statement, kind: kind(&words), words }
    }

    fn end(&self) -> usize {
        self.statement.start + self.statement.text.len()
    }

    fn alone(&self, how: How) -> Unit {
        Unit { start: self.statement.start, end: self.end(), statements: 1, how }
    }
}

/// As few transactions as can be.
fn together(sql: &str, statements: &[Read<'_>]) -> Vec<Unit> {
    let must_cut = statements.iter().any(|it| it.kind == Kind::Alone) || uses_new_label(statements).is_some();
    if !must_cut {
        return vec![Unit { start: 0, end: sql.len(), statements: statements.len(), how: How::Transaction }];
    }
    let mut units: Vec<Unit> = Vec::new();
    let mut open: Option<Unit> = None;
    let mut labels: Vec<&str> = Vec::new();
    for read in statements {
        if read.kind == Kind::Alone {
            units.extend(open.take());
            units.push(read.alone(How::Alone));
            labels.clear();
            continue;
        }
        // What is set at the beginning of a unit is set again when it is taken up.
        if read.kind == Kind::Session && open.is_none() {
            units.push(read.alone(How::Session));
            continue;
        }
        if read.mentions(&labels) {
            units.extend(open.take());
            labels.clear();
        }
        labels.extend(read.new_label());
        let unit = open.get_or_insert_with(|| Unit { statements: 0, ..read.alone(How::Transaction) });
        unit.end = read.end();
        unit.statements += 1;
    }
    units.extend(open);
    units
}

/// The first statement that uses a label which an earlier one adds.
fn uses_new_label(statements: &[Read<'_>]) -> Option<usize> {
    let mut labels: Vec<&str> = Vec::new();
    for (at, read) in statements.iter().enumerate() {
        if read.mentions(&labels) {
            return Some(at);
        }
        labels.extend(read.new_label());
    }
    None
}

impl<'a> Read<'a> {
    /// The label, with its quotes, that `ALTER TYPE ... ADD VALUE` adds.
    fn new_label(&self) -> Option<&'a str> {
        let adds = self.words.first()?.is("alter") && self.words.get(1)?.is("type");
        let value = self.words.windows(2).position(|it| it[0].is("add") && it[1].is("value"))?;
        let label = self.words[value + 2..].iter().find(|word| word.is_quoted)?;
        adds.then_some(label.text)
    }

    /// Whether one of the labels stands in it. Adding another beside it is no use of it.
    fn mentions(&self, labels: &[&str]) -> bool {
        self.new_label().is_none() && labels.iter().any(|label| self.statement.text.contains(label))
    }
}

/// A unit a statement, but for the text's own transactions.
fn one_by_one(statements: &[Read<'_>]) -> Vec<Unit> {
    let mut units: Vec<Unit> = Vec::new();
    let mut own: Option<Unit> = None;
    for read in statements {
        if let Some(unit) = &mut own {
            unit.end = read.end();
            unit.statements += 1;
            // What it takes back, and what it does after that, is not for us to know.
            if read.kind == Kind::Rollback {
                unit.how = How::Alone;
            }
            if matches!(read.kind, Kind::Commit | Kind::Rollback) {
                units.extend(own.take());
            }
            continue;
        }
        match read.kind {
            Kind::Begin => own = Some(read.alone(How::Transaction)),
            Kind::Ordinary => units.push(read.alone(How::Transaction)),
            Kind::Session => units.push(read.alone(How::Session)),
            Kind::Alone | Kind::Commit | Kind::Rollback => units.push(read.alone(How::Alone)),
        }
    }
    units.extend(own);
    units
}
