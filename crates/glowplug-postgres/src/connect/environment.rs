//! What psql would use where a connection string says nothing: `PG*` variables, a service file, the password file.
//!
//! Source: PostgreSQL manual, 34.15 Environment Variables, 34.16 The Password File, 34.17 The Connection Service
//! File. Nothing here reads the process's environment: the values come in.

use std::path::PathBuf;

use glowplug_dialect::error::{DatabaseError, ErrorKind};

use crate::connect::percent;
use crate::connect::pgpass::{self, Found};
use crate::connect::url::{Address, ConnectionUrl};

/// What is known around a connection string.
pub struct Environment<'a> {
    /// A variable, if it is set and not empty.
    pub variable: &'a dyn Fn(&str) -> Option<String>,
    /// The user's folder: for `.pgpass` and `.pg_service.conf`.
    pub home: Option<PathBuf>,
    /// The user's name on this machine.
    pub user: Option<String>,
}

/// A connection string with everything that it lacked.
#[derive(Clone, PartialEq, Eq)]
pub struct Completed {
    /// The connection string. Secret.
    pub url: String,
    /// The variables and files that had something to say, for a word about where the connection leads.
    pub sources: Vec<String>,
    /// What was ignored, and why: a sentence each.
    pub warnings: Vec<String>,
}

/// Parameters and the variables that stand for them.
const VARIABLES: &[(&str, &str)] = &[
    ("host", "PGHOST"),
    ("port", "PGPORT"),
    ("user", "PGUSER"),
    ("password", "PGPASSWORD"),
    ("dbname", "PGDATABASE"),
    ("sslmode", "PGSSLMODE"),
    ("sslrootcert", "PGSSLROOTCERT"),
    ("sslcert", "PGSSLCERT"),
    ("sslkey", "PGSSLKEY"),
    ("connect_timeout", "PGCONNECT_TIMEOUT"),
    ("application_name", "PGAPPNAME"),
    ("options", "PGOPTIONS"),
    ("channel_binding", "PGCHANNELBINDING"),
    ("target_session_attrs", "PGTARGETSESSIONATTRS"),
];

/// Parameters that stand before the `?` as well.
const IN_FRONT: &[&str] = &["host", "port", "user", "password", "dbname"];

/// The connection string that the variables alone stand for, if they name a host, a database or a service. As with
/// psql, the database without a name has that of the user.
///
/// # Errors
/// As [`complete`].
pub fn alone(environment: &Environment<'_>) -> Result<Option<Completed>, DatabaseError> {
    let variable = environment.variable;
    if ["PGHOST", "PGDATABASE", "PGSERVICE"].iter().all(|name| variable(name).is_none()) {
        return Ok(None);
    }
    let mut completed = complete("postgresql://", environment)?;
    let given = ConnectionUrl::given(&completed.url)?;
    if !given.contains(&"dbname")
        && let Some(user) = user_of(&completed.url)
    {
        completed.url = with(&completed.url, "dbname", &user);
    }
    // What is missing now is told by the one error for it.
    completed.url = in_its_usual_form(&completed.url, &ConnectionUrl::parse(&completed.url)?);
    Ok(Some(completed))
}

/// `postgresql://user:password@host:port/database?...`: it is handed on to programs that may know no other form.
fn in_its_usual_form(url: &str, parsed: &ConnectionUrl) -> String {
    if parsed.addresses().any(|it| matches!(it, Address::Socket(..))) {
        return url.to_owned();
    }
    let addresses: Vec<String> = parsed.addresses().map(ToString::to_string).collect();
    let password =
        parsed.password.as_ref().map_or_else(String::new, |it| format!(":{}", percent::encode(it)));
    let (user, database) = (percent::encode(&parsed.user), percent::encode(&parsed.database));
    let parameters: Vec<&str> = url
        .split_once('?')
        .map_or("", |(_, parameters)| parameters)
        .split('&')
        .filter(|pair| !IN_FRONT.contains(&pair.split('=').next().unwrap_or_default()))
        .collect();
    let query = if parameters.is_empty() { String::new() } else { format!("?{}", parameters.join("&")) };
    format!("postgresql://{user}{password}@{}/{database}{query}", addresses.join(","))
}

