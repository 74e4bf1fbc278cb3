/* SPDX-License-Identifier: MIT */
/* A shortened line is what its header says, however it is cut into pieces, and reads like the line itself. */
#include "io/squeezer.h"

#include <ctype.h>

#include "feed.h"
#include "formats/meliae/record.h"

/* ---- the whole line at once, as the header describes it ------------------------------------------ */

static bool is_space(char c) { return c != '\0' && strchr(" \t\n\v\f\r", c); }

/* The bytes of the string at `p`, without its quotes, up to the closing one or the end. */
static size_t string_length(const char *p, const char *end)
{
  const char *start = p;
  while (p < end && *p != '"') p += *p == '\\' && end - p > 1 ? 2 : 1;
  return (size_t)(p - start);
}

static bool is_continuation(char c) { return ((unsigned char)c & 0xc0) == 0x80; }

/* How many bytes of a string belong to its first `wanted` characters. An escape of whatever kind is one; up to three
   continuations of UTF-8 belong to what is before them, any further one is a character. */
static size_t beginning(const char *p, size_t length, size_t wanted)
{
  size_t i = 0;
  bool is_lead = true; /* what was read last, which may have continuations */
  for (;; wanted--) {
    for (int k = 0; k < 3 && is_lead && i < length && is_continuation(p[i]); k++) i++;
    if (wanted == 0 || i == length) return i;
    is_lead = !is_continuation(p[i]);
    bool is_escape = p[i++] == '\\' && i < length;
    bool has_digits = is_escape && p[i] == 'u';
    i += is_escape;
    for (int k = 0; k < 4 && has_digits && i < length && isxdigit((unsigned char)p[i]); k++) i++;
  }
}

typedef struct naive {
  dump_text out;
  uint64_t left_out;
} naive;

static void copy(naive *n, char c, bool is_hidden)
{
  if (!is_hidden) text_add_bytes(&n->out, &c, 1);
}

static const char *copy_string(naive *n, const char *p, const char *end, size_t max_text, bool is_hidden)
{
  size_t length = string_length(p, end), kept = beginning(p, length, max_text + 1);
  if (!is_hidden) text_add_bytes(&n->out, p, kept);
  if (!is_hidden) n->left_out += length - kept;
  return p + length;
}

static const char *copy_token(naive *n, const char *p, const char *end, size_t max_text, bool is_hidden)
{
  const char *start = p;
  bool is_broken = false;
  for (; p < end && !strchr("\",:[]{} \t\v\f\r", *p ? *p : 'x'); p++) {
    size_t i = (size_t)(p - start);
    if (i <= max_text) copy(n, *p, is_hidden);
    if (i <= max_text || is_hidden) continue;
    n->left_out++;
    if (!is_broken && !isdigit((unsigned char)*p)) copy(n, '?', false), is_broken = true;
  }
  return p;
}

static naive shortened(const char *line, size_t length, size_t max_text)
{
  naive n = {0};
  const char *p = line, *end = line + length;
  unsigned depth = 0, edge = 0;
  bool has_begun = false;
  while (p < end) {
    bool is_hidden = depth >= 3;
    char c = *p, last = n.out.length ? n.out.data[n.out.length - 1] : 'x';
    if (is_space(c)) {
      if (!is_space(last)) copy(&n, c, is_hidden);
      p++;
    } else if (depth == 0 && (has_begun || c != '{')) {
      copy(&n, c, edge++ >= 64);
      p++;
    } else if (c == '"') {
      copy(&n, c, is_hidden);
      p = copy_string(&n, p + 1, end, max_text, is_hidden);
      if (p < end) copy(&n, *p++, is_hidden);
    } else if (strchr("{}[],:", c) && c) {
      if (!has_begun) edge = 0;
      has_begun = true;
      if (c == '}' || c == ']') depth--;
      copy(&n, c, depth >= 3);
      if (c == '{' || c == '[') depth++;
      p++;
    } else {
      p = copy_token(&n, p, end, max_text, is_hidden);
    }
  }
  return n;
}

/* ---- comparing ---------------------------------------------------------------------------------- */

/* Shortens in two pieces, or in pieces of `step` bytes if `cut` is 0. */
static dump_text squeezed(const char *line, size_t length, size_t max_text, size_t cut, size_t step, uint64_t *left_out)
{
  dump_text t = {0};
  dryad_squeezer squeezer;
  dryad_squeezer_init(&squeezer, max_text);
  for (size_t at = 0; at < length;) {
    size_t piece = cut && at < cut      ? cut
                   : cut                ? length - cut
                   : step < length - at ? step
                                        : length - at,
           before = t.length;
    text_add_bytes(&t, line + at, piece);
    t.length = before + dryad_squeezer_shorten(&squeezer, t.data + before, piece);
    at += piece;
  }
  *left_out = squeezer.left_out;
  return t;
}

