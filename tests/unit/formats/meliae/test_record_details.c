/* SPDX-License-Identifier: MIT */
/* The keys that Dryad's own scanner adds to a line: their values, and every reason why one is not taken. */
#include "formats/meliae/record_details.h"

#include "formats/meliae/record.h"
#include "testing.h"

static dryad_record_scratch scratch;
static dryad_record record;
static char line[1 << 14];

static int setup(void **state)
{
  (void)state;
  dryad_record_scratch_init(&scratch, DRYAD_MAX_TEXT, NULL);
  return 0;
}

static int teardown(void **state)
{
  (void)state;
  dryad_record_scratch_deinit(&scratch);
  return 0;
}

/* Reads a record with two references and these members; asserts its only problem, or that it has none. */
static void read_with(const char *members, const char *problem)
{
  dryad_line what;
  int length =
      snprintf(line, sizeof line, "{\"address\": 1, \"type\": \"t\", \"size\": 2, \"refs\": [3, 4], %s}", members);
  assert_in_range(length, 1, sizeof line - 1);
  assert_int_equal(dryad_record_read(&record, &what, line, (size_t)length, &scratch, NULL), DRYAD_OK);
  assert_int_equal(what, DRYAD_LINE_RECORD);
  if (!problem) {
    assert_null(record.problems[0]);
  } else {
    if (!record.problems[0]) fail_msg("no problem in %s", members);
    assert_string_equal(record.problems[0], problem);
    assert_null(record.problems[1]);
  }
  assert_int_equal(record.ref_count, 2);
}

static void assert_text(dryad_text text, const char *expected, size_t length)
{
  assert_non_null(text.data);
  assert_number(text.length, length);
  assert_memory_equal(text.data, expected, length);
}
#define assert_literal(text, literal) assert_text(text, literal, sizeof literal - 1)

/* ---- numbers, texts ------------------------------------------------------------------------------ */

static const struct {
  const char *key;
  dryad_detail_kind kind;
} numbers[] = {{"refcount", DRYAD_DETAIL_REFCOUNT},
               {"interpreter", DRYAD_DETAIL_INTERPRETER},
               {"mapped", DRYAD_DETAIL_MAPPED},
               {"line", DRYAD_DETAIL_LINE}},
  texts[] = {{"file", DRYAD_DETAIL_FILE}, {"qualname", DRYAD_DETAIL_QUALNAME}};

static void numbers_are_from_0_to_the_largest_signed(void **state)
{
  (void)state;
  static const char *const wrong[] = {"-1", "1.5", "\"1\"", "true", "[1]", "{}", "9223372036854775808", "1e3"};
  char members[80], problem[80];
  for (unsigned i = 0; i < 4; i++) {
    snprintf(members, sizeof members, "\"%s\": 0", numbers[i].key);
    read_with(members, NULL);
    assert_int_equal(record.details.kinds, 1 << numbers[i].kind);
    assert_number(record.details.numbers[numbers[i].kind], 0);
    snprintf(members, sizeof members, "\"%s\": 9223372036854775807", numbers[i].key);
    read_with(members, NULL);
    assert_number(record.details.numbers[numbers[i].kind], INT64_MAX);
    snprintf(members, sizeof members, "\"%s\": null", numbers[i].key);
    read_with(members, NULL);
    assert_int_equal(record.details.kinds, 0);
    for (unsigned k = 0; k < sizeof wrong / sizeof *wrong; k++) {
      snprintf(members, sizeof members, "\"%s\": %s", numbers[i].key, wrong[k]);
      snprintf(problem, sizeof problem, "%s is not an integer from 0 to 2^63 - 1", numbers[i].key);
      read_with(members, problem);
      assert_int_equal(record.details.kinds, 0);
    }
  }
}

