//! Writing to standard output and standard error, when somebody may have closed the other end.
//!
//! A reader that has seen enough (`| head -1`) is no failure, and must never stop work that is under way. A disk
//! that is full is one: what was asked for did not arrive.

use std::cell::RefCell;
use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

/// Where results go.
#[derive(Debug, Default)]
pub(super) struct Output {
    file: RefCell<Option<File>>,
    failed: RefCell<Option<io::Error>>,
}

impl Output {
    /// Writes to this file from now on, without colours.
    pub(super) fn divert(&self, path: &Path) -> io::Result<()> {
        *self.file.borrow_mut() = Some(File::create(path)?);
        Ok(())
    }

    /// Writes a text as it is.
    pub(super) fn write(&self, text: &str) {
        if let Some(file) = self.file.borrow_mut().as_mut() {
            self.note(anstream::StripStream::new(file).write_all(text.as_bytes()));
            return;
        }
        let mut out = anstream::stdout().lock();
        let res = out.write_all(text.as_bytes()).and_then(|()| out.flush());
        self.note(res);
    }

    /// The first failure that was not a closed pipe.
    pub(super) fn failure(&self) -> Option<io::Error> {
        self.failed.borrow_mut().take()
    }

    fn note(&self, res: io::Result<()>) {
        if let Err(error) = res
            && error.kind() != io::ErrorKind::BrokenPipe
        {
            self.failed.borrow_mut().get_or_insert(error);
        }
    }
}

/// Writes news to standard error. Whether anybody reads them changes nothing.
pub(super) fn news(text: &str) {
    let _ = anstream::stderr().lock().write_all(text.as_bytes());
}
