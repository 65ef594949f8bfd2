//! The text of a sketch.

use std::fmt::Write as _;

use super::{
    ArityKind, EnumSketch, FieldKind, FieldSketch, Flavour, IndexSketch, ModelSketch, RelationKind,
    RelationSketch, Sketch, ValueSketch,
};

/// The schema file.
pub(super) fn text(sketch: &Sketch) -> String {
    let mut text = String::from(
        "generator client {\n  provider = \"prisma-client\"\n  previewFeatures = [\"partialIndexes\"]\n}\n\n",
    );
    let _ = writeln!(text, "datasource db {{\n  provider = \"{}\"", sketch.flavour.provider());
    let namespaces = sketch.flavour.namespaces();
    if !namespaces.is_empty() {
        let quoted: Vec<String> = namespaces.iter().map(|name| string(name)).collect();
        let _ = writeln!(text, "  schemas = [{}]", quoted.join(", "));
    }
    text.push_str("}\n");
    for it in &sketch.enums {
        enum_block(&mut text, sketch, it);
    }
    for model in &sketch.models {
        model_block(&mut text, sketch, model);
    }
    text
}

impl ModelSketch {
    pub(super) fn db_name(&self) -> String {
        self.db_name.clone().unwrap_or_else(|| format!("M{}", self.number))
    }
}

impl EnumSketch {
    pub(super) fn db_name(&self) -> String {
        self.db_name.clone().unwrap_or_else(|| format!("E{}", self.number))
    }
}

impl FieldSketch {
    pub(super) fn db_name(&self) -> String {
        self.db_name.clone().unwrap_or_else(|| format!("f{}", self.number))
    }
}

impl ValueSketch {
    pub(super) fn db_name(&self) -> String {
        self.db_name.clone().unwrap_or_else(|| format!("V{}", self.number))
    }
}

fn enum_block(text: &mut String, sketch: &Sketch, it: &EnumSketch) {
    let hint = if it.checked { "/// @check\n" } else { "" };
    let _ = writeln!(text, "\n{hint}enum E{} {{", it.number);
    for value in &it.values {
        let map = it_map(value.db_name.as_ref());
        let _ = writeln!(text, "  V{}{map}", value.number);
    }
    block_end(text, sketch, it.db_name.as_ref(), it.namespace);
}

fn it_map(name: Option<&String>) -> String {
    name.map_or_else(String::new, |name| format!(" @map({})", string(name)))
}

fn block_end(text: &mut String, sketch: &Sketch, db_name: Option<&String>, namespace: usize) {
    if let Some(name) = db_name {
        let _ = writeln!(text, "  @@map({})", string(name));
    }
    if let Some(namespace) = sketch.flavour.namespaces().get(namespace) {
        let _ = writeln!(text, "  @@schema({})", string(namespace));
    }
    text.push_str("}\n");
}

fn model_block(text: &mut String, sketch: &Sketch, model: &ModelSketch) {
    let _ = writeln!(text, "\nmodel M{} {{", model.number);
    for field in &model.fields {
        let Some((name, native)) = type_words(sketch, field) else { continue };
        let arity = match field.arity {
            ArityKind::Required => "",
            ArityKind::Optional => "?",
            ArityKind::List => "[]",
        };
        let id = if model.key == [field.number] {
            model.key_name.as_ref().map_or_else(
                || " @id".to_owned(),
                |name| {
                    if sketch.flavour == Flavour::Postgres {
                        format!(" @id(map: {})", string(name))
                    } else {
                        " @id".to_owned()
                    }
                },
            )
        } else {
            String::new()
        };
        let default = field.default.as_ref().map_or_else(String::new, |text| format!(" @default({text})"));
        let map = it_map(field.db_name.as_ref());
        let _ = writeln!(text, "  f{} {name}{arity}{id}{default}{map}{native}", field.number);
    }
    for relation in &sketch.relations {
        relation_fields(text, model, relation, sketch);
    }
    if model.key.len() > 1 {
        let name = model.key_name.as_ref().filter(|_| sketch.flavour == Flavour::Postgres);
        let name = name.map_or_else(String::new, |name| format!(", map: {}", string(name)));
        let _ = writeln!(text, "  @@id([{}]{name})", list(&model.key));
    }
    for index in &model.indexes {
        index_line(text, index);
    }
    block_end(text, sketch, model.db_name.as_ref(), model.namespace);
}

