//! What a schema is resolved to: relations and their sides, keys and their order, docs and hints.

use glowplug_psl::diagnostics::SourceFile;
use glowplug_psl::parse;
use glowplug_psl::schema::*;

/// Resolves files that have no findings.
fn resolve(texts: &[&str]) -> Schema {
    let source = |(index, text): (usize, &&str)| SourceFile {
        path: format!("{index}.prisma"),
        text: format!(
            "{}{text}",
            if index == 0 { "datasource db {\n  provider = \"postgresql\"\n}\n" } else { "" }
        ),
    };
    let sources: Vec<SourceFile> = texts.iter().enumerate().map(source).collect();
    let (schema, diagnostics) = parse(&sources);
    assert!(diagnostics.is_empty(), "{diagnostics:#?}");
    schema
}

/// `Model.field`
fn name(schema: &Schema, id: FieldId) -> String {
    format!("{}.{}", schema.model(id.model).name, schema.field(id).name)
}

/// Relations on one line each.
fn relations(schema: &Schema) -> Vec<String> {
    let describe = |relation: &Relation| match &relation.kind {
        RelationKind::ManyToMany { a, b } => format!("{} <> {}", name(schema, *a), name(schema, *b)),
        RelationKind::ForeignKey(key) => {
            let model = schema.model(key.forward.model);
            let target = schema.model(key.target);
            let from: Vec<&str> = key.fields.iter().map(|field| model.fields[*field].name.as_str()).collect();
            let to: Vec<&str> =
                key.references.iter().map(|field| target.fields[*field].name.as_str()).collect();
            let arrow = if key.is_one_to_one { "->" } else { "->>" };
            let back = key.back.map_or("nothing".to_owned(), |back| name(schema, back));
            format!(
                "{}({}) {arrow} {}({}) back {back}",
                name(schema, key.forward),
                from.join(","),
                target.name,
                to.join(",")
            )
        }
    };
    schema.relations.iter().map(describe).collect()
}

