//! What holds for every text: nothing panics, nothing is lost, formatting settles.

use glowplug_psl::diagnostics::SourceFile;
use glowplug_psl::lexer::{TokenKind, lex};
use glowplug_psl::{format, parse};
use proptest::prelude::*;

fn parse_text(text: &str) -> (glowplug_psl::schema::Schema, Vec<glowplug_psl::diagnostics::Diagnostic>) {
    parse(&[SourceFile { path: "schema.prisma".to_owned(), text: text.to_owned() }])
}

/// Pieces that schemas are made of, glued together at random: far deeper than random characters.
fn schema_like() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "model A {\n",
        "model B {\n",
        "view V {\n",
        "enum E {\n",
        "type T {\n",
        "datasource db {\n",
        "generator g {\n",
        "}\n",
        "}",
        "id Int @id\n",
        "  a String? @map(\"x\") // c\n",
        "bs B[]\n",
        "as A[] @relation(\"n\")\n",
        "aId Int @unique\n",
        "a A? @relation(fields: [aId], references: [id])\n",
        "b B @relation(\"n\", fields: [id, id], references: [a])\n",
        "@@id([a, b(sort: Desc)])\n",
        "@@unique([a], where: { a: null })\n",
        "@@index([id], type: Gin)\n",
        "@@map(\"é\")\n",
        "provider = \"postgresql\"\n",
        "provider = \"sqlite\"\n",
        "url = env(\"X\")\n",
        "schemas = [\"a\", \"a\"]\n",
        "previewFeatures = [\"views\", \"partialIndexes\"]\n",
        "extensions = [a(map: \"b\")]\n",
        "relationMode = \"prisma\"\n",
        "X\n",
        "Y @map(\"X\")\n",
        "// note\n",
        "/// doc\n",
        "/// @renamed(from: \"old\")\n",
        "/* a\n b */\n",
        "/* a */ ",
        "\n",
        "\r\n",
        "  \n",
        "\t",
        " ",
        "@",
        "@@",
        "(",
        ")",
        "[",
        "]",
        "{",
        "\"",
        "\\",
        ",",
        ":",
        ".",
        "=",
        "?",
        "!",
        "é",
        "日本",
        "\u{a0}",
        "@default(",
        "[1, \"a\", true]",
        "dbgenerated(\"x\")",
        "Unsupported(\"x\")",
        "c E @default(X)\n",
        "d DateTime @updatedAt @db.Timestamp(3)\n",
    ]);
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

/// All comments with the layout of block comments taken out.
fn comments(text: &str) -> Vec<String> {
    let tokens = lex(text);
    let comments = tokens.iter().filter(|token| {
        matches!(token.kind, TokenKind::Comment | TokenKind::DocComment | TokenKind::BlockComment)
    });
    let mut found: Vec<String> = comments
        .map(|token| {
            let comment = &text[token.start as usize..token.end as usize];
            comment.chars().filter(|c| !c.is_whitespace() && *c != '*').collect()
        })
        .collect();
    found.sort();
    found
}

fn check_everything(text: &str) -> Result<(), TestCaseError> {
    let tokens = lex(text);
    prop_assert!(tokens.first().is_none_or(|token| token.start == 0));
    prop_assert!(tokens.windows(2).all(|pair| pair[0].end == pair[1].start));
    prop_assert_eq!(tokens.last().map_or(0, |token| token.end as usize), text.len());

    let (_, diagnostics) = parse_text(text);
    for diagnostic in &diagnostics {
        let span = diagnostic.span;
        prop_assert!(span.start <= span.end && span.end as usize <= text.len(), "{diagnostic:?}");
        prop_assert!(text.is_char_boundary(span.start as usize) && text.is_char_boundary(span.end as usize));
        prop_assert!(!diagnostic.message.is_empty() && !diagnostic.message.ends_with('.'), "{diagnostic:?}");
    }

    let once = format(text);
    let twice = format(&once);
    prop_assert_eq!(&once, &twice, "formatting settles");
    prop_assert_eq!(comments(text), comments(&once), "no comment is lost");
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text(text in "\\PC{0,200}") {
        check_everything(&text)?;
    }

    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        check_everything(&String::from_utf8_lossy(&bytes))?;
    }

    #[test]
    fn any_pieces(text in schema_like()) {
        check_everything(&text)?;
    }

    /// The same mistake stands on the same line and column with either line end.
    #[test]
    fn positions_do_not_depend_on_line_ends(text in schema_like()) {
        // A comment over several lines holds the ends of its lines.
        let unix = text.replace("\r\n", "\n").replace("/*", "");
        let windows = unix.replace('\n', "\r\n");
        let places = |text: &str| -> Vec<(&'static str, usize, usize)> {
            let source = SourceFile { path: String::new(), text: text.to_owned() };
            let (_, diagnostics) = parse_text(text);
            diagnostics.iter().map(|d| {
                let (line, column) = source.line_column(d.span.start);
                (d.code, line, column)
            }).collect()
        };
        prop_assert_eq!(places(&unix), places(&windows));
    }
}

#[test]
fn positions_count_characters() {
    let text = "// é日本\r\nmodel A {\r\n  id Int @id @map(\"日本\") @foo\r\n}\r\n";
    let (_, diagnostics) = parse_text(text);
    let [diagnostic] = diagnostics.as_slice() else { panic!("{diagnostics:?}") };
    let source = SourceFile { path: String::new(), text: text.to_owned() };
    assert_eq!(source.line_column(diagnostic.span.start), (3, 26));
    assert_eq!(&text[diagnostic.span.start as usize..diagnostic.span.end as usize], "foo");
}

#[test]
fn deep_nesting_is_an_error_and_no_overflow() {
    for (open, close) in [("[", "]"), ("f(", ")"), ("{ a: ", " }")] {
        let value = format!("{}1{}", open.repeat(20_000), close.repeat(20_000));
        let text = format!("model A {{\n  id Int @id @default({value})\n}}\n");
        let (_, diagnostics) = parse_text(&text);
        assert!(diagnostics.iter().any(|d| d.message.contains("nested")), "{open}");
        glowplug_psl::format(&text);
    }
}
