//! Fingerprints from what the system says of a file.

use std::{fs::Metadata, os::unix::fs::MetadataExt};

use rustix::fs::Stat;

use crate::model::{Bytes, Fingerprint, UnixNanos};

/// Returns the fingerprint of the file that `metadata` describes.
#[must_use]
pub fn fingerprint(metadata: &Metadata) -> Fingerprint {
    Fingerprint {
        size: Bytes(metadata.len()),
        modified: moment(metadata.mtime(), metadata.mtime_nsec()),
        changed: moment(metadata.ctime(), metadata.ctime_nsec()),
        inode: metadata.ino(),
    }
}

/// Returns the fingerprint of the file that `stat` describes.
pub(super) fn from_stat(stat: &Stat) -> Fingerprint {
    let nanos = |nanos| i64::try_from(nanos).unwrap_or(0);
    Fingerprint {
        size: Bytes(u64::try_from(stat.st_size).unwrap_or(0)),
        modified: moment(stat.st_mtime, nanos(stat.st_mtime_nsec)),
        changed: moment(stat.st_ctime, nanos(stat.st_ctime_nsec)),
        inode: stat.st_ino,
    }
}

/// Returns the moment, held at the ends of the range: 1677 and 2262.
const fn moment(seconds: i64, nanos: i64) -> UnixNanos {
    UnixNanos(seconds.saturating_mul(1_000_000_000).saturating_add(nanos))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_out_of_range_do_not_wrap() {
        assert_eq!(moment(i64::MAX, 5), UnixNanos(i64::MAX));
        assert_eq!(moment(i64::MIN, 5), UnixNanos(i64::MIN + 5));
        assert_eq!(moment(-1, 999_999_999), UnixNanos(-1));
        assert_eq!(moment(-2_177_452_800, 0), UnixNanos(-2_177_452_800_000_000_000));
    }

    #[test]
    fn metadata_and_stat_give_the_same_fingerprint() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), b"abc").unwrap();
        let by_std = fingerprint(&std::fs::symlink_metadata(file.path()).unwrap());
        assert_eq!(by_std, from_stat(&rustix::fs::lstat(file.path()).unwrap()));
        assert_eq!(by_std.size, Bytes(3));
    }
}
