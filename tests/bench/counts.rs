//! Prints the counts of files in all encodings: what `python_check.py` compares.
//!
//! Reads the names of files, one a line.

#![expect(clippy::print_stdout, reason = "this is what it is for")]

use std::{error::Error, fs, io};

use larder::{
    count::{Counter, Options},
    model::Encoding,
};

fn main() -> Result<(), Box<dyn Error>> {
    let mut worker = Counter::new(&Options::default()).worker();
    for name in io::stdin().lines() {
        let bytes = fs::read(name?)?;
        let mut counts = Vec::new();
        for encoding in Encoding::ALL {
            counts.push(worker.count_bytes(encoding, &bytes)?.0.to_string());
        }
        println!("{}", counts.join(" "));
    }
    Ok(())
}
