//! What stands above a type: derives and attributes, those of Diesel first.

/// The derives and attributes of a type, collected before they are written.
///
/// Diesel's derives with `#[diesel(...)]` come first, what a user asked for afterwards, each derive
/// before the attributes that it reads. Two derives in a row would be merged by rustfmt, and laid out
/// by width, so there is always something between them.
#[derive(Default)]
pub(super) struct Head {
    derives: Vec<String>,
    diesel: Vec<String>,
    more_derives: Vec<String>,
    attributes: Vec<String>,
}

impl Head {
    /// A type with these derives.
    pub(super) fn new<'a>(derives: impl IntoIterator<Item = &'a str>) -> Self {
        let mut res = Self::default();
        for path in derives {
            push(&mut res.derives, path);
        }
        res
    }

    /// A derive of Diesel's.
    pub(super) fn derive(&mut self, path: &str) {
        push(&mut self.derives, path);
    }

    /// `#[diesel(...)]`
    pub(super) fn diesel(&mut self, text: String) {
        self.diesel.push(text);
    }

    /// Derives that a user asked for; one that is there already is not repeated.
    pub(super) fn more<'a>(&mut self, paths: impl IntoIterator<Item = &'a str>) {
        for path in paths {
            if !self.derives.iter().any(|it| it == path) {
                push(&mut self.more_derives, path);
            }
        }
    }

    /// `#[...]`
    pub(super) fn attributes<'a>(&mut self, texts: impl IntoIterator<Item = &'a str>) {
        self.attributes.extend(texts.into_iter().map(str::to_owned));
    }

    /// The lines.
    pub(super) fn render(&self) -> String {
        let mut res = format!("#[derive({})]\n", self.derives.join(", "));
        for text in &self.diesel {
            res.push_str(&format!("#[diesel({text})]\n"));
        }
        if !self.more_derives.is_empty() {
            res.push_str(&format!("#[derive({})]\n", self.more_derives.join(", ")));
        }
        for text in &self.attributes {
            res.push_str(&format!("#[{text}]\n"));
        }
        res
    }
}

fn push(list: &mut Vec<String>, path: &str) {
    if !list.iter().any(|it| it == path) {
        list.push(path.to_owned());
    }
}