static void texts_are_strings(void **state)
{
  (void)state;
  static const char *const wrong[] = {"1", "true", "[\"a\"]", "{}"};
  char members[80], problem[80];
  for (unsigned i = 0; i < 2; i++) {
    snprintf(members, sizeof members, "\"%s\": \"a b\"", texts[i].key);
    read_with(members, NULL);
    assert_int_equal(record.details.kinds, 1 << texts[i].kind);
    assert_literal(record.details.texts[texts[i].kind], "a b");
    snprintf(members, sizeof members, "\"%s\": \"\\u00e9\\n\"", texts[i].key);
    read_with(members, NULL);
    assert_literal(record.details.texts[texts[i].kind], "\xc3\xa9\n");
    snprintf(members, sizeof members, "\"%s\": null", texts[i].key);
    read_with(members, NULL);
    assert_int_equal(record.details.kinds, 0);
    for (unsigned k = 0; k < sizeof wrong / sizeof *wrong; k++) {
      snprintf(members, sizeof members, "\"%s\": %s", texts[i].key, wrong[k]);
      snprintf(problem, sizeof problem, "%s is not a string", texts[i].key);
      read_with(members, problem);
      assert_int_equal(record.details.kinds, 0);
    }
  }
}

static void all_at_once_in_any_order(void **state)
{
  (void)state;
  read_with(
      "\"names\": [null, \"\\u00e4\"], \"line\": 7, \"root\": \"thr\\u0065ad\", \"file\": \"\\u00f6\", \"refcount\": 3, "
      "\"allocated\": [\"a:1\", \"\\u00fc:2\"], \"qualname\": \"m.C\", \"interpreter\": 1, \"mapped\": 4096",
      NULL);
  assert_int_equal(record.details.kinds, (1 << DRYAD_DETAIL_KINDS) - 1);
  assert_number(record.details.numbers[DRYAD_DETAIL_REFCOUNT], 3);
  assert_number(record.details.numbers[DRYAD_DETAIL_INTERPRETER], 1);
  assert_number(record.details.numbers[DRYAD_DETAIL_MAPPED], 4096);
  assert_number(record.details.numbers[DRYAD_DETAIL_LINE], 7);
  assert_literal(record.details.texts[DRYAD_DETAIL_FILE], "\xc3\xb6");
  assert_literal(record.details.texts[DRYAD_DETAIL_QUALNAME], "m.C");
  assert_literal(record.details.texts[DRYAD_DETAIL_ALLOCATED], "a:1\0\xc3\xbc:2");
  assert_literal(record.details.root, "thread");
  assert_null(record.details.names[0].data);
  assert_literal(record.details.names[1], "\xc3\xa4");
}

static void of_duplicate_keys_the_last_counts(void **state)
{
  (void)state;
  read_with(
      "\"refcount\": 3, \"refcount\": 4, \"file\": \"a\", \"file\": \"b\", \"allocated\": [\"a\", \"b\"], \"allocated\": "
      "[\"c\"], \"names\": [\"a\", \"b\"], \"names\": [\"c\", null], \"root\": \"thread\", \"root\": \"signal\"",
      NULL);
  assert_number(record.details.numbers[DRYAD_DETAIL_REFCOUNT], 4);
  assert_literal(record.details.texts[DRYAD_DETAIL_FILE], "b");
  assert_literal(record.details.texts[DRYAD_DETAIL_ALLOCATED], "c");
  assert_literal(record.details.names[0], "c");
  assert_null(record.details.names[1].data);
  assert_literal(record.details.root, "signal");
  read_with(
      "\"refcount\": 3, \"refcount\": null, \"file\": \"a\", \"file\": null, \"allocated\": [\"a\"], \"allocated\": null, "
      "\"names\": [\"a\", \"b\"], \"names\": null, \"root\": \"thread\", \"root\": null",
      NULL);
  assert_int_equal(record.details.kinds, 0);
  assert_null(record.details.names);
  assert_null(record.details.root.data);
}

static void a_root_is_a_string(void **state)
{
  (void)state;
  read_with("\"root\": 1", "root is not a string");
  assert_null(record.details.root.data);
  read_with("\"root\": [\"thread\"]", "root is not a string");
}

/* ---- allocation sites ---------------------------------------------------------------------------- */

