//! The stored form of an entry: a fixed header with a checksum, what few entries have, the value.
//!
//! A form or a kind that this larder does not know is no error: the entry is passed over. Entries
//! without anything special are of the first form, so that a store of counts reads as it always did.

use std::sync::Arc;

use crate::model::{ContentHash, EntryKey, Kind, UnixNanos};

use super::key;

/// The form of an entry with nothing special.
const PLAIN: u8 = 1;

/// The form of an entry whose flags say what follows the header.
const FLAGGED: u8 = 2;

/// Bytes of the header: form 1, kind 1, flags 1, nothing 1, created 8, remake 4, checksum 16.
pub(super) const HEADER: usize = 32;

/// Where the checksum begins; it covers the key, all before it and all after it.
const CHECKSUM_AT: usize = 16;

/// Values over this are not kept: one of them would push out everything else.
pub(super) const VALUE_LIMIT: usize = 64 << 20;

/// Money follows: 8 bytes.
const USD: u8 = 1;
/// Contents that it depends on follow: their number, and 32 bytes each.
const DEPS: u8 = 2;
/// The value is compressed: the bytes it has without that follow, 4 bytes.
const ZSTD: u8 = 4;
/// The value lies in a file of its own: its bytes, and those of the file follow, 8 bytes each.
const BLOB: u8 = 8;

/// Contents that an entry depends on; `None` when only its key says it.
pub(super) type Deps = Option<Arc<[ContentHash]>>;

/// What is known of an entry beside its value.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Header {
    /// What it holds.
    pub(super) kind: Kind,
    /// When it was made.
    pub(super) created: UnixNanos,
    /// What making it again would take, in microseconds.
    pub(super) remake_us: u32,
    /// What making it again would cost, in pico-dollars.
    pub(super) usd: u64,
    /// Contents that it depends on.
    pub(super) deps: Deps,
}

/// How the value of a record is stored.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Form {
    /// As it is.
    Plain,
    /// Compressed; holds its own length.
    Zstd(u32),
    /// In a file of its own; holds the value's length, and the file's.
    Blob(u64, u64),
}

/// A record taken apart.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct View<'a> {
    /// What is known of the entry.
    pub(super) header: Header,
    /// How the value is stored.
    pub(super) form: Form,
    /// The value as stored; of one in a file, what lists show of it.
    pub(super) value: &'a [u8],
}

/// What stored bytes turned out to be.
#[derive(Debug, Eq, PartialEq)]
pub(super) enum Decoded<'a> {
    /// An entry.
    Entry(View<'a>),
    /// An entry of a form or kind that is not known here.
    Unknown,
    /// An entry whose bytes have changed since it was written.
    Damaged,
}

/// Returns the stored form of an entry with its value as it is.
pub(super) fn encode(key: &EntryKey, header: &Header, value: &[u8]) -> Vec<u8> {
    encode_as(key, header, Form::Plain, value)
}

/// Returns the stored form of an entry.
pub(super) fn encode_as(key: &EntryKey, header: &Header, form: Form, value: &[u8]) -> Vec<u8> {
    let flags = flags(header, form);
    let deps = header.deps.as_ref().map_or(0, |deps| 4 + deps.len() * 32);
    let mut record = Vec::with_capacity(HEADER + 24 + deps + value.len());
    let version = if flags == 0 { PLAIN } else { FLAGGED };
    record.extend_from_slice(&[version, key::number(header.kind), flags, 0]);
    record.extend_from_slice(&header.created.0.to_le_bytes());
    record.extend_from_slice(&header.remake_us.to_le_bytes());
    record.extend_from_slice(&[0; 16]);
    if header.usd > 0 {
        record.extend_from_slice(&header.usd.to_le_bytes());
    }
    if let Some(deps) = &header.deps {
        record.extend_from_slice(&u32::try_from(deps.len()).unwrap_or(u32::MAX).to_le_bytes());
        deps.iter().for_each(|hash| record.extend_from_slice(&hash.0));
    }
    match form {
        Form::Plain => {}
        Form::Zstd(raw) => record.extend_from_slice(&raw.to_le_bytes()),
        Form::Blob(raw, file) => {
            record.extend_from_slice(&raw.to_le_bytes());
            record.extend_from_slice(&file.to_le_bytes());
        }
    }
    record.extend_from_slice(value);
    let sum = checksum(key, &record);
    record[CHECKSUM_AT..HEADER].copy_from_slice(&sum);
    record
}

/// Reads the stored form and checks it.
pub(super) fn decode<'a>(key: &EntryKey, record: &'a [u8]) -> Decoded<'a> {
    let Some(head) = record.first_chunk::<HEADER>() else {
        return match record.first() {
            None | Some(&(PLAIN | FLAGGED)) => Decoded::Damaged,
            Some(_) => Decoded::Unknown,
        };
    };
    if !matches!(head[0], PLAIN | FLAGGED) {
        return Decoded::Unknown;
    }
    if head[CHECKSUM_AT..] != checksum(key, record) {
        // A kind of tomorrow is no damage.
        return if key::kind_of(head[1]).is_none() { Decoded::Unknown } else { Decoded::Damaged };
    }
    peek(record).map_or(Decoded::Unknown, Decoded::Entry)
}

