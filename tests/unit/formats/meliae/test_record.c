/* SPDX-License-Identifier: MIT */
/* The tolerant reader of dump lines: every liberty of the format, with values worked out by hand. */
#include "testing.h"

#include <locale.h>
#include <math.h>

#include "formats/meliae/record.h"

static dryad_record_scratch scratch;
static dryad_record record;

static int setup(void **state)
{
  (void)state;
  dryad_record_scratch_init(&scratch, DRYAD_MAX_TEXT, NULL);
  return 0;
}

/* The line last read: a copy of exactly its length, so that a sanitizer sees a read beyond it. */
static char *copy;

static int teardown(void **state)
{
  (void)state;
  free(copy);
  dryad_record_scratch_deinit(&scratch);
  return 0;
}

static dryad_line read_bytes(const char *line, size_t length)
{
  dryad_line what;
  free(copy);
  copy = malloc(length ? length : 1);
  assert_non_null(copy);
  memcpy(copy, line, length);
  assert_int_equal(dryad_record_read(&record, &what, copy, length, &scratch, NULL), DRYAD_OK);
  return what;
}

static dryad_line read_line(const char *line) { return read_bytes(line, strlen(line)); }

static void assert_text(dryad_text text, const char *expected, size_t length)
{
  assert_non_null(text.data);
  assert_int_equal(text.length, length);
  assert_memory_equal(text.data, expected, length);
}
#define assert_literal(text, literal) assert_text(text, literal, sizeof literal - 1)

static void assert_problem(const char *problem)
{
  if (!problem) {
    assert_null(record.problems[0]);
  } else {
    assert_non_null(record.problems[0]);
    assert_string_equal(record.problems[0], problem);
  }
}

static void assert_kept(const char *line, const char *problem)
{
  assert_int_equal(read_line(line), DRYAD_LINE_RECORD);
  assert_problem(problem);
}

static void assert_bad(const char *line, const char *problem)
{
  assert_int_equal(read_line(line), DRYAD_LINE_BAD);
  assert_problem(problem);
}

static void assert_refs(uint64_t count, const uint64_t *refs)
{
  assert_int_equal(record.ref_count, count);
  for (uint64_t i = 0; i < count; i++) assert_true(record.refs[i] == refs[i]);
}
#define REFS(...)                                                                                                      \
  (sizeof((uint64_t[]){__VA_ARGS__}) / sizeof(uint64_t)), (uint64_t[]) { __VA_ARGS__ }

/* Reads an object whose value is this JSON. */
static dryad_line read_value(const char *json)
{
  char line[1000];
  int length =
      snprintf(line, sizeof line, "{\"address\": 1, \"type\": \"x\", \"size\": 2, \"value\": %s, \"refs\": []}", json);
  assert_in_range(length, 1, sizeof line - 1);
  return read_bytes(line, (size_t)length);
}

static void assert_value(const char *json, const char *text, size_t text_length, const char *bytes, size_t bytes_length,
                         const char *problem)
{
  assert_int_equal(read_value(json), DRYAD_LINE_RECORD);
  assert_int_equal(record.value_kind, DRYAD_VALUE_TEXT);
  assert_text(record.value.text, text, text_length);
  assert_text(record.value.bytes, bytes, bytes_length);
  bool differ = text_length != bytes_length || memcmp(text, bytes, text_length);
  assert_int_equal(record.value.differ, differ);
  if (!differ) assert_ptr_equal(record.value.bytes.data, record.value.text.data);
  assert_problem(problem);
}
#define assert_string(json, text, problem) assert_value(json, text, sizeof text - 1, text, sizeof text - 1, problem)
#define assert_two_forms(json, text, bytes, problem)                                                                   \
  assert_value(json, text, sizeof text - 1, bytes, sizeof bytes - 1, problem)

#define REPLACED "\xef\xbf\xbd"

/* ---- the object and its fields ---- */

static void canonical_line(void **state)
{
  (void)state;
  assert_kept(
      "{\"address\": 140203054152592, \"type\": \"dict\", \"size\": 280, \"len\": 5, \"refs\": [140203069515504, "
      "140203076242176]}",
      NULL);
  assert_true(record.address == UINT64_C(140203054152592));
  assert_literal(record.type, "dict");
  assert_int_equal(record.size, 280);
  assert_true(record.has_len);
  assert_int_equal(record.len, 5);
  assert_int_equal(record.value_kind, DRYAD_VALUE_NONE);
  assert_null(record.name.data);
  assert_refs(REFS(140203069515504, 140203076242176));
}

static void keys_in_any_order_and_unknown_ones(void **state)
{
  (void)state;
  assert_kept(
      "{\"refs\":[7,7,3],\"x\":{\"a\":[1,{\"b\":[]},\"]}\",null,-1.5e3]},\"value\":\"v\",\"name\":\"n\",\"len\":-3,"
      "\"y\":[[[]],{}],\"size\":9,\"type\":\"t\",\"address\":4}",
      NULL);
  assert_int_equal(record.address, 4);
  assert_literal(record.type, "t");
  assert_int_equal(record.size, 9);
  assert_int_equal(record.len, -3);
  assert_literal(record.name, "n");
  assert_int_equal(record.value_kind, DRYAD_VALUE_TEXT);
  assert_literal(record.value.text, "v");
  assert_refs(REFS(7, 7, 3));
}

