//! Reads `postgresql://` URLs with Prisma's and libpq's parameters.
//!
//! Sources: Prisma's reference "PostgreSQL connector, Connection URL arguments"; PostgreSQL manual,
//! "Connection URIs". Nothing here puts a password, or a piece of a URL that may be one, into a message.

use std::time::Duration;

use glowplug_dialect::error::{DatabaseError, ErrorKind};
use glowplug_dialect::words::counted;

use super::{Address, ChannelBinding, ConnectionUrl, TlsMode, TlsSettings, Wanted};
use crate::connect::percent;

const DEFAULT_PORT: u16 = 5432;
/// Prisma's default.
const DEFAULT_CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const ENCODE_HINT: &str = "write it as postgresql://user:password@host:5432/database and percent-encode \
     special characters of the password (`@` is %40, `/` is %2F, `#` is %23, `?` is %3F)";

/// Parameters that mean something only to a pool or to a client's cache: accepted, without effect here.
const POOL_PARAMETERS: &[&str] = &[
    "connection_limit",
    "pool_timeout",
    "socket_timeout",
    "statement_cache_size",
    "single_use_connections",
    "max_connection_lifetime",
    "max_idle_connection_lifetime",
];

/// See [`ConnectionUrl::parse`].
pub(super) fn parse(url: &str) -> Result<ConnectionUrl, DatabaseError> {
    read(url)?.finish()
}

/// The names of the parameters that a URL gives a value to, wherever it does so.
pub(super) fn given(url: &str) -> Result<Vec<&'static str>, DatabaseError> {
    let parts = read(url)?;
    let is_given = [
        ("host", parts.hosts.iter().any(|host| !host.is_empty())),
        ("port", parts.ports.iter().any(Option::is_some)),
        ("user", !parts.user.is_empty()),
        ("password", !parts.password.is_empty()),
        ("dbname", !parts.database.is_empty()),
        ("sslmode", parts.mode.is_some() || parts.accept_invalid.is_some()),
        ("sslrootcert", parts.root_cert.is_some() || (parts.cert.is_some() && parts.key.is_none())),
        ("sslcert", parts.cert.is_some() || parts.identity.is_some()),
        ("sslkey", parts.key.is_some() || parts.identity.is_some()),
        ("connect_timeout", parts.connect_timeout.is_some()),
        ("application_name", parts.application_name.is_some()),
        ("options", parts.options.is_some()),
        ("channel_binding", parts.channel_binding.is_some()),
        ("target_session_attrs", parts.wanted.is_some()),
    ];
    Ok(is_given.into_iter().filter(|(_, is_given)| *is_given).map(|(name, _)| name).collect())
}