/// Reads a record without checking the sum: enough for lists and statistics.
pub(super) fn peek(record: &[u8]) -> Option<View<'_>> {
    let head: &[u8; HEADER] = record.first_chunk()?;
    let flags = match head[0] {
        PLAIN => 0,
        FLAGGED => head[2],
        _ => return None,
    };
    if flags & !(USD | DEPS | ZSTD | BLOB) != 0 {
        return None;
    }
    let input = &mut &record[HEADER..];
    let usd = if flags & USD == 0 { 0 } else { u64::from_le_bytes(take(input)?) };
    let deps = if flags & DEPS == 0 { None } else { Some(take_deps(input)?) };
    let form = if flags & BLOB != 0 {
        Form::Blob(u64::from_le_bytes(take(input)?), u64::from_le_bytes(take(input)?))
    } else if flags & ZSTD != 0 {
        Form::Zstd(u32::from_le_bytes(take(input)?))
    } else {
        Form::Plain
    };
    let header = Header {
        kind: key::kind_of(head[1])?,
        created: UnixNanos(i64::from_le_bytes(*head[4..].first_chunk()?)),
        remake_us: u32::from_le_bytes(*head[12..].first_chunk()?),
        usd,
        deps,
    };
    Some(View { header, form, value: input })
}

/// What an entry takes on the disk.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct Size {
    /// Bytes of key, record, and the file of its value.
    pub(super) bytes: u64,
    /// Bytes of that file alone.
    pub(super) file: u64,
}

/// Returns what the entry of a record takes on the disk.
pub(super) fn size(record: &[u8]) -> Size {
    let file = match peek(record).map(|view| view.form) {
        Some(Form::Blob(_, file)) => file,
        Some(Form::Plain | Form::Zstd(_)) | None => 0,
    };
    Size { bytes: record.len() as u64 + 32 + file, file }
}

/// Returns the bytes that the entry of a record takes on the disk.
pub(super) fn stored_bytes(record: &[u8]) -> u64 {
    size(record).bytes
}

fn flags(header: &Header, form: Form) -> u8 {
    let form = match form {
        Form::Plain => 0,
        Form::Zstd(_) => ZSTD,
        Form::Blob(..) => BLOB,
    };
    let usd = if header.usd > 0 { USD } else { 0 };
    let deps = if header.deps.is_some() { DEPS } else { 0 };
    form | usd | deps
}

fn take<const N: usize>(input: &mut &[u8]) -> Option<[u8; N]> {
    let (first, rest) = input.split_first_chunk()?;
    *input = rest;
    Some(*first)
}

fn take_deps(input: &mut &[u8]) -> Option<Arc<[ContentHash]>> {
    let number = u32::from_le_bytes(take(input)?) as usize;
    let (hashes, rest) = input.split_at_checked(number.checked_mul(32)?)?;
    *input = rest;
    Some(hashes.as_chunks().0.iter().map(|hash| ContentHash(*hash)).collect())
}

fn checksum(key: &EntryKey, record: &[u8]) -> [u8; 16] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&key.0).update(&record[..CHECKSUM_AT]).update(&record[HEADER..]);
    let mut sum = [0; 16];
    sum.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
    sum
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn header() -> Header {
        let created = UnixNanos(1_760_000_000_250_000_000);
        Header { kind: Kind::Count, created, remake_us: 7, usd: 0, deps: None }
    }

    fn view<'a>(header: &Header, form: Form, value: &'a [u8]) -> Decoded<'a> {
        Decoded::Entry(View { header: header.clone(), form, value })
    }

    #[test]
    fn an_empty_value_is_a_value() {
        let key = EntryKey([3; 32]);
        let record = encode(&key, &header(), b"");
        assert_eq!(decode(&key, &record), view(&header(), Form::Plain, b""));
    }

    #[test]
    fn an_unknown_form_or_kind_is_passed_over() {
        let key = EntryKey([3; 32]);
        let mut record = encode(&key, &header(), b"value");
        record[0] = 3;
        assert_eq!(decode(&key, &record), Decoded::Unknown);
        record[0] = PLAIN;
        record[1] = 99;
        assert_eq!(decode(&key, &record), Decoded::Unknown);
    }

    #[test]
    fn an_entry_of_the_first_form_is_read_as_ever() {
        // Written by the first larder: form 1, kind 1, made at 1 ns, 2 µs, value "v".
        let key = EntryKey([7; 32]);
        let mut record = vec![1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0];
        let sum = [191, 250, 241, 246, 219, 178, 211, 63, 22, 29, 25, 169, 28, 189, 64, 208];
        record.extend_from_slice(&sum);
        record.push(b'v');
        let header = Header { created: UnixNanos(1), remake_us: 2, ..header() };
        assert_eq!(decode(&key, &record), view(&header, Form::Plain, b"v"));
    }

    prop_compose! {
        fn headers()(
            created: i64,
            remake_us: u32,
            usd: u64,
            deps in prop::option::of(prop::collection::vec(any::<[u8; 32]>(), 0..4)),
        ) -> Header {
            let deps = deps.map(|deps| deps.into_iter().map(ContentHash).collect());
            Header { kind: Kind::Map, created: UnixNanos(created), remake_us, usd, deps }
        }
    }

    fn forms() -> impl Strategy<Value = Form> {
        prop_oneof![
            Just(Form::Plain),
            any::<u32>().prop_map(Form::Zstd),
            any::<(u64, u64)>().prop_map(|(raw, file)| Form::Blob(raw, file)),
        ]
    }

    proptest! {
        #[test]
        fn what_was_written_is_read(
            key: [u8; 32], value: Vec<u8>, header in headers(), form in forms(),
        ) {
            let key = EntryKey(key);
            let record = encode_as(&key, &header, form, &value);
            prop_assert_eq!(decode(&key, &record), view(&header, form, &value));
        }

        #[test]
        fn a_changed_byte_never_gives_a_value(
            value: Vec<u8>, at: usize, flip in 1_u8.., header in headers(),
        ) {
            let key = EntryKey([9; 32]);
            let mut record = encode(&key, &header, &value);
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
