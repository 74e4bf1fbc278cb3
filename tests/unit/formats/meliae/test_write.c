/* SPDX-License-Identifier: MIT */
/* Writing objects: the exact canonical layout, and hostile text that loads back equal. */
#include "testing.h"

#include "formats/meliae/write.h"
#include "same_graph.h"

typedef struct chunk {
  const char *data;
  size_t length;
} chunk;

static ptrdiff_t give(void *context, void *buffer, size_t capacity)
{
  chunk *c = context;
  size_t count = c->length < capacity ? c->length : capacity;
  memcpy(buffer, c->data, count);
  c->data += count;
  c->length -= count;
  return (ptrdiff_t)count;
}

static dryad_heap *load(const char *dump, size_t length, int python)
{
  dryad_heap *heap;
  dryad_error error;
  chunk c = {dump, length};
  dryad_load_options options = {.size = sizeof options, .raw = true, .python = python, .threads = 1};
  if (dryad_heap_load_source(&heap, (dryad_source){give, &c}, "dump", &options, &error)) fail_msg("%s", error.text);
  return heap;
}

/* Loads one line, writes its object, compares. */
static void assert_written_as(const char *line, size_t length, int python, const char *expected)
{
  dryad_heap *heap = load(line, length, python);
  dryad_buffer buffer = {0};
  assert_int_equal(dryad_graph_count(dryad_heap_graph(heap)), 1);
  assert_int_equal(
      dryad_meliae_write_object(&buffer, dryad_heap_graph(heap), 0, &(dryad_meliae_style){.python = python}, NULL),
      DRYAD_OK);
  assert_int_equal(buffer.length, strlen(expected));
  assert_memory_equal(buffer.data, expected, buffer.length);
  dryad_buffer_deinit(&buffer);
  dryad_heap_free(heap);
}
#define assert_written(line, python, expected) assert_written_as(line, sizeof line - 1, python, expected)

static void assert_unchanged(const char *line) { assert_written_as(line, strlen(line), 3, line); }

/* The value as written in an object of this type. */
static void assert_value(const char *type, int python, const char *json, const char *expected)
{
  char line[500], written[500];
  static const char layout[] = "{\"address\": 1, \"type\": \"%s\", \"size\": 2, \"value\": %s, \"refs\": []}";
  snprintf(line, sizeof line, layout, type, json);
  snprintf(written, sizeof written, layout, type, expected);
  assert_written_as(line, strlen(line), python, written);
}

static void canonical_lines_stay_as_they_are(void **state)
{
  (void)state;
  assert_unchanged(
      "{\"address\": 140203054152592, \"type\": \"dict\", \"size\": 280, \"len\": 5, \"refs\": [140203069515504, "
      "140203076242176]}");
  assert_unchanged(
      "{\"address\": 1, \"type\": \"t\", \"size\": 2, \"name\": \"n\", \"len\": -3, \"value\": \"v\", \"refs\": [1, "
      "1, 0]}");
  assert_unchanged("{\"address\": 0, \"type\": \"\", \"size\": 0, \"name\": \"\", \"value\": \"\", \"refs\": []}");
  assert_unchanged("{\"address\": 18446744073709551615, \"type\": \"t\", \"size\": 9223372036854775807, \"len\": "
                   "-9223372036854775808, \"refs\": [18446744073709551615, 9223372036854775808]}");
}

static void what_the_scanner_adds_stays_as_it_is(void **state)
{
  (void)state;
  assert_unchanged("{\"address\": 3, \"type\": \"frame\", \"size\": 2, \"name\": \"n\", \"len\": 1, \"value\": \"f\", "
                   "\"qualname\": \"m.C\", \"refcount\": 3, \"interpreter\": 1, \"mapped\": 4096, \"file\": \"a.py\", "
                   "\"line\": 0, \"allocated\": [\"a.py:1\", \"b \\u00e9.py:22\"], \"refs\": [4, 5, 6], \"names\": "
                   "[\"x\", null, \"\\u00e9\"]}");
  assert_unchanged("{\"address\": 3, \"type\": \"list\", \"size\": 2, \"refs\": [4, 5], \"names\": [null, \"\"]}");
  assert_written("{\"address\": 3, \"type\": \"list\", \"size\": 2, \"refs\": [4, 5], \"names\": [null, null]}", 3,
                 "{\"address\": 3, \"type\": \"list\", \"size\": 2, \"refs\": [4, 5]}");
}

static void any_layout_is_written_canonically(void **state)
{
  (void)state;
  assert_written(
      "[{\"refs\":[3,\"x\"],\"unknown\":[{}],\"value\":\"v\",\"len\":2,\"name\":\"n\",\"size\":-1,\"type\":\"t\","
      "\"address\":9},\r\n",
      3,
      "{\"address\": 9, \"type\": \"t\", \"size\": 0, \"name\": \"n\", \"len\": 2, \"value\": \"v\", \"refs\": [3]}");
}

