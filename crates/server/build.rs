//! Tells cargo to look again when the console was built, and people when it was not.

use std::path::Path;

fn main() {
    let built = "../../console/dist";
    println!("cargo:rerun-if-changed={built}");
    if !Path::new(built).join("index.html").exists() {
        println!("cargo:warning=the web console is not built; `./dev console` builds it");
    }
}
