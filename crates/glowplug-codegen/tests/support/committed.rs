//! Generated code and what is committed of it.

use std::fs;
use std::path::Path;

use glowplug_codegen::GeneratedFile;

/// Compares files with those of a folder, or writes them with `UPDATE_EXPECT=1`; gives what differs.
pub(crate) fn differences(files: &[GeneratedFile], home: &Path) -> String {
    let update = std::env::var_os("UPDATE_EXPECT").is_some();
    let mut res = String::new();
    for file in files {
        let path = home.join(&file.path);
        let committed = fs::read_to_string(&path).unwrap_or_default();
        if update && committed != file.text {
            fs::create_dir_all(path.parent().expect("a folder")).expect("the folder can be made");
            fs::write(&path, &file.text).expect("the file can be written");
        } else if committed != file.text {
            let diff = similar::TextDiff::from_lines(&committed, &file.text);
            let diff = diff.unified_diff().context_radius(2).to_string();
            res.push_str(&format!("{}:\n{diff}\n", path.display()));
        }
    }
    res
}
