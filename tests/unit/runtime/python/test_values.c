/* SPDX-License-Identifier: MIT */
/* What values in a dump mean to Python. */
#include "labels.h"

static void assert_meaning(const char *dump, dryad_meaning expected)
{
  looked_at l = look_at(dump, true);
  dryad_meaning meaning = dryad_meaning_of(l.graph, &l.known, 0);
  if (meaning != expected) fail_msg("%s: %d, not %d", dump, (int)meaning, (int)expected);
  dryad_heap_free(l.heap);
}

static void bools_are_read_however_they_are_written(void **state)
{
  (void)state;
  assert_meaning(OBJECT(1, "bool", VALUE("true") NO_REFS), DRYAD_MEANS_TRUE);
  assert_meaning(OBJECT(1, "bool", VALUE("\"False\"") NO_REFS), DRYAD_MEANS_FALSE);
  assert_meaning(OBJECT(1, "bool", VALUE("\"True\"") NO_REFS), DRYAD_MEANS_TRUE);
  assert_meaning(OBJECT(1, "bool", VALUE("0") NO_REFS), DRYAD_MEANS_FALSE);
  assert_meaning(OBJECT(1, "bool", VALUE("1.5") NO_REFS), DRYAD_MEANS_OBJECT);
  assert_meaning(OBJECT(1, "bool", NO_REFS), DRYAD_MEANS_OBJECT);
}

static void numbers_and_text_are_their_values(void **state)
{
  (void)state;
  static const char *const types[] = {"str", "int", "unicode", "bytes", "long", "float"};
  for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
    char dump[200];
    snprintf(dump, sizeof dump, "{\"address\": 1, \"type\": \"%s\", \"size\": 1, \"value\": 5, \"refs\": []}\n",
             types[i]);
    assert_meaning(dump, DRYAD_MEANS_VALUE);
  }
  assert_meaning(OBJECT(1, "int", NO_REFS), DRYAD_MEANS_OBJECT);
  assert_meaning(OBJECT(1, "int", VALUE("null") NO_REFS), DRYAD_MEANS_OBJECT);
  assert_meaning(OBJECT(1, "frame", VALUE("\"run\"") NO_REFS), DRYAD_MEANS_OBJECT);
}

static void none_is_none_and_what_dangles_is_itself(void **state)
{
  (void)state;
  assert_meaning(OBJECT(1, "NoneType", NO_REFS), DRYAD_MEANS_NONE);
  looked_at l = look_at(OBJECT(1, "int", VALUE("1") REFS(901)), true);
  assert_int_equal(dryad_meaning_of(l.graph, &l.known, 1), DRYAD_MEANS_OBJECT);
  dryad_heap_free(l.heap);
}

static void strings_of_python_2_and_bytes_hold_bytes(void **state)
{
  (void)state;
  looked_at l = look_at(OBJECT(1, "int", NO_REFS), true);
  const dryad_text str = {"str", 3}, bytes = {"bytes", 5}, unicode = {"unicode", 7};
  assert_true(dryad_is_bytes_type(l.known.runtime, str, 2));
  assert_false(dryad_is_bytes_type(l.known.runtime, str, 3));
  assert_true(dryad_is_bytes_type(l.known.runtime, bytes, 2));
  assert_true(dryad_is_bytes_type(l.known.runtime, bytes, 3));
  assert_false(dryad_is_bytes_type(l.known.runtime, unicode, 2));
  dryad_heap_free(l.heap);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(bools_are_read_however_they_are_written),
      cmocka_unit_test(numbers_and_text_are_their_values),
      cmocka_unit_test(none_is_none_and_what_dangles_is_itself),
      cmocka_unit_test(strings_of_python_2_and_bytes_hold_bytes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