static void values_of_every_kind(void **state)
{
  (void)state;
  static const char *const same[] = {"null",
                                     "true",
                                     "false",
                                     "0",
                                     "-1",
                                     "9223372036854775807",
                                     "-9223372036854775808",
                                     "9223372036854775808",
                                     "-123456789012345678901234567890",
                                     "0.0",
                                     "-0.0",
                                     "1.5",
                                     "0.1",
                                     "1e+16",
                                     "1e-07",
                                     "9223372036.0",
                                     "1.7976931348623157e+308",
                                     "1e999",
                                     "-1e999",
                                     "0.30000000000000004",
                                     "123456789012345.0"};
  for (size_t i = 0; i < sizeof same / sizeof *same; i++) assert_value("x", 3, same[i], same[i]);
  assert_value("x", 3, "NaN", "\"nan\"");
  assert_value("float", 3, "\"nan\"", "\"nan\"");
  assert_value("x", 3, "-0", "0");
  assert_value("x", 3, "1E5", "100000.0");
  assert_value("x", 3, "1e400", "1e999");
  assert_value("x", 3, "-Infinity", "-1e999");
  assert_value("x", 3, "5e-324", "5e-324");
}

static void text_is_ascii_with_the_escapes_of_meliae(void **state)
{
  (void)state;
  assert_value("str", 3, "\"\\\"\\\\\\/\"", "\"\\\"\\\\\\/\"");
  assert_value("str", 3, "\"a/b\"", "\"a\\/b\"");
  assert_value("str", 3, "\"\\n\\t\\b\\f\\r\\u0000\\u001f\\u007f\"",
               "\"\\u000a\\u0009\\u0008\\u000c\\u000d\\u0000\\u001f\\u007f\"");
  assert_value("str", 3, "\"caf\xc3\xa9 \\u2603\"", "\"caf\\u00e9 \\u2603\"");
  assert_value("str", 3, "\"\xf0\x9f\x98\x80\\uDBFF\\udfff\"", "\"\\ud83d\\ude00\\udbff\\udfff\"");
  assert_value("str", 3, "\"\\ud800\"", "\"\\ud800\"");
  assert_value("str", 3, "\"\\ude00\\ud83d\"", "\"\\ude00\\ud83d\"");
  assert_value("str", 3, "\"\\uffff\\ufffd\"", "\"\\uffff\\ufffd\"");
  assert_written(
      "{\"address\": 1, \"type\": \"\\u00e9\\\"\", \"size\": 2, \"name\": \"\\ud83d\\ude00\", \"refs\": []}", 3,
      "{\"address\": 1, \"type\": \"\\u00e9\\\"\", \"size\": 2, \"name\": \"\\ud83d\\ude00\", \"refs\": []}");
}

static void bytes_are_one_escape_each(void **state)
{
  (void)state;
  assert_value("bytes", 3, "\"\\u00a7\\r\\n\\u0000\\u00ff\"", "\"\\u00a7\\u000d\\u000a\\u0000\\u00ff\"");
  assert_value("str", 2, "\"\\u00e9\\u0080\"", "\"\\u00e9\\u0080\"");
  assert_value("str", 3, "\"\\u00e9\\u0080\"", "\"\\u00e9\\u0080\"");
  assert_value("unicode", 2, "\"\\u00e9\\u2603\"", "\"\\u00e9\\u2603\"");
  /* Bytes that were written raw. */
  assert_value("str", 2, "\"\xc3\xa9\xff\"", "\"\\u00c3\\u00a9\\u00ff\"");
  assert_value("bytes", 3, "\"\xc3\xa9\"", "\"\\u00c3\\u00a9\"");
}

static void mends_are_written_as_mended(void **state)
{
  (void)state;
  assert_value("str", 3, "\"\\x\xff\"", "\"\\ufffd\\ufffd\"");
  assert_value("x", 3, "\"a\tb\"", "\"a\\ufffdb\"");
}

/* Writes every object of a heap as a dump. */
static void write_all(dryad_buffer *buffer, const dryad_graph *graph, int python)
{
  for (dryad_id id = 0; id < dryad_graph_count(graph); id++) {
    assert_int_equal(dryad_meliae_write_object(buffer, graph, id, &(dryad_meliae_style){.python = python}, NULL),
                     DRYAD_OK);
    assert_true(dryad_buffer_append(buffer, "\n", 1));
  }
}

static uint64_t next_random(uint64_t *state)
{
  *state ^= *state << 13, *state ^= *state >> 7, *state ^= *state << 17;
  return *state;
}

