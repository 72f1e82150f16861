//! The command line tool `sayflow`.

fn main() {}
