//! The database's first words to a client, put into the order that clients of PostgreSQL expect.
//!
//! PostgreSQL answers a start-up with an authentication message or an error, and with nothing before that. This
//! one also sends notices first (of its recovery, for instance), sends the reason of a refusal as a notice at
//! times, and goes on after a refusal. Drivers take any of it for another kind of server.

use std::io::{self, Read, Write};

/// Longer messages than this are none of a start-up.
const LONGEST: usize = 1_000_000;

/// How the database received a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Greeting {
    /// It lets the client in: everything after this goes through as it is.
    Welcome,
    /// It refused the client, which has been told why.
    Refused,
}

/// Passes the first answer on: its authentication message, or the error that it refuses with.
///
/// # Errors
/// Either side is gone, or what comes is no message.
pub(crate) fn relay(database: &mut impl Read, client: &mut impl Write) -> io::Result<Greeting> {
    loop {
        let (kind, body) = message(database)?;
        match kind {
            b'N' if !is_fatal(&body) => {}
            b'N' | b'E' => return send(client, b'E', &body).map(|()| Greeting::Refused),
            _ => return send(client, kind, &body).map(|()| Greeting::Welcome),
        }
    }
}

/// Whether the severity is one that ends a connection.
fn is_fatal(body: &[u8]) -> bool {
    // `S` may be translated, `V` is not.
    body.split(|it| *it == 0).any(|field| matches!(field, b"VFATAL" | b"VPANIC"))
}

/// A message's kind and what comes after its length.
fn message(database: &mut impl Read) -> io::Result<(u8, Vec<u8>)> {
    let mut header = [0; 5];
    database.read_exact(&mut header)?;
    let length = u32::from_be_bytes([header[1], header[2], header[3], header[4]]);
    let length = usize::try_from(length).unwrap_or(usize::MAX);
    if !(4..=LONGEST).contains(&length) {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "the database sent no message"));
    }
    let mut body = vec![0; length - 4];
    database.read_exact(&mut body)?;
    Ok((header[0], body))
}

fn send(client: &mut impl Write, kind: u8, body: &[u8]) -> io::Result<()> {
    let length = u32::try_from(body.len() + 4).unwrap_or(u32::MAX);
    let message = [&[kind], length.to_be_bytes().as_slice(), body].concat();
    client.write_all(&message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(messages: &[(u8, &[u8])]) -> Vec<u8> {
        let mut bytes = Vec::new();
        for (kind, body) in messages {
            send(&mut bytes, *kind, body).unwrap();
        }
        bytes
    }

    fn relayed(messages: &[(u8, &[u8])]) -> (Greeting, Vec<u8>) {
        let mut client = Vec::new();
        let greeting = relay(&mut sent(messages).as_slice(), &mut client).unwrap();
        (greeting, client)
    }

    const NOTICE: (u8, &[u8]) = (b'N', b"SNOTICE\0VNOTICE\0C00000\0Mrecovered\0\0");
    const FATAL: &[u8] = b"SFATAL\0VFATAL\0C3D000\0Mdatabase \"x\" does not exist\0\0";
    const WELCOME: (u8, &[u8]) = (b'R', &[0, 0, 0, 0]);

    #[test]
    fn notices_before_the_welcome_are_kept_back() {
        assert_eq!(relayed(&[NOTICE, WELCOME, NOTICE]), (Greeting::Welcome, sent(&[WELCOME])));
    }

    #[test]
    fn a_refusal_is_an_error_message_and_the_last_one() {
        let refusal = (Greeting::Refused, sent(&[(b'E', FATAL)]));
        assert_eq!(relayed(&[NOTICE, (b'N', FATAL), WELCOME]), refusal);
        assert_eq!(relayed(&[NOTICE, (b'E', FATAL), WELCOME]), refusal);
    }

    #[test]
    fn what_is_no_message_is_an_error() {
        assert!(relay(&mut [b'R', 0, 0, 0, 1].as_slice(), &mut Vec::new()).is_err());
        assert!(relay(&mut [b'R', 255, 255, 255, 255].as_slice(), &mut Vec::new()).is_err());
        assert!(relay(&mut [].as_slice(), &mut Vec::new()).is_err());
    }
}
