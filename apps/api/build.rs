//! A new migration is a new folder: cargo must be told to look for it.

fn main() {
    println!("cargo:rerun-if-changed=../../prisma/migrations");
}
