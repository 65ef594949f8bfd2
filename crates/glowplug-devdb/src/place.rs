//! Where a cluster lies on disk: in the workspace, or where the server's account can reach it.

use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};

use crate::DevDbError;
use crate::account::Account;

/// The files of one cluster. The folder belongs to the caller; `data` and the log to the server's account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    dir: PathBuf,
}

impl Place {
    /// The folder that holds everything.
    pub(crate) fn dir(&self) -> &Path {
        &self.dir
    }

    /// PostgreSQL's data folder. It exists only when it is complete.
    pub(crate) fn data(&self) -> PathBuf {
        self.dir.join("data")
    }

    /// The data folder while `initdb` fills it.
    pub(crate) fn unfinished_data(&self) -> PathBuf {
        self.dir.join(format!("data.new-{}", std::process::id()))
    }

    /// The server's log.
    pub(crate) fn log(&self) -> PathBuf {
        self.dir.join("postgres.log")
    }

    /// The settings that every start writes anew.
    pub(crate) fn settings(&self) -> PathBuf {
        self.dir.join("server.conf")
    }

    /// Port, password and version; readable by the caller alone.
    pub(crate) fn state(&self) -> PathBuf {
        self.dir.join("server.json")
    }

    /// Folders of an `initdb` that was killed.
    pub(crate) fn leftovers(&self) -> Vec<PathBuf> {
        let Ok(entries) = fs::read_dir(&self.dir) else { return Vec::new() };
        entries
            .flatten()
            .filter(|entry| entry.file_name().to_string_lossy().starts_with("data.new-"))
            .map(|entry| entry.path())
            .collect()
    }
}

/// Finds the place that was chosen before; nothing on disk changes.
///
/// # Errors
/// The file that remembers it cannot be read.
pub(crate) fn find(home: &Path) -> Result<Place, DevDbError> {
    let file = location_file(home);
    let text = match fs::read_to_string(&file) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(DevDbError::file("read", &file)(error)),
    };
    let mut lines = text.lines();
    let remembered = lines.next().filter(|line| line.starts_with('/'));
    let owner = lines.next().map(Path::new);
    // In a copy of the workspace the file still names the original's cluster, which is not ours.
    let copied = owner.is_some_and(|owner| owner != home && owner.exists());
    Ok(match remembered {
        Some(dir) if !copied => Place { dir: PathBuf::from(dir) },
        _ => Place { dir: home.join("postgres") },
    })
}

/// Creates the folder for a new cluster: in the workspace if the server's account can use it there,
/// else in a state folder, which is then remembered in `postgres-location`.
///
/// # Errors
/// None of the folders can be used; the error names each with its reason.
pub(crate) fn choose(home: &Path, account: &Account) -> Result<Place, DevDbError> {
    let own = home.join("postgres");
    let mut tried = Vec::new();
    for dir in [own.clone()].into_iter().chain(elsewhere(home, account)) {
        match prepare(&dir, account) {
            Ok(()) => {
                if dir == own {
                    forget_location(home)?;
                } else {
                    remember_location(home, &dir)?;
                }
                return Ok(Place { dir });
            }
            Err(reason) => tried.push(format!("`{}` ({reason})", dir.display())),
        }
    }
    Err(DevDbError::NoPlace { tried: tried.join(", ") })
}

fn location_file(home: &Path) -> PathBuf {
    home.join("postgres-location")
}

fn remember_location(home: &Path, dir: &Path) -> Result<(), DevDbError> {
    let file = location_file(home);
    let text = format!("{}\n{}\n", dir.display(), home.display());
    write_atomically(&file, text.as_bytes(), 0o644)
}

/// Deletes the note of a place outside the workspace.
pub(crate) fn forget_location(home: &Path) -> Result<(), DevDbError> {
    let file = location_file(home);
    match fs::remove_file(&file) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(DevDbError::file("delete", &file)(error))
        }
        _ => Ok(()),
    }
}

