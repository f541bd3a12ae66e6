//! The masks of 64 bytes by the vectors of x86-64.
#![cfg(target_arch = "x86_64")]
#![expect(unsafe_code, reason = "vectors: looking at bytes one by one takes ten times as long")]

use std::arch::{
    asm,
    x86_64::{
        __m256i, _mm256_cmpeq_epi8, _mm256_min_epu8, _mm256_movemask_epi8, _mm256_or_si256,
        _mm256_set1_epi8, _mm256_sub_epi8,
    },
};

use super::{
    engine::{self, Scan},
    masks::{Look, Masks, WIDTH},
    merge,
    tables::Table,
};

/// The way of processors with AVX2; only used where [`count`] found one.
#[derive(Debug)]
pub(super) struct Avx2;

/// Counts with AVX2; `None` on a processor without.
#[inline]
pub(super) fn count<S: Scan>(scan: &mut S, text: &[u8]) -> Option<u64> {
    if !is_x86_feature_detected!("avx2")
        || !is_x86_feature_detected!("bmi1")
        || !is_x86_feature_detected!("bmi2")
        || !is_x86_feature_detected!("lzcnt")
        || !is_x86_feature_detected!("popcnt")
    {
        return None;
    }
    // SAFETY: the processor has each of the features, as just detected.
    Some(unsafe { count_avx2(scan, text) })
}

#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
fn count_avx2<S: Scan>(scan: &mut S, text: &[u8]) -> u64 {
    engine::count::<S, Avx2>(scan, text)
}

#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
fn merged_avx2(table: &Table, piece: &[u8]) -> u64 {
    merge::count(table, piece)
}

impl Look for Avx2 {
    fn merged(table: &Table, piece: &[u8]) -> u64 {
        // SAFETY: this runs inside `count_avx2` only, on a processor with AVX2.
        unsafe { merged_avx2(table, piece) }
    }

    #[inline(always)]
    #[expect(clippy::inline_always, reason = "vectors cannot cross a call")]
    fn look(bytes: &[u8; WIDTH]) -> Masks {
        // SAFETY: 64 bytes are two vectors of 32, any bits are one; and this runs inside
        // `count_avx2` only, on a processor with AVX2.
        unsafe {
            let [low, high] = std::mem::transmute::<[u8; WIDTH], [__m256i; 2]>(*bytes);
            let is = |byte: u8| both(low, high, |it| equal(it, byte));
            let within = |first: u8, last: u8| both(low, high, |it| range(it, first, last));
            Masks {
                upper: within(b'A', b'Z'),
                lower: within(b'a', b'z'),
                number: within(b'0', b'9'),
                space: both(low, high, |it| {
                    _mm256_or_si256(range(it, b'\t', b'\r'), equal(it, b' '))
                }),
                newline: is(b'\n') | is(b'\r'),
                plain: is(b' '),
                quote: is(b'\''),
                slash: is(b'/'),
                wide: both(low, high, |it| it),
                tail: within(0x80, 0xBF),
                lead: within(0xE5, 0xE8) | is(0xEB),
                caseless: 0,
                mark: 0,
                len: WIDTH,
            }
        }
    }
}

#[inline(always)]
#[expect(clippy::inline_always, reason = "vectors cannot cross a call")]
unsafe fn both(low: __m256i, high: __m256i, test: impl Fn(__m256i) -> __m256i) -> u64 {
    // SAFETY: only called on a processor with AVX2.
    let bits = |it| u64::from(unsafe { _mm256_movemask_epi8(test(it)) }.cast_unsigned());
    let mut upper = bits(high);
    // SAFETY: no instruction at all. Without it the compiler sees that the halves become one and
    // makes 64 lanes of them, which these vectors lack: it then moves bytes one by one.
    unsafe {
        asm!("/* {0} */", inout(reg) upper, options(pure, nomem, nostack, preserves_flags));
    }
    bits(low) | upper << 32
}

#[inline(always)]
#[expect(clippy::inline_always, reason = "vectors cannot cross a call")]
fn equal(it: __m256i, byte: u8) -> __m256i {
    // SAFETY: only called on a processor with AVX2.
    unsafe { _mm256_cmpeq_epi8(it, _mm256_set1_epi8(byte.cast_signed())) }
}

#[inline(always)]
#[expect(clippy::inline_always, reason = "vectors cannot cross a call")]
fn range(it: __m256i, first: u8, last: u8) -> __m256i {
    // SAFETY: only called on a processor with AVX2.
    unsafe {
        let from = _mm256_sub_epi8(it, _mm256_set1_epi8(first.cast_signed()));
        let most = _mm256_set1_epi8((last - first).cast_signed());
        _mm256_cmpeq_epi8(_mm256_min_epu8(from, most), from)
    }
}
