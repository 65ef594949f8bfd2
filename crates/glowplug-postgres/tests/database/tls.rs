//! TLS, sockets and the server's own rules of access, on a server of its own.

use std::fs;
use std::path::{Path, PathBuf};

use glowplug_devdb::{DevServer, Server};
use glowplug_dialect::database::{Connector, Database, Result};
use glowplug_dialect::error::ErrorKind;
use glowplug_postgres::connector::PostgresConnector;

use crate::{options, with};

/// A server that is stopped and deleted at the end.
struct OwnServer {
    dev: DevServer,
    server: Server,
    _home: tempfile::TempDir,
}

impl OwnServer {
    fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        let dev = DevServer::for_tests(home.path());
        let server = dev.ensure(&mut |_| {}).unwrap();
        let mut res = Self { dev, server, _home: home };
        res.configure();
        res
    }

    /// Certificates, a socket and rules of access. The files are written by the server: they must be its own.
    fn configure(&mut self) {
        self.use_certificate("server");
        let rules = "local all all scram-sha-256\nhostssl all certified 127.0.0.1/32 cert clientcert=verify-full\n\
                     hostssl all only_tls 127.0.0.1/32 scram-sha-256\nhostnossl all only_tls 127.0.0.1/32 reject\n\
                     host all unwanted 127.0.0.1/32 reject\nhost all all 127.0.0.1/32 scram-sha-256\n";
        self.write("pg_hba.conf", rules);
        self.write("ca.pem", &read("ca.pem"));
        let mut admin = self.connect("", "sslmode=disable").unwrap();
        for statement in [
            "CREATE ROLE certified LOGIN",
            "CREATE ROLE only_tls LOGIN PASSWORD 'geheim'",
            "CREATE ROLE unwanted LOGIN PASSWORD 'geheim'",
            "ALTER SYSTEM SET ssl_ca_file = 'ca.pem'",
            "ALTER SYSTEM SET ssl = on",
            &format!("ALTER SYSTEM SET unix_socket_directories = '{}'", sockets().display()),
        ] {
            admin.execute(statement).unwrap();
        }
        drop(admin);
        self.dev.stop(&mut |_| {}).unwrap();
        self.server = self.dev.ensure(&mut |_| {}).unwrap();
    }

    fn use_certificate(&self, name: &str) {
        self.write("server.crt", &read(&format!("{name}.pem")));
        self.write("server.key", &read(&format!("{name}.key")));
    }

    fn write(&self, file: &str, text: &str) {
        let mut admin = self.connect("", "").unwrap();
        admin
            .execute(&format!(
                "COPY (SELECT unnest(string_to_array('{}', E'\\n'))) TO PROGRAM 'umask 077; cat > {file}'",
                text.trim_end()
            ))
            .unwrap();
        admin.query("SELECT pg_reload_conf()").unwrap();
    }

    /// Connects to the host with parameters; an empty host is the server's own.
    fn connect(&self, host: &str, parameters: &str) -> Result<Box<dyn Database>> {
        let mut url = with(&self.server.url("postgres"), parameters);
        if !host.is_empty() {
            url = url.replace("127.0.0.1", host);
        }
        PostgresConnector.connect(&url, &options())
    }

    /// Whether the connection is encrypted.
    fn encrypted(&self, host: &str, parameters: &str) -> Result<bool> {
        let rows = self
            .connect(host, parameters)?
            .query("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")?;
        Ok(rows[0][0].as_deref() == Some("t"))
    }
}

impl Drop for OwnServer {
    fn drop(&mut self) {
        let _ = self.dev.delete_data(&mut |_| {});
        let _ = fs::remove_dir_all(sockets());
    }
}

/// A short path that the server's account can write to.
fn sockets() -> PathBuf {
    std::env::temp_dir().join(format!("gp-sock-{}", std::process::id()))
}

fn data(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/tls").join(file)
}

fn read(file: &str) -> String {
    fs::read_to_string(data(file)).unwrap()
}

