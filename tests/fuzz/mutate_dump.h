/* SPDX-License-Identifier: MIT */
/* A mutator that knows what a dump is: lines come, go and change places, keys and types become others, numbers lie at
 * edges, references lead to addresses of the dump, and all of it may be compressed, more than once. */
#ifndef DRYAD_TESTS_FUZZ_MUTATE_DUMP_H
#define DRYAD_TESTS_FUZZ_MUTATE_DUMP_H

#include <stdio.h>
#include <zlib.h>
#include <zstd.h>

#include "target.h"

#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed);

/* Source: Knuth's MMIX, whose low bits are weak. */
static inline size_t random_below(uint64_t *seed, size_t n)
{
  *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
  return (size_t)(*seed >> 33) % n;
}

typedef struct dump_span {
  size_t from, to;
} dump_span;

/* Replaces a span; 0: there is no room. */
static inline size_t replace(uint8_t *data, size_t size, size_t max_size, dump_span span, const void *text,
                             size_t length)
{
  size_t rest = size - span.to, changed = span.from + length + rest;
  if (changed > max_size) return 0;
  memmove(data + span.from + length, data + span.to, rest);
  memcpy(data + span.from, text, length);
  return changed;
}

/* A random line with its newline. */
static inline dump_span some_line(const uint8_t *data, size_t size, uint64_t *seed)
{
  size_t from = size ? random_below(seed, size) : 0, to = from;
  while (from > 0 && data[from - 1] != '\n') from--;
  while (to < size && data[to] != '\n') to++;
  return (dump_span){from, to + (to < size)};
}

/* The first run, from a random place on, of characters of `set`. */
static inline dump_span some_run(const uint8_t *data, size_t size, const char *set, uint64_t *seed)
{
  size_t from = size ? random_below(seed, size) : 0;
  while (from < size && !(data[from] && strchr(set, data[from]))) from++;
  size_t to = from;
  while (to < size && data[to] && strchr(set, data[to])) to++;
  return (dump_span){from, to};
}

static inline size_t change_line(uint8_t *data, size_t size, size_t max_size, uint64_t *seed)
{
  uint8_t copy[1024];
  dump_span line = some_line(data, size, seed), other = some_line(data, size, seed);
  if (line.to - line.from > sizeof copy) return 0;
  memcpy(copy, data + line.from, line.to - line.from);
  if (random_below(seed, 3) == 0) return replace(data, size, max_size, line, "", 0);
  return replace(data, size, max_size, (dump_span){other.from, random_below(seed, 2) ? other.from : other.to}, copy,
                 line.to - line.from);
}

static const char digits_of_numbers[] = "0123456789";

static inline size_t change_number(uint8_t *data, size_t size, size_t max_size, uint64_t *seed)
{
  static const char *const edges[] = {"0",
                                      "1",
                                      "-1",
                                      "2147483648",
                                      "4294967295",
                                      "4294967296",
                                      "9007199254740993",
                                      "9223372036854775807",
                                      "9223372036854775808",
                                      "18446744073709551615",
                                      "18446744073709551616",
                                      "1e999",
                                      "-0.0",
                                      "0.1",
                                      "NaN",
                                      "null",
                                      "[]",
                                      "\"1\""};
  const char *edge = edges[random_below(seed, sizeof edges / sizeof *edges)];
  dump_span number = some_run(data, size, digits_of_numbers, seed);
  return replace(data, size, max_size, number, edge, strlen(edge));
}

/* Makes a number one that occurs elsewhere: a reference then leads to an object, and two objects share an address. */
static inline size_t repeat_number(uint8_t *data, size_t size, size_t max_size, uint64_t *seed)
{
  uint8_t copy[40];
  dump_span number = some_run(data, size, digits_of_numbers, seed),
            other = some_run(data, size, digits_of_numbers, seed);
  size_t length = number.to - number.from;
  if (length > sizeof copy) return 0;
  memcpy(copy, data + number.from, length);
  return replace(data, size, max_size, other, copy, length);
}

static inline size_t change_word(uint8_t *data, size_t size, size_t max_size, uint64_t *seed)
{
  static const char *const words[] = {
      "address",   "type",     "size",    "len",    "name",        "value",     "refs",      "names",
      "qualname",  "refcount", "root",    "file",   "interpreter", "line",      "allocated", "mapped",
      "module",    "dict",     "str",     "bytes",  "unicode",     "int",       "long",      "float",
      "bool",      "frame",    "list",    "tuple",  "function",    "method",    "type",      "<thread>",
      "<process>", "<end>",    "modules", "thread", "native",      "generator", "__dict__",  "__self__"};
  const char *word = words[random_below(seed, sizeof words / sizeof *words)];
  dump_span old = some_run(data, size, "abcdefghijklmnopqrstuvwxyz_<>", seed);
  return replace(data, size, max_size, old, word, strlen(word));
}

