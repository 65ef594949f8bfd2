//! Connection strings, understood: where the server is, who comes, how TLS is used.

mod parse;

use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use glowplug_dialect::database::Target;
use glowplug_dialect::error::DatabaseError;

/// A connection string, understood.
#[derive(Clone, PartialEq, Eq)]
pub struct ConnectionUrl {
    /// Where the server is, or the first one to try.
    pub address: Address,
    /// The other ones, in the order in which they are tried.
    pub other_addresses: Vec<Address>,
    /// `target_session_attrs`: which of them is the right one.
    pub wanted: Wanted,
    /// The role.
    pub user: String,
    /// The password, if the URL has one.
    pub password: Option<String>,
    /// The database's name.
    pub database: String,
    /// `schema`: the namespace that unqualified names are in.
    pub schema: Option<String>,
    /// How TLS is used.
    pub tls: TlsSettings,
    /// `connect_timeout`; `None` waits for ever (`connect_timeout=0`).
    pub connect_timeout: Option<Duration>,
    /// `application_name`.
    pub application_name: Option<String>,
    /// `options`: settings for the session, as on the server's command line.
    pub options: Option<String>,
    /// `pgbouncer=true`: a pooler in transaction mode is in between.
    pub pgbouncer: bool,
    /// Parameters that nobody here knows, in the order of the URL.
    pub unknown_parameters: Vec<String>,
}

/// Which server is the right one. With several hosts it is one that accepts writes, if nothing is said.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Wanted {
    /// Whichever answers.
    #[default]
    Any,
    /// One whose sessions may write.
    ReadWrite,
    /// One whose sessions may only read.
    ReadOnly,
    /// One that follows no other.
    Primary,
    /// One that follows another.
    Standby,
    /// One that follows another, else whichever answers.
    PreferStandby,
}

/// Where a server listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// A host name or an IP address, with its port.
    Tcp(String, u16),
    /// The folder of a Unix socket, with the port that names it.
    Socket(String, u16),
}

/// How TLS is used.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct TlsSettings {
    /// Whether and how far the server must prove itself.
    pub mode: TlsMode,
    /// A PEM file of certificates to trust instead of the system's
    /// (Prisma: `sslcert` without `sslkey`; libpq: `sslrootcert`).
    pub ca_file: Option<String>,
    /// A PEM file with the client's certificate (Prisma: `sslidentity`; libpq: `sslcert` beside `sslkey`).
    pub identity_file: Option<String>,
    /// A PEM file with the client's key, if it is not in `identity_file`.
    pub key_file: Option<String>,
    /// `channel_binding`.
    pub channel_binding: ChannelBinding,
}

/// Whether a connection is encrypted, and how far the server must prove itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum TlsMode {
    /// Never encrypted.
    Disable,
    /// Encrypted if the server can; the certificate is not checked.
    #[default]
    Prefer,
    /// Always encrypted; the certificate is not checked.
    Require,
    /// Always encrypted; the certificate must come from a trusted authority.
    VerifyCa,
    /// As `VerifyCa`, and the certificate must name the host.
    VerifyFull,
}

/// Whether the password exchange is tied to the TLS session.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ChannelBinding {
    /// Never.
    Disable,
    /// If the server can.
    #[default]
    Prefer,
    /// Always.
    Require,
}

impl ConnectionUrl {
    /// Reads a URL. Errors are of kind `BadUrl` and never hold a piece of the user or password part.
    pub fn parse(url: &str) -> Result<Self, DatabaseError> {
        parse::parse(url)
    }

    /// The names of the parameters (as libpq calls them) that a URL gives a value to, wherever it does so. What it
    /// lacks may come from elsewhere, so it need not be complete.
    pub(crate) fn given(url: &str) -> Result<Vec<&'static str>, DatabaseError> {
        parse::given(url)
    }

    /// Where it leads. Safe to print.
    pub fn target(&self) -> Target {
        let hosts: Vec<&str> = self.addresses().map(Address::host).collect();
        Target {
            host: hosts.join(","),
            port: Some(self.address.port()),
            database: self.database.clone(),
            user: Some(self.user.clone()),
            namespace: Some(self.schema.clone().unwrap_or_else(|| "public".to_owned())),
            is_local: self.addresses().all(Address::is_local),
            unknown_parameters: self.unknown_parameters.clone(),
        }
    }
}

impl ConnectionUrl {
    /// All addresses, in the order in which they are tried.
    pub fn addresses(&self) -> impl Iterator<Item = &Address> {
        std::iter::once(&self.address).chain(&self.other_addresses)
    }

    /// The same, but for one address alone.
    #[must_use]
    pub fn at(&self, address: &Address) -> Self {
        Self { address: address.clone(), other_addresses: Vec::new(), ..self.clone() }
    }
}

impl Address {
    /// Host name, IP address, or folder of the socket.
    pub fn host(&self) -> &str {
        match self {
            Address::Tcp(host, _) | Address::Socket(host, _) => host,
        }
    }

    /// The port, or the number that names the socket.
    pub fn port(&self) -> u16 {
        match self {
            Address::Tcp(_, port) | Address::Socket(_, port) => *port,
        }
    }

    /// Whether it is on this machine.
    pub fn is_local(&self) -> bool {
        match self {
            Address::Socket(..) => true,
            Address::Tcp(host, _) => {
                let host = host.trim_end_matches('.');
                host.eq_ignore_ascii_case("localhost")
                    || host.to_ascii_lowercase().ends_with(".localhost")
                    || host.parse::<IpAddr>().is_ok_and(|it| {
                        let it = it.to_canonical();
                        it.is_loopback() || it.is_unspecified()
                    })
            }
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Address::Tcp(host, port) if host.contains(':') => write!(f, "[{host}]:{port}"),
            Address::Tcp(host, port) => write!(f, "{host}:{port}"),
            Address::Socket(folder, port) => write!(f, "{folder}/.s.PGSQL.{port}"),
        }
    }
}

impl fmt::Debug for ConnectionUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConnectionUrl")
            .field("address", &self.address)
            .field("user", &self.user)
            .field("password", &self.password.as_ref().map(|_| "***"))
            .field("database", &self.database)
            .field("schema", &self.schema)
            .finish_non_exhaustive()
    }
}
