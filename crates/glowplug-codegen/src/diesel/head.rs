//! What stands above a type: derives and attributes, those of Diesel first.

use crate::rust::put;

/// The derives and attributes of a type, collected before they are written.
///
/// Diesel's derives with `#[diesel(...)]` come first, what a user asked for afterwards, each derive
/// before the attributes that it reads. Two derives in a row would be merged by rustfmt, and laid out
/// by width, so there is always something between them.
#[derive(Default)]
pub(super) struct Head<'a> {
    derives: Vec<&'a str>,
    diesel: Vec<String>,
    more_derives: Vec<&'a str>,
    attributes: Vec<&'a str>,
}

impl<'a> Head<'a> {
    /// A type with these derives.
    pub(super) fn new(derives: impl IntoIterator<Item = &'a str>) -> Self {
        let mut res = Self::default();
        for path in derives {
            push(&mut res.derives, path);
        }
        res
    }

    /// A derive of Diesel's.
    pub(super) fn derive(&mut self, path: &'a str) {
        push(&mut self.derives, path);
    }

    /// `#[diesel(...)]`
    pub(super) fn diesel(&mut self, text: String) {
        self.diesel.push(text);
    }

    /// Derives that a user asked for; one that is there already is not repeated.
    pub(super) fn more(&mut self, paths: impl IntoIterator<Item = &'a str>) {
        for path in paths {
            if !self.derives.contains(&path) {
                push(&mut self.more_derives, path);
            }
        }
    }

    /// `#[...]`
    pub(super) fn attributes(&mut self, texts: impl IntoIterator<Item = &'a str>) {
        self.attributes.extend(texts);
    }

    /// The lines.
    pub(super) fn render(&self, out: &mut String) {
        put!(out, "#[derive({})]\n", self.derives.join(", "));
        for text in &self.diesel {
            put!(out, "#[diesel({text})]\n");
        }
        if !self.more_derives.is_empty() {
            put!(out, "#[derive({})]\n", self.more_derives.join(", "));
        }
        for text in &self.attributes {
            put!(out, "#[{text}]\n");
        }
    }
}

fn push<'a>(list: &mut Vec<&'a str>, path: &'a str) {
    if !list.contains(&path) {
        list.push(path);
    }
}
