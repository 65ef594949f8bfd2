//! Parsing, validating and formatting of generated schemas with 1,000 and 5,000 models.

use divan::Bencher;
use glowplug_psl::diagnostics::SourceFile;
use std::fmt::Write;

fn main() {
    divan::main();
}

/// Models of ten fields each (on average): columns of several types, an enum, a relation in both
/// directions.
fn schema(models: usize) -> String {
    let mut text =
        String::from("datasource db {\n  provider = \"postgresql\"\n}\n\nenum Role {\n  ADMIN\n  USER\n}\n");
    for index in 0..models {
        let parent = index / 2;
        write!(
            text,
            r#"
/// The model number {index}.
model Model{index} {{
  id        String     @id @default(uuid()) @db.Uuid
  email     String     @unique @map("email_address") @db.VarChar(200)
  name      String?    // as it is shown
  role      Role       @default(USER)
  amount    Decimal    @default(0) @db.Decimal(10, 2)
  createdAt DateTime   @default(now()) @map("created_at")
  parentId  String     @map("parent_id") @db.Uuid
  parent    Model{parent} @relation("parent{index}", fields: [parentId], references: [id], onDelete: Cascade)
  tags      String[]   @default(["a", "b"])
"#
        )
        .expect("writing to a string");
        for child in [index * 2, index * 2 + 1].into_iter().filter(|child| *child < models) {
            writeln!(text, "  children{child} Model{child}[] @relation(\"parent{child}\")")
                .expect("writing to a string");
        }
        text.push_str("\n  @@index([name, createdAt(sort: Desc)])\n}\n");
    }
    text
}

#[divan::bench(args = [1000, 5000])]
fn parse_and_validate(bencher: Bencher<'_, '_>, models: usize) {
    let sources = [SourceFile { path: "schema.prisma".to_owned(), text: schema(models) }];
    let (_, diagnostics) = glowplug_psl::parse(&sources);
    assert!(diagnostics.is_empty(), "{:?}", diagnostics.first());
    bencher.bench_local(|| glowplug_psl::parse(divan::black_box(&sources)));
}

#[divan::bench(args = [1000, 5000])]
fn format(bencher: Bencher<'_, '_>, models: usize) {
    let text = schema(models);
    bencher.bench_local(|| glowplug_psl::format(divan::black_box(&text)));
}