static void any_white_space(void **state)
{
  (void)state;
  assert_kept(" \t{\r \"address\" \t:\v5\f, \"type\" : \"t\" ,\"size\": 1\t,  \"refs\" : [ 1 ,\t2 ] } \r", NULL);
  assert_int_equal(record.address, 5);
  assert_refs(REFS(1, 2));
  assert_kept("{ \"address\": 5, \"type\": \"t\", \"size\": 1, \"refs\": [ ] }", NULL);
  assert_int_equal(record.ref_count, 0);
}

#define OBJECT "{\"address\": 5, \"type\": \"t\", \"size\": 1, \"refs\": []}"

static void lines_of_an_array(void **state)
{
  (void)state;
  static const char *const kept[] = {OBJECT ",",
                                     OBJECT " , ",
                                     "[" OBJECT,
                                     "[" OBJECT ",",
                                     "," OBJECT,
                                     " , " OBJECT,
                                     OBJECT "]",
                                     OBJECT ",]",
                                     "[" OBJECT "]",
                                     OBJECT ",\r",
                                     OBJECT "\r",
                                     "\xef\xbb\xbf" OBJECT,
                                     "\xef\xbb\xbf[ " OBJECT " ]"};
  for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) assert_kept(kept[i], NULL);
  static const char *const blank[] = {
      "", " ", "\t\r", "[", "]", ",", " [ ", "],", "[]", "\r", "\xef\xbb\xbf", "\xef\xbb\xbf["};
  for (size_t i = 0; i < sizeof blank / sizeof *blank; i++) assert_int_equal(read_line(blank[i]), DRYAD_LINE_BLANK);
}

static void what_is_not_an_object(void **state)
{
  (void)state;
  static const char *const lines[] = {"x",
                                      "1",
                                      "\"text\"",
                                      "null",
                                      "[1]",
                                      "]" OBJECT,
                                      ",," OBJECT,
                                      "\x7f"
                                      "ELF",
                                      "}"};
  for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) assert_bad(lines[i], "not a JSON object");
  assert_bad(OBJECT "x", "unexpected character after the object");
  assert_bad(OBJECT OBJECT, "unexpected character after the object");
  assert_bad(OBJECT ", " OBJECT, "unexpected character after the object");
  assert_int_equal(read_bytes(OBJECT "\0", sizeof OBJECT), DRYAD_LINE_BAD);
  assert_problem("unexpected character after the object");
}

static void what_is_not_json(void **state)
{
  (void)state;
  assert_bad("{1: 2}", "a key is not a string");
  assert_bad("{\"address\": 1,}", "a key is not a string");
  assert_bad("{\"address\" 1}", "no colon after a key");
  assert_bad("{\"address\": 1 \"type\": \"t\"}", "no comma between values");
  assert_bad("{\"address\": x}", "not a JSON value");
  assert_bad("{\"address\": }", "not a JSON value");
  assert_bad("{\"x\": tru}", "not a JSON value");
  assert_bad("{\"x\": 01}", "invalid number");
  assert_bad("{\"x\": -}", "invalid number");
  assert_bad("{\"x\": 1.}", "invalid number");
  assert_bad("{\"x\": 1e}", "invalid number");
  assert_bad("{\"x\": .5}", "not a JSON value");
  assert_bad("{\"x\": +5}", "not a JSON value");
  assert_bad("{\"x\": 0x10}", "no comma between values");
  assert_bad("{\"x\": [1,]}", "not a JSON value");
  assert_bad("{\"x\": [1 2]}", "no comma between values");
  assert_bad("{\"x\": [1}}", "no comma between values");
  assert_bad("{\"x\": {\"a\" 1}}", "no colon after a key");
  assert_bad("{\"x\": {\"a\": 1,}}", "a key is not a string");
  assert_bad("{\"refs\": [1,]}", "not a JSON value");
  assert_bad("{\"refs\": [1 2]}", "no comma between values");
  assert_bad("{\"refs\": [007]}", "invalid number");
}

static void every_early_end_is_a_cut(void **state)
{
  (void)state;
  static const char whole[] =
      "{\"address\": 15, \"type\": \"t\\u00e9\", \"size\": 12, \"len\": -1, \"u\": [{\"k\": [true, {}]}, null, false], "
      "\"name\": \"n\", \"value\": -1.5e+10, \"v\": -Infinity, \"w\": NaN, \"refs\": [1, 22]}";
  for (size_t length = 1; length < sizeof whole - 1; length++) {
    assert_int_equal(read_bytes(whole, length), DRYAD_LINE_CUT);
    assert_problem("the line ends too early");
  }
  assert_kept(whole, NULL);
}

