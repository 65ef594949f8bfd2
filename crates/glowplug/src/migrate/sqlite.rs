//! The lock on SQLite: a lock of the operating system on a file beside the database, the same that the tool
//! takes (`crates/glowplug-sqlite/src/database/lock.rs`). It ends with the process, however that ends.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use diesel::QueryResult;
use diesel::connection::LoadConnection;
use diesel::sqlite::Sqlite;

use super::{Holder, MigrateError, Migrates};
use crate::catalog::Catalog;

/// The lock while it is held; of a database in memory nobody else can know.
#[derive(Debug)]
pub struct FileLock(Option<(File, PathBuf)>);

impl Drop for FileLock {
    fn drop(&mut self) {
        let Some((file, path)) = self.0.take() else { return };
        // First the file, then the lock: whoever waits for the lock sees that the file is another one.
        if cfg!(unix) {
            let _ = std::fs::remove_file(path);
        }
        let _ = file.unlock();
    }
}

impl Migrates for Sqlite {
    type Lock = FileLock;

    fn try_take<C>(conn: &mut C) -> Result<Result<FileLock, Holder>, MigrateError>
    where
        C: LoadConnection<Backend = Self>,
    {
        let Some(database) = file_of(conn)? else { return Ok(Ok(FileLock(None))) };
        let path = beside(&database);
        match try_lock(&path) {
            Ok(Some(file)) => Ok(Ok(FileLock(Some((file, path))))),
            Ok(None) => Ok(Err(holder(&path))),
            Err(cause) => Err(MigrateError::LockFile { path: path.display().to_string(), cause }),
        }
    }

    fn holds<C>(_conn: &mut C, _lock: &FileLock) -> QueryResult<bool>
    where
        C: LoadConnection<Backend = Self>,
    {
        Ok(true)
    }

    fn give_back<C>(_conn: &mut C, lock: FileLock) -> QueryResult<()>
    where
        C: LoadConnection<Backend = Self>,
    {
        drop(lock);
        Ok(())
    }

    /// Migrations that build a table anew switch foreign keys off and on; one that fails leaves them off.
    fn session<C>(conn: &mut C) -> QueryResult<String>
    where
        C: LoadConnection<Backend = Self>,
    {
        let keys = Self::rows(
            conn,
            "SELECT '' AS key, CAST(foreign_keys AS TEXT) AS value FROM pragma_foreign_keys",
        )?;
        let keys = keys.into_iter().next().and_then(|(_, value)| value).unwrap_or_default();
        Ok(format!("PRAGMA foreign_keys={}", if keys == "1" { "ON" } else { "OFF" }))
    }

    /// The frame that the tool writes (`crates/glowplug-sqlite/src/plan/frame.rs`): outside of its only
    /// transaction there are settings of the session and a temporary table alone.
    fn commit_of(sql: &str) -> Option<usize> {
        const OUTSIDE: [&str; 5] = [
            "PRAGMA ",
            "DROP TABLE IF EXISTS \"temp\".",
            "DROP TABLE \"temp\".",
            "CREATE TEMP TABLE ",
            "INSERT INTO \"temp\".",
        ];
        let mut next = 0;
        let mut lines = sql
            .split_inclusive('\n')
            .map(move |line| {
                let start = next;
                next += line.len();
                (start, line.trim_end())
            })
            .peekable();
        let (mut is_open, mut commit) = (false, None);
        while let Some((start, line)) = lines.next() {
            let is_statement = line.starts_with(|c: char| c.is_ascii_alphabetic());
            // Without a `;` it is a trigger's, whose `END;` ends no transaction either.
            if line.starts_with("BEGIN") && line.ends_with(';') {
                if lines.next_if(|(_, next)| *next == "COMMIT;").is_some() {
                    continue;
                }
                if is_open || commit.is_some() {
                    return None;
                }
                is_open = true;
            } else if line.starts_with("COMMIT") {
                if !is_open || line != "COMMIT;" {
                    return None;
                }
                (is_open, commit) = (false, Some(start));
            } else {
                let is_foreign = !is_open && is_statement && !OUTSIDE.iter().any(|it| line.starts_with(it));
                if is_foreign || line.starts_with("ROLLBACK") || line.starts_with("SAVEPOINT") {
                    return None;
                }
            }
        }
        commit.filter(|_| !is_open)
    }
}

