//! Faults while a history is deployed: the tool is killed, its connection cut, the server stopped, the disk full,
//! others in the way. After each, books and database must agree, and the next deploy must finish the work.

mod alone;
mod connection;
mod disk;
mod file;
mod judge;
mod kill;
mod others;
mod server;
mod tool;
mod work;

use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use work::Bench;

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// The tool is killed at each boundary between two statements.
    Boundary,
    /// The tool is killed in the middle of each statement that cannot be in a transaction.
    Alone,
    /// The tool is killed at any time.
    Kill,
    /// The server ends its sessions at any time.
    Cut,
    /// The wire breaks after any number of bytes, so that an answer may be lost.
    Wire,
    /// The server stops at once, and is started again.
    Server,
    /// The disk is full.
    Disk,
    /// Eight deploy at once.
    Deployers,
    /// Somebody holds a lock on a table, of each mode, for a while or for too long.
    Locks,
    /// The tool is killed at any time, on a database file.
    File,
}

impl Kind {
    /// All of them, in the order in which they run.
    pub const ALL: [Kind; 10] = [
        Kind::Boundary,
        Kind::Alone,
        Kind::Kill,
        Kind::Cut,
        Kind::Wire,
        Kind::Deployers,
        Kind::Locks,
        Kind::Server,
        Kind::Disk,
        Kind::File,
    ];

    /// As it is typed.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Kind::Boundary => "boundary",
            Kind::Alone => "alone",
            Kind::Kill => "kill",
            Kind::Cut => "cut",
            Kind::Wire => "wire",
            Kind::Server => "server",
            Kind::Disk => "disk",
            Kind::Deployers => "deployers",
            Kind::Locks => "locks",
            Kind::File => "file",
        }
    }

    /// The kind of that name.
    #[must_use]
    pub fn find(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// How many faults of it there are, if `runs` are asked for where the number is free.
    fn count(self, runs: usize) -> usize {
        match self {
            Kind::Boundary => work::POINTS.min(runs),
            Kind::Alone => (2 * work::ALONE.len()).min(runs),
            Kind::Kill => runs,
            Kind::Cut | Kind::Wire | Kind::File => runs.div_ceil(3),
            Kind::Server | Kind::Disk => runs.div_ceil(10),
            Kind::Deployers => runs.div_ceil(30),
            Kind::Locks => others::MODES.len().min(runs),
        }
    }

    /// How many run side by side.
    fn workers(self) -> usize {
        match self {
            Kind::Boundary | Kind::Alone | Kind::Kill | Kind::Cut | Kind::Wire | Kind::Locks => 4,
            Kind::File => 2,
            Kind::Server | Kind::Disk | Kind::Deployers => 1,
        }
    }
}

/// What to try.
#[derive(Debug, Clone)]
pub struct Options {
    /// The tool, `cargo-glowplug`.
    pub tool: PathBuf,
    /// How often the tool is killed at any time; other numbers follow from it.
    pub runs: usize,
    /// Which faults.
    pub kinds: Vec<Kind>,
    /// Where chance begins.
    pub seed: u64,
}

/// What came of the faults of one kind.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// Which.
    pub kind: Kind,
    /// How many there were.
    pub faults: usize,
    /// How many of them met the tool at work; the others came too early or too late.
    pub met: usize,
    /// What was lost, and how to see it again.
    pub losses: Vec<String>,
    /// Why none could be tried.
    pub skipped: Option<String>,
}

/// What came of one fault: whether it met the tool at work, or what was lost.
type Verdict = Result<bool, String>;

/// One fault of a kind: its number, and the dice.
type Trial<'a> = Box<dyn Fn(usize, &mut fastrand::Rng) -> Verdict + Sync + 'a>;

/// Tries them, and tells after each kind.
///
/// # Panics
/// When PostgreSQL cannot be had.
pub fn run(options: &Options, told: &mut dyn FnMut(&Outcome)) -> Vec<Outcome> {
    let bench = Bench::new(&options.tool);
    let mut res = Vec::new();
    for kind in &options.kinds {
        let outcome = run_kind(&bench, *kind, options);
        told(&outcome);
        res.push(outcome);
    }
    res
}

fn run_kind(bench: &Bench, kind: Kind, options: &Options) -> Outcome {
    let mut outcome =
        Outcome { kind, faults: kind.count(options.runs), met: 0, losses: Vec::new(), skipped: None };
    let trial: Trial<'_> = match kind {
        Kind::Boundary => Box::new(|number, _| kill::at_boundary(bench, number)),
        Kind::Alone => Box::new(|number, _| alone::inside(bench, work::ALONE[number / 2], number % 2 == 0)),
        Kind::Kill => Box::new(|_, random| kill::at_any_time(bench, random)),
        Kind::Cut => Box::new(|_, random| connection::cut(bench, random)),
        Kind::Wire => Box::new(|_, random| connection::wire(bench, random)),
        Kind::Deployers => Box::new(|_, _| others::deployers(bench)),
        Kind::Locks => Box::new(|number, _| others::lock(bench, others::MODES[number])),
        Kind::File => Box::new(|_, random| file::killed(bench, random)),
        Kind::Server => match server::Own::new() {
            Ok(own) => Box::new(move |_, random| server::stopped(bench, &own, random)),
            Err(why) => return Outcome { faults: 0, skipped: Some(why), ..outcome },
        },
        Kind::Disk => match disk::Small::new() {
            Ok(small) => Box::new(move |_, random| disk::full(bench, &small, random)),
            Err(why) => return Outcome { faults: 0, skipped: Some(why), ..outcome },
        },
    };
    let next = AtomicUsize::new(0);
    let results = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..kind.workers() {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= outcome.faults {
                        return;
                    }
                    let mut random = fastrand::Rng::with_seed(options.seed.wrapping_add(number as u64));
                    let verdict = trial(number, &mut random);
                    results.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push((number, verdict));
                }
            });
        }
    });
    drop(trial);
    let mut results = results.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    results.sort_by_key(|(number, _)| *number);
    for (number, verdict) in results {
        match verdict {
            Ok(met) => outcome.met += usize::from(met),
            Err(loss) => outcome.losses.push(format!("{} {number}: {loss}", kind.name())),
        }
    }
    outcome
}
