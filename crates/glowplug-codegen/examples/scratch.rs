use glowplug_codegen::diesel;
use glowplug_postgres::dialect::PostgresDialect;
use glowplug_psl::diagnostics::SourceFile;
fn main() {
    let args: Vec<String> = std::env::args().collect();
    let text = std::fs::read_to_string(&args[1]).unwrap();
    let (schema, _) = glowplug_psl::parse(&[SourceFile { path: "x".into(), text }]);
    let (o, w) = diesel::Options::from_generator(&schema.generators[0], Default::default());
    assert!(w.is_empty(), "{w:?}");
    for f in diesel::generate(&schema, &PostgresDialect, &o) {
        std::fs::write(format!("{}/{}", args[2], f.path), f.text).unwrap();
    }
}