/// State folders outside the workspace, in order of preference. `/var/tmp` survives a reboot, `/tmp` may not.
fn elsewhere(home: &Path, account: &Account) -> Vec<PathBuf> {
    let name = readable_name(home);
    match account {
        Account::Other { .. } => {
            // In `/var/tmp` a folder of its own: the parent is open to everybody, and only entries are protected.
            vec![
                Path::new("/var/lib/glowplug").join(&name),
                PathBuf::from(format!("/var/tmp/glowplug-{name}")),
            ]
        }
        Account::Own => {
            let state = std::env::var_os("XDG_STATE_HOME").map(PathBuf::from).filter(|it| it.is_absolute());
            let state = state.or_else(|| std::env::home_dir().map(|it| it.join(".local/state")));
            state.into_iter().map(|it| it.join("glowplug").join(&name)).collect()
        }
    }
}

/// A folder name that is unique for a path and tells a reader which workspace it is.
fn readable_name(home: &Path) -> String {
    let workspace = home.parent().unwrap_or(home);
    let word: String = workspace
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .chars()
        .filter(|it| it.is_ascii_alphanumeric() || *it == '-' || *it == '_')
        .take(40)
        .collect();
    format!("{word}-{:016x}", fingerprint(home))
}

/// FNV-1a: short, and the same in every build (the standard library's hasher promises no such thing).
pub(crate) fn fingerprint(path: &Path) -> u64 {
    path.as_os_str()
        .as_encoded_bytes()
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

/// Makes the folder and tries, as the server's account, what `initdb` will need.
fn prepare(dir: &Path, account: &Account) -> Result<(), String> {
    let existed = dir.exists();
    let res = make_dir(dir, account).and_then(|()| {
        let probe = dir.join(format!("probe-{}", std::process::id()));
        let res = try_as(account, &probe);
        let _ = fs::remove_dir_all(&probe);
        res
    });
    if res.is_err() && !existed {
        // It held nothing but the probe.
        let _ = fs::remove_dir(dir);
    }
    res
}

fn make_dir(dir: &Path, account: &Account) -> Result<(), String> {
    open_dir(dir).map_err(|error| error.to_string())?;
    let found = fs::symlink_metadata(dir).map_err(|error| error.to_string())?;
    if found.is_symlink() {
        return Err("it is a symbolic link".to_owned());
    }
    let own = fs::metadata("/proc/self").map(|it| it.uid());
    let known = matches!(account, Account::Other { uid, .. } if *uid == found.uid());
    if !known && own.is_ok_and(|own| own != found.uid()) {
        return Err("it belongs to somebody else".to_owned());
    }
    Ok(())
}

/// Creates a folder, and those above it, of mode 755 whatever the umask: the server's account must pass
/// through, and what is private has its own mode.
fn open_dir(dir: &Path) -> io::Result<()> {
    if dir.is_dir() {
        return Ok(());
    }
    dir.parent().map_or(Ok(()), open_dir)?;
    match fs::create_dir(dir) {
        // Another tool was quicker.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && dir.is_dir() => return Ok(()),
        res => res?,
    }
    fs::set_permissions(dir, Permissions::from_mode(0o755))?;
    keep_owner(dir, dir)
}

fn try_as(account: &Account, probe: &Path) -> Result<(), String> {
    DirBuilder::new().mode(0o700).create(probe).map_err(|error| error.to_string())?;
    account.give(probe).map_err(|_| "its file system keeps no owners".to_owned())?;
    let mode = fs::metadata(probe).map_err(|error| error.to_string())?.mode();
    if mode & 0o077 != 0 {
        return Err("its file system keeps no permissions".to_owned());
    }
    let tried = account
        .command("/bin/sh")
        .args(["-c", "cd -- \"$1\" && : >file && mv file moved", "sh"])
        .arg(probe)
        .output()
        .map_err(|error| error.to_string())?;
    if tried.status.success() { Ok(()) } else { Err("the server's account cannot reach it".to_owned()) }
}

/// Creates the home folder (`.glowplug`), kept out of git by a file of its own.
pub(crate) fn make_home(home: &Path) -> Result<(), DevDbError> {
    if home.is_dir() {
        return Ok(());
    }
    open_dir(home).map_err(DevDbError::file("create", home))?;
    let ignore = home.join(".gitignore");
    write_atomically(&ignore, b"*\n", 0o644)
}

/// Takes the lock that lets one tool at a time create, start or stop; it ends with the returned file, and
/// the system ends it when the tool is killed.
pub(crate) fn lock(home: &Path, waiting: &mut dyn FnMut()) -> Result<File, DevDbError> {
    let path = home.join("postgres.lock");
    let options = OpenOptions::new().create(true).append(true).mode(0o644).open(&path);
    let file = options.map_err(DevDbError::file("open", &path))?;
    keep_owner(&path, &path).map_err(DevDbError::file("change the owner of", &path))?;
    if file.try_lock().is_err() {
        waiting();
        file.lock().map_err(DevDbError::file("lock", &path))?;
    }
    Ok(file)
}

/// Writes a file so that a reader finds the old text or the new one, never half of it.
pub(crate) fn write_atomically(path: &Path, text: &[u8], mode: u32) -> Result<(), DevDbError> {
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".new-{}", std::process::id()));
    let temporary = PathBuf::from(name);
    let _ = fs::remove_file(&temporary);
    let written =
        OpenOptions::new().create_new(true).write(true).mode(mode).open(&temporary).and_then(|mut file| {
            // The umask may have taken bits away that the server's account needs.
            file.set_permissions(Permissions::from_mode(mode))?;
            file.write_all(text)?;
            file.sync_all()
        });
    written
        .and_then(|()| keep_owner(&temporary, path))
        .and_then(|()| fs::rename(&temporary, path))
        .map_err(DevDbError::file("write", path))
}

