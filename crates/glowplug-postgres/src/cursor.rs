//! Goes through the words of a statement.

use crate::split::Word;

/// A name as the server keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Name {
    /// Its namespace, where it is written.
    pub(crate) namespace: Option<String>,
    /// The name in it.
    pub(crate) name: String,
}

/// A place in a statement.
pub(crate) struct Cursor<'w, 'a> {
    words: &'w [Word<'a>],
    at: usize,
}

impl<'w, 'a> Cursor<'w, 'a> {
    pub(crate) fn new(words: &'w [Word<'a>]) -> Self {
        Self { words, at: 0 }
    }

    /// The next word, without going on.
    pub(crate) fn peek(&self) -> Option<Word<'a>> {
        self.words.get(self.at).copied()
    }

    /// Whether the next word is this keyword or sign, without going on.
    pub(crate) fn is_at(&self, keyword: &str) -> bool {
        self.peek().is_some_and(|word| word.is(keyword) || (!word.is_quoted && word.text == keyword))
    }

    /// Goes over this keyword or sign, if it is the next; says whether it was.
    pub(crate) fn skip(&mut self, keyword: &str) -> bool {
        let found = self.is_at(keyword);
        self.at += usize::from(found);
        found
    }

    /// The next word in lower case; nothing at the end, and for what is quoted.
    pub(crate) fn next_keyword(&mut self) -> String {
        let word = self.peek();
        self.at += usize::from(word.is_some());
        word.filter(|word| !word.is_quoted).map(|word| word.text.to_ascii_lowercase()).unwrap_or_default()
    }

    /// Goes on behind the next of these keywords, if there is one; else stays.
    pub(crate) fn seek(&mut self, keyword: &str) -> bool {
        let found = self.words[self.at.min(self.words.len())..].iter().position(|word| word.is(keyword));
        if let Some(distance) = found {
            self.at += distance + 1;
        }
        found.is_some()
    }

    pub(crate) fn if_exists(&mut self) {
        if self.skip("if") {
            self.skip("exists");
        }
    }

    pub(crate) fn if_not_exists(&mut self) {
        if self.skip("if") {
            self.skip("not");
            self.skip("exists");
        }
    }

    /// A name as the server keeps it: quoted as it is, else in lower case. A doubled quote is two words side by side.
    pub(crate) fn identifier(&mut self) -> Option<String> {
        let first = self.peek()?;
        if !first.is_quoted {
            let is_plain = first.text.starts_with(|c: char| c.is_alphabetic() || c == '_');
            // `ON` ends the place of a name that is not there.
            if !is_plain || first.is("on") {
                return None;
            }
            self.at += 1;
            return Some(first.text.to_lowercase());
        }
        let mut name = String::new();
        let mut end = first.start;
        while let Some(word) = self.peek()
            && word.is_quoted
            && word.text.starts_with('"')
            && word.start == end
        {
            if end != first.start {
                name.push('"');
            }
            name.push_str(word.text.strip_prefix('"')?.strip_suffix('"')?);
            end = word.start + word.text.len();
            self.at += 1;
        }
        (end > first.start).then_some(name)
    }

    /// A name with the namespace that is written before it.
    pub(crate) fn qualified(&mut self) -> Option<Name> {
        let first = self.identifier()?;
        if !self.skip(".") {
            return Some(Name { namespace: None, name: first });
        }
        Some(Name { namespace: Some(first), name: self.identifier()? })
    }

    /// The same as the catalog's readers have it: `audit.Log`; empty if there is none.
    pub(crate) fn name(&mut self) -> String {
        let mut parts = Vec::new();
        while let Some(part) = self.identifier() {
            parts.push(part);
            if !self.skip(".") {
                break;
            }
        }
        parts.join(".")
    }

    /// Names with commas between them.
    pub(crate) fn names(&mut self) -> Vec<String> {
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
    pub(crate) fn options(&mut self) -> Vec<String> {
        let mut options = Vec::new();
        if self.skip("(") {
            while self.peek().is_some() && !self.skip(")") {
                options.push(self.next_keyword());
            }
        }
        options
    }

    /// The rest, cut at the commas that stand in no parentheses.
    pub(crate) fn items(&self) -> Vec<&'w [Word<'a>]> {
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
