//! The migration lock: one migration at a time on a database file.
//!
//! A lock of the operating system on a file beside the database. It ends with the process, however that ends,
//! and keeps nobody from using the database: a lock inside of it would keep every other writer away for as long
//! as a deploy takes. The file says who holds it. It is removed when the lock is given back; what a killed
//! process leaves behind is an empty word to whoever comes next.

use std::ffi::OsString;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use glowplug_dialect::database::{LockHolder, Result};
use glowplug_dialect::error::{DatabaseError, ErrorKind};

use crate::error;

const POLL: Duration = Duration::from_millis(100);
const REPORT: Duration = Duration::from_secs(1);

/// The lock, held.
pub(super) struct FileLock {
    file: File,
    path: PathBuf,
}

impl FileLock {
    /// Takes the lock. Polls while somebody else holds it, until `on_wait` returns false.
    pub(super) fn take(
        database: &Path,
        application: &str,
        on_wait: &mut dyn FnMut(&LockHolder, Duration) -> bool,
    ) -> Result<Self> {
        let path = beside(database);
        let begin = Instant::now();
        let mut reported: Option<Instant> = None;
        loop {
            if let Some(lock) = Self::try_take(&path, application)? {
                return Ok(lock);
            }
            if reported.is_none_or(|it| it.elapsed() >= REPORT) {
                reported = Some(Instant::now());
                let holder = holder(&path);
                if !on_wait(&holder, begin.elapsed()) {
                    return Err(timeout(&holder, begin.elapsed()));
                }
            }
            sleep(POLL);
        }
    }

    fn try_take(path: &Path, application: &str) -> Result<Option<Self>> {
        let failed = |error: std::io::Error| error::io("open the lock file", path, &error);
        let mut options = OpenOptions::new();
        let mut file =
            options.read(true).write(true).create(true).truncate(false).open(path).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(None),
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        // The holder may have removed the file between our opening it and our lock.
        if !is_still(&file, path) {
            return Ok(None);
        }
        let since = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |it| it.as_secs());
        let said = format!("{}\n{application}\n{since}\n", std::process::id());
        file.set_len(0)
            .and_then(|()| file.seek(SeekFrom::Start(0)))
            .and_then(|_| file.write_all(said.as_bytes()))
            .map_err(failed)?;
        Ok(Some(Self { file, path: path.to_owned() }))
    }
}

impl Drop for FileLock {
    fn drop(&mut self) {
        // First the file, then the lock: whoever waits for the lock sees that the file is another one.
        if cfg!(unix) {
            let _ = std::fs::remove_file(&self.path);
        }
        let _ = self.file.unlock();
    }
}

/// Links to the same database are the same lock.
fn beside(database: &Path) -> PathBuf {
    let real = database.canonicalize().unwrap_or_else(|_| database.to_owned());
    let mut name = OsString::from(real);
    name.push("-glowplug-lock");
    PathBuf::from(name)
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

/// Who holds the lock, as far as the file tells.
fn holder(path: &Path) -> LockHolder {
    let mut text = String::new();
    // Where a lock keeps readers out, nobody can say.
    let _ = File::open(path).and_then(|mut file| file.read_to_string(&mut text));
    let mut lines = text.lines();
    let pid = lines.next().and_then(|line| line.parse().ok());
    let application = lines.next().filter(|line| !line.is_empty()).map(str::to_owned);
    let since = lines.next().and_then(|line| line.parse().ok()).map(clock);
    LockHolder { pid, application, host: None, since }
}

/// Seconds since 1970 as a date and time, in UTC.
fn clock(seconds: i64) -> String {
    let (days, of_day) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    // Days since 0000-03-01, so that leap days come last (Howard Hinnant, "chrono-compatible date algorithms").
    let shifted = days + 719_468;
    let (era, of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_index = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month_index + 2) / 5 + 1;
    let month = if month_index < 10 { month_index + 3 } else { month_index - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let (hour, minute, second) = (of_day / 3_600, of_day / 60 % 60, of_day % 60);
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}+00")
}

fn timeout(holder: &LockHolder, waited: Duration) -> DatabaseError {
    let who = match holder.pid {
        Some(pid) => format!("process {pid}"),
        None => "another process".to_owned(),
    };
    DatabaseError::new(
        ErrorKind::LockTimeout,
        format!("the migration lock is held by {who}, and was not given back within {} s", waited.as_secs()),
    )
    .with_hint("wait for that migration to end, or end its process: the lock goes with it")
}

#[cfg(test)]
mod tests {
    use super::clock;

    #[test]
    fn seconds_become_a_date() {
        assert_eq!(clock(0), "1970-01-01 00:00:00+00");
        assert_eq!(clock(951_782_400), "2000-02-29 00:00:00+00");
        assert_eq!(clock(1_764_000_061), "2025-11-24 16:01:01+00");
    }
}
