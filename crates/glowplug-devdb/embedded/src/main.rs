//! PostgreSQL 17 in one binary, for machines without PostgreSQL.
//!
//! ```text
//! glowplug-devdb-embedded --data <folder> --port <port>    serve the data of a folder until killed
//! glowplug-devdb-embedded --temporary                      serve an empty server until standard input ends
//! ```
//!
//! The password that clients must give is the first line of standard input. When the server accepts
//! connections, one line of JSON tells its process id, port and version: in `<folder>/ready.json`, or, for a temporary
//! server, on standard output.

mod backend;
mod front;
mod greeting;
mod turn;

use std::io::{BufRead, Read, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::{env, fs, io, process, thread};

use backend::Backend;
use front::Front;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nobody reads this on a terminal: it goes to the log that the starting tool opened.
            let _ = writeln!(io::stderr(), "error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// What the command line asks for.
#[derive(Default)]
struct Arguments {
    data: Option<PathBuf>,
    port: u16,
    temporary: bool,
}

fn run() -> Result<(), String> {
    let arguments = parse(env::args().skip(1))?;
    let mut password = String::new();
    let read = io::stdin().lock().read_line(&mut password);
    read.map_err(|error| format!("cannot read the password from standard input: {error}"))?;
    let password = password.trim().to_owned();
    if password.is_empty() {
        return Err("the first line of standard input is to be the password".to_owned());
    }
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, arguments.port))
        .map_err(|error| format!("cannot listen on port {}: {error}", arguments.port))?;
    let port = listener.local_addr().map_err(|error| error.to_string())?.port();
    let backend = Backend::start(arguments.data.as_deref().map(|it| it.join("root")))?;
    let version = backend.version()?;
    let front = Arc::new(Front::new(backend, password));
    let pid = process::id();
    let ready = format!("{{\"pid\":{pid},\"port\":{port},\"version\":\"{version}\"}}\n");
    announce(arguments.data.as_deref(), &ready)?;
    if arguments.temporary {
        let front = Arc::clone(&front);
        thread::spawn(move || end_with_standard_input(&front));
    }
    for client in listener.incoming() {
        match client {
            Ok(client) => {
                let front = Arc::clone(&front);
                thread::spawn(move || front.serve(client));
            }
            Err(error) => {
                let _ = writeln!(io::stderr(), "warning: a connection was lost: {error}");
            }
        }
    }
    Ok(())
}

fn parse(mut given: impl Iterator<Item = String>) -> Result<Arguments, String> {
    let mut arguments = Arguments::default();
    while let Some(argument) = given.next() {
        match argument.as_str() {
            "--temporary" => arguments.temporary = true,
            "--data" => arguments.data = Some(given.next().ok_or("`--data` needs a folder")?.into()),
            "--port" => {
                let value = given.next().ok_or("`--port` needs a number")?;
                arguments.port = value.parse().map_err(|_| format!("`{value}` is no port"))?;
            }
            other => return Err(format!("unknown argument `{other}`")),
        }
    }
    if arguments.temporary == arguments.data.is_some() {
        return Err("give either `--data <folder>` or `--temporary`".to_owned());
    }
    Ok(arguments)
}

/// Tells the starting tool that connections are accepted, all at once: it may read at any moment.
fn announce(data: Option<&Path>, ready: &str) -> Result<(), String> {
    let Some(data) = data else {
        return io::stdout().write_all(ready.as_bytes()).map_err(|error| error.to_string());
    };
    let (unfinished, path) = (data.join("ready.json.new"), data.join("ready.json"));
    fs::write(&unfinished, ready)
        .and_then(|()| fs::rename(&unfinished, &path))
        .map_err(|error| format!("cannot write `{}`: {error}", path.display()))
}

/// A temporary server must not outlive its tool, however that ended: the other end of the pipe is then closed.
fn end_with_standard_input(front: &Front) {
    let _ = io::stdin().lock().read_to_end(&mut Vec::new());
    front.forget();
    process::exit(0);
}
