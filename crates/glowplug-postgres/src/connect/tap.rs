//! Reads the server's error messages off the wire, because Diesel hands on only a part of them, and the number of the
//! process that it says it is, because the driver keeps that to itself.
//!
//! Diesel's error type has no SQLSTATE and mixes positions in the sent text with positions inside
//! functions. Everything that the server says passes through this stream, so it is read here:
//! a message is one byte of kind, four bytes of length, and the body
//! (PostgreSQL manual, "Message Formats" and "Error and Notice Message Fields").

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use glowplug_dialect::error::ServerMessage;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_postgres::tls::{ChannelBinding, TlsStream};

/// The last error that the server sent over a connection.
#[derive(Debug, Clone, Default)]
pub(crate) struct LastError(Arc<Mutex<Seen>>);

#[derive(Debug, Default)]
struct Seen {
    error: Option<ServerMessage>,
    /// Statements that the server has completed since the last [`LastError::take`], up to the error.
    completed: usize,
    /// The process that the server said it is, when it let us in.
    process: Option<i32>,
}

impl LastError {
    /// Takes it out, leaving nothing.
    pub(crate) fn take(&self) -> Option<ServerMessage> {
        self.take_counted().0
    }

    /// Takes it out, with the number of statements that were completed before it since the last time.
    pub(crate) fn take_counted(&self) -> (Option<ServerMessage>, usize) {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        (seen.error.take(), std::mem::take(&mut seen.completed))
    }

    /// The process that the server said it is; a pooler makes one up.
    pub(crate) fn process(&self) -> Option<i32> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).process
    }

    fn set(&self, message: ServerMessage) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).error = Some(message);
    }

    fn set_process(&self, process: i32) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).process = Some(process);
    }

    fn count(&self) {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // What comes after the error (the ROLLBACK) is not part of the script.
        seen.completed += usize::from(seen.error.is_none());
    }
}

/// A stream that remembers the errors which pass through it.
pub(crate) struct Tap<S> {
    inner: S,
    /// `None` when what passes is not the plain protocol (TLS records).
    reader: Option<MessageReader>,
}

impl<S> Tap<S> {
    /// Taps a stream that speaks the plain protocol after its first `skip` bytes.
    pub(crate) fn new(inner: S, last_error: LastError, skip: usize) -> Self {
        Self { inner, reader: Some(MessageReader::new(last_error, skip)) }
    }

    /// Stops listening: from here on the bytes are encrypted.
    pub(crate) fn mute(&mut self) {
        self.reader = None;
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Tap<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let res = Pin::new(&mut self.inner).poll_read(cx, buf);
        if let (Poll::Ready(Ok(())), Some(reader)) = (&res, &mut self.reader) {
            reader.feed(&buf.filled()[before..]);
        }
        res
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Tap<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}

impl<S: TlsStream + Unpin> TlsStream for Tap<S> {
    fn channel_binding(&self) -> ChannelBinding {
        self.inner.channel_binding()
    }
}

/// Cuts the byte stream into messages and keeps the body of errors.
struct MessageReader {
    last_error: LastError,
    skip: usize,
    header: Vec<u8>,
    /// Bytes of the current body that are still to come.
    remaining: usize,
    /// The body so far, if the current message is one that is read.
    body: Option<Vec<u8>>,
    kind: u8,
}

const HEADER: usize = 5;

impl MessageReader {
    fn new(last_error: LastError, skip: usize) -> Self {
        Self { last_error, skip, header: Vec::with_capacity(HEADER), remaining: 0, body: None, kind: 0 }
    }

    fn feed(&mut self, mut bytes: &[u8]) {
        let skipped = self.skip.min(bytes.len());
        self.skip -= skipped;
        bytes = &bytes[skipped..];
        while !bytes.is_empty() {
            if self.remaining == 0 {
                let taken = (HEADER - self.header.len()).min(bytes.len());
                self.header.extend_from_slice(&bytes[..taken]);
                bytes = &bytes[taken..];
                if self.header.len() == HEADER {
                    self.start_body();
                }
            } else {
                let taken = self.remaining.min(bytes.len());
                if let Some(body) = &mut self.body {
                    body.extend_from_slice(&bytes[..taken]);
                }
                bytes = &bytes[taken..];
                self.remaining -= taken;
                if self.remaining == 0 {
                    self.end_body();
                }
            }
        }
    }

