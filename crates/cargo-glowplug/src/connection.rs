//! Which database a command talks to: flags, then environment, then `.env`, then the schema file, then what psql
//! would take (`PG*` variables), then the local server of the workspace.

use std::path::PathBuf;

use glowplug_devdb::{DevDbError, DevServer, Server, Status};
use glowplug_dialect::database::ConnectOptions;
use glowplug_engine::ctx::Connection;
use glowplug_engine::failure::{Failure, Result};
use glowplug_engine::schema_files::SchemaFiles;
use glowplug_postgres::connect::environment::Environment;
use glowplug_psl::schema::{Datasource, StringOrEnv};

use crate::args::Global;
use crate::config::Config;
use crate::providers::{self, Provider};
use crate::terminal::Terminal;

/// A connection and the dialect that speaks it.
pub(crate) struct Chosen {
    pub(crate) connection: Connection,
    pub(crate) provider: &'static Provider,
    /// Whether it is the local server of the workspace.
    pub(crate) is_local_server: bool,
}

/// Chooses, starting the local server where nothing else is configured.
pub(crate) fn choose(
    terminal: &mut Terminal,
    global: &Global,
    config: &Config,
    schema: &SchemaFiles,
) -> Result<Chosen> {
    let datasource = schema.datasource();
    let provider = provider(datasource)?;
    let shadow_url =
        global.shadow_database_url.clone().or_else(|| config.variable("SHADOW_DATABASE_URL")).or_else(|| {
            datasource.and_then(|d| d.shadow_database_url.as_ref()).and_then(|v| resolve(v, config))
        });
    let mut options = options(config);
    let shadow_url = shadow_url.map(|url| complete(terminal, provider, config, &url)).transpose()?;
    let named = match configured_url(global, config, datasource) {
        Some(url) => Some(complete(terminal, provider, config, &url)?),
        None => match provider.connector.local_url() {
            Some(own) => Some(note_own(terminal, provider, config, own)?),
            None => from_environment(terminal, provider, config)?,
        },
    };
    let (url, is_local_server) = match named {
        Some(url) => (url, false),
        None => {
            let server = start(terminal, config)?;
            options.single_connection = server.single_connection;
            let url = server.url(&config.database_name());
            // A product's pool takes as many connections as it likes, unless it is told.
            let limit = if server.single_connection { "?connection_limit=1" } else { "" };
            note(terminal, config, &format!("{url}{limit}"));
            (url, true)
        }
    };
    let namespaces = datasource.map(|d| d.schemas.clone()).unwrap_or_default();
    Ok(Chosen { connection: Connection { url, shadow_url, options, namespaces }, provider, is_local_server })
}

/// The connection of a URL that was typed for one side of a comparison.
pub(crate) fn of_url(
    terminal: &Terminal,
    config: &Config,
    schema: &SchemaFiles,
    url: &str,
) -> Result<Connection> {
    let namespaces = schema.datasource().map(|d| d.schemas.clone()).unwrap_or_default();
    let url = complete(terminal, provider(schema.datasource())?, config, url)?;
    Ok(Connection { url, shadow_url: None, options: options(config), namespaces })
}

/// Whether [`choose`] would have to start the local server, because nothing else is configured.
pub(crate) fn would_start_server(global: &Global, config: &Config, schema: &SchemaFiles) -> Result<bool> {
    let datasource = schema.datasource();
    let provider = provider(datasource)?;
    let named = configured_url(global, config, datasource).is_some()
        || provider.connector.local_url().is_some()
        || in_environment(config, provider.alone)?.is_some();
    let is_up = || {
        DevServer::of_workspace(&config.paths.root).status().is_ok_and(|it| matches!(it, Status::Running(_)))
    };
    Ok(!named && !is_up())
}

/// A database that was named by a URL of its own, instead of the one that is configured.
pub(crate) fn chosen_of_url(
    terminal: &Terminal,
    config: &Config,
    schema: &SchemaFiles,
    url: &str,
) -> Result<Chosen> {
    let connection = of_url(terminal, config, schema, url)?;
    Ok(Chosen { connection, provider: provider(schema.datasource())?, is_local_server: false })
}

pub(crate) fn options(config: &Config) -> ConnectOptions {
    let mut options = ConnectOptions { application_name: "glowplug".to_owned(), ..ConnectOptions::default() };
    config.pace.limit(&mut options);
    options
}

