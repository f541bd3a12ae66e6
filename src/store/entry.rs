//! The stored form of an entry: a fixed header with a checksum, then the value.
//!
//! A form or a kind that this larder does not know is no error: the entry is passed over.

use crate::model::{EntryKey, Kind, UnixNanos};

use super::key;

/// The form that this larder writes.
const VERSION: u8 = 1;

/// Bytes of the header: version 1, kind 1, flags 2, created 8, remake 4, checksum 16.
pub(super) const HEADER: usize = 32;

/// Where the checksum begins; it covers the key, all before it and the value.
const CHECKSUM_AT: usize = 16;

/// Values over this are not kept: one of them would push out everything else.
pub(super) const VALUE_LIMIT: usize = 64 << 20;

/// What is known of an entry beside its value.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Header {
    /// What it holds.
    pub(super) kind: Kind,
    /// When it was made.
    pub(super) created: UnixNanos,
    /// What making it again would take, in microseconds.
    pub(super) remake_us: u32,
}

/// What stored bytes turned out to be.
#[derive(Debug, Eq, PartialEq)]
pub(super) enum Decoded<'a> {
    /// An entry and its value.
    Entry(Header, &'a [u8]),
    /// An entry of a form or kind that is not known here.
    Unknown,
    /// An entry whose bytes have changed since it was written.
    Damaged,
}

/// Returns the stored form of an entry.
pub(super) fn encode(key: &EntryKey, header: &Header, value: &[u8]) -> Vec<u8> {
    let mut record = Vec::with_capacity(HEADER + value.len());
    record.extend_from_slice(&[VERSION, key::number(header.kind), 0, 0]);
    record.extend_from_slice(&header.created.0.to_le_bytes());
    record.extend_from_slice(&header.remake_us.to_le_bytes());
    let sum = checksum(key, &record, value);
    record.extend_from_slice(&sum);
    record.extend_from_slice(value);
    record
}

/// Reads the stored form and checks it.
pub(super) fn decode<'a>(key: &EntryKey, record: &'a [u8]) -> Decoded<'a> {
    let Some(header) = peek(record) else {
        return match record.first() {
            Some(&VERSION) if record.len() < HEADER => Decoded::Damaged,
            None => Decoded::Damaged,
            Some(_) => Decoded::Unknown,
        };
    };
    let (head, value) = record.split_at(HEADER);
    if head[CHECKSUM_AT..] == checksum(key, &head[..CHECKSUM_AT], value) {
        Decoded::Entry(header, value)
    } else {
        Decoded::Damaged
    }
}

/// Reads only the header, without checking the sum: enough for lists and statistics.
pub(super) fn peek(record: &[u8]) -> Option<Header> {
    let head: &[u8; HEADER] = record.first_chunk()?;
    if head[0] != VERSION {
        return None;
    }
    let created = i64::from_le_bytes(*head[4..].first_chunk()?);
    let remake_us = u32::from_le_bytes(*head[12..].first_chunk()?);
    Some(Header { kind: key::kind_of(head[1])?, created: UnixNanos(created), remake_us })
}

fn checksum(key: &EntryKey, head: &[u8], value: &[u8]) -> [u8; 16] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&key.0).update(head).update(value);
    let mut sum = [0; 16];
    sum.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
    sum
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn header() -> Header {
        Header { kind: Kind::Count, created: UnixNanos(1_760_000_000_250_000_000), remake_us: 7 }
    }

    #[test]
    fn an_empty_value_is_a_value() {
        let key = EntryKey([3; 32]);
        let record = encode(&key, &header(), b"");
        assert_eq!(decode(&key, &record), Decoded::Entry(header(), b""));
    }

    #[test]
    fn an_unknown_form_or_kind_is_passed_over() {
        let key = EntryKey([3; 32]);
        let mut record = encode(&key, &header(), b"value");
        record[0] = 2;
        assert_eq!(decode(&key, &record), Decoded::Unknown);
        record[0] = VERSION;
        record[1] = 99;
        assert_eq!(decode(&key, &record), Decoded::Unknown);
    }

    proptest! {
        #[test]
        fn what_was_written_is_read(key: [u8; 32], value: Vec<u8>, created: i64, remake_us: u32) {
            let key = EntryKey(key);
            let header = Header { kind: Kind::Count, created: UnixNanos(created), remake_us };
            let record = encode(&key, &header, &value);
            prop_assert_eq!(decode(&key, &record), Decoded::Entry(header, value.as_slice()));
        }

        #[test]
        fn a_changed_byte_never_gives_a_value(value: Vec<u8>, at: usize, flip in 1_u8..) {
            let key = EntryKey([9; 32]);
            let mut record = encode(&key, &header(), &value);
            let at = at % record.len();
            record[at] ^= flip;
            prop_assert!(!matches!(decode(&key, &record), Decoded::Entry(..)));
        }

        #[test]
        fn no_bytes_make_it_panic(record: Vec<u8>) {
            let _ = decode(&EntryKey([0; 32]), &record);
        }
    }
}