#[test]
fn a_server_with_tls_rules_and_a_socket() {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::create_dir_all(sockets()).unwrap();
        fs::set_permissions(sockets(), fs::Permissions::from_mode(0o777)).unwrap();
    }
    let server = OwnServer::new();
    modes(&server);
    certificates(&server);
    rules(&server);
    #[cfg(unix)]
    assert!(!server.encrypted("", &format!("host={}", sockets().display())).unwrap());
    errors_are_read_through_tls(&server);
    // Last: it changes the server's certificate.
    server.use_certificate("other");
    let other = data("other.pem");
    let pinned = format!("sslmode=verify-full&sslcert={}", other.display());
    assert!(server.encrypted("localhost", &pinned).unwrap(), "a certificate that signs itself may be named");
    let ca = format!("sslmode=verify-ca&sslcert={}", data("ca.pem").display());
    assert_eq!(server.encrypted("localhost", &ca).unwrap_err().kind, ErrorKind::Tls);
    assert!(server.encrypted("localhost", "sslmode=require").unwrap());
}

fn modes(server: &OwnServer) {
    assert!(!server.encrypted("", "sslmode=disable").unwrap());
    for parameters in ["", "sslmode=prefer", "sslmode=require", "sslmode=require&channel_binding=require"] {
        assert!(server.encrypted("", parameters).unwrap(), "{parameters}");
    }
}

fn certificates(server: &OwnServer) {
    let ca = data("ca.pem");
    let ca = ca.display();
    for (host, parameters) in [
        ("localhost", format!("sslmode=verify-full&sslcert={ca}")),
        ("localhost", format!("sslmode=verify-full&sslrootcert={ca}")),
        ("localhost", format!("sslcert={ca}&sslaccept=strict")),
        // The certificate does not name the address, and this mode does not ask for it.
        ("127.0.0.1", format!("sslmode=verify-ca&sslcert={ca}")),
        ("127.0.0.1", format!("sslmode=require&sslcert={ca}&sslaccept=accept_invalid_certs")),
    ] {
        assert!(server.encrypted(host, &parameters).unwrap(), "{host} {parameters}");
    }
    let other = data("other.pem");
    for (host, parameters) in [
        ("localhost", "sslmode=verify-full".to_owned()),
        ("127.0.0.1", format!("sslmode=verify-full&sslcert={ca}")),
        ("localhost", format!("sslmode=verify-ca&sslcert={}", other.display())),
        ("localhost", format!("sslmode=require&sslcert={}", other.display())),
        ("localhost", "sslmode=require&sslcert=/no/such/file.pem".to_owned()),
        ("localhost", format!("sslmode=require&sslidentity={}", data("README.md").display())),
    ] {
        let error = server.encrypted(host, &parameters).unwrap_err();
        assert_eq!(error.kind, ErrorKind::Tls, "{host} {parameters}: {error:?}");
    }
    let identity =
        format!("user=certified&password=&sslmode=require&sslidentity={}", data("identity.pem").display());
    assert!(server.encrypted("", &identity).unwrap(), "the client's certificate is its password");
    let error = server.encrypted("", "user=certified&password=&sslmode=require").unwrap_err();
    assert_eq!(error.kind, ErrorKind::WrongCredentials, "{error:?}");
}

fn rules(server: &OwnServer) {
    let error = server.connect("", "user=unwanted&password=geheim").err().unwrap();
    assert_eq!(error.kind, ErrorKind::WrongCredentials, "{error:?}");
    assert!(error.message.contains("does not let `unwanted` in: pg_hba.conf rejects"), "{error:?}");
    assert!(!format!("{error:?}").contains("geheim"));
    assert!(server.encrypted("", "user=only_tls&password=geheim").unwrap());
    let error = server.connect("", "user=only_tls&password=geheim&sslmode=disable").err().unwrap();
    assert_eq!(error.kind, ErrorKind::WrongCredentials, "{error:?}");
}

fn errors_are_read_through_tls(server: &OwnServer) {
    let mut db = server.connect("", "sslmode=require&schema=tls").unwrap();
    let error = db.apply(&crate::script("1", "SELECT missing")).unwrap_err();
    let said = error.server.unwrap();
    assert_eq!((said.sqlstate.as_deref(), said.position), (Some("42703"), Some(7)));
}

#[test]
fn a_server_without_tls() {
    let database = glowplug_testkit::postgres::TestDatabase::new();
    let connect =
        |parameters: &str| PostgresConnector.connect(&with(&database.url(), parameters), &options());
    let error = connect("sslmode=require").err().unwrap();
    assert_eq!(error.kind, ErrorKind::Tls);
    assert!(error.message.ends_with("failed: server does not support TLS"), "{}", error.message);
    assert!(connect("sslmode=prefer").is_ok());
}
