//! The pages about the schema language: every example is valid and formatted, every word is there.
//! `UPDATE_EXPECT=1` formats the examples.

use glowplug_psl::diagnostics::SourceFile;
use std::fs;
use std::path::{Path, PathBuf};

const DEFAULT_DATASOURCE: &str = "datasource db {\n  provider = \"postgresql\"\n}\n\n";

fn path_of(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/src/reference/schema").join(name)
}

fn page(name: &str) -> String {
    let path = path_of(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The `prisma` examples of a page, with the line that each starts on.
fn examples(page: &str) -> Vec<(usize, String)> {
    let mut examples = Vec::new();
    let mut current: Option<(usize, String)> = None;
    for (index, line) in page.lines().enumerate() {
        match (&mut current, line) {
            (None, "```prisma") => current = Some((index + 1, String::new())),
            (None, _) => {}
            (Some(_), "```") => examples.extend(current.take()),
            (Some((_, text)), line) => {
                text.push_str(line);
                text.push('\n');
            }
        }
    }
    examples
}

#[test]
fn examples_are_valid_and_formatted() {
    for name in ["attributes.md", "functions.md", "types.md", "hints.md"] {
        let examples = examples(&page(name));
        assert!(!examples.is_empty(), "{name}");
        for (line, example) in examples {
            let has_datasource = example.contains("datasource ");
            let text =
                if has_datasource { example.clone() } else { format!("{DEFAULT_DATASOURCE}{example}") };
            let (_, diagnostics) = glowplug_psl::parse(&[SourceFile { path: name.to_owned(), text }]);
            assert!(diagnostics.is_empty(), "{name}:{line}: {diagnostics:#?}");
            let formatted = glowplug_psl::format(&example);
            if std::env::var_os("UPDATE_EXPECT").is_some() {
                fs::write(path_of(name), page(name).replace(&example, &formatted))
                    .expect("the page can be written");
                continue;
            }
            assert_eq!(formatted, example, "{name}:{line} is formatted");
        }
    }
}

#[test]
fn every_word_has_a_section_or_a_row() {
    let pages: [(&str, &[&str]); 3] = [
        (
            "attributes.md",
            &[
                "### `@id`",
                "### `@unique`",
                "### `@default`",
                "### `@updatedAt`",
                "### `@map`",
                "### `@relation`",
                "### `@ignore`",
                "### `@db.*`",
                "### `@@id`",
                "### `@@unique`",
                "### `@@index`",
                "### `@@map`",
                "### `@@schema`",
                "### `@@ignore`",
            ],
        ),
        (
            "functions.md",
            &[
                "`autoincrement()`",
                "`now()`",
                "`dbgenerated()`",
                "`uuid()`",
                "`cuid()`",
                "`ulid()`",
                "`nanoid()`",
                "`sequence()`",
                "`env()`",
                "`raw()`",
            ],
        ),
        ("hints.md", &["## `@renamed`", "## `@check`", "## `@graphql`", "## `@diesel`"]),
    ];
    for (name, words) in pages {
        let page = page(name);
        for word in words {
            assert!(page.contains(word), "{name} does not speak of {word}");
        }
    }
}
