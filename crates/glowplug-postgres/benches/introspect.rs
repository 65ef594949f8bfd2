//! Introspection against the catalog queries alone.

fn main() {
    divan::main();
}
