/* SPDX-License-Identifier: MIT */
/* What a statement asks for in a few words beyond the limits is refused with a sentence, before it takes memory. */
#include "folder.h"
#include "sql.h"
#include "sql/connection.h"

#define MIB (1024 * 1024)

static void the_longest_blob_is_64_mib(void **state)
{
  (void)state;
  dryad_database *d = database_of(NULL);
  dryad_result *result;
  dryad_error error = {0};
  assert_rows(d, "select length(zeroblob(67108864))", "67108864\n");
  assert_int_equal(ask(d, "select length(zeroblob(67108865))", false, &result, no_progress, &error), DRYAD_LIMIT);
  assert_string_equal(error.text, "a text, a blob or the statement is larger than 64 MiB, the limit of SQL here");
  dryad_database_close(d);
}

static void few_words_take_little_memory(void **state)
{
  (void)state;
  static const char *const greedy[] = {
      "select hex(zeroblob(1000000000))", "select replace(hex(zeroblob(500000)), '0', hex(zeroblob(1000)))",
      "select group_concat(hex(zeroblob(1000000))) from (with recursive n(i) as (select 1 union all select i + 1 from "
      "n limit 1000) select i from n)",
      "with recursive r(x) as (select 'xxxxxxxx' union all select x || x from r) select max(length(x)) from r"};
  dryad_database *d = database_of(NULL);
  for (unsigned i = 0; i < sizeof greedy / sizeof *greedy; i++) {
    dryad_result *result;
    dryad_error error = {0};
    sqlite3_memory_highwater(true);
    dryad_status status = ask(d, greedy[i], false, &result, no_progress, &error);
    if (status != DRYAD_LIMIT || !strstr(error.text, "64 MiB")) fail_msg("%s: %d, %s", greedy[i], status, error.text);
    assert_true(sqlite3_memory_highwater(false) < 300 * MIB);
  }
  run(d, "select 1");
  dryad_database_close(d);
}

static void deep_expressions_are_refused(void **state)
{
  (void)state;
  dryad_database *d = database_of(NULL);
  dryad_result *result;
  dryad_error error = {0};
  dump_text t = {0};
  text_add(&t, "select 1");
  for (int i = 0; i < 100000; i++) text_add(&t, " + -(1)");
  text_add_bytes(&t, "", 1);
  assert_int_equal(ask(d, t.data, false, &result, no_progress, &error), DRYAD_ARGUMENT);
  assert_non_null(strstr(error.text, "maximum depth 500"));
  text_free(&t);
  dryad_database_close(d);
}

static void a_result_ends_before_memory_does(void **state)
{
  (void)state;
  static const char many[] = "with recursive n(i) as (select 1 union all select i + 1 from n limit 100) "
                             "select hex(zeroblob(500000 + i)) from n";
  dryad_database *d = database_of(NULL);
  dryad_result *result;
  dryad_error error = {0};
  mkdir("proc", 0700);
  put_file("proc/meminfo", "MemTotal: 1048576 kB\nMemAvailable: 1024 kB\n");
  d->memory_root = ".";
  assert_int_equal(ask(d, many, false, &result, no_progress, &error), DRYAD_LIMIT);
  assert_non_null(strstr(error.text, "the result does not fit in memory: its first "));
  put_file("proc/meminfo", "MemTotal: 1048576 kB\nMemAvailable: 524288 kB\n");
  assert_int_equal(ask(d, many, false, &result, no_progress, &error), DRYAD_OK);
  assert_number(dryad_result_row_count(result), 100);
  dryad_result_free(result);
  dryad_database_close(d);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_longest_blob_is_64_mib), cmocka_unit_test(few_words_take_little_memory),
      cmocka_unit_test(deep_expressions_are_refused),
      cmocka_unit_test_setup_teardown(a_result_ends_before_memory_does, folder_setup, folder_teardown)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
