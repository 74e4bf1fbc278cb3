/* SPDX-License-Identifier: MIT */
/* Stored rows. */
#include "sql/result.h"

#include "base/memory.h"
#include "failing.h"

static const dryad_allocator *const allocator = &dryad_default_allocator;

static dryad_result *make(uint32_t columns, const char *const *names)
{
  dryad_result *result;
  assert_int_equal(dryad_result_new(&result, columns, allocator, NULL), DRYAD_OK);
  for (uint32_t i = 0; i < columns; i++) assert_int_equal(dryad_result_name(result, names[i], NULL), DRYAD_OK);
  return result;
}

static void add_text(dryad_result *result, const char *data, size_t length)
{
  dryad_sql_value value = {.kind = DRYAD_SQL_TEXT, .text = {data, length}};
  assert_int_equal(dryad_result_add(result, &value, NULL), DRYAD_OK);
}

static void add_integer(dryad_result *result, int64_t number)
{
  dryad_sql_value value = {.kind = DRYAD_SQL_INTEGER, .integer = number};
  assert_int_equal(dryad_result_add(result, &value, NULL), DRYAD_OK);
}

static void cells_come_back_as_they_were(void **state)
{
  (void)state;
  dryad_result *result = make(5, (const char *const[]){"a", "", "count(*)", "a", "e"});
  dryad_sql_value null = {.kind = DRYAD_SQL_NULL}, real = {.kind = DRYAD_SQL_REAL, .real = -0.5};
  dryad_sql_value blob = {.kind = DRYAD_SQL_BLOB, .text = {"\0\xff", 2}};
  assert_int_equal(dryad_result_add(result, &null, NULL), DRYAD_OK);
  add_integer(result, INT64_MIN);
  assert_int_equal(dryad_result_add(result, &real, NULL), DRYAD_OK);
  add_text(result, "x\0y", 3);
  assert_int_equal(dryad_result_add(result, &blob, NULL), DRYAD_OK);
  assert_number(dryad_result_row_count(result), 1);
  assert_number(dryad_result_column_count(result), 5);
  assert_string_equal(dryad_result_column_name(result, 1), "");
  assert_string_equal(dryad_result_column_name(result, 2), "count(*)");
  assert_string_equal(dryad_result_column_name(result, 3), "a");
  assert_int_equal(dryad_result_cell(result, 0, 0).kind, DRYAD_SQL_NULL);
  assert_true(dryad_result_cell(result, 0, 1).integer == INT64_MIN);
  assert_true(dryad_result_cell(result, 0, 2).real == -0.5);
  dryad_sql_value text = dryad_result_cell(result, 0, 3), bytes = dryad_result_cell(result, 0, 4);
  assert_int_equal(text.kind, DRYAD_SQL_TEXT);
  assert_int_equal(text.text.length, 3);
  assert_memory_equal(text.text.data, "x\0y", 3);
  assert_int_equal(bytes.kind, DRYAD_SQL_BLOB);
  assert_int_equal(bytes.text.length, 2);
  assert_memory_equal(bytes.text.data, "\0\xff", 2);
  dryad_result_free(result);
}

static void a_text_that_repeats_below_is_kept_once(void **state)
{
  (void)state;
  dryad_result *result = make(2, (const char *const[]){"type", "n"});
  char text[1000];
  memset(text, 'x', sizeof text);
  for (int i = 0; i < 10000; i++) {
    add_text(result, text, sizeof text);
    add_integer(result, i);
  }
  assert_number(dryad_result_row_count(result), 10000);
  assert_true(dryad_result_bytes(result) < 16 * 2 * 10000 * 3 / 2 + 3000);
  for (uint64_t i = 0; i < 10000; i += 999) {
    assert_memory_equal(dryad_result_cell(result, i, 0).text.data, text, sizeof text);
    assert_number((uint64_t)dryad_result_cell(result, i, 1).integer, i);
  }
  dryad_result_free(result);
}

static void texts_of_other_columns_and_kinds_are_no_repetition(void **state)
{
  (void)state;
  dryad_result *result = make(2, (const char *const[]){"a", "b"});
  dryad_sql_value null = {.kind = DRYAD_SQL_NULL};
  add_text(result, "one", 3);
  add_text(result, "", 0);
  assert_int_equal(dryad_result_add(result, &null, NULL), DRYAD_OK);
  add_text(result, "one", 3);
  add_text(result, "two", 3);
  add_text(result, "on", 2);
  assert_memory_equal(dryad_result_cell(result, 0, 0).text.data, "one", 3);
  assert_int_equal(dryad_result_cell(result, 0, 1).text.length, 0);
  assert_memory_equal(dryad_result_cell(result, 1, 1).text.data, "one", 3);
  assert_memory_equal(dryad_result_cell(result, 2, 0).text.data, "two", 3);
  assert_memory_equal(dryad_result_cell(result, 2, 1).text.data, "on", 2);
  dryad_result_free(result);
}

static void a_result_without_columns_has_no_rows(void **state)
{
  (void)state;
  dryad_result *result = make(0, NULL);
  assert_number(dryad_result_row_count(result), 0);
  dryad_result_free(result);
  dryad_result_free(NULL);
}

/* Makes a result while memory runs out. */
static dryad_status make_with(const dryad_allocator *from)
{
  dryad_result *result;
  dryad_error error = {0};
  dryad_status status = dryad_result_new(&result, 1, from, &error);
  if (status) return status;
  status = dryad_result_name(result, "name", &error);
  for (int i = 0; i < 300 && !status; i++) {
    char text[16];
    dryad_sql_value value = {.kind = DRYAD_SQL_TEXT, .text = {text, (size_t)snprintf(text, sizeof text, "%d", i)}};
    status = dryad_result_add(result, &value, &error);
  }
  if (!status) assert_number(dryad_result_row_count(result), 300);
  if (status) assert_int_equal(error.status, status);
  dryad_result_free(result);
  return status;
}

static void every_failed_allocation_is_told(void **state)
{
  (void)state;
  dryad_status status = DRYAD_NO_MEMORY;
  for (uint64_t n = 1; status; n++) {
    failing f = {.fail_at = n};
    dryad_allocator from = {failing_resize, &f};
    status = make_with(&from);
    assert_true(status == DRYAD_OK || status == DRYAD_NO_MEMORY);
    assert_number((uint64_t)f.ledger.blocks, 0);
    assert_number((uint64_t)f.ledger.bytes, 0);
    assert_true(n < 1000);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(cells_come_back_as_they_were), cmocka_unit_test(a_text_that_repeats_below_is_kept_once),
      cmocka_unit_test(texts_of_other_columns_and_kinds_are_no_repetition),
      cmocka_unit_test(a_result_without_columns_has_no_rows), cmocka_unit_test(every_failed_allocation_is_told)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
