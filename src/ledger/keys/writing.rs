//! Writing a run.

use std::{
    fs::{self, OpenOptions},
    io::{self, BufWriter, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

use super::{
    super::journal::create_folder,
    Place, Ranges, Segments,
    run::{self, Blocks},
};

/// Writes keys, which come in their order, into a file that is there whole or not at all. Nothing
/// waits for the disk: what is damaged is made again.
pub(super) fn write(
    path: &Path,
    (len, ranges, segments): (usize, &Ranges, &Segments),
    entries: &mut dyn Iterator<Item = io::Result<(u64, Place)>>,
) -> io::Result<()> {
    create_folder(path.parent().unwrap_or_else(|| Path::new(".")))?;
    let tmp = path.with_extension("tmp");
    let mut options = OpenOptions::new();
    let file = options.write(true).create(true).truncate(true).mode(0o600).open(&tmp)?;
    let mut out = BufWriter::with_capacity(1 << 20, file);
    let written = write_blocks(&mut out, len, entries)
        .and_then(|blocks| out.write_all(&run::ending(&blocks, ranges, segments)))
        .and_then(|()| out.flush())
        .and_then(|()| fs::rename(&tmp, path));
    if written.is_err() {
        // What failed is reported; a leftover is removed by the next opening.
        drop(fs::remove_file(&tmp));
    }
    written
}

fn write_blocks(
    out: &mut dyn Write,
    len: usize,
    entries: &mut dyn Iterator<Item = io::Result<(u64, Place)>>,
) -> io::Result<Blocks> {
    let mut blocks = Blocks::for_keys(len);
    let (mut block, mut bytes) = (0, Vec::new());
    for entry in entries {
        let entry = entry?;
        let home = blocks.of(entry.0);
        if home != block {
            out.write_all(&bytes)?;
            blocks.end(block, &bytes);
            block = home;
            bytes.clear();
        }
        bytes.extend(run::to_bytes(entry)?);
    }
    out.write_all(&bytes)?;
    blocks.end(block, &bytes);
    Ok(blocks)
}