static void sites_are_strings_with_something_in_them(void **state)
{
  (void)state;
  read_with("\"allocated\": \"a.py:1\"", "allocated is not an array");
  assert_int_equal(record.details.kinds, 0);
  read_with("\"allocated\": []", NULL);
  assert_int_equal(record.details.kinds, 0);
  read_with("\"allocated\": [\"a\", 1, \"b\"]", "an allocation site is not a string");
  assert_literal(record.details.texts[DRYAD_DETAIL_ALLOCATED], "a\0b");
  read_with("\"allocated\": [\"a\", \"\", \"b\"]", "an allocation site is empty or has a NUL");
  assert_literal(record.details.texts[DRYAD_DETAIL_ALLOCATED], "a\0b");
  read_with("\"allocated\": [\"a\\u0000x\", \"b\"]", "an allocation site is empty or has a NUL");
  assert_literal(record.details.texts[DRYAD_DETAIL_ALLOCATED], "b");
  read_with("\"allocated\": [\"\"]", "an allocation site is empty or has a NUL");
  assert_int_equal(record.details.kinds, 0);
  read_with("\"allocated\": [\"a\\x\"]", "invalid escape in a string");
  assert_literal(record.details.texts[DRYAD_DETAIL_ALLOCATED], "a\xef\xbf\xbd");
}

static void of_many_sites_the_first_64_are_kept(void **state)
{
  (void)state;
  for (unsigned count = 64; count <= 66; count++) {
    char members[1024];
    int length = snprintf(members, sizeof members, "\"allocated\": [");
    for (unsigned i = 0; i < count; i++)
      length += snprintf(members + length, sizeof members - (size_t)length, "%s\"%02u\"", i ? ", " : "", i);
    snprintf(members + length, sizeof members - (size_t)length, "]");
    read_with(members, count > 64 ? "more than 64 allocation sites, of which the first 64 are kept" : NULL);
    dryad_text sites = record.details.texts[DRYAD_DETAIL_ALLOCATED];
    assert_number(sites.length, 64 * 3 - 1);
    assert_memory_equal(sites.data + sites.length - 3,
                        "\0"
                        "63",
                        3);
  }
}

/* ---- names of references ------------------------------------------------------------------------- */

static void there_is_a_name_or_null_for_each_reference(void **state)
{
  (void)state;
  read_with("\"names\": [\"a\", \"b\"]", NULL);
  assert_literal(record.details.names[0], "a");
  assert_literal(record.details.names[1], "b");
  read_with("\"names\": [\"\", null]", NULL);
  assert_literal(record.details.names[0], "");
  assert_null(record.details.names[1].data);
  read_with("\"names\": [\"a\", 7]", "the name of a reference is not a string");
  assert_literal(record.details.names[0], "a");
  assert_null(record.details.names[1].data);
  read_with("\"names\": {\"a\": 1}", "names is not an array");
  assert_null(record.details.names);
  read_with("\"names\": [\"a\"]", "names and refs differ in number");
  assert_null(record.details.names);
  read_with("\"names\": [\"a\", \"b\", \"c\"]", "names and refs differ in number");
  assert_null(record.details.names);
  read_with("\"names\": []", "names and refs differ in number");
}

static void names_go_with_a_reference_that_is_dropped(void **state)
{
  (void)state;
  dryad_line what;
  static const char dropped[] =
      "{\"address\": 1, \"type\": \"t\", \"size\": 2, \"refs\": [3, -4], \"names\": [\"a\", \"b\"]}";
  assert_int_equal(dryad_record_read(&record, &what, dropped, sizeof dropped - 1, &scratch, NULL), DRYAD_OK);
  assert_number(record.ref_count, 1);
  assert_null(record.details.names);
  assert_string_equal(record.problems[0], "a reference is not an address");
  assert_string_equal(record.problems[1], "names and refs differ in number");
  static const char shifted[] =
      "{\"address\": 1, \"type\": \"t\", \"size\": 2, \"refs\": [3, -4, 5], \"names\": [\"a\", \"b\"]}";
  assert_int_equal(dryad_record_read(&record, &what, shifted, sizeof shifted - 1, &scratch, NULL), DRYAD_OK);
  assert_number(record.ref_count, 2);
  assert_null(record.details.names);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(numbers_are_from_0_to_the_largest_signed),
      cmocka_unit_test(texts_are_strings),
      cmocka_unit_test(all_at_once_in_any_order),
      cmocka_unit_test(of_duplicate_keys_the_last_counts),
      cmocka_unit_test(a_root_is_a_string),
      cmocka_unit_test(sites_are_strings_with_something_in_them),
      cmocka_unit_test(of_many_sites_the_first_64_are_kept),
      cmocka_unit_test(there_is_a_name_or_null_for_each_reference),
      cmocka_unit_test(names_go_with_a_reference_that_is_dropped),
  };
  return cmocka_run_group_tests(tests, setup, teardown);
}