/// The type's name and the native attribute; nothing when what it refers to is gone.
fn type_words(sketch: &Sketch, field: &FieldSketch) -> Option<(String, String)> {
    match sketch.kind(field)? {
        FieldKind::Column(kind) => {
            let native = kind.native.map_or_else(String::new, |native| format!(" @db.{native}"));
            Some((kind.scalar.to_owned(), native))
        }
        FieldKind::Enum(number) => Some((format!("E{number}"), String::new())),
        FieldKind::Same { .. } => None,
    }
}

fn relation_fields(text: &mut String, model: &ModelSketch, relation: &RelationSketch, sketch: &Sketch) {
    let RelationSketch { number, from, to, kind } = relation;
    match kind {
        RelationKind::ManyToMany => {
            if model.number == *from {
                let _ = writeln!(text, "  r{number}a M{to}[] @relation(\"R{number}\")");
            }
            if model.number == *to {
                let _ = writeln!(text, "  r{number}b M{from}[] @relation(\"R{number}\")");
            }
        }
        RelationKind::Key { columns, references, on_delete, on_update, name } => {
            let Some(owner) = sketch.model(*from) else { return };
            if model.number == *from {
                let optional =
                    columns.iter().any(|c| owner.field(*c).is_some_and(|f| f.arity == ArityKind::Optional));
                let arity = if optional { "?" } else { "" };
                let mut words =
                    format!("\"R{number}\", fields: [{}], references: [{}]", list(columns), list(references));
                for (word, action) in [("onDelete", on_delete), ("onUpdate", on_update)] {
                    if let Some(action) = action {
                        let _ = write!(words, ", {word}: {action}");
                    }
                }
                if let Some(name) = name.as_ref().filter(|_| sketch.flavour == Flavour::Postgres) {
                    let _ = write!(words, ", map: {}", string(name));
                }
                let _ = writeln!(text, "  r{number} M{to}{arity} @relation({words})");
            }
            if model.number == *to {
                let one = is_unique(owner, columns);
                let arity = if one { "?" } else { "[]" };
                let _ = writeln!(text, "  r{number}b M{from}{arity} @relation(\"R{number}\")");
            }
        }
    }
}

/// Whether an index or the key makes these columns unique, in whatever order.
fn is_unique(model: &ModelSketch, columns: &[u32]) -> bool {
    let same = |other: &[u32]| other.len() == columns.len() && other.iter().all(|it| columns.contains(it));
    let index = |index: &IndexSketch| {
        index.unique
            && index.predicate.is_none()
            && same(&index.parts.iter().map(|(field, _)| *field).collect::<Vec<_>>())
    };
    same(&model.key) || model.indexes.iter().any(index)
}

fn index_line(text: &mut String, index: &IndexSketch) {
    let parts: Vec<String> = index
        .parts
        .iter()
        .map(
            |(field, descending)| {
                if *descending { format!("f{field}(sort: Desc)") } else { format!("f{field}") }
            },
        )
        .collect();
    let mut words = format!("[{}]", parts.join(", "));
    if let Some(name) = &index.name {
        let _ = write!(words, ", map: {}", string(name));
    }
    if let Some(method) = index.method {
        let _ = write!(words, ", type: {method}");
    }
    if let Some(predicate) = &index.predicate {
        let _ = write!(words, ", where: {predicate}");
    }
    let _ = writeln!(text, "  {}({words})", if index.unique { "@@unique" } else { "@@index" });
}

fn list(fields: &[u32]) -> String {
    fields.iter().map(|field| format!("f{field}")).collect::<Vec<_>>().join(", ")
}

fn string(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