static void address_and_type_are_needed(void **state)
{
  (void)state;
  assert_bad("{}", "no address");
  assert_bad("{\"type\": \"t\", \"size\": 1, \"refs\": []}", "no address");
  assert_bad("{\"address\": 1, \"size\": 1, \"refs\": []}", "no type");
  static const char *const types[] = {"null", "1", "true", "[\"t\"]", "{}"};
  for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
    char line[100];
    snprintf(line, sizeof line, "{\"address\": 1, \"type\": %s}", types[i]);
    assert_bad(line, "type is not a string");
  }
  static const char *const addresses[] = {
      "null", "-1", "-0", "1.0", "1e3", "\"1\"", "true", "[1]", "{}", "18446744073709551616", "99999999999999999999",
      "NaN"};
  for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++) {
    char line[100];
    snprintf(line, sizeof line, "{\"address\": %s, \"type\": \"t\"}", addresses[i]);
    assert_bad(line, "address is not an unsigned 64-bit integer");
  }
}

static void addresses_of_64_bits(void **state)
{
  (void)state;
  static const struct {
    const char *text;
    uint64_t number;
  } cases[] = {{"0", 0},
               {"9223372036854775808", UINT64_C(1) << 63},
               {"9999999999999999999", UINT64_C(9999999999999999999)},
               {"10000000000000000000", UINT64_C(10000000000000000000)},
               {"18446744073709551615", UINT64_MAX}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char line[200];
    snprintf(line, sizeof line, "{\"address\": %s, \"type\": \"\", \"size\": 0, \"refs\": [%s]}", cases[i].text,
             cases[i].text);
    assert_kept(line, NULL);
    assert_true(record.address == cases[i].number);
    assert_refs(REFS(cases[i].number));
    assert_literal(record.type, "");
  }
}

static void a_size_that_is_none_counts_as_0(void **state)
{
  (void)state;
  static const char *const cases[][2] = {{"-1", "negative size"},
                                         {"-99999999999999999999", "negative size"},
                                         {"-18446744073709551616", "negative size"}, /* wraps to 0 */
                                         {"1.5", "size is not an integer"},
                                         {"72.5e0", "size is not an integer"},
                                         {"-72.0", "size is not an integer"},
                                         {"9.2233720368547758071e18", "size is not an integer"},
                                         {"9223372036854775808.0", "size is not an integer"},
                                         {"1e19", "size is not an integer"},
                                         {"1e-1", "size is not an integer"},
                                         {"1e9999999999999999999", "size is not an integer"},
                                         {"NaN", "size is not an integer"},
                                         {"Infinity", "size is not an integer"},
                                         {"\"72\"", "size is not an integer"},
                                         {"[72]", "size is not an integer"},
                                         {"9223372036854775808", "size is too large"},
                                         {"99999999999999999999", "size is too large"},
                                         {"100000000000000000000", "size is too large"}, /* wraps to less */
                                         {"null", "no size"},
                                         {"-0", NULL}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char line[100];
    snprintf(line, sizeof line, "{\"address\": 1, \"type\": \"t\", \"size\": %s, \"refs\": []}", cases[i][0]);
    assert_kept(line, cases[i][1]);
    assert_int_equal(record.size, 0);
    assert_int_equal(record.is_lossy, cases[i][1] != NULL && strcmp(cases[i][0], "null") != 0);
  }
  assert_kept("{\"address\": 1, \"type\": \"t\", \"refs\": []}", "no size");
  assert_kept("{\"address\": 1, \"type\": \"t\", \"size\": 9223372036854775807, \"refs\": []}", NULL);
  assert_true(record.size == INT64_MAX);
}

static void a_size_written_as_a_float_is_exact_if_it_is_whole(void **state)
{
  (void)state;
  static const struct {
    const char *text;
    int64_t size;
  } cases[] = {{"72.0", 72},
               {"9e10", 90000000000},
               {"90000000000.000", 90000000000},
               {"0.0", 0},
               {"-0.0", 0},
               {"0e99", 0},
               {"0.00e-99", 0},
               {"1.5e1", 15},
               {"1500e-2", 15},
               {"0.0015E+4", 15},
               {"1000000000000000000000e-21", 1},
               {"9007199254740993.0", 9007199254740993}, /* no double has this value */
               {"9.223372036854775807e18", INT64_MAX}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char line[100];
    snprintf(line, sizeof line, "{\"address\": 1, \"type\": \"t\", \"size\": %s, \"refs\": []}", cases[i].text);
    assert_kept(line, NULL);
    assert_true(record.size == (uint64_t)cases[i].size);
    assert_false(record.is_lossy);
  }
}

/* A number of that length may have been shortened. */
static void a_size_written_as_a_very_long_float_is_lost(void **state)
{
  (void)state;
  char line[1200];
  snprintf(line, sizeof line, "{\"address\": 1, \"type\": \"t\", \"size\": 1.%01022d, \"refs\": []}", 0);
  assert_kept(line, NULL);
  assert_int_equal(record.size, 1);
  snprintf(line, sizeof line, "{\"address\": 1, \"type\": \"t\", \"size\": 1.%01023d, \"refs\": []}", 0);
  assert_kept(line, "size is not an integer");
  assert_true(record.is_lossy);
}

