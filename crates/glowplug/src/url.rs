//! Connection strings as schema files have them, for drivers that know fewer parameters.

/// Parameters that belong to Prisma's own client and mean nothing to a PostgreSQL driver.
/// Source: Prisma's documentation, "PostgreSQL", arguments of the connection URL.
const PRISMAS_OWN: &[&str] = &[
    "connection_limit",
    "pgbouncer",
    "pool_timeout",
    "schema",
    "single_use_connections",
    "socket_timeout",
    "sslaccept",
    "sslcert",
    "sslidentity",
    "sslpassword",
    "statement_cache_size",
];

/// A connection string that a PostgreSQL driver understands, and what was taken out of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostgresUrl {
    /// The string for the driver. It holds the password: never print it.
    pub url: String,
    /// `schema=`: the namespace to set as the search path.
    pub schema: Option<String>,
    /// `connection_limit=`: how many connections a pool may hold at most. The embedded PostgreSQL serves one.
    pub connection_limit: Option<usize>,
}

/// Takes the parameters out of a connection string that only Prisma's client knows. Strings that are
/// no URLs (`host=... dbname=...`) stay as they are.
pub fn postgres(text: &str) -> PostgresUrl {
    let unchanged = || PostgresUrl { url: text.to_owned(), schema: None, connection_limit: None };
    let Some((base, query)) = text.split_once('?') else { return unchanged() };
    if !base.contains("://") {
        return unchanged();
    }
    let mut schema = None;
    let mut connection_limit = None;
    let mut kept = Vec::new();
    for parameter in query.split('&').filter(|it| !it.is_empty()) {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        match name {
            "schema" => schema = Some(decoded(value)).filter(|it| !it.is_empty()),
            "connection_limit" => connection_limit = value.parse().ok().filter(|it| *it > 0),
            _ => {}
        }
        if !PRISMAS_OWN.contains(&name) {
            kept.push(parameter);
        }
    }
    let query = if kept.is_empty() { String::new() } else { format!("?{}", kept.join("&")) };
    PostgresUrl { url: format!("{base}{query}"), schema, connection_limit }
}

/// Resolves `%20` and the like; what is no valid escape stays.
fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut res = Vec::with_capacity(bytes.len());
    let mut i = 0;
    while i < bytes.len() {
        let digits = bytes.get(i + 1..i + 3).and_then(|it| std::str::from_utf8(it).ok());
        match digits.and_then(|it| u8::from_str_radix(it, 16).ok()) {
            Some(byte) if bytes[i] == b'%' => {
                res.push(byte);
                i += 3;
            }
            _ => {
                res.push(bytes[i]);
                i += 1;
            }
        }
    }
    String::from_utf8_lossy(&res).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_prisma_knows_is_taken_out() {
        for (text, url, schema) in [
            ("postgresql://u:p@h:5432/d", "postgresql://u:p@h:5432/d", None),
            ("postgres://h/d?schema=public", "postgres://h/d", Some("public")),
            (
                "postgres://h/d?connection_limit=5&sslmode=require&schema=my%20app",
                "postgres://h/d?sslmode=require",
                Some("my app"),
            ),
            ("postgres://h/d?schema=", "postgres://h/d", None),
            ("host=/tmp dbname=a?schema=b", "host=/tmp dbname=a?schema=b", None),
            ("postgres://h/d?schema=100%", "postgres://h/d", Some("100%")),
        ] {
            let res = postgres(text);
            assert_eq!((res.url.as_str(), res.schema.as_deref()), (url, schema), "{text}");
        }
    }

    #[test]
    fn the_limit_of_a_pool_is_a_number_above_zero() {
        for (value, limit) in [("1", Some(1)), ("20", Some(20)), ("0", None), ("many", None), ("", None)] {
            let text = format!("postgres://h/d?connect_timeout=15&connection_limit={value}");
            let res = postgres(&text);
            assert_eq!(res.url, "postgres://h/d?connect_timeout=15");
            assert_eq!(res.connection_limit, limit, "{text}");
        }
    }
}
