//! The masks of 64 bytes by the vectors of x86-64.
#![cfg(target_arch = "x86_64")]
#![expect(unsafe_code, reason = "vectors: looking at bytes one by one takes ten times as long")]

use std::arch::{
    asm,
    x86_64::{
        __m256i, _mm_cvtsi128_si32, _mm_min_epu32, _mm_shuffle_epi32, _mm256_blendv_epi8,
        _mm256_castsi256_si128, _mm256_cmpeq_epi8, _mm256_cmpeq_epi32, _mm256_extracti128_si256,
        _mm256_min_epu8, _mm256_min_epu32, _mm256_movemask_epi8, _mm256_or_si256, _mm256_set1_epi8,
        _mm256_set1_epi32, _mm256_setr_epi32, _mm256_sub_epi8,
    },
};

use super::{
    engine::{self, Scan},
    masks::{Look, Masks, WIDTH},
    merge::{self, Ids, Short, TOGETHER},
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
    merge::count::<Avx2>(table, piece)
}

#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
fn merge_avx2(table: &Table, piece: &[u8], ids: &mut Ids) -> u64 {
    merge::merge::<Avx2>(table, piece, ids)
}

#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
fn merged_short_avx2(table: &Table, pieces: Short) -> [u64; TOGETHER] {
    merge::count_short::<Avx2>(table, pieces)
}

impl Look for Avx2 {
    fn merged(table: &Table, piece: &[u8]) -> u64 {
        // SAFETY: this runs inside `count_avx2` only, on a processor with AVX2.
        unsafe { merged_avx2(table, piece) }
    }

    fn merge(table: &Table, piece: &[u8], ids: &mut Ids) -> u64 {
        // SAFETY: this runs inside `count_avx2` only, on a processor with AVX2.
        unsafe { merge_avx2(table, piece, ids) }
    }

    fn merged_short(table: &Table, pieces: Short) -> [u64; TOGETHER] {
        // SAFETY: this runs inside `count_avx2` only, on a processor with AVX2.
        unsafe { merged_short_avx2(table, pieces) }
    }

    #[inline(always)]
    #[expect(clippy::inline_always, reason = "vectors cannot cross a call")]
    fn least<const N: usize>(all: &[u32; N]) -> u32 {
        let (eights, rest) = all.as_chunks::<8>();
        debug_assert!(rest.is_empty(), "whole vectors");
        // SAFETY: 8 numbers are a vector, any bits are one; and this runs inside `count_avx2` only,
        // on a processor with AVX2.
        unsafe {
            let least = eights.iter().fold(_mm256_set1_epi32(-1), |least, eight| {
                _mm256_min_epu32(least, std::mem::transmute::<[u32; 8], __m256i>(*eight))
            });
            let four =
                _mm_min_epu32(_mm256_castsi256_si128(least), _mm256_extracti128_si256::<1>(least));
            let two = _mm_min_epu32(four, _mm_shuffle_epi32::<0b01_00_11_10>(four));
            let one = _mm_min_epu32(two, _mm_shuffle_epi32::<0b10_11_00_01>(two));
            _mm_cvtsi128_si32(one).cast_unsigned()
        }
    }

    #[inline(always)]
    #[expect(clippy::inline_always, reason = "vectors cannot cross a call")]
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_possible_wrap,
        reason = "a place is below 64"
    )]
    fn write<const N: usize>(all: &mut [u32; N], places: [(usize, u32); 3]) {
        let (eights, rest) = all.as_chunks_mut::<8>();
        debug_assert!(rest.is_empty(), "whole vectors");
        for (first, eight) in (0..).step_by(8).zip(eights) {
            // SAFETY: 8 numbers are a vector and back, any bits are one; and this runs inside
            // `count_avx2` only, on a processor with AVX2.
            unsafe {
                let lanes = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
                let mut vector = std::mem::transmute::<[u32; 8], __m256i>(*eight);
                for (at, value) in places {
                    let here = _mm256_set1_epi32(at as i32 - first);
                    let value = _mm256_set1_epi32(value.cast_signed());
                    vector = _mm256_blendv_epi8(vector, value, _mm256_cmpeq_epi32(lanes, here));
                }
                *eight = std::mem::transmute::<__m256i, [u32; 8]>(vector);
            }
        }
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