static void only_what_changes_sizes_references_or_roots_is_a_loss(void **state)
{
  (void)state;
  static const struct {
    const char *keys, *problem;
    bool is_lossy;
  } cases[] = {{"\"size\": 1, \"refs\": [\"2\"]", "a reference is not an address", true},
               {"\"size\": 1, \"refs\": 2", "refs is not an array", true},
               {"\"size\": 1", "no refs", false},
               {"\"size\": 1, \"refs\": null", "no refs", false},
               {"\"refs\": []", "no size", false},
               {"\"size\": 9, \"size\": 1, \"refs\": []", "another size", true},
               {"\"size\": 1, \"refs\": [2], \"refs\": []", "another list of refs", true},
               {"\"size\": 1, \"refs\": 5, \"refs\": [2]", "refs is not an array", true},
               {"\"size\": 1, \"root\": 5, \"refs\": []", "root is not a string", true},
               {"\"size\": 1, \"refcount\": -5, \"refs\": []", "refcount is not an integer from 0 to 2^63 - 1", true},
               {"\"size\": 1, \"len\": 1.5, \"refs\": []", "len is not a 64-bit integer", false},
               {"\"size\": 1, \"line\": -5, \"refs\": []", "line is not an integer from 0 to 2^63 - 1", false},
               {"\"size\": 1, \"name\": 5, \"refs\": []", "name is not a string", false}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char line[200];
    snprintf(line, sizeof line, "{\"address\": 1, \"type\": \"t\", %s}", cases[i].keys);
    assert_kept(line, cases[i].problem);
    assert_int_equal(record.is_lossy, cases[i].is_lossy);
  }
}

static void len_is_a_signed_integer(void **state)
{
  (void)state;
  static const struct {
    const char *text, *problem;
    bool has_len;
    int64_t len;
  } cases[] = {{"0", NULL, true, 0},
               {"-9223372036854775808", NULL, true, INT64_MIN},
               {"9223372036854775807", NULL, true, INT64_MAX},
               {"null", NULL, false, 0},
               {"9223372036854775808", "len is not a 64-bit integer", false, 0},
               {"-9223372036854775809", "len is not a 64-bit integer", false, 0},
               {"1.0", "len is not a 64-bit integer", false, 0},
               {"\"1\"", "len is not a 64-bit integer", false, 0}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char line[100];
    snprintf(line, sizeof line, "{\"address\": 1, \"type\": \"t\", \"size\": 1, \"len\": %s, \"refs\": []}",
             cases[i].text);
    assert_kept(line, cases[i].problem);
    assert_int_equal(record.has_len, cases[i].has_len);
    assert_true(record.len == cases[i].len);
  }
}

static void refs_that_are_no_addresses_are_dropped(void **state)
{
  (void)state;
  assert_kept(
      "{\"address\": 1, \"type\": \"t\", \"size\": 1, \"refs\": [1, \"2\", -3, -0, 4.0, null, true, [5], {\"6\": 6}, "
      "18446744073709551616, NaN, 7]}",
      "a reference is not an address");
  assert_refs(REFS(1, 7));
  assert_kept("{\"address\": 1, \"type\": \"t\", \"size\": 1}", "no refs");
  assert_int_equal(record.ref_count, 0);
  assert_kept("{\"address\": 1, \"type\": \"t\", \"size\": 1, \"refs\": null}", "no refs");
  assert_kept("{\"address\": 1, \"type\": \"t\", \"size\": 1, \"refs\": 12}", "refs is not an array");
  assert_kept("{\"address\": 1, \"type\": \"t\", \"size\": 1, \"refs\": {\"a\": 1}}", "refs is not an array");
  assert_int_equal(record.ref_count, 0);
}

static void name_is_a_string_or_none(void **state)
{
  (void)state;
  assert_kept("{\"address\": 1, \"type\": \"t\", \"size\": 1, \"name\": null, \"refs\": []}", NULL);
  assert_null(record.name.data);
  assert_kept("{\"address\": 1, \"type\": \"t\", \"size\": 1, \"name\": 5, \"refs\": []}", "name is not a string");
  assert_null(record.name.data);
  assert_kept("{\"address\": 1, \"type\": \"t\", \"size\": 1, \"name\": \"\", \"refs\": []}", NULL);
  assert_literal(record.name, "");
  assert_kept(
      "{\"address\": 1, \"type\": \"caf\\u00e9\", \"size\": 1, \"name\": \"\\ud83d\\ude00\", \"value\": \"\\u00ff\","
      "\"refs\": []}",
      NULL);
  assert_literal(record.type, "caf\xc3\xa9");
  assert_literal(record.name, "\xf0\x9f\x98\x80");
  assert_literal(record.value.text, "\xc3\xbf");
  assert_literal(record.value.bytes, "\xff");
}

static void of_duplicate_keys_the_last_counts(void **state)
{
  (void)state;
  assert_kept("{\"address\": \"x\", \"address\": 2, \"type\": 1, \"type\": \"b\", \"size\": 1, \"size\": 2, \"len\": "
              "1, \"len\": "
              "null, \"name\": \"n\", \"name\": null, \"value\": \"v\", \"value\": 3, \"refs\": [1, 2], \"refs\": [3]}",
              "another size");
  assert_string_equal(record.problems[1], "another list of refs");
  assert_int_equal(record.address, 2);
  assert_literal(record.type, "b");
  assert_int_equal(record.size, 2);
  assert_false(record.has_len);
  assert_null(record.name.data);
  assert_int_equal(record.value_kind, DRYAD_VALUE_INTEGER);
  assert_int_equal(record.integer, 3);
  assert_refs(REFS(3));
  assert_bad("{\"address\": 2, \"address\": null, \"type\": \"t\"}", "address is not an unsigned 64-bit integer");
}

