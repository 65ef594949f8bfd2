//! From a connection string to an open session: address, TLS, login, namespace.

pub mod environment;
pub(crate) mod percent;
pub mod pgpass;
pub(crate) mod tap;
mod tls;
pub(crate) mod turn;
pub mod url;

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use glowplug_dialect::error::{DatabaseError, ErrorKind};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpSocket, TcpStream};
use tokio_postgres::{Client, Config, NoTls, config};

use crate::connect::tap::{LastError, Tap};
use crate::connect::tls::TappedTls;
use crate::connect::url::{Address, ChannelBinding, ConnectionUrl, TlsMode, Wanted};
use crate::database::rows;
use crate::error;
use crate::runtime::{block_on, spawn};

/// A stream of bytes to a server, whatever carries it.
pub(crate) type Wire = Box<dyn Stream>;

/// What a stream must be able to do.
pub(crate) trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

/// An open connection. Dropping the client closes it.
pub(crate) struct Session {
    /// Where it leads: one of the addresses of the URL.
    pub(crate) address: Address,
    /// The connection.
    pub(crate) client: Client,
    /// The last error that the server sent over it.
    pub(crate) last_error: LastError,
    /// Ends when the connection is closed.
    pub(crate) driver: Driver,
}

/// The task that moves bytes between a client and its server.
pub(crate) struct Driver(tokio::task::JoinHandle<()>);

impl Driver {
    /// Whether the connection is open, as far as is known here.
    pub(crate) fn is_running(&self) -> bool {
        !self.0.is_finished()
    }

    /// Cuts the connection, from afar.
    pub(crate) fn abort_handle(&self) -> tokio::task::AbortHandle {
        self.0.abort_handle()
    }

    /// Waits until the connection is closed. The client must have been dropped.
    pub(crate) fn wait(self) {
        // Made inside: a timer belongs to the runtime that it is made in.
        let _ = block_on(async { tokio::time::timeout(SHORT, self.0).await });
    }
}

impl Session {
    /// Closes the connection and waits until that has happened.
    pub(crate) fn close(self) {
        drop(self.client);
        self.driver.wait();
    }
}

/// Connects and logs in, to the first of the addresses that answers and is as wanted. Nothing is set up in the
/// session yet.
pub(crate) fn open(url: &ConnectionUrl, application_name: &str) -> Result<Session, DatabaseError> {
    let rounds = match url.wanted {
        Wanted::PreferStandby => vec![Wanted::Standby, Wanted::Any],
        wanted => vec![wanted],
    };
    let mut failures = Vec::new();
    for wanted in rounds {
        for address in url.addresses() {
            // As libpq does: whoever answers and refuses is the one to be told of.
            match open_at(&url.at(address), application_name) {
                Ok(session) if is_as_wanted(&session, wanted)? => return Ok(session),
                Ok(session) => {
                    failures.push(error::not_as_wanted(address, wanted));
                    session.close();
                }
                Err(error) if error.kind == ErrorKind::Unreachable => failures.push(error),
                Err(error) => return Err(error),
            }
        }
    }
    Err(error::none_of(failures))
}

fn is_as_wanted(session: &Session, wanted: Wanted) -> Result<bool, DatabaseError> {
    let question = match wanted {
        Wanted::Any | Wanted::PreferStandby => return Ok(true),
        Wanted::ReadWrite => "SELECT pg_catalog.current_setting('transaction_read_only') = 'off'",
        Wanted::ReadOnly => "SELECT pg_catalog.current_setting('transaction_read_only') = 'on'",
        Wanted::Primary => "SELECT NOT pg_catalog.pg_is_in_recovery()",
        Wanted::Standby => "SELECT pg_catalog.pg_is_in_recovery()",
    };
    let answer = rows(&session.client, question)?.into_iter().flatten().flatten().next();
    Ok(answer.as_deref() == Some("t"))
}

fn open_at(url: &ConnectionUrl, application_name: &str) -> Result<Session, DatabaseError> {
    match open_once(url, url.tls.mode, application_name) {
        // As libpq does: whoever only prefers TLS gets a plain connection when it cannot be agreed on.
        Err(error) if url.tls.mode == TlsMode::Prefer && error.kind == ErrorKind::Tls => {
            open_once(url, TlsMode::Disable, application_name)
        }
        res => res,
    }
}