fn read(url: &str) -> Result<Parts, DatabaseError> {
    let rest = after_scheme(url.trim())?;
    if rest.contains('#') {
        return Err(bad("the connection string holds a `#`").with_hint(ENCODE_HINT));
    }
    let (before_query, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (authority, path) = before_query.split_once('/').unwrap_or((before_query, ""));
    // The last `@`: many passwords hold one that should have been encoded.
    let (user_info, host_port) = authority.rsplit_once('@').map_or((None, authority), |(u, h)| (Some(u), h));
    let (user, password) = match user_info.map(|it| it.split_once(':').unwrap_or((it, ""))) {
        Some((user, password)) => (decode(user, "the user name")?, decode(password, "the password")?),
        None => (String::new(), String::new()),
    };
    let mut parts =
        Parts { user, password, database: decode(path, "the database's name")?, ..Parts::default() };
    for host_port in host_port.split(',') {
        let (host, port) = split_host(host_port)?;
        // An encoded comma would come from a place where several hosts are one word.
        parts.hosts.extend(decode(host, "the host name")?.split(',').map(str::to_owned));
        parts.ports.push(port);
    }
    for pair in query.split('&').filter(|it| !it.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let name = decode(name, "the name of a parameter")?;
        let value = decode(&value.replace('+', "%20"), &format!("the parameter `{name}`"))?;
        parts.set(&name, value)?;
    }
    Ok(parts)
}

/// What has been read so far.
#[derive(Default)]
struct Parts {
    hosts: Vec<String>,
    ports: Vec<Option<u16>>,
    wanted: Option<Wanted>,
    user: String,
    password: String,
    database: String,
    schema: Option<String>,
    mode: Option<TlsMode>,
    accept_invalid: Option<bool>,
    cert: Option<String>,
    key: Option<String>,
    root_cert: Option<String>,
    identity: Option<String>,
    channel_binding: Option<ChannelBinding>,
    connect_timeout: Option<Option<Duration>>,
    application_name: Option<String>,
    options: Option<String>,
    pgbouncer: bool,
    unknown: Vec<String>,
}

impl Parts {
    fn set(&mut self, name: &str, value: String) -> Result<(), DatabaseError> {
        match name {
            "schema" => self.schema = Some(value).filter(|it| !it.is_empty()),
            // Parameters overrule the part before `?`, as in libpq.
            "host" => self.hosts = value.split(',').map(str::to_owned).collect(),
            "port" => {
                let port = |text: &str| if text.is_empty() { Ok(None) } else { number(name, text).map(Some) };
                self.ports = value.split(',').map(port).collect::<Result<_, _>>()?;
            }
            "target_session_attrs" => self.wanted = Some(wanted(&value)?),
            "user" => self.user = value,
            "password" => self.password = value,
            "dbname" => self.database = value,
            "sslmode" => self.mode = Some(tls_mode(&value)?),
            "sslaccept" => self.accept_invalid = Some(accept_invalid(&value)?),
            "sslcert" => self.cert = Some(value),
            "sslkey" => self.key = Some(value),
            // `system` is libpq's word for the system's store, which is what we use without a file.
            "sslrootcert" => self.root_cert = Some(value).filter(|it| it != "system"),
            "sslidentity" => self.identity = Some(value),
            // Only PKCS#12 files have one, and those cannot be read; see `tls.rs`.
            "sslpassword" => {}
            "channel_binding" => self.channel_binding = Some(channel_binding(&value)?),
            "connect_timeout" => {
                let seconds: u64 = number(name, &value)?;
                self.connect_timeout = Some((seconds > 0).then(|| Duration::from_secs(seconds)));
            }
            "application_name" => self.application_name = Some(value),
            "options" => self.options = Some(value),
            "pgbouncer" => self.pgbouncer = value == "true",
            _ if POOL_PARAMETERS.contains(&name) => {}
            _ => self.unknown.push(name.to_owned()),
        }
        Ok(())
    }

    fn finish(self) -> Result<ConnectionUrl, DatabaseError> {
        if self.user.is_empty() {
            return Err(bad("the connection string names no user")
                .with_hint("write it before the host: postgresql://user@host:5432/database"));
        }
        if self.database.is_empty() {
            return Err(bad("the connection string names no database")
                .with_hint("write it after the host: postgresql://user@host:5432/database"));
        }
        let mut addresses = addresses(&self.hosts, &self.ports)?;
        let address = addresses.remove(0);
        let default = if addresses.is_empty() { Wanted::Any } else { Wanted::ReadWrite };
        let (ca_file, identity_file) = match (&self.key, self.cert) {
            (Some(_), cert) => (self.root_cert, self.identity.or(cert)),
            (None, cert) => (self.root_cert.or(cert), self.identity),
        };
        Ok(ConnectionUrl {
            address,
            other_addresses: addresses,
            wanted: self.wanted.unwrap_or(default),
            user: self.user,
            password: Some(self.password).filter(|it| !it.is_empty()),
            database: self.database,
            schema: self.schema,
            tls: TlsSettings {
                mode: effective_mode(self.mode, self.accept_invalid, ca_file.is_some()),
                ca_file,
                identity_file,
                key_file: self.key,
                channel_binding: self.channel_binding.unwrap_or_default(),
            },
            connect_timeout: self.connect_timeout.unwrap_or(Some(DEFAULT_CONNECT_TIMEOUT)),
            application_name: self.application_name,
            options: self.options,
            pgbouncer: self.pgbouncer,
            unknown_parameters: self.unknown,
        })
    }
}

/// One address a host. A single port goes for all of them.
fn addresses(hosts: &[String], ports: &[Option<u16>]) -> Result<Vec<Address>, DatabaseError> {
    if ports.len() > 1 && ports.len() != hosts.len() {
        return Err(bad(format!(
            "the connection string names {} and {}",
            counted(hosts.len(), "host"),
            counted(ports.len(), "port")
        ))
        .with_hint("give every host its port: postgresql://user@host1:5432,host2:5433/database"));
    }
    let address = |(at, host): (usize, &String)| {
        let port = ports.get(at).or(ports.first()).copied().flatten().unwrap_or(DEFAULT_PORT);
        match host.as_str() {
            "" => Address::Tcp("localhost".to_owned(), port),
            // `@` starts an abstract socket on Linux.
            host if host.starts_with('/') || host.starts_with('@') => Address::Socket(host.to_owned(), port),
            host => Address::Tcp(host.to_owned(), port),
        }
    };
    Ok(hosts.iter().enumerate().map(address).collect())
}

/// `sslaccept=strict` is Prisma's way to ask for the whole check. A named authority is checked against
/// unless the URL says outright that anything is accepted (as in libpq, where `require` with a root
/// certificate means `verify-ca`).
fn effective_mode(mode: Option<TlsMode>, accept_invalid: Option<bool>, has_ca: bool) -> TlsMode {
    match (mode.unwrap_or_default(), accept_invalid) {
        (TlsMode::Disable, _) => TlsMode::Disable,
        (_, Some(false)) => TlsMode::VerifyFull,
        (TlsMode::Prefer | TlsMode::Require, None) if has_ca => TlsMode::VerifyCa,
        (TlsMode::Prefer, _) => TlsMode::Prefer,
        (TlsMode::Require, _) => TlsMode::Require,
        (TlsMode::VerifyCa, _) => TlsMode::VerifyCa,
        (TlsMode::VerifyFull, _) => TlsMode::VerifyFull,
    }
}

fn after_scheme(url: &str) -> Result<&str, DatabaseError> {
    for scheme in ["postgresql://", "postgres://"] {
        if let Some(rest) = url.strip_prefix(scheme) {
            return Ok(rest);
        }
    }
    if url.is_empty() {
        return Err(bad("the connection string is empty").with_hint(ENCODE_HINT));
    }
    if url.starts_with("prisma://") || url.starts_with("prisma+postgres://") {
        return Err(bad("the connection string leads to Prisma's proxy, not to a PostgreSQL server")
            .with_hint("use the postgresql:// URL of the database behind it"));
    }
    Err(bad("the connection string does not begin with `postgresql://`").with_hint(ENCODE_HINT))
}

/// `host`, `host:port`, `[v6]`, `[v6]:port`. What stands where the port should be may be a piece of a
/// password with an unencoded `/`, so it is never printed.
fn split_host(text: &str) -> Result<(&str, Option<u16>), DatabaseError> {
    let no_port = || bad("the port in the connection string is not a number").with_hint(ENCODE_HINT);
    if let Some(rest) = text.strip_prefix('[') {
        let Some((host, after)) = rest.split_once(']') else {
            return Err(bad("the connection string has a `[` without `]`").with_hint(ENCODE_HINT));
        };
        return match after.strip_prefix(':') {
            Some(port) => Ok((host, Some(port.parse().map_err(|_| no_port())?))),
            None if after.is_empty() => Ok((host, None)),
            None => Err(no_port()),
        };
    }
    match text.split_once(':') {
        // An empty port means the default, as in libpq.
        Some((host, "")) => Ok((host, None)),
        Some((host, port)) => Ok((host, Some(port.parse().map_err(|_| no_port())?))),
        None => Ok((text, None)),
    }
}

fn decode(text: &str, what: &str) -> Result<String, DatabaseError> {
    percent::decode(text).ok_or_else(|| {
        bad(format!("{what} in the connection string is not well percent-encoded")).with_hint(ENCODE_HINT)
    })
}

fn number<T: std::str::FromStr>(name: &str, value: &str) -> Result<T, DatabaseError> {
    value.parse().map_err(|_| bad_value(name, "a number"))
}

fn tls_mode(value: &str) -> Result<TlsMode, DatabaseError> {
    match value {
        "disable" => Ok(TlsMode::Disable),
        // libpq's `allow` tries without TLS first; nobody gains from that.
        "allow" | "prefer" => Ok(TlsMode::Prefer),
        "require" => Ok(TlsMode::Require),
        "verify-ca" => Ok(TlsMode::VerifyCa),
        "verify-full" => Ok(TlsMode::VerifyFull),
        _ => Err(bad_value("sslmode", "disable, prefer, require, verify-ca or verify-full")),
    }
}

fn accept_invalid(value: &str) -> Result<bool, DatabaseError> {
    match value {
        "strict" => Ok(false),
        "accept_invalid_certs" => Ok(true),
        _ => Err(bad_value("sslaccept", "strict or accept_invalid_certs")),
    }
}

fn wanted(value: &str) -> Result<Wanted, DatabaseError> {
    match value {
        "any" => Ok(Wanted::Any),
        "read-write" => Ok(Wanted::ReadWrite),
        "read-only" => Ok(Wanted::ReadOnly),
        "primary" => Ok(Wanted::Primary),
        "standby" => Ok(Wanted::Standby),
        "prefer-standby" => Ok(Wanted::PreferStandby),
        _ => Err(bad_value(
            "target_session_attrs",
            "any, read-write, read-only, primary, standby or prefer-standby",
        )),
    }
}

fn channel_binding(value: &str) -> Result<ChannelBinding, DatabaseError> {
    match value {
        "disable" => Ok(ChannelBinding::Disable),
        "prefer" => Ok(ChannelBinding::Prefer),
        "require" => Ok(ChannelBinding::Require),
        _ => Err(bad_value("channel_binding", "disable, prefer or require")),
    }
}

/// The value is left out: a password with an unencoded `?` ends up among the parameters.
fn bad_value(name: &str, expected: &str) -> DatabaseError {
    bad(format!("the parameter `{name}` of the connection string must be {expected}"))
}

fn bad(message: impl Into<String>) -> DatabaseError {
    DatabaseError::new(ErrorKind::BadUrl, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(url: &str) -> ConnectionUrl {
        ConnectionUrl::parse(url).unwrap_or_else(|error| panic!("{url}: {error:?}"))
    }

    #[test]
    fn the_parts_of_a_url() {
        let url = parsed("postgresql://ann:p%40ss%3Aw%2Frd@db.example.org:6432/my%20shop?schema=tenant");
        assert_eq!(url.address, Address::Tcp("db.example.org".to_owned(), 6432));
        assert_eq!((url.user.as_str(), url.password.as_deref()), ("ann", Some("p@ss:w/rd")));
        assert_eq!((url.database.as_str(), url.schema.as_deref()), ("my shop", Some("tenant")));
        assert_eq!(url.connect_timeout, Some(Duration::from_secs(5)));
        assert_eq!(parsed(" postgres://ann@/shop\n").address, Address::Tcp("localhost".to_owned(), 5432));
        assert_eq!(parsed("postgres://ann@h:/shop").address, Address::Tcp("h".to_owned(), 5432));
        assert_eq!(parsed("postgres://ann@h/shop?connect_timeout=0").connect_timeout, None);
        assert_eq!(parsed("postgres://ann@h/shop?schema=").schema, None);
        // Not encoded as it should be, but not ambiguous either.
        assert_eq!(parsed("postgres://ann:p@ss:word@h/shop").password.as_deref(), Some("p@ss:word"));
    }

    #[test]
    fn hosts_addresses_and_sockets() {
        for (url, shown, is_local) in [
            ("postgres://a@localhost/d", "localhost:5432", true),
            ("postgres://a@LOCALHOST./d", "LOCALHOST.:5432", true),
            ("postgres://a@db.localhost/d", "db.localhost:5432", true),
            ("postgres://a@127.8.9.1:1/d", "127.8.9.1:1", true),
            ("postgres://a@[::1]:5433/d", "[::1]:5433", true),
            ("postgres://a@[::1]/d", "[::1]:5432", true),
            ("postgres://a@/d?host=/var/run/postgresql", "/var/run/postgresql/.s.PGSQL.5432", true),
            ("postgres://a@localhost:77/d?host=/tmp", "/tmp/.s.PGSQL.77", true),
            ("postgres://a@%2Ftmp/d", "/tmp/.s.PGSQL.5432", true),
            ("postgres://a@0.0.0.0/d", "0.0.0.0:5432", true),
            ("postgres://a@[::ffff:127.0.0.1]/d", "[::ffff:127.0.0.1]:5432", true),
            ("postgres://a@localhost.example.org/d", "localhost.example.org:5432", false),
            ("postgres://a@10.0.0.1/d", "10.0.0.1:5432", false),
            ("postgres://a@h/d?host=other&port=7", "other:7", false),
        ] {
            let it = parsed(url);
            assert_eq!(it.address.to_string(), shown, "{url}");
            assert_eq!(it.target().is_local, is_local, "{url}");
        }
    }

    #[test]
    fn several_hosts_are_tried_in_order() {
        for (url, shown, wanted) in [
            ("postgres://a@h1,h2/d", "h1:5432 h2:5432", Wanted::ReadWrite),
            ("postgres://a@h1:1,[::1]:2,h3/d", "h1:1 [::1]:2 h3:5432", Wanted::ReadWrite),
            ("postgres://a@/d?host=h1,/tmp&port=7,8", "h1:7 /tmp/.s.PGSQL.8", Wanted::ReadWrite),
            ("postgres://a@/d?host=h1,h2&port=7", "h1:7 h2:7", Wanted::ReadWrite),
            ("postgres://a@h1,h2/d?target_session_attrs=any", "h1:5432 h2:5432", Wanted::Any),
            ("postgres://a@h1/d?target_session_attrs=standby", "h1:5432", Wanted::Standby),
            ("postgres://a@h1/d", "h1:5432", Wanted::Any),
        ] {
            let it = parsed(url);
            let addresses: Vec<String> = it.addresses().map(ToString::to_string).collect();
            assert_eq!((addresses.join(" ").as_str(), it.wanted), (shown, wanted), "{url}");
        }
        let target = parsed("postgres://a@localhost:7,db.example.org:8/d").target();
        assert_eq!((target.host.as_str(), target.port), ("localhost,db.example.org", Some(7)));
        assert!(!target.is_local, "one of them is elsewhere");
    }

    #[test]
    fn tls_as_prisma_and_libpq_say_it() {
        use TlsMode::{Disable, Prefer, Require, VerifyCa, VerifyFull};
        for (parameters, mode, ca, identity) in [
            ("", Prefer, None, None),
            ("sslmode=disable&sslaccept=strict", Disable, None, None),
            ("sslmode=allow", Prefer, None, None),
            ("sslmode=require", Require, None, None),
            ("sslmode=require&sslaccept=strict", VerifyFull, None, None),
            ("sslmode=require&sslcert=ca.pem", VerifyCa, Some("ca.pem"), None),
            ("sslmode=require&sslcert=ca.pem&sslaccept=accept_invalid_certs", Require, Some("ca.pem"), None),
            ("sslmode=verify-ca&sslrootcert=ca.pem", VerifyCa, Some("ca.pem"), None),
            ("sslmode=verify-full&sslrootcert=system", VerifyFull, None, None),
            ("sslmode=require&sslcert=me.pem&sslkey=me.key", Require, None, Some("me.pem")),
            (
                "sslmode=verify-full&sslcert=ca.pem&sslidentity=me.pem",
                VerifyFull,
                Some("ca.pem"),
                Some("me.pem"),
            ),
        ] {
            let tls = parsed(&format!("postgres://a@h/d?{parameters}")).tls;
            assert_eq!(
                (tls.mode, tls.ca_file.as_deref(), tls.identity_file.as_deref()),
                (mode, ca, identity),
                "{parameters}"
            );
        }
    }

    #[test]
    fn unknown_parameters_are_named_and_known_ones_are_not() {
        let url = parsed(
            "postgres://a@h/d?connection_limit=5&pool_timeout=2&socket_timeout=3&statement_cache_size=0&pgbouncer=true\
             &application_name=my+app&options=-c%20work_mem%3D1MB&sslmoed=require&gssencmode&channel_binding=require",
        );
        assert_eq!(url.unknown_parameters, ["sslmoed", "gssencmode"]);
        assert_eq!(url.target().unknown_parameters, ["sslmoed", "gssencmode"]);
        assert!(url.pgbouncer);
        assert_eq!(url.application_name.as_deref(), Some("my app"));
        assert_eq!(url.options.as_deref(), Some("-c work_mem=1MB"));
        assert_eq!(url.tls.channel_binding, ChannelBinding::Require);
    }

    #[test]
    fn what_cannot_be_understood_is_told_without_the_password() {
        for (url, message) in [
            ("", "the connection string is empty"),
            ("mysql://geheim@h/d", "the connection string does not begin with `postgresql://`"),
            ("host=h password=geheim", "the connection string does not begin with `postgresql://`"),
            ("prisma://geheim", "the connection string leads to Prisma's proxy, not to a PostgreSQL server"),
            ("postgres://h/d", "the connection string names no user"),
            ("postgres://:geheim@h/d", "the connection string names no user"),
            ("postgres://a:geheim@h", "the connection string names no database"),
            ("postgres://a:geheim@h/?schema=x", "the connection string names no database"),
            ("postgres://a:ge/heim@h/d", "the port in the connection string is not a number"),
            ("postgres://a:ge#heim@h/d", "the connection string holds a `#`"),
            ("postgres://a:ge?heim@h/d", "the port in the connection string is not a number"),
            ("postgres://a:geheim@h:99999/d", "the port in the connection string is not a number"),
            (
                "postgres://a:ge%zzheim@h/d",
                "the password in the connection string is not well percent-encoded",
            ),
            (
                "postgres://a:geheim@h1:1,h2:2/d?host=h1,h2,h3",
                "the connection string names 3 hosts and 2 ports",
            ),
            (
                "postgres://a:geheim@h/d?target_session_attrs=master",
                "the parameter `target_session_attrs` of the connection string must be any, read-write, read-only, primary, standby or prefer-standby",
            ),
            ("postgres://a:geheim@[::1/d", "the connection string has a `[` without `]`"),
            (
                "postgres://a:geheim@h/d?sslmode=on",
                "the parameter `sslmode` of the connection string must be disable, prefer, require, verify-ca or verify-full",
            ),
            (
                "postgres://a:geheim@h/d?connect_timeout=long",
                "the parameter `connect_timeout` of the connection string must be a number",
            ),
        ] {
            let error = ConnectionUrl::parse(url).expect_err(url);
            assert_eq!(error.kind, ErrorKind::BadUrl);
            assert_eq!(error.message, message, "{url}");
            assert!(
                !format!("{error:?}").contains("geheim") && !format!("{error:?}").contains("heim"),
                "{error:?}"
            );
        }
        let shown = format!("{:?}", parsed("postgres://a:geheim@h/d"));
        assert!(!shown.contains("geheim"), "{shown}");
    }
}