static void keys_may_hold_escapes(void **state)
{
  (void)state;
  assert_kept("{\"\\u0061\\u0064\\u0064\\u0072\\u0065\\u0073\\u0073\": 3, \"t\\u0079pe\": \"t\", \"siz\\u0065\": 4, "
              "\"\\u0072efs\": [5], \"\\ud83d\": 1, \"na\\\"me\": 2}",
              NULL);
  assert_int_equal(record.address, 3);
  assert_int_equal(record.size, 4);
  assert_refs(REFS(5));
}

static void the_first_problem_of_the_line_is_told(void **state)
{
  (void)state;
  assert_kept("{\"refs\": [\"x\"], \"size\": -1, \"type\": \"\\x\", \"address\": 1}", "a reference is not an address");
  assert_kept("{\"type\": \"\\x\", \"refs\": [\"x\"], \"size\": -1, \"address\": 1}", "invalid escape in a string");
  assert_kept("{\"address\": 1, \"type\": \"t\", \"refs\": 3}", "refs is not an array");
  assert_kept("{\"address\": 1, \"type\": \"t\"}", "no size");
}

/* ---- values ---- */

static void integers(void **state)
{
  (void)state;
  static const struct {
    const char *text;
    int64_t number;
  } cases[] = {
      {"0", 0}, {"-0", 0}, {"-1", -1}, {"9223372036854775807", INT64_MAX}, {"-9223372036854775808", INT64_MIN}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    assert_int_equal(read_value(cases[i].text), DRYAD_LINE_RECORD);
    assert_int_equal(record.value_kind, DRYAD_VALUE_INTEGER);
    assert_true(record.integer == cases[i].number);
    assert_problem(NULL);
  }
}

static void integers_beyond_64_bits_keep_their_text(void **state)
{
  (void)state;
  static const char *const cases[] = {"9223372036854775808", "-9223372036854775809", "18446744073709551616",
                                      "-123456789012345678901234567890",
                                      "1000000000000000000000000000000000000000000000000000000000000000"};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    assert_int_equal(read_value(cases[i]), DRYAD_LINE_RECORD);
    assert_int_equal(record.value_kind, DRYAD_VALUE_BIG_INTEGER);
    assert_text(record.value.text, cases[i], strlen(cases[i]));
    assert_false(record.value.differ);
    assert_problem(NULL);
  }
}

static void floats(void **state)
{
  (void)state;
  static const struct {
    const char *text;
    double number;
  } cases[] = {{"0.0", 0.0},
               {"1.5", 1.5},
               {"0.1", 0x1.999999999999ap-4},
               {"9223372036.0", 9223372036.0},
               {"1e3", 1000.0},
               {"-2.5E-1", -0.25},
               {"5e-324", 0x1p-1074},
               {"1.7976931348623157e308", 0x1.fffffffffffffp+1023},
               {"9007199254740993.0", 9007199254740992.0},
               {"123456789012345678901234567890.0", 0x1.8ee90ff6c373ep+96},
               {"1e400", INFINITY},
               {"-1e400", -INFINITY},
               {"1e-400", 0.0},
               {"Infinity", INFINITY},
               {"-Infinity", -INFINITY}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    assert_int_equal(read_value(cases[i].text), DRYAD_LINE_RECORD);
    assert_int_equal(record.value_kind, DRYAD_VALUE_FLOAT);
    assert_true(record.real == cases[i].number);
    assert_problem(NULL);
  }
  assert_int_equal(read_value("-0.0"), DRYAD_LINE_RECORD);
  assert_true(signbit(record.real) && record.real == 0);
  assert_int_equal(read_value("NaN"), DRYAD_LINE_RECORD);
  assert_int_equal(record.value_kind, DRYAD_VALUE_FLOAT);
  assert_true(isnan(record.real));
  assert_int_equal(read_value("-NaN"), DRYAD_LINE_BAD);
  assert_int_equal(read_value("nan"), DRYAD_LINE_BAD);
}

/* A float, or one of a subclass, as numpy's; but not text, whose len may be missing, nor a function of that name. */
static void nan_is_a_number_where_it_can_be_no_text(void **state)
{
  (void)state;
  static const struct {
    const char *type, *rest;
    bool is_number;
  } cases[] = {{"float", "", true},
               {"numpy.float64", "", true},
               {"float", ", \"name\": \"x\"", true},
               {"float", ", \"len\": 3", false},
               {"Name", ", \"len\": 3", false},
               {"str", "", false},
               {"unicode", "", false},
               {"bytes", "", false},
               {"frame", "", false}};
  for (size_t i = 0; i < 2 * sizeof cases / sizeof *cases; i++) {
    char line[200];
    bool is_number = cases[i / 2].is_number;
    snprintf(line, sizeof line, "{\"value\": %s, \"address\": 16, \"type\": \"%s\", \"size\": 24, \"refs\": []%s}",
             i % 2 ? "\"nan\"" : "NaN", cases[i / 2].type, cases[i / 2].rest);
    assert_int_equal(read_line(line), DRYAD_LINE_RECORD);
    assert_int_equal(record.value_kind, is_number ? DRYAD_VALUE_FLOAT : DRYAD_VALUE_TEXT);
    assert_int_equal(isnan(record.real), is_number);
    if (!is_number) assert_true(record.value.text.length == 3 && !memcmp(record.value.text.data, "nan", 3));
    assert_problem(NULL);
  }
}