static void assert_squeezed(const char *line, size_t length, size_t max_text, size_t cut, size_t step)
{
  naive expected = shortened(line, length, max_text);
  uint64_t left_out;
  dump_text t = squeezed(line, length, max_text, cut, step, &left_out);
  if (t.length != expected.out.length || (t.length > 0 && memcmp(t.data, expected.out.data, t.length) != 0))
    fail_msg("%.*s, at most %zu, cut at %zu:\n%.*s, not\n%.*s", (int)length, line, max_text, cut, (int)t.length, t.data,
             (int)expected.out.length, expected.out.data);
  assert_number(left_out, expected.left_out);
  text_free(&t);
  text_free(&expected.out);
}

static void assert_gives(const char *line, size_t max_text, const char *expected)
{
  uint64_t left_out;
  dump_text t = squeezed(line, strlen(line), max_text, 0, SIZE_MAX, &left_out);
  text_add_bytes(&t, "", 1);
  assert_string_equal(t.data, expected);
  text_free(&t);
}

/* ---- tests -------------------------------------------------------------------------------------- */

static void strings_keep_one_byte_more_than_wanted(void **state)
{
  (void)state;
  assert_gives("{\"a\": \"12345\", \"b\": \"1234\"}", 3, "{\"a\": \"1234\", \"b\": \"1234\"}");
  assert_gives("{\"a\": \"\\u00e9\\n\\\"\\\\xyz\"}", 3, "{\"a\": \"\\u00e9\\n\\\"\\\\\"}");
  assert_gives("{\"a\": \"\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\"}", 1, "{\"a\": \"\xe2\x82\xac\xe2\x82\xac\"}");
  assert_gives("{\"a\": \"\\u12\"}", 1, "{\"a\": \"\\u12\"}");
  assert_gives("{\"a\": \"never ends", 3, "{\"a\": \"neve");
}

static void numbers_lose_digits_and_nothing_else(void **state)
{
  (void)state;
  assert_gives("{\"a\": 123456, \"b\": -12345}", 3, "{\"a\": 1234, \"b\": -123}");
  assert_gives("{\"a\": 123456.5e7}", 3, "{\"a\": 1234?}");
  assert_gives("{\"a\": 1.5555, \"b\": 1.55e7}", 3, "{\"a\": 1.55, \"b\": 1.55?}");
}

static void what_nobody_keeps_goes(void **state)
{
  (void)state;
  assert_gives("  {  \"a\" :\t\t[1,  2]  }  ", 3, " { \"a\" :\t[1, 2] } ");
  assert_gives("[{\"a\": [{\"b\": \"}]\", \"c\": [1]}, 2], \"d\": {\"e\": [1, 2]}}", 9,
               "[{\"a\": [{}, 2], \"d\": {\"e\": []}}");
  dump_text many = {0};
  for (int i = 0; i < 1000; i++) text_add(&many, "[ ");
  uint64_t left_out;
  dump_text t = squeezed(many.data, many.length, 9, 0, 7, &left_out);
  assert_number(t.length, 128);
  text_free(&t);
  text_free(&many);
}

static dump_text random_line(uint64_t *seed)
{
  static const char *const pieces[] = {"{",
                                       "}",
                                       "[",
                                       "]",
                                       "\"",
                                       "\"",
                                       ",",
                                       ":",
                                       " ",
                                       "  ",
                                       "\t",
                                       "\\",
                                       "\\u",
                                       "\\u00e9",
                                       "\\\"",
                                       "\\\\",
                                       "1",
                                       "23",
                                       "456789",
                                       "-",
                                       ".",
                                       "e",
                                       "null",
                                       "a",
                                       "bcdefg",
                                       "\xc3\xa9",
                                       "\xe2\x82\xac",
                                       "\xf0\x9f\x98\x80",
                                       "\xed\xa0\xbd",
                                       "\x80",
                                       "\x80\x80\x80\x80\x80",
                                       "\x01",
                                       "\"address\": 5",
                                       "\"type\": \"t\"",
                                       "\"refs\": [1, 2, 3]",
                                       "\"value\": \""};
  dump_text line = {0};
  if (chance(seed, 75)) text_add(&line, "{");
  for (uint64_t i = random_below(seed, 40); i > 0; i--)
    text_add(&line, "%s", pieces[random_below(seed, sizeof pieces / sizeof *pieces)]);
  return line;
}

