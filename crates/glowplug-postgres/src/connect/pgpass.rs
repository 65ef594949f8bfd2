//! `.pgpass`: passwords by host, port, database and role.
//!
//! Source: PostgreSQL manual, "The Password File".

use std::path::Path;

use glowplug_dialect::error::DatabaseError;

use crate::connect::percent;
use crate::connect::url::{Address, ConnectionUrl};

/// The URL with the password that the file at `path` has for it. The URL is returned as it is when it
/// has a password, when the file does not exist or has no entry for it, or when others may read the
/// file (then libpq ignores it, too). Fails only if the URL cannot be understood.
pub fn complete(url: &str, path: &Path) -> Result<String, DatabaseError> {
    let parsed = ConnectionUrl::parse(url)?;
    if parsed.password.is_some() || !is_private(path) {
        return Ok(url.to_owned());
    }
    let Ok(text) = std::fs::read_to_string(path) else { return Ok(url.to_owned()) };
    Ok(match find(&text, &parsed) {
        Some(password) => with_password(url, &password),
        None => url.to_owned(),
    })
}

/// The password of the first line that fits.
fn find(text: &str, url: &ConnectionUrl) -> Option<String> {
    let (host, port) = match &url.address {
        Address::Tcp(host, port) => (host.as_str(), port),
        // libpq looks sockets in the default folder up as `localhost`.
        Address::Socket(_, port) => ("localhost", port),
    };
    let wanted = [host, &port.to_string(), &url.database, &url.user].map(str::to_owned);
    text.lines().filter(|line| !line.starts_with('#')).find_map(|line| {
        let fields = split(line);
        let (password, keys) = fields.split_last().filter(|(_, keys)| keys.len() == wanted.len())?;
        let fits = keys.iter().zip(&wanted).all(|(key, wanted)| key == "*" || key == wanted);
        fits.then(|| password.clone())
    })
}

/// Fields between colons; a backslash takes the next character as it is. The password is the rest.
fn split(line: &str) -> Vec<String> {
    const FIELDS: usize = 5;
    let mut fields = vec![String::new()];
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        let is_last = fields.len() == FIELDS;
        let field = fields.last_mut().expect("starts with one field");
        match character {
            '\\' => field.extend(characters.next()),
            ':' if !is_last => fields.push(String::new()),
            _ => field.push(character),
        }
    }
    fields
}

/// A parameter overrules the part before `?`, so nothing has to be cut open.
fn with_password(url: &str, password: &str) -> String {
    let separator = if url.contains('?') { '&' } else { '?' };
    format!("{url}{separator}password={}", percent::encode(password))
}

#[cfg(unix)]
fn is_private(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).is_ok_and(|it| it.permissions().mode() & 0o077 == 0)
}

#[cfg(not(unix))]
fn is_private(path: &Path) -> bool {
    path.is_file()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn password(text: &str, url: &str) -> Option<String> {
        find(text, &ConnectionUrl::parse(url).unwrap())
    }

    #[test]
    fn the_first_line_that_fits_wins() {
        let text = "# comment\nother:5432:*:*:no\nlocalhost:5432:shop:ann:first\n*:*:*:*:last\n";
        assert_eq!(password(text, "postgresql://ann@localhost/shop").as_deref(), Some("first"));
        assert_eq!(password(text, "postgresql://bob@localhost/shop").as_deref(), Some("last"));
        assert_eq!(password("a:b\n", "postgresql://bob@localhost/shop"), None);
    }

    #[test]
    fn backslashes_and_colons_in_passwords() {
        let text = r"*:*:my\:db:ann:p\\a\:s:s";
        assert_eq!(password(text, "postgresql://ann@h/my:db").as_deref(), Some(r"p\a:s:s"));
    }

    #[test]
    #[cfg(unix)]
    fn a_file_that_others_may_read_is_ignored() {
        use std::os::unix::fs::PermissionsExt;
        let file = std::env::temp_dir().join(format!("glowplug-pgpass-{}", std::process::id()));
        std::fs::write(&file, "*:*:*:*:p@ss\n").unwrap();
        let url = "postgresql://ann@localhost/shop?schema=x";
        std::fs::set_permissions(&file, PermissionsExt::from_mode(0o644)).unwrap();
        assert_eq!(complete(url, &file).unwrap(), url);
        std::fs::set_permissions(&file, PermissionsExt::from_mode(0o600)).unwrap();
        let completed = complete(url, &file).unwrap();
        assert_eq!(ConnectionUrl::parse(&completed).unwrap().password.as_deref(), Some("p@ss"));
        std::fs::remove_file(&file).unwrap();
    }
}