static void floats_do_not_depend_on_the_locale(void **state)
{
  (void)state;
  if (!setlocale(LC_NUMERIC, "de_DE.UTF-8")) skip();
  assert_int_equal(read_value("1.5"), DRYAD_LINE_RECORD);
  setlocale(LC_NUMERIC, "C");
  assert_true(record.real == 1.5);
}

static void null_booleans_and_nested_values(void **state)
{
  (void)state;
  assert_int_equal(read_value("null"), DRYAD_LINE_RECORD);
  assert_int_equal(record.value_kind, DRYAD_VALUE_NULL);
  assert_int_equal(read_value("true"), DRYAD_LINE_RECORD);
  assert_int_equal(record.value_kind, DRYAD_VALUE_BOOLEAN);
  assert_true(record.boolean);
  assert_int_equal(read_value("false"), DRYAD_LINE_RECORD);
  assert_int_equal(record.value_kind, DRYAD_VALUE_BOOLEAN);
  assert_false(record.boolean);
  assert_problem(NULL);
  assert_int_equal(read_value("[1]"), DRYAD_LINE_RECORD);
  assert_int_equal(record.value_kind, DRYAD_VALUE_NONE);
  assert_problem("value is an array or an object");
  assert_int_equal(read_value("{\"a\": 1}"), DRYAD_LINE_RECORD);
  assert_problem("value is an array or an object");
}

/* ---- strings ---- */

static void plain_strings(void **state)
{
  (void)state;
  assert_string("\"\"", "", NULL);
  assert_string("\"a\"", "a", NULL);
  assert_string("\"exactly8\"", "exactly8", NULL);
  assert_string("\"longer than eight bytes, with { } [ ] , : \x7f\"", "longer than eight bytes, with { } [ ] , : \x7f",
                NULL);
}

static void every_escape(void **state)
{
  (void)state;
  assert_string("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\b\f\n\r\t", NULL);
  assert_string("\"\\u0041\\u007f\"", "A\x7f", NULL);
  assert_string("\"a\\u0000b\"", "a\0b", NULL);
  assert_string("\"\\u07ff\\u0800\\uFFFF\\uabCD\"", "\xdf\xbf\xe0\xa0\x80\xef\xbf\xbf\xea\xaf\x8d", NULL);
  assert_string("\"ends in a backslash \\\\\"", "ends in a backslash \\", NULL);
}

static void escapes_below_256_are_single_bytes_in_bytes(void **state)
{
  (void)state;
  assert_two_forms("\"\\u0080\\u00ff\\u0000\\u007f\"", "\xc2\x80\xc3\xbf\0\x7f", "\x80\xff\0\x7f", NULL);
  assert_two_forms("\"some text, then \\u00e9\\n\\u2603\"", "some text, then \xc3\xa9\n\xe2\x98\x83",
                   "some text, then \xe9\n\xe2\x98\x83", NULL);
  assert_two_forms("\"\xc3\xa9\\u00e9\"", "\xc3\xa9\xc3\xa9", "\xc3\xa9\xe9", NULL);
}

static void surrogates(void **state)
{
  (void)state;
  assert_string("\"\\ud83d\\ude00\"", "\xf0\x9f\x98\x80", NULL);
  assert_string("\"\\ud800\\udc00\\udbff\\udfff\"", "\xf0\x90\x80\x80\xf4\x8f\xbf\xbf", NULL);
  assert_string("\"\\ud800\"", "\xed\xa0\x80", NULL);
  assert_string("\"a\\udfffb\"",
                "a\xed\xbf\xbf"
                "b",
                NULL);
  assert_string("\"\\ude00\\ud83d\"", "\xed\xb8\x80\xed\xa0\xbd", NULL);
  assert_string("\"\\ud83d\\ud83d\\ude00\"", "\xed\xa0\xbd\xf0\x9f\x98\x80", NULL);
  assert_string("\"\\ud83dx\\ude00\"", "\xed\xa0\xbdx\xed\xb8\x80", NULL);
  assert_string("\"\xed\xa0\xbd\"", "\xed\xa0\xbd", NULL);
  assert_string("\"\xed\xa0\xbd\\ude00\"", "\xf0\x9f\x98\x80", NULL);
  assert_two_forms("\"\xed\xa0\xbd\xed\xb8\x80\"", "\xf0\x9f\x98\x80", "\xed\xa0\xbd\xed\xb8\x80", NULL);
}