/// The connection string with what it lacks: from the service that `PGSERVICE` names, then from the variables, the
/// user's name, and the password file. What it says itself is never changed.
///
/// # Errors
/// A connection string that cannot be understood, or a service that is defined nowhere.
pub fn complete(url: &str, environment: &Environment<'_>) -> Result<Completed, DatabaseError> {
    let given = ConnectionUrl::given(url)?;
    let mut completed = Completed { url: url.trim().to_owned(), sources: Vec::new(), warnings: Vec::new() };
    let service = service(environment)?;
    for (parameter, variable) in VARIABLES.iter().filter(|(parameter, _)| !given.contains(parameter)) {
        let of_service = service.iter().find(|(key, _)| key == parameter).map(|(_, value)| value.clone());
        let (value, source) = match of_service {
            Some(value) => (Some(value), "PGSERVICE"),
            None => ((environment.variable)(variable), *variable),
        };
        if let Some(value) = value {
            completed.url = with(&completed.url, parameter, &value);
            if !completed.sources.iter().any(|it| it == source) {
                completed.sources.push(source.to_owned());
            }
        }
    }
    if !ConnectionUrl::given(&completed.url)?.contains(&"user")
        && let Some(user) = &environment.user
    {
        completed.url = with(&completed.url, "user", user);
    }
    add_password(&mut completed, environment);
    Ok(completed)
}

/// Whoever is incomplete now is told so when it is parsed to connect.
fn add_password(completed: &mut Completed, environment: &Environment<'_>) {
    let named = (environment.variable)("PGPASSFILE").map(PathBuf::from);
    let Some(path) = named.or_else(|| environment.home.as_ref().map(|home| home.join(".pgpass"))) else {
        return;
    };
    let Ok(url) = ConnectionUrl::parse(&completed.url) else { return };
    match pgpass::password(&url, &path) {
        Found::Password(password) => {
            completed.url = with(&completed.url, "password", &password);
            completed.sources.push(path.display().to_string());
        }
        Found::Ignored => completed.warnings.push(format!(
            "the password file `{0}` is ignored, because others may read it: chmod 0600 {0}",
            path.display()
        )),
        Found::Nothing => {}
    }
}

/// A parameter overrules the part before `?`, so nothing has to be cut open.
fn with(url: &str, parameter: &str, value: &str) -> String {
    let separator = if url.contains('?') { '&' } else { '?' };
    format!("{url}{separator}{parameter}={}", percent::encode(value))
}

fn user_of(url: &str) -> Option<String> {
    // Any database will do to read the rest.
    ConnectionUrl::parse(&with(url, "dbname", "x")).ok().map(|url| url.user)
}

/// What the service file says of the service that `PGSERVICE` names.
fn service(environment: &Environment<'_>) -> Result<Vec<(String, String)>, DatabaseError> {
    let Some(name) = (environment.variable)("PGSERVICE") else { return Ok(Vec::new()) };
    let own = (environment.variable)("PGSERVICEFILE")
        .map(PathBuf::from)
        .or_else(|| environment.home.as_ref().map(|home| home.join(".pg_service.conf")));
    let shared = (environment.variable)("PGSYSCONFDIR").map(|dir| PathBuf::from(dir).join("pg_service.conf"));
    let files: Vec<PathBuf> = own.into_iter().chain(shared).collect();
    let found = files.iter().find_map(|file| section(&std::fs::read_to_string(file).ok()?, &name));
    found.ok_or_else(|| {
        let files: Vec<String> = files.iter().map(|file| format!("`{}`", file.display())).collect();
        DatabaseError::new(
            ErrorKind::BadUrl,
            format!("the service `{name}` of PGSERVICE is not defined in {}", files.join(" or ")),
        )
        .with_hint(format!("write [{name}] with host=, dbname= and user= there, or unset PGSERVICE"))
    })
}

