//! The connection goes: the server ends the session, or the wire breaks after any number of bytes.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use super::Verdict;
use super::judge::{connect, judge, value};
use super::kill::reach;
use super::work::Bench;
use crate::postgres::TestDatabase;

/// About what a deploy gets from the server.
const BYTES: usize = 24_000;

/// The server ends every session of the tool.
pub(super) fn cut(bench: &Bench, random: &mut fastrand::Rng) -> Verdict {
    let database = TestDatabase::new();
    let url = database.url();
    let mut db = connect(&url)?;
    let mut deploy = bench.deploy(&url);
    reach(db.as_mut(), &mut deploy, "", "")?;
    std::thread::sleep(bench.moment(random).mul_f64(0.6));
    let sql = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity \
               WHERE datname = current_database() AND application_name = 'glowplug'";
    let met = value(db.as_mut(), sql)? != "0";
    let ended = deploy.end();
    if ended.text.contains("panicked") {
        return Err(ended.text);
    }
    judge(bench, &url, met)
}

/// Every connection through the wire breaks after so many bytes from the server: also when an answer is on its way.
pub(super) fn wire(bench: &Bench, random: &mut fastrand::Rng) -> Verdict {
    let database = TestDatabase::new();
    let url = database.url();
    let server = database.server();
    let wire = Wire::new(&server.host, server.port, random.usize(0..BYTES))?;
    let through = url.replace(&format!("{}:{}", server.host, server.port), &wire.address);
    let ended = bench.deploy(&through).end();
    if ended.text.contains("panicked") {
        return Err(ended.text);
    }
    judge(bench, &url, wire.is_broken.load(Ordering::SeqCst))
}

/// A listener that hands bytes on until it has handed on enough.
struct Wire {
    address: String,
    is_broken: Arc<AtomicBool>,
}

impl Wire {
    fn new(host: &str, port: u16, bytes: usize) -> Result<Self, String> {
        let said = |error: std::io::Error| error.to_string();
        let listener = TcpListener::bind("127.0.0.1:0").map_err(said)?;
        let address = listener.local_addr().map_err(said)?.to_string();
        let is_broken = Arc::new(AtomicBool::new(false));
        let left = Arc::new(AtomicUsize::new(bytes));
        let (target, broken) = (format!("{host}:{port}"), is_broken.clone());
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                if broken.load(Ordering::SeqCst) {
                    continue;
                }
                let Ok(server) = TcpStream::connect(&target) else { continue };
                let (Ok(client_end), Ok(server_end)) = (client.try_clone(), server.try_clone()) else {
                    continue;
                };
                std::thread::spawn(move || copy(client, server, None));
                let (left, broken) = (left.clone(), broken.clone());
                std::thread::spawn(move || copy(server_end, client_end, Some(&(left, broken))));
            }
        });
        Ok(Self { address, is_broken })
    }
}

/// Hands bytes on until one end closes, or the wire breaks: then both ends are closed at once.
fn copy(mut from: TcpStream, mut to: TcpStream, limit: Option<&(Arc<AtomicUsize>, Arc<AtomicBool>)>) {
    let mut buffer = [0; 4096];
    while let Ok(read) = from.read(&mut buffer) {
        if read == 0 {
            break;
        }
        let mut allowed = read;
        if let Some((left, broken)) = limit {
            let before =
                left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |it| Some(it.saturating_sub(read)));
            allowed = read.min(before.unwrap_or(0));
            if allowed < read {
                broken.store(true, Ordering::SeqCst);
            }
        }
        if to.write_all(&buffer[..allowed]).is_err() || allowed < read {
            break;
        }
    }
    let _ = from.shutdown(Shutdown::Both);
    let _ = to.shutdown(Shutdown::Both);
}