static void invalid_escapes_are_replaced(void **state)
{
  (void)state;
  assert_string("\"\\x\"", REPLACED, "invalid escape in a string");
  assert_string("\"a\\x41b\"", "a" REPLACED "41b", "invalid escape in a string");
  assert_string("\"\\u12G4\"", REPLACED "12G4", "invalid escape in a string");
  assert_string("\"\\u12\"", REPLACED "12", "invalid escape in a string");
  assert_string("\"\\u\"", REPLACED, "invalid escape in a string");
  assert_string("\"\\U0041\"", REPLACED "0041", "invalid escape in a string");
  assert_string("\"\\\xc3\xa9z\"", REPLACED "z", "invalid escape in a string");
  assert_string("\"\\ud83d\\x\"", "\xed\xa0\xbd" REPLACED, "invalid escape in a string");
}

static void control_characters_are_replaced(void **state)
{
  (void)state;
  assert_string("\"a\tb\"", "a" REPLACED "b", "control character in a string");
  assert_string("\"\x01\x1f\"", REPLACED REPLACED, "control character in a string");
  static const char line[] = "{\"address\": 1, \"type\": \"t\", \"size\": 1, \"value\": \"a\0b\", \"refs\": []}";
  assert_int_equal(read_bytes(line, sizeof line - 1), DRYAD_LINE_RECORD);
  assert_literal(record.value.text, "a" REPLACED "b");
  assert_problem("control character in a string");
}

static void utf8(void **state)
{
  (void)state;
  assert_string("\"caf\xc3\xa9 \xe2\x98\x83 \xf0\x9f\x98\x80 \xf4\x8f\xbf\xbf and more\"",
                "caf\xc3\xa9 \xe2\x98\x83 \xf0\x9f\x98\x80 \xf4\x8f\xbf\xbf and more", NULL);
  assert_string("\"\xef\xbb\xbf\"", "\xef\xbb\xbf", NULL);
}

static void invalid_utf8_is_replaced_by_maximal_subparts(void **state)
{
  (void)state;
  assert_two_forms("\"\x80\"", REPLACED, "\x80", "invalid UTF-8");
  assert_two_forms("\"a\xff"
                   "b\"",
                   "a" REPLACED "b",
                   "a\xff"
                   "b",
                   "invalid UTF-8");
  assert_two_forms("\"\xc0\xaf\"", REPLACED REPLACED, "\xc0\xaf", "invalid UTF-8");
  assert_two_forms("\"\xe2\x98\"", REPLACED, "\xe2\x98", "invalid UTF-8");
  assert_two_forms("\"\xe2\x98x\"", REPLACED "x", "\xe2\x98x", "invalid UTF-8");
  assert_two_forms("\"\xe0\x80\x80\"", REPLACED REPLACED REPLACED, "\xe0\x80\x80", "invalid UTF-8");
  assert_two_forms("\"\xf0\x80\x80\x41\"", REPLACED REPLACED REPLACED "A", "\xf0\x80\x80\x41", "invalid UTF-8");
  assert_two_forms("\"\xf0\x9f\x98\xe2\x98\x83\"", REPLACED "\xe2\x98\x83", "\xf0\x9f\x98\xe2\x98\x83",
                   "invalid UTF-8");
  assert_two_forms("\"\xf4\x90\x80\x80\"", REPLACED REPLACED REPLACED REPLACED, "\xf4\x90\x80\x80", "invalid UTF-8");
  assert_two_forms("\"\xf8\"", REPLACED, "\xf8", "invalid UTF-8");
  /* The example of Unicode 15, table 3-11. */
  assert_two_forms("\"\x41\xe2\x98\xf0\x9f\x98\x42\"", "A" REPLACED REPLACED "B", "\x41\xe2\x98\xf0\x9f\x98\x42",
                   "invalid UTF-8");
}

/* ---- sizes ---- */

static char *fill(char *p, const char *text)
{
  size_t length = strlen(text);
  memcpy(p, text, length);
  return p + length;
}

static void deep_nesting_does_not_recurse(void **state)
{
  (void)state;
  enum { DEPTH = 1000000 };
  char *line = malloc(4 * DEPTH + 200), *p = fill(line, "{\"x\": ");
  for (int i = 0; i < DEPTH; i++) p = fill(p, i % 2 ? "{\"\":" : "[");
  p = fill(p, "0");
  for (int i = DEPTH; i-- > 0;) p = fill(p, i % 2 ? "}" : "]");
  p = fill(p, ", \"address\": 1, \"type\": \"t\", \"size\": 1, \"refs\": []}");
  assert_int_equal(read_bytes(line, (size_t)(p - line)), DRYAD_LINE_RECORD);
  assert_int_equal(record.address, 1);
  assert_int_equal(read_bytes(line, (size_t)(p - line) / 2), DRYAD_LINE_CUT);
  free(line);
}

