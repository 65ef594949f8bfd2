//! What clients meet first: the password, and the queue before a database that serves one connection.
//!
//! Message layouts: PostgreSQL's documentation, "Frontend/Backend Protocol", chapter "Message Formats".

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::os::unix::net::UnixStream;
use std::thread;
use std::time::Duration;

use crate::backend::Backend;
use crate::greeting::{self, Greeting};
use crate::turn::Turn;

/// How long a client waits for the one before it.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long a client may take to say who it is.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// Longer first messages are no PostgreSQL client's.
const LONGEST: usize = 10_000;

const CANCEL_REQUEST: u32 = 80_877_102;
const SSL_REQUEST: u32 = 80_877_103;
const GSS_REQUEST: u32 = 80_877_104;

/// The front of one server.
#[derive(Debug)]
pub(crate) struct Front {
    backend: Backend,
    password: String,
    turn: Turn,
}

impl Front {
    /// A front that lets clients with this password through.
    pub(crate) fn new(backend: Backend, password: String) -> Self {
        Self { backend, password, turn: Turn::default() }
    }

    /// Removes the files of a temporary server; afterwards the process ends.
    pub(crate) fn forget(&self) {
        self.backend.forget();
    }

    /// Serves a client to its end.
    pub(crate) fn serve(&self, mut client: TcpStream) {
        if let Err(error) = self.converse(&mut client) {
            let _ = writeln!(io::stderr(), "warning: a connection ended early: {error}");
        }
        let _ = client.shutdown(Shutdown::Both);
    }

    fn converse(&self, client: &mut TcpStream) -> io::Result<()> {
        client.set_nodelay(true)?;
        client.set_read_timeout(Some(HANDSHAKE))?;
        let Some(startup) = first_message(client)? else { return Ok(()) };
        if !self.knows_password(client)? {
            return refuse(
                client,
                "28P01",
                "password authentication failed",
                "ask the tool for the address again",
            );
        }
        client.set_read_timeout(None)?;
        let Some(_turn) = self.turn.take(PATIENCE) else {
            let message =
                "the embedded PostgreSQL serves one connection at a time, and another client holds it";
            return refuse(client, "53300", message, "close the other client, or install PostgreSQL");
        };
        match self.backend.connect() {
            Ok(mut database) => {
                database.write_all(&startup)?;
                match greeting::relay(&mut database, client)? {
                    Greeting::Welcome => pipe(client, &mut database),
                    Greeting::Refused => {
                        // The next client's turn begins when the database is done with this one.
                        database.shutdown(Shutdown::Write)?;
                        io::copy(&mut database, &mut io::sink()).map(|_| ())
                    }
                }
            }
            Err(error) => refuse(client, "57P03", &error, "see its log beside the data"),
        }
    }

    fn knows_password(&self, client: &mut TcpStream) -> io::Result<bool> {
        // AuthenticationCleartextPassword: nothing leaves this machine.
        client.write_all(&[b'R', 0, 0, 0, 8, 0, 0, 0, 3])?;
        let mut kind = [0];
        client.read_exact(&mut kind)?;
        let given = sized(client)?;
        let given = given[4..].strip_suffix(&[0]).unwrap_or_default();
        Ok(kind == *b"p" && given == self.password.as_bytes())
    }
}

/// Carries everything in both directions until one side leaves.
fn pipe(client: &mut TcpStream, database: &mut UnixStream) -> io::Result<()> {
    let mut from_client = client.try_clone()?;
    let mut to_database = database.try_clone()?;
    let upward = thread::spawn(move || {
        let _ = io::copy(&mut from_client, &mut to_database);
        let _ = to_database.shutdown(Shutdown::Write);
    });
    // The turn is over when the database has closed its end, and so has written everything.
    let res = io::copy(database, client);
    if res.is_err() {
        let _ = io::copy(database, &mut io::sink());
    }
    let _ = client.shutdown(Shutdown::Both);
    let _ = upward.join();
    res.map(|_| ())
}

/// The message that names user and database; `None` if the client wanted something else or only knocked.
fn first_message(client: &mut TcpStream) -> io::Result<Option<Vec<u8>>> {
    loop {
        let message = match sized(client) {
            Ok(message) => message,
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
            Err(error) => return Err(error),
        };
        let code = message.get(4..8).and_then(|it| it.try_into().ok()).map(u32::from_be_bytes);
        match code {
            Some(SSL_REQUEST | GSS_REQUEST) => client.write_all(b"N")?,
            Some(CANCEL_REQUEST) | None => return Ok(None),
            Some(_) => return Ok(Some(message)),
        }
    }
}

/// A message that begins with its length, which counts itself.
fn sized(client: &mut TcpStream) -> io::Result<Vec<u8>> {
    let mut length = [0; 4];
    client.read_exact(&mut length)?;
    let size = usize::try_from(u32::from_be_bytes(length)).unwrap_or(usize::MAX);
    if !(4..=LONGEST).contains(&size) {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "no PostgreSQL client"));
    }
    let mut message = length.to_vec();
    message.resize(size, 0);
    client.read_exact(&mut message[4..])?;
    Ok(message)
}

/// Sends an error as PostgreSQL would.
fn refuse(client: &mut TcpStream, code: &str, message: &str, hint: &str) -> io::Result<()> {
    let mut body = Vec::new();
    for (field, text) in [(b'S', "FATAL"), (b'V', "FATAL"), (b'C', code), (b'M', message), (b'H', hint)] {
        body.push(field);
        body.extend_from_slice(text.as_bytes());
        body.push(0);
    }
    body.push(0);
    let length = u32::try_from(body.len() + 4).unwrap_or(u32::MAX);
    client.write_all(b"E")?;
    client.write_all(&length.to_be_bytes())?;
    client.write_all(&body)
}
