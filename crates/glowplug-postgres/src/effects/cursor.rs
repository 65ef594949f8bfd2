//! Goes through the words of a statement.

use crate::split::Word;

/// A place in a statement.
pub(super) struct Cursor<'w, 'a> {
    words: &'w [Word<'a>],
    at: usize,
}

impl<'w, 'a> Cursor<'w, 'a> {
    pub(super) fn new(words: &'w [Word<'a>]) -> Self {
        Self { words, at: 0 }
    }

    /// The next word, without going on.
    pub(super) fn peek(&self) -> Option<Word<'a>> {
        self.words.get(self.at).copied()
    }

    /// Whether the next word is this keyword or sign, without going on.
    pub(super) fn is_at(&self, keyword: &str) -> bool {
        self.peek().is_some_and(|word| word.is(keyword) || (!word.is_quoted && word.text == keyword))
    }

    /// Goes over this keyword or sign, if it is the next; says whether it was.
    pub(super) fn skip(&mut self, keyword: &str) -> bool {
        let found = self.is_at(keyword);
        self.at += usize::from(found);
        found
    }

    /// The next word in lower case; nothing at the end, and for what is quoted.
    pub(super) fn next_keyword(&mut self) -> String {
        let word = self.peek();
        self.at += usize::from(word.is_some());
        word.filter(|word| !word.is_quoted).map(|word| word.text.to_ascii_lowercase()).unwrap_or_default()
    }

    /// Goes on behind the next of these keywords, if there is one; else stays.
    pub(super) fn seek(&mut self, keyword: &str) -> bool {
        let found = self.words[self.at.min(self.words.len())..].iter().position(|word| word.is(keyword));
        if let Some(distance) = found {
            self.at += distance + 1;
        }
        found.is_some()
    }

    pub(super) fn if_exists(&mut self) {
        if self.skip("if") {
            self.skip("exists");
        }
    }

    pub(super) fn if_not_exists(&mut self) {
        if self.skip("if") {
            self.skip("not");
            self.skip("exists");
        }
    }

    /// A name as the catalog has it, with its schema where that is written: `audit.Log`.
    pub(super) fn name(&mut self) -> String {
        let mut parts = Vec::new();
        while let Some(word) = self.peek() {
            let is_name =
                word.text.starts_with('"') || word.text.starts_with(|c: char| c.is_alphabetic() || c == '_');
            if !is_name {
                break;
            }
            self.at += 1;
            parts.push(match word.text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
                Some(quoted) => quoted.to_owned(),
                None => word.text.to_lowercase(),
            });
            if !self.skip(".") {
                break;
            }
        }
        parts.join(".")
    }

    /// Names with commas between them.
    pub(super) fn names(&mut self) -> Vec<String> {
        let mut names = Vec::new();
        loop {
            let name = self.name();
            if name.is_empty() {
                return names;
            }
            names.push(name);
            self.skip("*");
            if !self.skip(",") {
                return names;
            }
        }
    }

    /// What stands in parentheses, if something does: its words in lower case.
    pub(super) fn options(&mut self) -> Vec<String> {
        let mut options = Vec::new();
        if self.skip("(") {
            while self.peek().is_some() && !self.skip(")") {
                options.push(self.next_keyword());
            }
        }
        options
    }

    /// The rest, cut at the commas that stand in no parentheses.
    pub(super) fn items(&self) -> Vec<&'w [Word<'a>]> {
        let rest = &self.words[self.at.min(self.words.len())..];
        let (mut items, mut depth, mut start) = (Vec::new(), 0_usize, 0);
        for (at, word) in rest.iter().enumerate().filter(|(_, word)| !word.is_quoted) {
            match word.text {
                "(" => depth += 1,
                ")" => depth = depth.saturating_sub(1),
                "," if depth == 0 => {
                    items.push(&rest[start..at]);
                    start = at + 1;
                }
                _ => {}
            }
        }
        items.push(&rest[start..]);
        items
    }
}