    fn start_body(&mut self) {
        let length = [self.header[1], self.header[2], self.header[3], self.header[4]];
        // The length counts itself.
        self.remaining = (u32::from_be_bytes(length) as usize).saturating_sub(4);
        self.kind = self.header[0];
        // ErrorResponse and BackendKeyData.
        self.body = matches!(self.kind, b'E' | b'K').then(Vec::new);
        // CommandComplete, one a statement.
        if self.kind == b'C' {
            self.last_error.count();
        }
        self.header.clear();
    }

    fn end_body(&mut self) {
        match (self.body.take(), self.kind) {
            (Some(body), b'E') => self.last_error.set(server_message(&body)),
            (Some(body), _) => {
                // The number, then a secret that nobody needs here.
                let process = body.first_chunk().map(|bytes| i32::from_be_bytes(*bytes));
                process.into_iter().for_each(|it| self.last_error.set_process(it));
            }
            (None, _) => {}
        }
    }
}

/// The fields of an error: one byte of kind, text, zero; a zero byte ends the list.
fn server_message(body: &[u8]) -> ServerMessage {
    let mut message = ServerMessage::default();
    for field in body.split(|byte| *byte == 0) {
        let Some((kind, text)) = field.split_first() else { break };
        let text = String::from_utf8_lossy(text).into_owned();
        match kind {
            b'M' => message.message = text,
            b'C' => message.sqlstate = Some(text),
            b'D' => message.detail = Some(text),
            b'H' => message.hint = Some(text),
            b'P' => message.position = text.parse::<usize>().ok().and_then(|it| it.checked_sub(1)),
            _ => {}
        }
    }
    message
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(kind: u8, body: &[u8]) -> Vec<u8> {
        let mut bytes = vec![kind];
        bytes.extend_from_slice(&(body.len() as u32 + 4).to_be_bytes());
        bytes.extend_from_slice(body);
        bytes
    }

    fn wire() -> Vec<u8> {
        let mut bytes = message(b'Z', b"I");
        bytes.extend(message(b'I', b""));
        bytes.extend(message(
            b'E',
            b"SERROR\0VERROR\0C42P01\0Mrelation \"x\" does not exist\0Hlook\0P15\0p3\0\0",
        ));
        bytes.extend(message(b'Z', b"E"));
        bytes
    }

    #[test]
    fn reads_an_error_however_the_bytes_are_cut() {
        for size in 1..wire().len() {
            let last_error = LastError::default();
            let mut reader = MessageReader::new(last_error.clone(), 0);
            for chunk in wire().chunks(size) {
                reader.feed(chunk);
            }
            let seen = last_error.take().expect("an error was on the wire");
            assert_eq!(seen.sqlstate.as_deref(), Some("42P01"), "chunks of {size}");
            assert_eq!(seen.message, "relation \"x\" does not exist");
            assert_eq!(seen.hint.as_deref(), Some("look"));
            assert_eq!(seen.position, Some(14));
            assert_eq!(last_error.take(), None);
        }
    }

    #[test]
    fn counts_the_statements_before_an_error() {
        let last_error = LastError::default();
        let mut reader = MessageReader::new(last_error.clone(), 0);
        reader.feed(&message(b'C', b"CREATE TABLE\0"));
        reader.feed(&message(b'C', b"INSERT 0 1\0"));
        reader.feed(&wire());
        reader.feed(&message(b'C', b"ROLLBACK\0"));
        let (seen, completed) = last_error.take_counted();
        assert!(seen.is_some());
        assert_eq!(completed, 2);
        assert_eq!(last_error.take_counted(), (None, 0));
    }

    #[test]
    fn keeps_the_process_that_the_server_says_it_is() {
        let last_error = LastError::default();
        let mut reader = MessageReader::new(last_error.clone(), 0);
        reader.feed(&message(b'K', &[0, 0, 1, 2, 9, 9, 9, 9]));
        reader.feed(&wire());
        assert!(last_error.take().is_some());
        assert_eq!(last_error.process(), Some(258));
    }

    #[test]
    fn skips_the_answer_to_the_tls_question() {
        let last_error = LastError::default();
        let mut reader = MessageReader::new(last_error.clone(), 1);
        reader.feed(b"N");
        reader.feed(&wire());
        assert_eq!(last_error.take().and_then(|it| it.sqlstate).as_deref(), Some("42P01"));
    }
}
