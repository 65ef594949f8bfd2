//! `.pgpass`: passwords by host, port, database and role.
//!
//! Source: PostgreSQL manual, "The Password File".

use std::path::Path;

use crate::connect::url::{Address, ConnectionUrl};

/// The password that the file at `path` has for a URL without one: that of the first of its hosts that the file
/// knows. A file that others may read is not looked at (libpq ignores it, too).
pub fn password(url: &ConnectionUrl, path: &Path) -> Found {
    if url.password.is_some() || !path.is_file() {
        return Found::Nothing;
    }
    if !is_private(path) {
        return Found::Ignored;
    }
    let Ok(text) = std::fs::read_to_string(path) else { return Found::Nothing };
    let found = url.addresses().find_map(|address| find(&text, &url.at(address)));
    found.map_or(Found::Nothing, Found::Password)
}

/// What a password file came to.
#[derive(Clone, PartialEq, Eq)]
pub enum Found {
    /// A password.
    Password(String),
    /// Others may read the file, so it counts for nothing.
    Ignored,
    /// None is needed, or there is none.
    Nothing,
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
        let url = ConnectionUrl::parse("postgresql://ann@localhost/shop?schema=x").unwrap();
        std::fs::set_permissions(&file, PermissionsExt::from_mode(0o644)).unwrap();
        assert!(super::password(&url, &file) == Found::Ignored);
        std::fs::set_permissions(&file, PermissionsExt::from_mode(0o600)).unwrap();
        assert!(super::password(&url, &file) == Found::Password("p@ss".to_owned()));
        let with_password = ConnectionUrl::parse("postgresql://ann:own@localhost/shop").unwrap();
        assert!(super::password(&with_password, &file) == Found::Nothing);
        std::fs::remove_file(&file).unwrap();
    }
}
