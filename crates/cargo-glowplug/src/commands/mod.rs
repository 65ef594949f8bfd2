//! Runs commands and prints what came of them.

mod deploy_plan;
mod diff;
mod drift;
mod execute;
mod generate;
mod history;
mod init;
mod lint;
mod migrate;
mod product;
mod pull;
mod push;
mod restore;
mod revert;
mod schema;
mod seed;
mod server;

use std::process::ExitCode;

use glowplug_engine::ctx::{Clock, Ctx, Workspace};
use glowplug_engine::failure::Result;
use glowplug_engine::schema_files::SchemaFiles;

use crate::args::{Command, Global};
use crate::config::Config;
use crate::connection::{self, Chosen};
use crate::providers::Provider;
use crate::terminal::Terminal;

/// Dispatch, and nothing else.
pub(crate) fn run(terminal: &mut Terminal, global: &Global, command: Command) -> Result<ExitCode> {
    let config = Config::read(global)?;
    let schema = SchemaFiles::new(&config.paths);
    let mut session = Session { terminal, global, config, schema };
    match command {
        Command::Init(args) => init::run(&mut session, &args),
        Command::Migrate(args) => migrate::run(&mut session, args),
        Command::Push(args) => push::run(&mut session, &args),
        Command::Generate(args) => generate::generate(&mut session, args),
        Command::Codegen(args) => generate::codegen(&mut session, args),
        Command::Seed(args) => seed::run(&mut session, &args),
        Command::DevAdmin(args) => product::dev_admin(&mut session, &args),
        Command::Drift(args) => drift::run(&mut session, args),
        Command::Lint(args) => lint::run(&mut session, &args),
        Command::Pull(args) => pull::run(&mut session, args),
        Command::Restore(args) => restore::run(&mut session, &args),
        Command::Execute(args) => execute::run(&mut session, &args),
        Command::Format(args) => schema::format(&session, args.check),
        Command::Validate => schema::validate(&session),
        Command::Schema(args) => schema::dump(&mut session, &args),
        Command::Protect(args) => server::protect(&mut session, args.environment.as_deref()),
        Command::Unprotect(args) => server::unprotect(&mut session, args.host.as_deref()),
        Command::Start => server::start(&mut session),
        Command::Stop => server::stop(&session),
        Command::Url => server::url(&mut session),
    }
}

/// How many copies of a database file are kept, where the settings do not say.
const KEPT_COPIES: usize = 5;

/// What every command has at hand.
pub(crate) struct Session<'a> {
    pub(crate) terminal: &'a mut Terminal,
    pub(crate) global: &'a Global,
    pub(crate) config: Config,
    pub(crate) schema: SchemaFiles,
}

impl Session<'_> {
    /// Chooses the database and hands an engine context to `work`.
    pub(crate) fn with_database<T>(&mut self, work: impl FnOnce(&mut Ctx<'_>) -> Result<T>) -> Result<T> {
        let chosen = self.choose()?;
        self.with(chosen, work)
    }

    /// Chooses the database.
    pub(crate) fn choose(&mut self) -> Result<Chosen> {
        connection::choose(self.terminal, self.global, &self.config, &self.schema)
    }

    /// Hands an engine context for a chosen database to `work`.
    pub(crate) fn with<T>(
        &mut self,
        chosen: Chosen,
        work: impl FnOnce(&mut Ctx<'_>) -> Result<T>,
    ) -> Result<T> {
        let workspace = self.workspace(chosen.provider);
        work(&mut Ctx { workspace, connection: chosen.connection })
    }

    /// What a command needs that works without a database.
    pub(crate) fn workspace(&mut self, provider: &'static Provider) -> Workspace<'_> {
        let tool = self.terminal.program.to_owned();
        Workspace {
            paths: self.config.paths.clone(),
            schema: &self.schema,
            dialect: provider.dialect,
            connector: provider.connector,
            external: &self.config.external,
            copies: self.config.settings.copies.unwrap_or(KEPT_COPIES),
            prove: self.config.settings.prove.unwrap_or(true),
            pace: self.config.pace.pace(),
            ui: &mut *self.terminal,
            clock: &SystemClock,
            tool,
            tool_version: env!("CARGO_PKG_VERSION").to_owned(),
            confirm: self.global.confirm.clone(),
        }
    }

    /// A command of this tool, as it is typed here.
    pub(crate) fn command(&self, words: &str) -> String {
        format!("{} {words}", self.terminal.program)
    }
}

/// The clock of the machine.
struct SystemClock;

impl Clock for SystemClock {
    fn folder_timestamp(&self) -> String {
        chrono::Utc::now().format("%Y%m%d%H%M%S").to_string()
    }

    fn ledger_timestamp(&self) -> String {
        chrono::Utc::now().format("%Y-%m-%d %H:%M:%S%.3f+00").to_string()
    }
}