fn file_of<C>(conn: &mut C) -> QueryResult<Option<PathBuf>>
where
    C: LoadConnection<Backend = Sqlite>,
{
    let files = Sqlite::rows(conn, "SELECT name AS key, file AS value FROM pragma_database_list")?;
    let main = files.into_iter().find(|(name, _)| name == "main").and_then(|(_, file)| file);
    Ok(main.filter(|it| !it.is_empty()).map(PathBuf::from))
}

/// Links to the same database are the same lock.
fn beside(database: &Path) -> PathBuf {
    let mut name = database.canonicalize().unwrap_or_else(|_| database.to_owned()).into_os_string();
    name.push("-glowplug-lock");
    PathBuf::from(name)
}

fn try_lock(path: &Path) -> std::io::Result<Option<File>> {
    let mut file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Ok(None),
        Err(TryLockError::Error(error)) => return Err(error),
    }
    // The holder may have removed the file between our opening it and our lock.
    if !is_still(&file, path) {
        return Ok(None);
    }
    let program = std::env::current_exe().ok();
    let program = program.as_ref().and_then(|it| it.file_stem()).map(|it| it.to_string_lossy());
    let since = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |it| it.as_secs());
    file.set_len(0)?;
    file.seek(SeekFrom::Start(0))?;
    write!(file, "{}\n{}\n{since}\n", std::process::id(), program.unwrap_or_default())?;
    Ok(Some(file))
}

#[cfg(unix)]
fn is_still(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    match (file.metadata(), std::fs::metadata(path)) {
        (Ok(ours), Ok(there)) => (ours.dev(), ours.ino()) == (there.dev(), there.ino()),
        _ => false,
    }
}

#[cfg(not(unix))]
fn is_still(_file: &File, _path: &Path) -> bool {
    // The file is never removed there.
    true
}

/// Who holds the lock, as far as the file tells: process, program, seconds since 1970.
fn holder(path: &Path) -> Holder {
    let mut text = String::new();
    // Where a lock keeps readers out, nobody can say.
    let _ = File::open(path).and_then(|mut file| file.read_to_string(&mut text));
    let mut lines = text.lines();
    let pid = lines.next().and_then(|line| line.parse().ok());
    let application = lines.next().filter(|line| !line.is_empty()).map(str::to_owned);
    Holder { pid, application, host: None, since: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_recognised_and_nothing_else() {
        let frame = "-- why\nBEGIN EXCLUSIVE;\nCOMMIT;\nDROP TABLE IF EXISTS \"temp\".\"c\";\nCREATE TEMP TABLE \"c\" (\n    \
                     a\n);\nINSERT INTO \"temp\".\"c\"\n    SELECT 1;\nPRAGMA foreign_keys=OFF;\nBEGIN EXCLUSIVE;\n\
                     DROP TABLE a;\nCREATE TRIGGER t AFTER DELETE ON b\nBEGIN\n  SELECT 1;\nEND;\nCOMMIT;\nPRAGMA foreign_keys=ON;\nDROP TABLE \"temp\".\"c\";\n";
        let commit = Sqlite::commit_of(frame).expect("a frame");
        assert!(frame[commit..].starts_with("COMMIT;\nPRAGMA foreign_keys=ON;"), "{}", &frame[commit..]);
        for loose in [
            "DROP TABLE a;\n",
            "DROP TABLE a;\nBEGIN;\nDROP TABLE b;\nCOMMIT;\n",
            "BEGIN;\nDROP TABLE b;\nCOMMIT;\nDROP TABLE a;\n",
            "BEGIN;\nDROP TABLE b;\nCOMMIT;\nBEGIN;\nDROP TABLE a;\nCOMMIT;\n",
            "BEGIN;\nDROP TABLE b;\nROLLBACK;\n",
            "BEGIN;\nDROP TABLE b;\n",
            "BEGIN;\nDROP TABLE b;\nCOMMIT; DROP TABLE a;\n",
            "BEGIN; DROP TABLE b; COMMIT;\n",
        ] {
            assert_eq!(Sqlite::commit_of(loose), None, "{loose}");
        }
    }
}