static void any_line_in_any_two_pieces(void **state)
{
  (void)state;
  uint64_t seed = 31;
  for (int round = 0; round < 3000; round++) {
    dump_text line = random_line(&seed);
    size_t max_text = 1 + random_below(&seed, 6);
    for (size_t cut = 0; cut < line.length; cut++) assert_squeezed(line.data, line.length, max_text, cut, SIZE_MAX);
    assert_squeezed(line.data, line.length, max_text, 0, 1);
    text_free(&line);
  }
}

/* A line that is an object, with texts of all kinds around the limit. */
static dump_text random_object(uint64_t *seed)
{
  static const char *const characters[] = {
      "a",       "b",    "\\n", "\\u0041", "\\u20ac", "\\ud83d\\ude00", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80",
      "\\ud83d", "\\\"", "\\\\"};
  static const char *const keys[] = {"type", "name", "value", "file", "qualname", "unknown"};
  dump_text line = {0};
  text_add(&line, "{\"address\": %u, \"type\": \"t\", \"size\": 1, \"refs\": [1, [2, {\"a\": [3]}], 4]", 16u);
  for (unsigned k = 0; k < sizeof keys / sizeof *keys; k++) {
    if (chance(seed, 25)) continue;
    text_add(&line, ", \"%s\":  \"", keys[k]);
    for (uint64_t i = random_below(seed, 60); i > 0; i--)
      text_add(&line, "%s", characters[random_below(seed, sizeof characters / sizeof *characters)]);
    text_add(&line, "\"");
  }
  if (chance(seed, 50))
    text_add(&line, ", \"value\": %s", chance(seed, 50) ? "-1234567890123456789012345678901234567890" : "1.25e3");
  text_add(&line, "}");
  return line;
}

static void assert_same_text(dryad_text a, dryad_text b)
{
  assert_int_equal(!a.data, !b.data);
  assert_number(a.length, b.length);
  if (a.length) assert_memory_equal(a.data, b.data, a.length);
}

static void a_shortened_object_reads_like_the_object(void **state)
{
  (void)state;
  uint64_t seed = 32, cut = 0;
  for (int round = 0; round < 20000; round++) {
    dump_text line = random_object(&seed);
    size_t max_text = 20 + random_below(&seed, 20);
    uint64_t left_out;
    dump_text t = squeezed(line.data, line.length, max_text, 0, SIZE_MAX, &left_out);
    dryad_record_scratch scratch, other;
    dryad_record record, again;
    dryad_line what, what_again;
    dryad_record_scratch_init(&scratch, max_text, NULL);
    dryad_record_scratch_init(&other, max_text, NULL);
    assert_int_equal(dryad_record_read(&record, &what, line.data, line.length, &scratch, NULL), DRYAD_OK);
    assert_int_equal(dryad_record_read(&again, &what_again, t.data, t.length, &other, NULL), DRYAD_OK);
    assert_int_equal(what, DRYAD_LINE_RECORD);
    assert_int_equal(what_again, DRYAD_LINE_RECORD);
    assert_same_text(record.type, again.type);
    assert_same_text(record.name, again.name);
    assert_same_text(record.value.text, again.value.text);
    assert_same_text(record.value.bytes, again.value.bytes);
    for (unsigned kind = 0; kind < DRYAD_DETAIL_KINDS; kind++)
      assert_same_text(record.details.texts[kind], again.details.texts[kind]);
    assert_number(record.cut_texts, again.cut_texts);
    assert_number(record.ref_count, again.ref_count);
    assert_int_equal(record.value_kind, again.value_kind);
    assert_true(record.value.text.length <= max_text);
    for (unsigned i = 0; record.problems[i] || again.problems[i]; i++)
      assert_string_equal(record.problems[i], again.problems[i]);
    cut += record.cut_texts;
    dryad_record_scratch_deinit(&scratch);
    dryad_record_scratch_deinit(&other);
    text_free(&line);
    text_free(&t);
  }
  assert_true(cut > 20000);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(strings_keep_one_byte_more_than_wanted), cmocka_unit_test(numbers_lose_digits_and_nothing_else),
      cmocka_unit_test(what_nobody_keeps_goes), cmocka_unit_test(any_line_in_any_two_pieces),
      cmocka_unit_test(a_shortened_object_reads_like_the_object)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