/// A workspace's own database, for which no server is needed.
fn note_own(terminal: &mut Terminal, provider: &Provider, config: &Config, own: &str) -> Result<String> {
    let url = complete(terminal, provider, config, own)?;
    note(terminal, config, &url);
    Ok(url)
}

fn note(terminal: &mut Terminal, config: &Config, url: &str) {
    if let Err(error) = remember(config, url) {
        terminal.warn(&format!("the address of the local database could not be noted: {error}"));
    }
}

/// A connection string with what it lacks: from the environment and the files that psql reads.
pub(crate) fn complete(
    terminal: &Terminal,
    provider: &Provider,
    config: &Config,
    url: &str,
) -> Result<String> {
    let url = provider.connector.absolute_url(url, config.paths.schema_folder());
    let completed = in_environment(config, |environment| (provider.complete)(&url, environment))?;
    completed.warnings.iter().for_each(|warning| terminal.warn(warning));
    Ok(completed.url)
}

/// The database that the environment alone names. Nobody has named it for this workspace, so it is told.
fn from_environment(terminal: &Terminal, provider: &Provider, config: &Config) -> Result<Option<String>> {
    let Some(completed) = in_environment(config, provider.alone)? else { return Ok(None) };
    completed.warnings.iter().for_each(|warning| terminal.warn(warning));
    let target = provider.connector.target(&completed.url)?;
    terminal.news(&format!(
        "Database `{}` on {} ({})",
        target.database,
        target.host,
        completed.sources.join(", ")
    ));
    Ok(Some(completed.url))
}

fn in_environment<T>(
    config: &Config,
    ask: impl FnOnce(&Environment<'_>) -> glowplug_dialect::database::Result<T>,
) -> Result<T> {
    let environment = Environment {
        variable: &|name| config.variable(name),
        home: ["HOME", "USERPROFILE"].into_iter().find_map(std::env::var_os).map(PathBuf::from),
        user: ["USER", "LOGNAME", "USERNAME"].into_iter().find_map(|name| std::env::var(name).ok()),
    };
    Ok(ask(&environment)?)
}

/// Notes the address where the product looks for it in development (`glowplug::local`), so that
/// `cargo run` works with nothing configured. It holds the password: for the owner's eyes only.
fn remember(config: &Config, url: &str) -> std::io::Result<()> {
    let file = config.paths.state.join("database_url");
    let text = format!("{url}\n");
    if std::fs::read_to_string(&file).is_ok_and(|known| known == text) {
        return Ok(());
    }
    std::fs::create_dir_all(&config.paths.state)?;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    std::io::Write::write_all(&mut options.open(file)?, text.as_bytes())
}

/// Makes sure that the local server runs.
pub(crate) fn start(terminal: &mut Terminal, config: &Config) -> Result<Server> {
    let server = DevServer::of_workspace(&config.paths.root)
        .ensure(&mut |event| terminal.news(&event.to_string()))
        .map_err(|error| devdb_failure(&error))?;
    Ok(server)
}

/// A failure of the local server.
pub(crate) fn devdb_failure(error: &DevDbError) -> Box<Failure> {
    Failure::new(error.code(), error.to_string())
        .hint(error.hint())
        .hint("or name a database: --database-url, or DATABASE_URL in the environment or in .env")
}

fn configured_url(global: &Global, config: &Config, datasource: Option<&Datasource>) -> Option<String> {
    let in_schema = || {
        let datasource = datasource?;
        // The direct one: migrations must not go through a transaction pooler.
        let direct = datasource.direct_url.as_ref().and_then(|value| resolve(value, config));
        direct.or_else(|| datasource.url.as_ref().and_then(|value| resolve(value, config)))
    };
    global.database_url.clone().or_else(|| config.variable("DATABASE_URL")).or_else(in_schema)
}

fn resolve(value: &StringOrEnv, config: &Config) -> Option<String> {
    match value {
        StringOrEnv::Literal(text) if text.is_empty() => None,
        StringOrEnv::Literal(text) => Some(text.clone()),
        StringOrEnv::Env(name) => config.variable(name),
    }
}

/// The provider that a datasource block names; the default one, where there is none.
pub(crate) fn provider(datasource: Option<&Datasource>) -> Result<&'static Provider> {
    let Some(datasource) = datasource else { return Ok(providers::default()) };
    providers::find(&datasource.provider)
}
