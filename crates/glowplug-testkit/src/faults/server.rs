//! The server stops at once, as in a crash, and is started again.

use std::fs;
use std::process::Command;
use std::time::{Duration, Instant};

use glowplug_devdb::{DevServer, Kind, Server};
use glowplug_dialect::database::{ConnectOptions, Connector};
use glowplug_postgres::connector::PostgresConnector;
use tempfile::TempDir;

use super::Verdict;
use super::judge::{connect, judge};
use super::work::Bench;

/// A server of its own, so that nobody else feels it.
pub(super) struct Own {
    dev: DevServer,
    _folder: TempDir,
}

impl Own {
    /// Starts it.
    pub(super) fn new() -> Result<Self, String> {
        let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
        let dev = DevServer::of_workspace(folder.path()).with_kind(Kind::Local);
        dev.ensure(&mut |_| {}).map_err(|error| error.to_string())?;
        Ok(Self { dev, _folder: folder })
    }

    fn server(&self) -> Result<Server, String> {
        self.dev.ensure(&mut |_| {}).map_err(|error| error.to_string())
    }
}

impl Drop for Own {
    fn drop(&mut self) {
        let _ = self.dev.stop(&mut |_| {});
        let _ = self.dev.delete_data(&mut |_| {});
    }
}

/// Stops it in the middle of a deploy.
pub(super) fn stopped(bench: &Bench, own: &Own, random: &mut fastrand::Rng) -> Verdict {
    let server = own.server()?;
    let name = format!("fault_{}", random.u64(..));
    let options = ConnectOptions::default();
    PostgresConnector.create_database(&server.url(&name), &options).map_err(|error| error.message)?;
    let mut deploy = bench.deploy(&server.url(&name));
    std::thread::sleep(bench.moment(random));
    let met = deploy.is_running();
    let pid_file = server.data_dir.join("postmaster.pid");
    let pid = fs::read_to_string(&pid_file).map_err(|error| error.to_string())?;
    let pid = pid.lines().next().unwrap_or_default().to_owned();
    // An immediate stop: no session ends in order, and the next start recovers.
    let _ = Command::new("kill").args(["-QUIT", &pid]).status();
    let begin = Instant::now();
    while pid_file.exists() && begin.elapsed() < Duration::from_secs(20) {
        std::thread::sleep(Duration::from_millis(20));
    }
    let ended = deploy.end();
    if ended.text.contains("panicked") {
        return Err(ended.text);
    }
    let server = own.server()?;
    let url = server.url(&name);
    let begin = Instant::now();
    while connect(&url).is_err() && begin.elapsed() < Duration::from_secs(20) {
        std::thread::sleep(Duration::from_millis(50));
    }
    judge(bench, &url, met)
}
