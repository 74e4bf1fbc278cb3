/* SPDX-License-Identifier: MIT */
/* The exact CSV written, in both dialects. tests/spec/text/csv_spec.lua has the texts that look like formulas. */
#include "testing.h"

#include "formats/csv/csv_write.h"

#define TEXT(literal) ((dryad_text){literal, sizeof(literal) - 1})

static dryad_buffer buffer;
static uint64_t escapes;

static int set_up(void **state)
{
  (void)state;
  buffer = (dryad_buffer){0};
  escapes = 0;
  return 0;
}

static int tear_down(void **state)
{
  (void)state;
  dryad_buffer_deinit(&buffer);
  return 0;
}

/* The contents of the buffer, which is then emptied. */
static void assert_written(dryad_text expected)
{
  assert_int_equal(buffer.length, expected.length);
  assert_memory_equal(buffer.data, expected.data, expected.length);
  buffer.length = 0;
}

static void assert_field(dryad_text text, dryad_text plain, dryad_text excel)
{
  assert_true(dryad_csv_put_string(&buffer, text, DRYAD_CSV_PLAIN, &escapes));
  assert_written(plain);
  assert_true(dryad_csv_put_string(&buffer, text, DRYAD_CSV_EXCEL, &escapes));
  assert_written(excel);
}

static void texts_are_quoted_where_they_must_be(void **state)
{
  (void)state;
  assert_field(TEXT(""), TEXT("\"\""), TEXT("\"\""));
  assert_field(TEXT("a b'"), TEXT("a b'"), TEXT("a b'"));
  assert_field(TEXT("a,b"), TEXT("\"a,b\""), TEXT("\"a,b\""));
  assert_field(TEXT("\"\""), TEXT("\"\"\"\"\"\""), TEXT("\"\"\"\"\"\""));
  assert_field(TEXT("a;b"), TEXT("a;b"), TEXT("\"a;b\""));
  assert_field(TEXT("\r\n"), TEXT("\"\r\n\""), TEXT("\"'\r\n\""));
  assert_field(TEXT("\0\x1b"), TEXT("\0\x1b"), TEXT("\0\x1b"));
}

static void surrogates_are_escaped_and_counted(void **state)
{
  (void)state;
  assert_field(TEXT("\xed\xb2\x80\xf0\x9f\x98\x80\"\xed\xa0\x80"), TEXT("\"\\udc80\xf0\x9f\x98\x80\"\"\\ud800\""),
               TEXT("\"\\udc80\xf0\x9f\x98\x80\"\"\\ud800\""));
  assert_int_equal(escapes, 4);
  assert_field(TEXT("\xed\x9f\xbf\xee\x80\x80"), TEXT("\xed\x9f\xbf\xee\x80\x80"), TEXT("\xed\x9f\xbf\xee\x80\x80"));
  assert_field(TEXT("\xed\xa0\x80\xff"), TEXT("\u00ed\u00a0\xc2\x80\u00ff"), TEXT("\u00ed\u00a0\xc2\x80\u00ff"));
  assert_int_equal(escapes, 4);
}

static void a_row_is_never_an_empty_line(void **state)
{
  (void)state;
  assert_true(dryad_csv_end_row(&buffer, 0, DRYAD_CSV_PLAIN));
  assert_true(dryad_csv_put_integer(&buffer, INT64_MIN) && dryad_csv_put_separator(&buffer) &&
              dryad_csv_put_float(&buffer, -0.0));
  assert_true(dryad_csv_end_row(&buffer, 3, DRYAD_CSV_EXCEL));
  assert_written(TEXT("\"\"\n-9223372036854775808,-0.0\r\n"));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(texts_are_quoted_where_they_must_be, set_up, tear_down),
      cmocka_unit_test_setup_teardown(surrogates_are_escaped_and_counted, set_up, tear_down),
      cmocka_unit_test_setup_teardown(a_row_is_never_an_empty_line, set_up, tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
