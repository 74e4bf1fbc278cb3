/* SPDX-License-Identifier: MIT */
/* Filling a caller's error. */
#include "base/error.h"

#include "testing.h"

static void an_error_holds_its_text_cut_to_fit(void **state)
{
  (void)state;
  dryad_error error = {.line = 5, .offset = 6};
  char name[1000];
  memset(name, 'n', sizeof name - 1);
  name[sizeof name - 1] = 0;
  assert_int_equal(dryad_fail(&error, DRYAD_IO, "%s: %d", "file", 7), DRYAD_IO);
  assert_int_equal(error.status, DRYAD_IO);
  assert_string_equal(error.text, "file: 7");
  assert_number(error.line + error.offset, 0);
  assert_int_equal(dryad_fail(&error, DRYAD_LIMIT, "%s", name), DRYAD_LIMIT);
  assert_int_equal(strlen(error.text), sizeof error.text - 1);
  assert_memory_equal(error.text, name, sizeof error.text - 1);
}

static void nobody_needs_to_ask_for_it(void **state)
{
  (void)state;
  assert_int_equal(dryad_fail(NULL, DRYAD_FORMAT, "%s", "text"), DRYAD_FORMAT);
  assert_int_equal(dryad_fail_memory(NULL), DRYAD_NO_MEMORY);
  assert_int_equal(dryad_fail_cancelled(NULL), DRYAD_CANCELLED);
}

static void common_errors_have_one_text(void **state)
{
  (void)state;
  dryad_error error;
  assert_int_equal(dryad_fail_memory(&error), DRYAD_NO_MEMORY);
  assert_string_equal(error.text, "out of memory");
  assert_int_equal(dryad_fail_cancelled(&error), DRYAD_CANCELLED);
  assert_string_equal(error.text, "interrupted");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(an_error_holds_its_text_cut_to_fit),
      cmocka_unit_test(nobody_needs_to_ask_for_it),
      cmocka_unit_test(common_errors_have_one_text),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