static void long_strings_that_grow(void **state)
{
  (void)state;
  enum { LENGTH = 1000000 };
  char *line = malloc(LENGTH + 200), *p = fill(line, "{\"address\": 1, \"type\": \"\\x\", \"size\": 1, \"value\": \"");
  memset(p, 0xff, LENGTH);
  p = fill(p + LENGTH, "\", \"refs\": []}");
  scratch.max_text = 3 * LENGTH;
  assert_int_equal(read_bytes(line, (size_t)(p - line)), DRYAD_LINE_RECORD);
  assert_int_equal(record.value.text.length, 3 * LENGTH);
  assert_int_equal(record.value.bytes.length, LENGTH);
  assert_memory_equal(record.value.text.data + 3 * LENGTH - 6, REPLACED REPLACED, 6);
  assert_int_equal((unsigned char)record.value.bytes.data[LENGTH - 1], 0xff);
  assert_literal(record.type, REPLACED);
  assert_problem("invalid escape in a string");
  free(line);
}

static void *refuse(void *context, void *block, size_t old_size, size_t new_size)
{
  int *left = context;
  (void)old_size;
  if (!new_size) {
    free(block);
    return NULL;
  }
  return (*left)-- > 0 ? realloc(block, new_size) : NULL;
}

static void memory_that_is_refused(void **state)
{
  (void)state;
  static const char line[] = "{\"address\": 1, \"t\\u0079pe\": \"\\n\", \"x\": [1], \"value\": \"\\u00ff\", \"file\": "
                             "\"\\u00ff\", \"allocated\": [\"a\"], \"refs\": [1], \"names\": [\"\\u00ff\"]}";
  dryad_status status = DRYAD_NO_MEMORY;
  int allowed = 0;
  for (; status == DRYAD_NO_MEMORY; allowed++) {
    int left = allowed;
    dryad_allocator allocator = {refuse, &left};
    dryad_record_scratch frugal;
    dryad_line what;
    dryad_error error = {0};
    dryad_record_scratch_init(&frugal, DRYAD_MAX_TEXT, &allocator);
    status = dryad_record_read(&record, &what, line, sizeof line - 1, &frugal, &error);
    assert_int_equal(error.status, status);
    dryad_record_scratch_deinit(&frugal);
  }
  assert_in_range(allowed, 7, 16);
}

static void every_kind_of_mend_is_told_once_in_the_order_of_the_line(void **state)
{
  (void)state;
  static const char *const expected[] = {"negative size", "len is not a 64-bit integer",
                                         "a reference is not an address", "name is not a string"};
  assert_int_equal(
      read_line("{\"address\": 1, \"type\": \"t\", \"size\": -1, \"len\": 1.5, \"refs\": [\"x\", 2, -3], \"name\": 4}"),
      DRYAD_LINE_RECORD);
  for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
    assert_non_null(record.problems[i]);
    assert_string_equal(record.problems[i], expected[i]);
  }
  assert_null(record.problems[sizeof expected / sizeof *expected]);
  assert_int_equal(read_line("{\"size\": -1, \"address\": 1"), DRYAD_LINE_CUT);
  assert_non_null(record.problems[0]);
  assert_null(record.problems[1]);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_kind_of_mend_is_told_once_in_the_order_of_the_line),
      cmocka_unit_test(canonical_line),
      cmocka_unit_test(keys_in_any_order_and_unknown_ones),
      cmocka_unit_test(any_white_space),
      cmocka_unit_test(lines_of_an_array),
      cmocka_unit_test(what_is_not_an_object),
      cmocka_unit_test(what_is_not_json),
      cmocka_unit_test(every_early_end_is_a_cut),
      cmocka_unit_test(address_and_type_are_needed),
      cmocka_unit_test(addresses_of_64_bits),
      cmocka_unit_test(a_size_that_is_none_counts_as_0),
      cmocka_unit_test(a_size_written_as_a_float_is_exact_if_it_is_whole),
      cmocka_unit_test(a_size_written_as_a_very_long_float_is_lost),
      cmocka_unit_test(only_what_changes_sizes_references_or_roots_is_a_loss),
      cmocka_unit_test(len_is_a_signed_integer),
      cmocka_unit_test(refs_that_are_no_addresses_are_dropped),
      cmocka_unit_test(name_is_a_string_or_none),
      cmocka_unit_test(of_duplicate_keys_the_last_counts),
      cmocka_unit_test(keys_may_hold_escapes),
      cmocka_unit_test(the_first_problem_of_the_line_is_told),
      cmocka_unit_test(integers),
      cmocka_unit_test(integers_beyond_64_bits_keep_their_text),
      cmocka_unit_test(floats),
      cmocka_unit_test(nan_is_a_number_where_it_can_be_no_text),
      cmocka_unit_test(floats_do_not_depend_on_the_locale),
      cmocka_unit_test(null_booleans_and_nested_values),
      cmocka_unit_test(plain_strings),
      cmocka_unit_test(every_escape),
      cmocka_unit_test(escapes_below_256_are_single_bytes_in_bytes),
      cmocka_unit_test(surrogates),
      cmocka_unit_test(invalid_escapes_are_replaced),
      cmocka_unit_test(control_characters_are_replaced),
      cmocka_unit_test(utf8),
      cmocka_unit_test(invalid_utf8_is_replaced_by_maximal_subparts),
      cmocka_unit_test(deep_nesting_does_not_recurse),
      cmocka_unit_test(long_strings_that_grow),
      cmocka_unit_test(memory_that_is_refused),
  };
  return cmocka_run_group_tests(tests, setup, teardown);
}