static inline size_t add_reference(uint8_t *data, size_t size, size_t max_size, uint64_t *seed)
{
  char text[48];
  dump_span bracket = some_run(data, size, "[", seed), number = some_run(data, size, digits_of_numbers, seed);
  if (bracket.from == size || number.to - number.from > 20) return 0;
  int length = snprintf(text, sizeof text, "%.*s, ", (int)(number.to - number.from), (const char *)data + number.from);
  return replace(data, size, max_size, (dump_span){bracket.from + 1, bracket.from + 1}, text, (size_t)length);
}

enum { UNPACKED_MAX = 16384 };

static inline bool is_gzip(const uint8_t *data, size_t size) { return size > 2 && data[0] == 0x1f && data[1] == 0x8b; }
static inline bool is_zstd(const uint8_t *data, size_t size)
{
  return size > 4 && !memcmp(data, "\x28\xb5\x2f\xfd", 4);
}

/* Puts all of `text` as one frame in place of the data; 0: there is no room. */
static inline size_t pack(uint8_t *data, size_t max_size, const uint8_t *text, size_t length, bool as_zstd)
{
  if (as_zstd) {
    size_t packed = ZSTD_compress(data, max_size, text, length, 1);
    return ZSTD_isError(packed) ? 0 : packed;
  }
  z_stream stream = {
      .next_in = (uint8_t *)(uintptr_t)text, .avail_in = (uInt)length, .next_out = data, .avail_out = (uInt)max_size};
  CHECK(deflateInit2(&stream, 1, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  bool is_whole = deflate(&stream, Z_FINISH) == Z_STREAM_END;
  deflateEnd(&stream);
  return is_whole ? stream.total_out : 0;
}

/* What the first frame holds; 0: not so much, or nothing. */
static inline size_t unpack(uint8_t text[UNPACKED_MAX], const uint8_t *data, size_t size)
{
  if (is_zstd(data, size)) {
    size_t length = ZSTD_decompress(text, UNPACKED_MAX, data, size);
    return ZSTD_isError(length) ? 0 : length;
  }
  z_stream stream = {
      .next_in = (uint8_t *)(uintptr_t)data, .avail_in = (uInt)size, .next_out = text, .avail_out = UNPACKED_MAX};
  CHECK(inflateInit2(&stream, 31) == Z_OK);
  bool is_whole = inflate(&stream, Z_FINISH) == Z_STREAM_END;
  inflateEnd(&stream);
  return is_whole ? stream.total_out : 0;
}

static inline size_t compress_all(uint8_t *data, size_t size, size_t max_size, uint64_t *seed)
{
  uint8_t text[UNPACKED_MAX];
  if (size > sizeof text || random_below(seed, 8)) return 0;
  memcpy(text, data, size);
  return pack(data, max_size, text, size, random_below(seed, 2));
}

/* The new size; 0: there is no room, or nothing to change. What is compressed is changed inside, at any depth. */
static inline size_t mutate_dump(uint8_t *data, size_t size, size_t max_size, uint64_t *seed)
{
  static size_t (*const changes[])(uint8_t *, size_t, size_t, uint64_t *) = {change_line, change_number, repeat_number,
                                                                             change_word, add_reference, compress_all};
  uint8_t text[UNPACKED_MAX];
  size_t length = is_gzip(data, size) || is_zstd(data, size) ? unpack(text, data, size) : 0;
  if (length && random_below(seed, 4)) {
    length = mutate_dump(text, length, sizeof text, seed);
    return length ? pack(data, max_size, text, length, is_zstd(data, size)) : 0;
  }
  return changes[random_below(seed, sizeof changes / sizeof *changes)](data, size, max_size, seed);
}

/* A mutator of inputs that begin with `before` bytes of another kind. */
static inline size_t mutate_after(size_t before, uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
  uint64_t random = seed;
  size_t changed = 0;
  if (size > before && random_below(&random, 2))
    changed = mutate_dump(data + before, size - before, max_size - before, &random);
  return changed ? before + changed : LLVMFuzzerMutate(data, size, max_size);
}

#endif
#endif
