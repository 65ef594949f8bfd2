//! Diesel and GraphQL code for a thousand models: what every edit of a large schema pays.

use glowplug_codegen::{diesel, graphql};
use glowplug_postgres::dialect::PostgresDialect;
use glowplug_psl::diagnostics::SourceFile;
use glowplug_psl::schema::Schema;

fn main() {
    divan::main();
}

/// Models with nine columns, an enum, two foreign keys, one of them to the model itself.
fn schema(models: usize) -> Schema {
    let mut text = "datasource db {\n  provider = \"postgresql\"\n}\n\nenum Kind {\n  A\n  B\n}\n".to_owned();
    for i in 0..models {
        let (next, last) = ((i + 1) % models, (i + models - 1) % models);
        text.push_str(&format!(
            "
/// A thing.
model Thing{i} {{
  id        String   @id @default(cuid())
  title     String   @unique
  kind      Kind     @default(A)
  price     Decimal?
  data      Json
  createdAt DateTime @default(now())
  updatedAt DateTime @updatedAt
  nextId    String
  next      Thing{next} @relation(\"chain{i}\", fields: [nextId], references: [id])
  last      Thing{last}[] @relation(\"chain{last}\")
  parentId  String?
  parent    Thing{i}?  @relation(\"tree\", fields: [parentId], references: [id])
  children  Thing{i}[] @relation(\"tree\")
}}
"
        ));
    }
    let (schema, findings) = glowplug_psl::parse(&[SourceFile { path: "bench.prisma".to_owned(), text }]);
    assert!(findings.is_empty(), "{findings:#?}");
    schema
}

#[divan::bench(args = [10, 100, 1000], sample_count = 20)]
fn diesel_code(bencher: divan::Bencher, models: usize) {
    let (schema, options) = (schema(models), diesel::Options::default());
    bencher.bench_local(|| diesel::generate(&schema, &PostgresDialect, &options));
}

#[divan::bench(args = [10, 100, 1000], sample_count = 20)]
fn graphql_code(bencher: divan::Bencher, models: usize) {
    let resolvers = Some("resolvers.rs".to_owned());
    let (schema, options) = (schema(models), graphql::Options { resolvers, ..graphql::Options::default() });
    bencher.bench_local(|| graphql::generate(&schema, &PostgresDialect, &options));
}
