/* SPDX-License-Identifier: MIT */
/*
 * Scans many bytes of a dump at once for numbers and the end of plain text.
 *
 * With SSE2, which every x86-64 has, sixteen bytes at a time; elsewhere eight in an ordinary word. Every function may
 * load DRYAD_SCAN_AHEAD bytes from the given pointer on, whatever their content.
 * Source: D. Lemire, "Quickly parsing eight digits", 2018; W. Mula, "SIMD-ized parsing of decimal
 * numbers", 2014; the tests in words after H. S. Warren, "Hacker's Delight".
 */
#ifndef DRYAD_FORMATS_JSON_SCAN_H
#define DRYAD_FORMATS_JSON_SCAN_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

enum { DRYAD_SCAN_AHEAD = 32 };

#define DRYAD_EACH_BYTE UINT64_C(0x0101010101010101)
#define DRYAD_HIGH_BITS UINT64_C(0x8080808080808080)

/* Eight bytes, the first one lowest. */
static inline uint64_t dryad_load_word(const char *p)
{
  uint64_t word;
  memcpy(&word, p, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  word = __builtin_bswap64(word);
#endif
  return word;
}

/* The value of up to eight digits at p; *digits is how many there are. */
static inline uint64_t dryad_eight_digits(const char *p, unsigned *digits)
{
  uint64_t word = dryad_load_word(p) ^ (DRYAD_EACH_BYTE * '0');
  uint64_t others = ((word + DRYAD_EACH_BYTE * 0x76) | word) & DRYAD_HIGH_BITS;
  *digits = others ? (unsigned)__builtin_ctzll(others) / 8 : 8;
  if (*digits == 0) return 0;
  word <<= 64 - 8 * *digits;
  word = word * 10 + (word >> 8);
  uint64_t low = (word & UINT64_C(0x000000ff000000ff)) * UINT64_C(0x000f424000000064);
  uint64_t high = ((word >> 16) & UINT64_C(0x000000ff000000ff)) * UINT64_C(0x0000271000000001);
  return (low + high) >> 32;
}

static const uint64_t dryad_powers_of_ten[] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000};

/* Reads an unsigned number of at most 18 digits without a leading zero; false: something else is there. */
static inline bool dryad_scan_long_number(const char **p, uint64_t *value)
{
  const char *start = *p;
  unsigned digits = 0, more = 8;
  uint64_t v = 0;
  while (more == 8 && digits < 24) {
    uint64_t next = dryad_eight_digits(start + digits, &more);
    v = v * dryad_powers_of_ten[more] + next;
    digits += more;
  }
  if (digits == 0 || digits > 18 || (*start == '0' && digits > 1)) return false;
  *p = start + digits;
  *value = v;
  return true;
}

#if defined(__SSE2__)

/* The number that these up to sixteen digits, lowest byte first, represent: neighbours are joined to numbers of two,
   four and eight digits. */
static inline uint64_t dryad_join_digits(__m128i digits)
{
  __m128i tens = _mm_mullo_epi16(_mm_and_si128(digits, _mm_set1_epi16(0xff)), _mm_set1_epi16(10));
  __m128i twos = _mm_add_epi16(tens, _mm_srli_epi16(digits, 8));
  __m128i fours = _mm_madd_epi16(twos, _mm_set1_epi32(1 << 16 | 100));
  __m128i eights = _mm_madd_epi16(_mm_packs_epi32(fours, fours), _mm_set1_epi32(1 << 16 | 10000));
  uint64_t both = (uint64_t)_mm_cvtsi128_si64(eights);
  return (both & UINT32_MAX) * 100000000 + (both >> 32);
}

/* User-space addresses usually have fourteen or fifteen digits. A branch on that, instead of arithmetic with the
   length, lets the processor predict where the next number starts. */
static inline bool dryad_scan_number(const char **p, uint64_t *value)
{
  const char *start = *p;
  __m128i digits = _mm_sub_epi8(_mm_loadu_si128((const __m128i *)start), _mm_set1_epi8('0'));
  __m128i is_digit = _mm_cmpeq_epi8(_mm_min_epu8(digits, _mm_set1_epi8(9)), digits);
  unsigned found = (unsigned)_mm_movemask_epi8(is_digit);
  if (*start == '0') return dryad_scan_long_number(p, value);
  if (found == 0x7fff) {
    *value = dryad_join_digits(_mm_slli_si128(digits, 1));
    *p = start + 15;
    return true;
  }
  if ((found & 0x7fff) == 0x3fff) {
    *value = dryad_join_digits(_mm_slli_si128(digits, 2));
    *p = start + 14;
    return true;
  }
  return dryad_scan_long_number(p, value);
}

/* Finds the first byte from p on that is a quote, a backslash, a control character or not ASCII. */
static inline const char *dryad_scan_plain(const char *p)
{
  for (;; p += 16) {
    __m128i bytes = _mm_loadu_si128((const __m128i *)p);
    __m128i special =
        _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')), _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\')));
    special = _mm_or_si128(special, _mm_cmplt_epi8(bytes, _mm_set1_epi8(0x20)));
    unsigned found = (unsigned)_mm_movemask_epi8(special);
    if (found) return p + __builtin_ctz(found);
  }
}

#else

static inline bool dryad_scan_number(const char **p, uint64_t *value) { return dryad_scan_long_number(p, value); }

static inline const char *dryad_scan_plain(const char *p)
{
  for (;; p += 8) {
    uint64_t word = dryad_load_word(p);
    uint64_t quote = word ^ (DRYAD_EACH_BYTE * '"'), backslash = word ^ (DRYAD_EACH_BYTE * '\\');
    uint64_t found = ((quote - DRYAD_EACH_BYTE) & ~quote) | ((backslash - DRYAD_EACH_BYTE) & ~backslash) |
                     ((word - DRYAD_EACH_BYTE * 0x20) & ~word) | word;
    found &= DRYAD_HIGH_BITS;
    if (found) return p + __builtin_ctzll(found) / 8;
  }
}

#endif
#endif
