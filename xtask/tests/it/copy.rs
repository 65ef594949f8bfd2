//! A copy of the repository to walk in, and what is typed in it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The copy. Its local PostgreSQL is stopped when the walk ends.
pub(crate) struct Copy {
    pub(crate) root: PathBuf,
}

/// What came of a command.
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) text: String,
}

pub(crate) fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

impl Copy {
    /// Copies what git tracks or would track. Files that did not change keep their time, so that a second walk
    /// compiles little.
    pub(crate) fn new(name: &str) -> Self {
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let copy = Self { root };
        copy.run("git", &["--version"]);
        let listed = Command::new("git")
            .args(["ls-files", "--cached", "--others", "--exclude-standard"])
            .current_dir(repository())
            .output()
            .unwrap();
        let files: Vec<String> =
            String::from_utf8(listed.stdout).unwrap().lines().map(str::to_owned).collect();
        assert!(files.len() > 100, "git lists the repository");
        copy.forget_all_but(&files);
        for file in &files {
            let (from, to) = (repository().join(file), copy.root.join(file));
            if !from.is_file() {
                continue;
            }
            let text = fs::read(&from).unwrap();
            if fs::read(&to).ok().as_ref() != Some(&text) {
                fs::create_dir_all(to.parent().unwrap()).unwrap();
                fs::write(&to, text).unwrap();
            }
        }
        copy.take_compiled_dependencies();
        copy
    }

    /// Takes away what an earlier walk left: migrations, the local server.
    fn forget_all_but(&self, files: &[String]) {
        if !self.root.join("Cargo.toml").is_file() {
            fs::create_dir_all(&self.root).unwrap();
            return;
        }
        self.cargo(&["xtask", "db", "stop"]);
        let _ = fs::remove_dir_all(self.root.join(".glowplug"));
        let mut folders = vec![self.root.clone()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder).unwrap().flatten() {
                let path = entry.path();
                let name = path.strip_prefix(&self.root).unwrap().to_string_lossy().into_owned();
                if path.is_dir() {
                    if name != "target" && name != ".git" {
                        folders.push(path);
                    }
                } else if name != "Cargo.lock" && !files.contains(&name) {
                    fs::remove_file(path).unwrap();
                }
            }
        }
        let migrations = self.root.join("prisma/migrations");
        for entry in fs::read_dir(migrations).into_iter().flatten().flatten() {
            let _ = fs::remove_dir(entry.path());
        }
    }

    /// Types a command line as the documents show it.
    pub(crate) fn typed(&self, line: &str) -> Run {
        let words: Vec<&str> = line.split_whitespace().collect();
        self.run(words[0], &words[1..])
    }

    pub(crate) fn cargo(&self, arguments: &[&str]) -> Run {
        self.run("cargo", arguments)
    }

    fn run(&self, program: &str, arguments: &[&str]) -> Run {
        fs::create_dir_all(&self.root).unwrap();
        let output = self.command(program, arguments).output().unwrap();
        let text =
            format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        Run { code: output.status.code().unwrap_or(-1), text }
    }

    /// The command in the copy, as on a machine with nothing configured.
    pub(crate) fn command(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command
            .args(arguments)
            .current_dir(&self.root)
            .env("CARGO_TARGET_DIR", self.root.join("target"))
            .env("NO_COLOR", "1")
            .stdin(Stdio::null());
        for name in
            ["DATABASE_URL", "SHADOW_DATABASE_URL", "CARGO_MANIFEST_DIR", "CARGO_PKG_NAME", "RUSTFLAGS"]
        {
            command.env_remove(name);
        }
        command
    }

    /// Takes over what is compiled of other people's crates, so that the walk need not compile it again. Cargo
    /// compares times: sources of ours in the copy are newer than what was built from them here.
    /// Where this does not work, everything is compiled: slower, and as right.
    fn take_compiled_dependencies(&self) {
        let built = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap().join("debug");
        let target = self.root.join("target/debug");
        if target.exists() {
            return;
        }
        fs::create_dir_all(target.join("deps")).unwrap();
        let script = "cp -a \"$0/build\" \"$0/.fingerprint\" \"$1/\" && \
                      find \"$0/deps\" -name '*.rlib' -o -name '*.rmeta' -o -name '*.so' -o -name '*.d' | \
                      xargs -I {} cp -a {} \"$1/deps/\"";
        let _ = Command::new("sh").args(["-c", script]).arg(built).arg(target).status();
    }

    pub(crate) fn read(&self, file: &str) -> String {
        fs::read_to_string(self.root.join(file)).unwrap()
    }

    /// Replaces a text that must be there.
    pub(crate) fn edit(&self, file: &str, old: &str, new: &str) {
        let text = self.read(file);
        assert!(text.contains(old), "`{file}` has no `{old}`");
        fs::write(self.root.join(file), text.replacen(old, new, 1)).unwrap();
    }
}

impl Drop for Copy {
    fn drop(&mut self) {
        self.cargo(&["xtask", "db", "stop"]);
    }
}
