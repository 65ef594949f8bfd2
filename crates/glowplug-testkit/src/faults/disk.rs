//! The disk is full: the database lies on a small file system of its own, of which somebody else takes the most.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::Verdict;
use super::judge::{connect, judge, value};
use super::work::Bench;
use crate::postgres::{TestDatabase, server};

/// A new database takes about 8 MB of it.
const SIZE: usize = 24 << 20;

/// A small file system, mounted for as long as the value lives.
pub(super) struct Small {
    folder: PathBuf,
}

impl Small {
    /// Mounts it; only root may.
    pub(super) fn new() -> Result<Self, String> {
        let folder = std::env::temp_dir().join(format!("glowplug-small-{}", std::process::id()));
        fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={SIZE}"), "tmpfs"])
            .arg(&folder)
            .output();
        match mounted {
            Ok(output) if output.status.success() => Ok(Self { folder }),
            _ => {
                let _ = fs::remove_dir(&folder);
                Err("a small file system can only be mounted by root".to_owned())
            }
        }
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.folder).status();
        let _ = fs::remove_dir(&self.folder);
    }
}

/// Deploys with any amount of room; then there is room again.
pub(super) fn full(bench: &Bench, small: &Small, random: &mut fastrand::Rng) -> Verdict {
    let place = small.folder.join("space");
    fs::create_dir_all(&place).map_err(|error| error.to_string())?;
    let owner = fs::metadata(&server().data_dir).map_err(|error| error.to_string())?;
    std::os::unix::fs::chown(&place, Some(owner.uid()), Some(owner.gid()))
        .map_err(|error| error.to_string())?;
    let space = format!("small_{}", random.u64(..));
    let administer = |sql: &str| -> Result<(), String> {
        let mut db = connect(&server().url("postgres"))?;
        value(db.as_mut(), sql).map(|_| ())
    };
    administer(&format!("CREATE TABLESPACE {space} LOCATION '{}'", place.display()))?;
    let database = TestDatabase::not_created();
    let made = administer(&format!("CREATE DATABASE \"{}\" TABLESPACE {space}", database.name()));
    let verdict = made.and_then(|()| deploy(bench, small, &database.url(), random));
    drop(database);
    administer(&format!("DROP TABLESPACE {space}"))?;
    verdict
}

fn deploy(bench: &Bench, small: &Small, url: &str, random: &mut fastrand::Rng) -> Verdict {
    let filler = small.folder.join("filler");
    let room = random.usize(0..1_200_000);
    fill(&filler, room)?;
    let ended = bench.deploy(url).end();
    let met = ended.code != Some(0);
    // A server without room has many words for that, down to refusing connections; none may be a panic of ours.
    if ended.text.contains("panicked") {
        return Err(format!("with {room} bytes of room: {}", ended.text));
    }
    fs::remove_file(&filler).map_err(|error| error.to_string())?;
    judge(bench, url, met)
}

/// Takes what is free, but for so much.
fn fill(filler: &Path, room: usize) -> Result<(), String> {
    let bytes = vec![0; 64 << 10];
    let mut file = fs::File::create(filler).map_err(|error| error.to_string())?;
    let mut written = 0;
    while std::io::Write::write_all(&mut file, &bytes).is_ok() {
        written += bytes.len();
    }
    file.set_len(written.saturating_sub(room) as u64).map_err(|error| error.to_string())
}