/* A string of hostile pieces: escapes valid and not, raw bytes, halves of pairs. */
static size_t put_hostile(char *to, uint64_t *random)
{
  static const char *const pieces[] = {"a",        "\\\\",         "\\\"",         "/",
                                       "\\/",      "\\n",          "\\u0000",      "\\u00ff",
                                       "\\u0080",  "\\u2603",      "\\ud83d",      "\\ude00",
                                       "\\ud800",  "\\x",          "\\u12",        "\xc3\xa9",
                                       "\xff",     "\xed\xa0\xbd", "\xed\xb8\x80", "\xf0\x9f\x98\x80",
                                       "\xe2\x98", "\t",           "\x7f",         " "};
  size_t length = 0;
  for (uint64_t n = next_random(random) % 12; n; n--) {
    const char *piece = pieces[next_random(random) % (sizeof pieces / sizeof *pieces)];
    memcpy(to + length, piece, strlen(piece));
    length += strlen(piece);
  }
  return length;
}

static void hostile_text_loads_back_equal(void **state)
{
  (void)state;
  enum { OBJECTS = 3000 };
  static const char *const types[] = {"str", "unicode", "bytes", "x"};
  uint64_t random = 88172645463325252u;
  char *dump = malloc(OBJECTS * 400), *p = dump;
  for (uint64_t i = 0; i < OBJECTS; i++) {
    p += sprintf(p, "{\"refs\": [%llu, 7], \"type\": \"%s\", \"size\": 1, \"address\": %llu, \"value\": \"",
                 (unsigned long long)next_random(&random) % OBJECTS, types[next_random(&random) % 4],
                 (unsigned long long)i);
    p += put_hostile(p, &random);
    p += sprintf(p, "\", \"name\": \"");
    p += put_hostile(p, &random);
    p += sprintf(p, "\"}\n");
  }
  for (int python = 2; python <= 3; python++) {
    dryad_heap *heap = load(dump, (size_t)(p - dump), python);
    dryad_buffer buffer = {0};
    assert_int_equal(dryad_graph_count(dryad_heap_graph(heap)), OBJECTS);
    write_all(&buffer, dryad_heap_graph(heap), python);
    for (size_t i = 0; i < buffer.length; i++)
      assert_true(buffer.data[i] == '\n' || (buffer.data[i] >= 0x20 && buffer.data[i] < 0x7f));
    dryad_heap *again = load(buffer.data, buffer.length, python);
    assert_int_equal(dryad_heap_report(again)->mended, 0);
    const char *difference = graph_difference(dryad_heap_graph(heap), dryad_heap_graph(again));
    if (difference) fail_msg("%s", difference);
    dryad_buffer_deinit(&buffer);
    dryad_heap_free(heap);
    dryad_heap_free(again);
  }
  free(dump);
}

static void *refuse(void *context, void *block, size_t old_size, size_t new_size)
{
  (void)old_size;
  if (!new_size) {
    free(block);
    return NULL;
  }
  return *(bool *)context ? NULL : realloc(block, new_size);
}

static void memory_that_is_refused(void **state)
{
  (void)state;
  bool refusing = true;
  dryad_allocator allocator = {refuse, &refusing};
  static const char line[] = "{\"address\": 1, \"type\": \"t\", \"size\": 2, \"refs\": []}";
  dryad_heap *heap = load(line, sizeof line - 1, 3);
  dryad_buffer buffer = {.allocator = &allocator};
  dryad_error error;
  assert_int_equal(
      dryad_meliae_write_object(&buffer, dryad_heap_graph(heap), 0, &(dryad_meliae_style){.python = 3}, &error),
      DRYAD_NO_MEMORY);
  assert_string_equal(error.text, "out of memory");
  assert_int_equal(buffer.length, 0);
  refusing = false;
  assert_int_equal(
      dryad_meliae_write_object(&buffer, dryad_heap_graph(heap), 0, &(dryad_meliae_style){.python = 3}, &error),
      DRYAD_OK);
  assert_int_equal(buffer.length, sizeof line - 1);
  dryad_buffer_deinit(&buffer);
  dryad_heap_free(heap);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(canonical_lines_stay_as_they_are),
      cmocka_unit_test(what_the_scanner_adds_stays_as_it_is),
      cmocka_unit_test(any_layout_is_written_canonically),
      cmocka_unit_test(values_of_every_kind),
      cmocka_unit_test(text_is_ascii_with_the_escapes_of_meliae),
      cmocka_unit_test(bytes_are_one_escape_each),
      cmocka_unit_test(mends_are_written_as_mended),
      cmocka_unit_test(hostile_text_loads_back_equal),
      cmocka_unit_test(memory_that_is_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
