//! Starts the tool, and ends it as a fault would.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Nothing takes longer, unless it hangs.
const LONGEST: Duration = Duration::from_secs(90);

/// A deploy on its way.
pub(super) struct Deploy {
    child: Child,
    text: Vec<JoinHandle<String>>,
}

/// What came of a deploy.
#[derive(Debug)]
pub(super) struct Ended {
    /// The exit code; none for one that was killed.
    pub(super) code: Option<i32>,
    /// What it printed.
    pub(super) text: String,
}

/// Starts `migrate deploy` in a workspace.
pub(super) fn deploy(tool: &Path, workspace: &Path, url: &str, more: &[&str]) -> Deploy {
    let mut child = Command::new(tool)
        .current_dir(workspace)
        .args(["migrate", "deploy"])
        .args(more)
        .env("DATABASE_URL", url)
        .env("NO_COLOR", "1")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the tool can be started");
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let text = vec![read(stdout), read(stderr)];
    Deploy { child, text }
}

/// Reads a pipe, so that it never fills up.
fn read(pipe: Option<impl std::io::Read + Send + 'static>) -> JoinHandle<String> {
    std::thread::spawn(move || {
        let mut text = String::new();
        if let Some(mut pipe) = pipe {
            let _ = pipe.read_to_string(&mut text);
        }
        text
    })
}

impl Deploy {
    /// Kills it as `kill -9` does. Says whether it was still at work.
    pub(super) fn kill(mut self) -> bool {
        let was_running = matches!(self.child.try_wait(), Ok(None));
        let _ = self.child.kill();
        self.collect();
        was_running
    }

    /// Whether it has not ended yet.
    pub(super) fn is_running(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// Waits for its end; one that hangs is killed.
    pub(super) fn end(mut self) -> Ended {
        let begin = Instant::now();
        while self.is_running() && begin.elapsed() < LONGEST {
            std::thread::sleep(Duration::from_millis(5));
        }
        if self.is_running() {
            let _ = self.child.kill();
        }
        self.collect()
    }

    fn collect(&mut self) -> Ended {
        let code = self.child.wait().ok().and_then(|status| status.code());
        let text = self.text.drain(..).map(|it| it.join().unwrap_or_default()).collect();
        Ended { code, text }
    }
}
