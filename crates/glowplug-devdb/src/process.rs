//! What a process id stands for: nobody, a stranger, or a server and the folder it serves.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The process behind an id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Process {
    /// There is none.
    Gone,
    /// Another program: ids are given out again, above all after a reboot.
    Stranger,
    /// One of the programs asked for, and the folder that its arguments name.
    Serving(PathBuf),
}

impl Process {
    /// Looks at a process: is it one of `programs`, and which folder follows `flag` in its arguments?
    pub(crate) fn with_id(pid: u32, programs: &[&str], flag: &str) -> Self {
        let Some(arguments) = arguments_of(pid) else { return Self::Gone };
        let program = arguments.first().and_then(|it| Path::new(it).file_name()).unwrap_or_default();
        if !programs.iter().any(|it| program == *it) {
            return Self::Stranger;
        }
        match arguments.iter().skip_while(|it| *it != flag).nth(1) {
            Some(folder) => Self::Serving(PathBuf::from(folder)),
            None => Self::Stranger,
        }
    }
}

/// Whether a process with this id is alive.
#[must_use]
pub fn process_is_alive(pid: u32) -> bool {
    arguments_of(pid).is_some()
}

/// The arguments of a live process, `None` if there is no such process (or only its remains).
fn arguments_of(pid: u32) -> Option<Vec<String>> {
    if Path::new("/proc/self/cmdline").exists() {
        // The working folder would tell as much, but a container's root may not read that of another account.
        let bytes = fs::read(format!("/proc/{pid}/cmdline")).ok()?;
        if bytes.is_empty() && is_zombie(pid) {
            return None;
        }
        let arguments = bytes.split(|it| *it == 0).map(|it| String::from_utf8_lossy(it).into_owned());
        return Some(arguments.collect());
    }
    let output = Command::new("ps")
        .args(["-ww", "-o", "args=", "-p", &pid.to_string()])
        .stdin(Stdio::null())
        .output()
        .ok()?;
    let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    output.status.success().then(|| split(&text))
}

/// Whether a process has ended and its parent has not asked how. (A stopped embedded server is its tool's.)
fn is_zombie(pid: u32) -> bool {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    // "123 (name) Z 1 ...": the name may hold anything, the state follows its last bracket.
    let ended = stat.rsplit_once(") ").is_some_and(|(_, rest)| rest.starts_with('Z'));
    // Its first thread may end before the others, which still hold its files and its port.
    ended && fs::read_dir(format!("/proc/{pid}/task")).map_or(0, Iterator::count) <= 1
}

/// `ps` joins the arguments with spaces. The folder is the last one and may hold spaces itself.
fn split(text: &str) -> Vec<String> {
    let (program, rest) = text.split_once(" -").unwrap_or((text, ""));
    let rest = format!("-{rest}");
    let folder = ["-D ", "--data "].iter().find_map(|flag| {
        let start = rest.find(flag)?;
        Some([flag.trim_end().to_owned(), rest[start + flag.len()..].to_owned()])
    });
    [program.to_owned()].into_iter().chain(folder.into_iter().flatten()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ps_prints_is_taken_apart() {
        assert_eq!(
            split("/opt/pg/bin/postgres -D /my project/data"),
            ["/opt/pg/bin/postgres", "-D", "/my project/data"]
        );
        assert_eq!(
            split("/x/glowplug-devdb-embedded --port 1 --data /my project"),
            ["/x/glowplug-devdb-embedded", "--data", "/my project"]
        );
        assert_eq!(split("sleep 600"), ["sleep 600"]);
    }

    #[test]
    fn a_process_is_told_from_a_stranger_and_from_nobody() {
        let mut child = Command::new("sh")
            .args(["-c", "read line", "--data", "/x"])
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        let pid = child.id();
        let seen = || Process::with_id(pid, &["sh"], "--data");
        // Between its birth and its first instruction it may still look like this program.
        for _ in 0..100 {
            if seen() != Process::Stranger {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        assert_eq!(seen(), Process::Serving(PathBuf::from("/x")));
        assert_eq!(Process::with_id(pid, &["postgres"], "-D"), Process::Stranger);
        drop(child.stdin.take());
        std::thread::sleep(std::time::Duration::from_millis(200));
        assert!(!process_is_alive(pid), "ended, though nobody has waited for it");
        child.wait().unwrap();
        assert_eq!(seen(), Process::Gone);
    }
}