/// The `key=value` lines below `[name]`.
fn section(text: &str, name: &str) -> Option<Vec<(String, String)>> {
    let head = format!("[{name}]");
    let mut lines = text.lines().map(str::trim).skip_while(|line| *line != head);
    lines.next()?;
    let body = lines.take_while(|line| !line.starts_with('['));
    Some(
        body.filter(|line| !line.starts_with('#'))
            .filter_map(|line| line.split_once('='))
            .map(|(key, value)| (key.trim().to_owned(), value.trim().to_owned()))
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::path::Path;

    use super::*;

    fn in_environment<T>(
        variables: &[(&str, &str)],
        home: Option<&Path>,
        run: impl FnOnce(&Environment<'_>) -> T,
    ) -> T {
        let variables: BTreeMap<&str, &str> = variables.iter().copied().collect();
        let variable = |name: &str| variables.get(name).map(|value| (*value).to_owned());
        run(&Environment {
            variable: &variable,
            home: home.map(Path::to_owned),
            user: Some("login".to_owned()),
        })
    }

    fn completed(url: &str, variables: &[(&str, &str)]) -> String {
        in_environment(variables, None, |it| complete(url, it)).map(|it| it.url).unwrap()
    }

    #[test]
    fn variables_fill_only_what_is_missing() {
        for (url, variables, expected) in [
            ("postgresql://ann:pw@h:1/d", &[("PGHOST", "x"), ("PGUSER", "y"), ("PGPASSWORD", "z")][..], ""),
            ("postgresql://ann@h/d", &[("PGPASSWORD", "p@ss w")], "?password=p%40ss%20w"),
            ("postgresql:///d", &[("PGHOST", "/tmp"), ("PGPORT", "77")], "?host=%2Ftmp&port=77&user=login"),
            ("postgresql://h/d?schema=s", &[("PGUSER", "ann")], "&user=ann"),
            ("postgresql://h/d?user=ann&sslmode=disable", &[("PGSSLMODE", "require")], ""),
            ("postgresql://a@h/d?sslaccept=strict", &[("PGSSLMODE", "disable")], ""),
            (
                "postgresql://a@h/d",
                &[("PGSSLMODE", "verify-full"), ("PGSSLROOTCERT", "ca.pem")],
                "?sslmode=verify-full&sslrootcert=ca.pem",
            ),
            (
                "postgresql://a@h",
                &[("PGDATABASE", "shop"), ("PGCONNECT_TIMEOUT", "3")],
                "?dbname=shop&connect_timeout=3",
            ),
            ("postgresql://a@h/d", &[], ""),
        ] {
            assert_eq!(completed(url, variables), format!("{url}{expected}"));
        }
    }

    #[test]
    fn variables_alone_name_a_database_as_psql_would() {
        let alone = |variables: &[(&str, &str)]| {
            in_environment(variables, None, alone).unwrap().map(|it| (it.url, it.sources.join(" ")))
        };
        assert_eq!(alone(&[("PGUSER", "ann"), ("PGPASSWORD", "x"), ("PGPORT", "1")]), None);
        let (url, sources) = alone(&[("PGHOST", "h"), ("PGUSER", "ann")]).unwrap();
        let parsed = ConnectionUrl::parse(&url).unwrap();
        assert_eq!((parsed.user.as_str(), parsed.database.as_str()), ("ann", "ann"));
        assert_eq!((url.as_str(), sources.as_str()), ("postgresql://ann@h:5432/ann", "PGHOST PGUSER"));
        let variables = [
            ("PGHOST", "h"),
            ("PGUSER", "a b"),
            ("PGPASSWORD", "p@:"),
            ("PGDATABASE", "d"),
            ("PGSSLMODE", "disable"),
        ];
        let (url, _) = alone(&variables).unwrap();
        assert_eq!(url, "postgresql://a%20b:p%40%3A@h:5432/d?sslmode=disable");
        let (url, _) = alone(&[("PGHOST", "/tmp"), ("PGUSER", "ann")]).unwrap();
        assert_eq!(url, "postgresql://?host=%2Ftmp&user=ann&dbname=ann");
        let (url, sources) = alone(&[("PGDATABASE", "shop")]).unwrap();
        let parsed = ConnectionUrl::parse(&url).unwrap();
        assert_eq!((parsed.user.as_str(), parsed.database.as_str()), ("login", "shop"));
        assert_eq!((parsed.address.to_string().as_str(), sources.as_str()), ("localhost:5432", "PGDATABASE"));
    }

    #[test]
    fn a_service_comes_before_the_variables() {
        let home = std::env::temp_dir().join(format!("glowplug-service-{}", std::process::id()));
        std::fs::create_dir_all(&home).unwrap();
        std::fs::write(
            home.join(".pg_service.conf"),
            "# mine\n[other]\nhost=no\n\n[shop]\nhost = db.example.org\ndbname=shop\n# user=no\nuser=ann\n[last]\nport=1\n",
        )
        .unwrap();
        let variables = [("PGSERVICE", "shop"), ("PGHOST", "no"), ("PGPORT", "7")];
        let found = in_environment(&variables, Some(&home), alone).unwrap().unwrap();
        let parsed = ConnectionUrl::parse(&found.url).unwrap();
        assert_eq!(parsed.address.to_string(), "db.example.org:7");
        assert_eq!((parsed.user.as_str(), parsed.database.as_str()), ("ann", "shop"));
        assert_eq!(found.sources, ["PGSERVICE", "PGPORT"]);

        let error = in_environment(&[("PGSERVICE", "nope")], Some(&home), alone).err().unwrap();
        let file = home.join(".pg_service.conf");
        let message = format!("the service `nope` of PGSERVICE is not defined in `{}`", file.display());
        assert_eq!((error.kind, error.message), (ErrorKind::BadUrl, message));
        std::fs::remove_dir_all(&home).unwrap();
    }

    #[test]
    #[cfg(unix)]
    fn the_password_file_is_asked_last() {
        use std::os::unix::fs::PermissionsExt;
        let home = std::env::temp_dir().join(format!("glowplug-home-{}", std::process::id()));
        std::fs::create_dir_all(&home).unwrap();
        let file = home.join(".pgpass");
        std::fs::write(&file, "h2:*:*:ann:of-the-file\n").unwrap();
        std::fs::set_permissions(&file, PermissionsExt::from_mode(0o600)).unwrap();
        let password = |url: &str, variables: &[(&str, &str)]| {
            let found = in_environment(variables, Some(&home), |it| complete(url, it)).unwrap();
            ConnectionUrl::parse(&found.url).unwrap().password
        };
        assert_eq!(password("postgresql://ann@h2/d", &[]).as_deref(), Some("of-the-file"));
        assert_eq!(password("postgresql://ann@h1,h2/d", &[]).as_deref(), Some("of-the-file"));
        assert_eq!(password("postgresql://ann@h3/d", &[]), None);
        let variable = [("PGPASSWORD", "of-the-variable")];
        assert_eq!(password("postgresql://ann@h2/d", &variable).as_deref(), Some("of-the-variable"));
        assert_eq!(password("postgresql://ann@h2/d", &[("PGPASSFILE", "/no/such/file")]), None);

        std::fs::set_permissions(&file, PermissionsExt::from_mode(0o640)).unwrap();
        let found = in_environment(&[], Some(&home), |it| complete("postgresql://ann@h2/d", it)).unwrap();
        assert_eq!(found.url, "postgresql://ann@h2/d");
        assert!(found.warnings[0].contains("chmod 0600"), "{:?}", found.warnings);
        std::fs::remove_dir_all(&home).unwrap();
    }
}