#[test]
fn relations_of_every_shape() {
    let schema = resolve(&["model User {
  id       Int      @id
  profile  Profile?
  written  Post[]   @relation(\"author\")
  reviewed Post[]   @relation(\"reviewer\")
  bossId   Int?
  team     User[]   @relation(\"boss\")
  boss     User?    @relation(\"boss\", fields: [bossId], references: [id])
  likes    User[]   @relation(\"likes\")
  liked    User[]   @relation(\"likes\")
}

model Profile {
  user   User @relation(fields: [userId], references: [id])
  userId Int  @unique
}

model Post {
  id         Int   @id
  tags       Tag[]
  author     User  @relation(\"author\", fields: [authorId], references: [id], onDelete: Cascade, map: \"fk\")
  authorId   Int
  reviewerId Int?
  reviewer   User? @relation(\"reviewer\", fields: [reviewerId], references: [id])
}

model Tag {
  a     Int    @id
  posts Post[]
}
"
    .replace("model Profile {\n", "model Profile {\n  id     Int  @id\n")
    .as_str()]);
    assert_eq!(
        relations(&schema),
        [
            "Profile.user(userId) -> User(id) back User.profile",
            "Post.author(authorId) ->> User(id) back User.written",
            "Post.reviewer(reviewerId) ->> User(id) back User.reviewed",
            "User.boss(bossId) ->> User(id) back User.team",
            "User.liked <> User.likes",
            "Post.tags <> Tag.posts",
        ]
    );
    let RelationKind::ForeignKey(author) = &schema.relations[1].kind else { panic!("a foreign key") };
    assert_eq!((author.on_delete, author.on_update), (Some(ReferentialAction::Cascade), None));
    assert_eq!(author.map.as_deref(), Some("fk"));
    // Each relation field knows its relation.
    for (id, model) in schema.walk_models() {
        for (index, field) in model.fields.iter().enumerate() {
            if let FieldType::Relation(relation) = field.ty {
                let found = format!("{:?}", schema.relation(relation));
                assert!(found.contains(&format!("{:?}", FieldId { model: id, index })), "{}", field.name);
            }
        }
    }
}

#[test]
fn several_files_are_one_schema() {
    let schema =
        resolve(&["model A {\n  id Int @id\n  b  B[]\n}\n", "model B {\n  id Int @id\n  a  A[]\n}\n"]);
    assert_eq!(relations(&schema), ["A.b <> B.a"]);
    assert_eq!((schema.models[0].span.file, schema.models[1].span.file), (0, 1));
}

#[test]
fn indexes_come_in_prismas_order() {
    let schema = resolve(&["model A {
  @@unique([b, c(sort: Desc)], name: \"bc\", map: \"four\")
  @@index([c], name: \"three\")
  b Int @unique(map: \"one\")
  c Int @unique(map: \"two\")
  @@id([b, c], map: \"key\")
}
"]);
    let model = &schema.models[0];
    let maps: Vec<&str> = model.indexes.iter().filter_map(|index| index.map.as_deref()).collect();
    assert_eq!(maps, ["one", "two", "three", "four"]);
    assert_eq!(model.indexes[2].name, None);
    assert_eq!(model.indexes[3].name.as_deref(), Some("bc"));
    let fields: Vec<(usize, bool)> =
        model.indexes[3].fields.iter().map(|f| (f.field, f.descending)).collect();
    assert_eq!(fields, [(0, false), (1, true)]);
    let key = model.primary_key.as_ref().expect("a primary key");
    assert_eq!((key.fields.len(), key.map.as_deref()), (2, Some("key")));
}

#[test]
fn predicates_and_operator_classes() {
    let schema = resolve(&["generator g {
  provider        = \"x\"
  previewFeatures = [\"partialIndexes\"]
}
enum E {
  X @map(\"x\")
}
model A {
  id Int  @id
  n  Int?
  e  E
  j  Json

  @@index([n], where: raw(\"n > 0\"), map: \"a\")
  @@index([n], where: { n: { not: null }, e: \"x\", id: { not: 3 }, j: null }, map: \"b\")
  @@index([j(ops: JsonbPathOps)], type: Gin)
  @@index([n(ops: raw(\"int4_ops\"))])
}
"]);
    let indexes = &schema.models[0].indexes;
    assert_eq!(indexes[0].predicate, Some(Predicate::Raw("n > 0".to_owned())));
    assert_eq!(
        indexes[1].predicate,
        Some(Predicate::Fields(vec![
            (1, PredicateTest::IsNotNull),
            (2, PredicateTest::Equals(DefaultValue::EnumValue("X".to_owned()))),
            (0, PredicateTest::NotEquals(DefaultValue::Number("3".to_owned()))),
            (3, PredicateTest::IsNull),
        ]))
    );
    assert_eq!(indexes[2].algorithm.as_deref(), Some("Gin"));
    assert_eq!(indexes[2].fields[0].ops, Some(OperatorClass::Named("JsonbPathOps".to_owned())));
    assert_eq!(indexes[3].fields[0].ops, Some(OperatorClass::Raw("int4_ops".to_owned())));
}

#[test]
fn docs_and_hints() {
    let text = "// not a doc
/// A person.
/// @renamed(from: \"Person\", 12, [a, true])
model User {
  /// far away

  id Int @id /// the key
  /**
   * Several
   * lines
   */
  /// @check(\"n > 0\")
  n Int
}

/// @renamed(from: \"Kind\")
enum Role {
  /// @renamed(from: \"ROOT\")
  ADMIN
}
";
    let schema = resolve(&[text]);
    let user = &schema.models[0];
    assert_eq!(user.docs.as_deref(), Some("A person.\n@renamed(from: \"Person\", 12, [a, true])"));
    let hint = &user.hints[0];
    let list = Value::Array(vec![Value::Constant("a".to_owned()), Value::Constant("true".to_owned())]);
    assert_eq!(
        hint.args,
        [
            (Some("from".to_owned()), Value::String("Person".to_owned())),
            (None, Value::Number("12".to_owned())),
            (None, list),
        ]
    );
    let start = "datasource db {\n  provider = \"postgresql\"\n}\n".len();
    let (from, to) = (hint.span.start as usize - start, hint.span.end as usize - start);
    assert_eq!(&text[from..to], "@renamed(from: \"Person\", 12, [a, true])");
    assert_eq!(user.fields[0].docs.as_deref(), Some("the key"));
    assert_eq!(user.fields[1].docs.as_deref(), Some("Several\nlines\n@check(\"n > 0\")"));
    assert!(user.fields[1].hint("check").is_some());
    assert_eq!(schema.enums[0].hints[0].name, "renamed");
    assert_eq!(schema.enums[0].values[0].hints.len(), 1);
}

#[test]
fn datasource_and_generators() {
    let text = "datasource pg {
  provider          = \"postgres\"
  url               = env(\"DATABASE_URL\")
  shadowDatabaseUrl = \"postgresql://shadow\"
  relationMode      = \"prisma\"
  schemas           = [\"b\", \"a\"]
  extensions        = [citext, uuid_ossp(map: \"uuid-ossp\", schema: \"a\", version: \"1.1\")]
}

generator other {
  provider        = \"some-tool\"
  previewFeatures = [\"postgresqlExtensions\"]
  custom          = [1, true, env(\"X\")]
}
";
    let (schema, diagnostics) = parse(&[SourceFile { path: "x".to_owned(), text: text.to_owned() }]);
    assert!(diagnostics.is_empty(), "{diagnostics:#?}");
    let datasource = schema.datasource.expect("a datasource");
    assert_eq!((datasource.name.as_str(), datasource.provider.as_str()), ("pg", "postgresql"));
    assert_eq!(datasource.url, Some(StringOrEnv::Env("DATABASE_URL".to_owned())));
    assert_eq!(datasource.shadow_database_url, Some(StringOrEnv::Literal("postgresql://shadow".to_owned())));
    assert!(datasource.relation_mode_prisma);
    assert_eq!(datasource.schemas, ["b", "a"]);
    assert_eq!(datasource.extensions[1].db_name.as_deref(), Some("uuid-ossp"));
    assert_eq!(datasource.extensions[0].version, None);
    let properties: Vec<&str> =
        schema.generators[0].properties.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(properties, ["provider", "previewFeatures", "custom"]);
}

#[test]
fn a_broken_line_does_not_take_its_field_away() {
    let text = "model A {\n  id Int @id @default(\n  b String @map(\"x)\n  @@index([id, b])\n}\n";
    let (schema, diagnostics) = parse(&[SourceFile { path: "x".to_owned(), text: text.to_owned() }]);
    assert_eq!(diagnostics.len(), 2, "{diagnostics:#?}");
    assert_eq!(schema.models[0].fields.len(), 2);
    assert_eq!(schema.models[0].indexes[0].fields.len(), 2);
}