/// Gives a new file the owner of its folder: what root does in somebody's workspace must not shut them out.
fn keep_owner(file: &Path, path: &Path) -> io::Result<()> {
    let Some(folder) = path.parent() else { return Ok(()) };
    let (own, folder) = (fs::metadata(file)?, fs::metadata(folder)?);
    if own.uid() != 0 || folder.uid() == 0 {
        return Ok(());
    }
    chown(file, Some(folder.uid()), Some(folder.gid()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn home(dir: &Path) -> PathBuf {
        let home = dir.join(".glowplug");
        make_home(&home).unwrap();
        home
    }

    #[test]
    fn a_place_elsewhere_is_remembered_and_forgotten() {
        let dir = tempfile::tempdir().unwrap();
        let home = home(dir.path());
        assert_eq!(find(&home).unwrap().dir(), home.join("postgres"));
        remember_location(&home, Path::new("/var/lib/glowplug/x")).unwrap();
        assert_eq!(find(&home).unwrap().dir(), Path::new("/var/lib/glowplug/x"));
        forget_location(&home).unwrap();
        forget_location(&home).unwrap();
        assert_eq!(find(&home).unwrap().dir(), home.join("postgres"));
    }

    #[test]
    fn a_copied_workspace_does_not_use_the_place_of_the_original() {
        let dir = tempfile::tempdir().unwrap();
        let original = home(&dir.path().join("original"));
        remember_location(&original, Path::new("/var/lib/glowplug/x")).unwrap();
        let copy = home(&dir.path().join("copy"));
        fs::copy(location_file(&original), location_file(&copy)).unwrap();
        assert_eq!(find(&copy).unwrap().dir(), copy.join("postgres"));
        // Moved: the original is gone, and the place goes with the workspace.
        fs::remove_dir_all(&original).unwrap();
        assert_eq!(find(&copy).unwrap().dir(), Path::new("/var/lib/glowplug/x"));
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_told_with_its_reason() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("file");
        fs::write(&file, "").unwrap();
        assert!(prepare(&file.join("place"), &Account::Own).is_err());
        let link = dir.path().join("link");
        std::os::unix::fs::symlink(dir.path(), &link).unwrap();
        assert_eq!(prepare(&link, &Account::Own).unwrap_err(), "it is a symbolic link");
    }

    #[test]
    fn names_of_places_tell_the_workspace_and_are_unique() {
        let one = readable_name(Path::new("/home/me/my shop/.glowplug"));
        let two = readable_name(Path::new("/home/you/my shop/.glowplug"));
        assert!(one.starts_with("myshop-"), "{one}");
        assert_ne!(one, two);
    }
}
