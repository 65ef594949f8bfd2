//! Poolers between the tool and its server: a small real one, that logs clients in with process numbers of its own and
//! hands them server sessions, as PgBouncer does.

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use glowplug_dialect::database::Connector;
use glowplug_dialect::error::ErrorKind;
use glowplug_postgres::connector::PostgresConnector;
use glowplug_testkit::postgres::TestDatabase;

use crate::{options, script, with};

#[test]
fn one_that_hands_out_sessions_by_transaction_is_refused_before_anything_runs() {
    let database = TestDatabase::new();
    let mut db = PostgresConnector.connect(&through(&database, Mode::Transaction), &options()).unwrap();
    db.query("SELECT 1").unwrap();
    let error = db.lock(&mut |_, _| true).unwrap_err();
    assert_eq!(error.kind, ErrorKind::Pooler, "{error:?}");
    assert!(error.message.contains("share one of the server's"), "{}", error.message);
    assert!(error.hint.unwrap().contains("directUrl"));
    // What needs no lock still works, and nobody holds one.
    db.query("SELECT 1").unwrap();
    crate::connect(&database).lock(&mut |_, _| false).unwrap();
}

#[test]
fn one_that_hands_out_sessions_for_good_is_as_good_as_none() {
    let database = TestDatabase::new();
    let mut db = PostgresConnector.connect(&through(&database, Mode::Session), &options()).unwrap();
    db.lock(&mut |_, _| false).unwrap();
    db.apply(&script("1", "CREATE TABLE a (id int)")).unwrap();
    assert!(db.has_table("a").unwrap());
    let mut second = crate::connect(&database);
    assert_eq!(second.lock(&mut |_, _| false).unwrap_err().kind, ErrorKind::LockTimeout);
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// All clients share one server session, a transaction at a time.
    Transaction,
    /// Each has one to itself.
    Session,
}

/// A message: its kind and its body.
type Message = (u8, Vec<u8>);

/// A server session, once the first client has logged in over it, and what the server said then.
type Shared = Arc<Mutex<Option<(TcpStream, Vec<Message>)>>>;

/// The address of the database through a pooler.
fn through(database: &TestDatabase, mode: Mode) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let server = database.server().port;
    thread::spawn(move || {
        let shared = Shared::default();
        for (number, client) in listener.incoming().enumerate() {
            let shared = if mode == Mode::Session { Shared::default() } else { Arc::clone(&shared) };
            // Whoever goes away ends its thread.
            thread::spawn(move || serve(client.unwrap(), server, &shared, number as u32));
        }
    });
    let real = format!("@127.0.0.1:{server}/");
    with(&database.url().replace(&real, &format!("@127.0.0.1:{port}/")), "sslmode=disable")
}

fn serve(mut client: TcpStream, server: u16, shared: &Shared, number: u32) -> io::Result<()> {
    let mut length = [0; 4];
    client.read_exact(&mut length)?;
    let mut startup = length.to_vec();
    startup.resize(u32::from_be_bytes(length) as usize, 0);
    client.read_exact(&mut startup[4..])?;
    {
        let mut shared = shared.lock().unwrap();
        match &*shared {
            Some((_, greeting)) => {
                send(&mut client, &(b'R', vec![0; 4]))?;
                for message in greeting {
                    send(&mut client, &as_own(message, number))?;
                }
            }
            None => *shared = Some(log_in(&mut client, server, &startup, number)?),
        }
    }
    while let Ok(mut message) = receive(&mut client) {
        let mut shared = shared.lock().unwrap();
        let Some((server, _)) = &mut *shared else { return Ok(()) };
        // The session is this client's until the server says that no transaction is open.
        loop {
            if message.0 == b'X' {
                return Ok(());
            }
            send(server, &message)?;
            if matches!(message.0, b'Q' | b'S') && relay(server, &mut client)? == b'I' {
                break;
            }
            message = receive(&mut client)?;
        }
    }
    Ok(())
}

/// The first client logs in at the server itself.
fn log_in(
    client: &mut TcpStream,
    server: u16,
    startup: &[u8],
    number: u32,
) -> io::Result<(TcpStream, Vec<Message>)> {
    let mut server = TcpStream::connect(("127.0.0.1", server))?;
    server.write_all(startup)?;
    let mut greeting = Vec::new();
    loop {
        let message = receive(&mut server)?;
        send(client, &as_own(&message, number))?;
        match message.0 {
            // A question for a password, but not the word that all is well, or the end of the exchange.
            b'R' if !matches!(message.1[3], 0 | 12) => send(&mut server, &receive(client)?)?,
            b'R' => {}
            b'Z' => {
                greeting.push(message);
                return Ok((server, greeting));
            }
            _ => greeting.push(message),
        }
    }
}

/// The same, with a process number that the pooler has made up.
fn as_own((kind, body): &Message, number: u32) -> Message {
    let own = if *kind == b'K' { (0x7000_0000 + number).to_be_bytes().repeat(2) } else { body.clone() };
    (*kind, own)
}

/// Passes on what the server says until it is ready for more; gives whether a transaction is open.
fn relay(server: &mut TcpStream, client: &mut TcpStream) -> io::Result<u8> {
    loop {
        let message = receive(server)?;
        send(client, &message)?;
        if message.0 == b'Z' {
            return Ok(message.1[0]);
        }
    }
}

fn receive(stream: &mut TcpStream) -> io::Result<Message> {
    let mut head = [0; 5];
    stream.read_exact(&mut head)?;
    let mut body = vec![0; u32::from_be_bytes([head[1], head[2], head[3], head[4]]) as usize - 4];
    stream.read_exact(&mut body)?;
    Ok((head[0], body))
}

fn send(stream: &mut TcpStream, (kind, body): &Message) -> io::Result<()> {
    let mut bytes = vec![*kind];
    bytes.extend((body.len() as u32 + 4).to_be_bytes());
    bytes.extend(body);
    stream.write_all(&bytes)
}