fn open_once(url: &ConnectionUrl, mode: TlsMode, application_name: &str) -> Result<Session, DatabaseError> {
    let attempt = async {
        let wire = dial(&url.address).await.map_err(|error| error::unreachable(url, &error))?;
        log_in(url, mode, application_name, wire).await
    };
    block_on(async {
        match url.connect_timeout {
            Some(limit) => tokio::time::timeout(limit, attempt)
                .await
                .unwrap_or_else(|_| Err(error::no_answer(url, limit))),
            None => attempt.await,
        }
    })
}

async fn dial(address: &Address) -> io::Result<Wire> {
    match address {
        Address::Tcp(host, port) => {
            let mut last = io::Error::new(io::ErrorKind::NotFound, "the name has no address");
            for candidate in tokio::net::lookup_host((host.as_str(), *port)).await? {
                match dial_tcp(candidate).await {
                    Ok(stream) => return Ok(Box::new(stream)),
                    Err(error) => last = error,
                }
            }
            Err(last)
        }
        #[cfg(unix)]
        Address::Socket(..) => {
            let path = address.to_string();
            // A leading `@` is libpq's way to write the zero byte of an abstract socket.
            let path = path.strip_prefix('@').map_or(path.clone(), |name| format!("\0{name}"));
            Ok(Box::new(tokio::net::UnixStream::connect(path).await?))
        }
        #[cfg(not(unix))]
        Address::Socket(..) => {
            Err(io::Error::new(io::ErrorKind::Unsupported, "there are no Unix sockets on this system"))
        }
    }
}

async fn dial_tcp(address: SocketAddr) -> io::Result<TcpStream> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    // A long migration is silent; without this a router may forget the connection meanwhile.
    socket.set_keepalive(true)?;
    let stream = socket.connect(address).await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

async fn log_in(
    url: &ConnectionUrl,
    mode: TlsMode,
    application_name: &str,
    wire: Wire,
) -> Result<Session, DatabaseError> {
    let last_error = LastError::default();
    // Sockets have no TLS in PostgreSQL.
    let (host, mode) = match &url.address {
        Address::Tcp(host, _) => (host.as_str(), mode),
        Address::Socket(..) => ("", TlsMode::Disable),
    };
    let config = client_config(url, mode, application_name);
    if mode == TlsMode::Disable {
        let stream = Tap::new(wire, last_error.clone(), 0);
        let (client, connection) =
            config.connect_raw(stream, NoTls).await.map_err(|error| error::refused(url, &error))?;
        let address = url.address.clone();
        return Ok(Session { address, client, last_error, driver: drive(connection) });
    }
    let tls = TappedTls::new(&url.tls, host, last_error.clone())?;
    // The server answers the question for TLS with a single byte outside of the protocol.
    let stream = Tap::new(wire, last_error.clone(), 1);
    let (client, connection) =
        config.connect_raw(stream, tls).await.map_err(|error| error::refused(url, &error))?;
    let address = url.address.clone();
    Ok(Session { address, client, last_error, driver: drive(connection) })
}

/// Moves bytes between the client and the server until one of them leaves.
fn drive(connection: impl Future<Output = Result<(), tokio_postgres::Error>> + Send + 'static) -> Driver {
    Driver(spawn(async move {
        // The client's next call sees the failure, too.
        let _ = connection.await;
    }))
}

fn client_config(url: &ConnectionUrl, mode: TlsMode, application_name: &str) -> Config {
    let mut config = Config::new();
    config
        .user(&url.user)
        .dbname(&url.database)
        .application_name(url.application_name.as_deref().unwrap_or(application_name))
        .ssl_mode(match mode {
            TlsMode::Disable => config::SslMode::Disable,
            TlsMode::Prefer => config::SslMode::Prefer,
            TlsMode::Require | TlsMode::VerifyCa | TlsMode::VerifyFull => config::SslMode::Require,
        })
        .channel_binding(match url.tls.channel_binding {
            ChannelBinding::Disable => config::ChannelBinding::Disable,
            ChannelBinding::Prefer => config::ChannelBinding::Prefer,
            ChannelBinding::Require => config::ChannelBinding::Require,
        });
    if let Some(password) = &url.password {
        config.password(password);
    }
    if let Some(options) = &url.options {
        config.options(options);
    }
    config
}

/// The limit for connecting to clean up, when nobody wants to wait.
pub(crate) const SHORT: Duration = Duration::from_secs(5);
