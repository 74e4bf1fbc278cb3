/* SPDX-License-Identifier: MIT */
#include "sql/error_place.h"

#include <string.h>

#include "base/error.h"
#include "testing.h"

static void check(const char *sql, int offset, const char *expected)
{
  dryad_error error;
  dryad_fail(&error, DRYAD_ARGUMENT, "wrong");
  dryad_error_place_show(&error, sql, strlen(sql), offset);
  assert_string_equal(error.text, expected);
}

static void the_line_is_shown_with_a_caret_below_the_place(void **state)
{
  (void)state;
  check("select x", 7, "wrong\n  select x\n         ^");
  check("x", 0, "wrong\n  x\n  ^");
  check("select\n  x,\n\ty\nfrom obj", 13, "wrong\n   y\n   ^");
  check("select 'ä\xe2\x82\xac', x", 16, "wrong\n  select 'ä\xe2\x82\xac', x\n               ^");
}

static void a_place_that_is_not_in_the_statement_is_not_shown(void **state)
{
  (void)state;
  check("select x", -1, "wrong");
  check("select x", 8, "wrong");
  check("", 0, "wrong");
  dryad_error_place_show(NULL, "select x", 8, 7);
}

static void a_long_line_is_cut_around_the_place_between_characters(void **state)
{
  (void)state;
  char sql[1001], expected[200];
  memset(sql, 'a', 500);
  memset(sql + 500, 'b', 500);
  sql[1000] = '\0';
  snprintf(expected, sizeof expected, "wrong\n  %.60s%.40s\n  %60s^", sql, sql + 500, "");
  check(sql, 500, expected);
  for (size_t i = 0; i < 1000; i += 2) memcpy(sql + i, "ä", 2);
  snprintf(expected, sizeof expected, "wrong\n  %.60s%.40s\n  %30s^", sql, sql, "");
  check(sql, 500, expected);
  memmove(sql + 1, sql, 999);
  sql[0] = 'x';
  check(sql, 501, expected);
  /* The text before is kept however little room is left. */
  dryad_error error;
  dryad_fail(&error, DRYAD_ARGUMENT, "%470s", "wrong");
  dryad_error_place_show(&error, "select x", 8, 7);
  assert_int_equal(strlen(error.text), sizeof error.text - 1);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_line_is_shown_with_a_caret_below_the_place),
      cmocka_unit_test(a_place_that_is_not_in_the_statement_is_not_shown),
      cmocka_unit_test(a_long_line_is_cut_around_the_place_between_characters),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
