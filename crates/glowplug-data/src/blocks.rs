//! The blocks of a file: whose rows they have, and what tells these apart.

use glowplug_psl::diagnostics::Span;
use glowplug_psl::nearest::nearest;
use glowplug_psl::schema::ModelId;

use crate::node::{Entry, Kind, Node};
use crate::read::{KEY, MISSING, NAME, Reader, VALUE};
use crate::set::Block;

impl Reader<'_, '_> {
    /// A block: a model, its key, and rows.
    pub(crate) fn block(&mut self, node: &Node) {
        let Some(entries) = node.entries() else {
            let hint = "a file says `model = \"...\"`, and then its `[[rows]]`".to_owned();
            return self.mistake(
                VALUE,
                node.start,
                node.end,
                format!("here stands {}, and not the rows of a model", node.word()),
                Some(hint),
            );
        };
        const KNOWN: [&str; 4] = ["model", "key", "remove", "rows"];
        for entry in entries.iter().filter(|entry| !KNOWN.contains(&entry.name.as_str())) {
            let hint = match nearest(&entry.name, KNOWN) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "a block has `model`, `key`, `remove` and `rows`".to_owned(),
            };
            self.mistake(
                NAME,
                entry.start,
                entry.end,
                format!("`{}` means nothing here", entry.name),
                Some(hint),
            );
        }
        let entry = |name: &str| entries.iter().find(|entry| entry.name == name);
        let Some((model, span)) = self.model(node, entry("model")) else { return };
        let key = match entry("key") {
            Some(entry) => self.key(model, entry),
            None => self.usual_key(model, span),
        };
        let removes = self.removes(entry("remove"));
        let Some(key) = key else { return };
        let Some(block) = self.enter(Block { model, key, removes, span, owners: None }) else { return };
        match entry("rows").map(|entry| &entry.value) {
            None => {}
            Some(Node { kind: Kind::Array(rows), .. }) => rows.iter().for_each(|row| self.row(block, row)),
            Some(other) => {
                self.mistake(
                    VALUE,
                    other.start,
                    other.end,
                    format!("`rows` is a list, not {}", other.word()),
                    Some("[[rows]]".to_owned()),
                );
            }
        }
    }

    fn model(&mut self, node: &Node, entry: Option<&Entry>) -> Option<(ModelId, Span)> {
        let Some(entry) = entry else {
            let end = node.end.min(node.start + 1);
            self.mistake(
                MISSING,
                node.start,
                end,
                "the model is not named".to_owned(),
                Some("model = \"...\"".to_owned()),
            );
            return None;
        };
        let (start, end) = (entry.value.start, entry.value.end);
        let Kind::String(name) = &entry.value.kind else {
            self.mistake(
                VALUE,
                start,
                end,
                format!("`model` is a name in quotes, not {}", entry.value.word()),
                None,
            );
            return None;
        };
        match self.target.find_model(name) {
            Some((_, model)) if model.is_view => {
                self.mistake(
                    NAME,
                    start,
                    end,
                    format!("`{name}` is a view, which has no rows of its own"),
                    None,
                );
                None
            }
            Some((id, _)) => Some((id, self.span(start, end))),
            None => {
                let models = self.target.schema.models.iter().filter(|it| !it.is_view);
                let names =
                    models.map(|it| it.name.as_str()).filter(|it| self.target.find_model(it).is_some());
                let hint = nearest(name, names).map(|near| format!("did you mean `{near}`?"));
                self.mistake(NAME, start, end, format!("the schema has no model `{name}`"), hint);
                None
            }
        }
    }

    fn removes(&mut self, entry: Option<&Entry>) -> bool {
        match entry.map(|entry| &entry.value) {
            None => false,
            Some(Node { kind: Kind::Boolean(value), .. }) => *value,
            Some(other) => {
                self.mistake(
                    VALUE,
                    other.start,
                    other.end,
                    format!("`remove` is true or false, not {}", other.word()),
                    None,
                );
                false
            }
        }
    }

    /// The block of that model: further blocks of it add rows.
    fn enter(&mut self, block: Block) -> Option<usize> {
        let Some(at) = self.set.blocks.iter().position(|it| it.model == block.model) else {
            self.set.blocks.push(block);
            return Some(self.set.blocks.len() - 1);
        };
        if self.set.blocks[at].key != block.key {
            let (path, line) = self.set.place(self.set.blocks[at].span);
            let message = format!(
                "the key of `{}` is another one at {path}:{line}",
                self.target.model(block.model).name
            );
            self.at(KEY, block.span, message, None);
            return None;
        }
        self.set.blocks[at].removes |= block.removes;
        Some(at)
    }
}
