//! Writes the tables of the counter: merges of each vocabulary and classes of every character.
//!
//! The vocabularies are those inside the tiktoken-rs crate, the classes those of regex-syntax,
//! which the reference uses too: so both have one version of Unicode.

mod characters;
mod classes;
mod merges;
mod perfect;
mod vocabulary;

use std::{
    env,
    error::Error,
    fs,
    path::{Path, PathBuf},
};

use merges::Merges;
use vocabulary::Vocabulary;

#[expect(clippy::print_stdout, reason = "this is how a build script talks to cargo")]
fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=src/count/build");
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?);
    fs::write(out.join("classes.bin"), classes::table()?)?;
    let p50k = write(&out, "p50k", &Vocabulary::read(&tiktoken_rs::p50k_base()?))?;
    let r50k = Merges::of(&Vocabulary::read(&tiktoken_rs::r50k_base()?))?;
    if !r50k.is_start_of(&p50k) {
        return Err("r50k_base is no longer the start of p50k_base".into());
    }
    let newer = [("cl100k", tiktoken_rs::cl100k_base()?), ("o200k", tiktoken_rs::o200k_base()?)];
    for (name, engine) in newer {
        let words = Vocabulary::read(&engine);
        write(&out, name, &words)?;
        write_perfect(&out.join(format!("{name}.words")), &words.short(), |slot| slot)?;
    }
    Ok(())
}

fn write(out: &Path, name: &str, words: &Vocabulary) -> Result<Merges, Box<dyn Error>> {
    let merges = Merges::of(words)?;
    fs::write(out.join(format!("{name}.bytes.bin")), words.byte_ids()?)?;
    fs::write(out.join(format!("{name}.twos.bin")), words.of_two_bytes())?;
    fs::write(out.join(format!("{name}.characters.bin")), characters::alone(words))?;
    fs::write(out.join(format!("{name}.borders.bin")), characters::borders(words))?;
    write_perfect(&out.join(format!("{name}.merges")), &merges.slots(), |slot| slot >> 18)?;
    Ok(merges)
}

fn write_perfect(path: &Path, slots: &[u64], key: perfect::Key) -> Result<(), Box<dyn Error>> {
    let (seeds, table) = perfect::lay_out(slots, key)?;
    fs::write(path.with_added_extension("filter.bin"), perfect::filter(slots, key))?;
    fs::write(path.with_added_extension("seeds.bin"), seeds)?;
    fs::write(path.with_added_extension("slots.bin"), table)?;
    Ok(())
}
