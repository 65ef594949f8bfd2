//! Who runs the server: the caller, or an unprivileged account when the caller is root.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::DevDbError;

/// Accounts that a root caller tries first, in this order; afterwards any other that `/etc/passwd` names.
const PREFERRED: [&str; 5] = ["postgres", "_postgres", "pgsql", "nobody", "daemon"];

/// The account that the server's programs run as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Account {
    /// The caller's own.
    Own,
    /// Another one: the caller is root, which PostgreSQL refuses.
    Other {
        /// Its user id.
        uid: u32,
        /// Its main group.
        gid: u32,
    },
}

impl Account {
    /// The account for a data folder: the folder's owner, for PostgreSQL runs as nobody else; for a new
    /// folder the caller, or, if the caller is root, the owner of the workspace, else the best other account.
    pub(crate) fn for_data(data: &Path) -> Result<Self, DevDbError> {
        if !caller_is_root()? {
            return Ok(Self::Own);
        }
        let nearest = data.ancestors().find_map(|it| fs::metadata(it).ok());
        let owner = nearest.map(|it| (it.uid(), it.gid())).filter(|(uid, _)| *uid != 0);
        if let Some((uid, gid)) = owner
            && data.exists()
        {
            return Ok(Self::Other { uid, gid });
        }
        // `initdb` looks its own user id up, so an id without an entry will not do.
        let passwd =
            fs::read_to_string("/etc/passwd").map_err(DevDbError::file("read", Path::new("/etc/passwd")))?;
        choose(&passwd, owner.map(|(uid, _)| uid)).ok_or(DevDbError::NoAccount)
    }

    /// A command that runs as this account, without input, untouched by `PG*` variables of the caller.
    ///
    /// `Command::uid` makes the standard library drop root's supplementary groups in the child
    /// (`setgroups(0, NULL)`), so nothing of root's rights is left; groups that the account itself may be
    /// a member of are not added either, which the server does not need.
    pub(crate) fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("PG") {
                command.env_remove(name);
            }
        }
        // The caller's folder may be closed to the account; messages are parsed, so they stay in English.
        command.current_dir("/").env("LC_ALL", "C").stdin(Stdio::null());
        if let Self::Other { uid, gid } = self {
            command.uid(*uid).gid(*gid);
        }
        command
    }

    /// Hands a file or folder that the caller made to this account.
    pub(crate) fn give(&self, path: &Path) -> Result<(), DevDbError> {
        match self {
            Self::Own => Ok(()),
            Self::Other { uid, gid } => {
                chown(path, Some(*uid), Some(*gid)).map_err(DevDbError::file("change the owner of", path))
            }
        }
    }
}

/// Whether the caller's effective user id is 0. (`std` has no `geteuid`, and `/proc` is not everywhere.)
pub(crate) fn caller_is_root() -> Result<bool, DevDbError> {
    let output = Command::new("id")
        .arg("-u")
        .stdin(Stdio::null())
        .output()
        .map_err(|source| DevDbError::Spawn { program: "id".to_owned(), source })?;
    Ok(output.stdout.trim_ascii() == b"0")
}

/// The best account of a passwd file for a server that may not be root: that of the workspace, if it has one.
fn choose(passwd: &str, workspace: Option<u32>) -> Option<Account> {
    let mut others: Vec<(usize, Account)> = passwd
        .lines()
        .filter_map(|line| {
            let mut fields = line.split(':');
            let name = fields.next()?;
            let uid: u32 = fields.nth(1)?.parse().ok()?;
            let gid: u32 = fields.next()?.parse().ok()?;
            let rank = match PREFERRED.iter().position(|it| *it == name) {
                _ if workspace == Some(uid) => 0,
                Some(position) => 1 + position,
                None => 1 + PREFERRED.len(),
            };
            (uid != 0).then_some((rank, Account::Other { uid, gid }))
        })
        .collect();
    others.sort_by_key(|(rank, _)| *rank);
    others.into_iter().next().map(|(_, account)| account)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_postgres_account_is_preferred() {
        let passwd =
            "root:x:0:0::/root:/bin/sh\nnobody:x:65534:65534::/:/bin/false\npostgres:x:101:104::/:/bin/sh\n";
        assert_eq!(choose(passwd, None), Some(Account::Other { uid: 101, gid: 104 }));
    }

    #[test]
    fn a_container_with_root_and_nobody_uses_nobody() {
        let passwd = "root:x:0:0::/root:/bin/sh\nnobody:x:65534:65533::/:/bin/false";
        assert_eq!(choose(passwd, None), Some(Account::Other { uid: 65534, gid: 65533 }));
    }

    #[test]
    fn any_account_but_root_will_do() {
        let passwd = "toor:x:0:0::/root:/bin/sh\nbroken line\napp:x:1000:1001::/home/app:/bin/sh";
        assert_eq!(choose(passwd, None), Some(Account::Other { uid: 1000, gid: 1001 }));
        assert_eq!(choose("root:x:0:0::/root:/bin/sh", None), None);
    }

    #[test]
    fn the_owner_of_the_workspace_comes_first() {
        let passwd = "postgres:x:101:104::/:/bin/sh\nme:x:1000:1001::/home/me:/bin/sh";
        assert_eq!(choose(passwd, Some(1000)), Some(Account::Other { uid: 1000, gid: 1001 }));
        assert_eq!(choose(passwd, Some(4321)), Some(Account::Other { uid: 101, gid: 104 }));
    }
}
