/* SPDX-License-Identifier: MIT */
/* The exact JSON written, in both dialects. */
#include "testing.h"

#include <math.h>

#include "formats/json/json_write.h"

#define TEXT(literal) ((dryad_text){literal, sizeof(literal) - 1})

static dryad_buffer buffer;

static int set_up(void **state)
{
  (void)state;
  buffer = (dryad_buffer){0};
  return 0;
}

static int tear_down(void **state)
{
  (void)state;
  dryad_buffer_deinit(&buffer);
  return 0;
}

/* The contents of the buffer, which is then emptied. */
static void assert_written(const char *expected)
{
  assert_true(dryad_buffer_append(&buffer, "", 1));
  assert_string_equal(buffer.data, expected);
  buffer.length = 0;
}

static void assert_string(dryad_text text, const char *standard, const char *dump)
{
  assert_true(dryad_json_put_string(&buffer, text, DRYAD_JSON_STANDARD));
  assert_written(standard);
  assert_true(dryad_json_put_string(&buffer, text, DRYAD_JSON_DUMP));
  assert_written(dump);
}

static void strings_are_escaped(void **state)
{
  (void)state;
  assert_string(TEXT(""), "\"\"", "\"\"");
  assert_string(TEXT("plain ~"), "\"plain ~\"", "\"plain ~\"");
  assert_string(TEXT("\"\\/"), "\"\\\"\\\\/\"", "\"\\\"\\\\\\/\"");
  assert_string(TEXT("\b\t\n\f\r"), "\"\\b\\t\\n\\f\\r\"", "\"\\u0008\\u0009\\u000a\\u000c\\u000d\"");
  assert_string(TEXT("\0\1\x0b\x0e\x1f\x7f"), "\"\\u0000\\u0001\\u000b\\u000e\\u001f\\u007f\"",
                "\"\\u0000\\u0001\\u000b\\u000e\\u001f\\u007f\"");
  assert_string(TEXT("\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"), "\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\"",
                "\"\\u00e9\\u20ac\\ud83d\\ude00\"");
}

static void no_markup_is_left_in_a_script(void **state)
{
  (void)state;
  assert_true(
      dryad_json_put_string(&buffer, TEXT("</script><!-- ]]> &amp; \"/\xe2\x80\xa8\xc3\xa9"), DRYAD_JSON_SCRIPT));
  assert_written("\"\\u003c/script\\u003e\\u003c!-- ]]\\u003e \\u0026amp; \\\"/\\u2028\xc3\xa9\"");
  assert_true(dryad_json_put_string(&buffer, TEXT("<\xe9>"), DRYAD_JSON_SCRIPT));
  assert_written("\"\\u003c\xc3\xa9\\u003e\"");
}

/* DEL, C1, a soft hyphen, bidirectional controls, separators, private use, a noncharacter and a tag. */
static void characters_that_do_not_show_are_escaped(void **state)
{
  (void)state;
  static const char hidden[] =
      "\"\\u007f\\u009b\\u00ad\\u202e\\u2066\\u2028\\u2029\\u200b\\ufeff\\ue000\\uffff\\udb40\\udc41\"";
  assert_string(TEXT("\x7f\xc2\x9b\u00ad\u202e\u2066\u2028\u2029\u200b\ufeff\ue000\uffff\U000e0041"), hidden, hidden);
  assert_true(dryad_json_put_string(&buffer, TEXT("\x9b\xa0\xad"), DRYAD_JSON_STANDARD));
  assert_written("\"\\u009b\u00a0\\u00ad\"");
}

static void text_that_is_not_utf8_stays_readable(void **state)
{
  (void)state;
  assert_string(TEXT("\xed\xa0\x80 \xc3\xa9"), "\"\\ud800 \xc3\xa9\"", "\"\\ud800 \\u00e9\"");
  assert_string(TEXT("\xc3\xa9 \xff\n"), "\"\xc3\x83\xc2\xa9 \xc3\xbf\\n\"", "\"\\u00e9 \\ufffd\\u000a\"");
}

static void bytes_are_one_escape_each(void **state)
{
  (void)state;
  assert_true(dryad_json_put_bytes(&buffer, TEXT("a/\n\x7f\x80\xc3\xa9\xff")));
  assert_written("\"a\\/\\u000a\\u007f\\u0080\\u00c3\\u00a9\\u00ff\"");
}

static void integers_are_exact(void **state)
{
  (void)state;
  assert_true(dryad_json_put_unsigned(&buffer, UINT64_MAX) && dryad_json_put_text(&buffer, ",") &&
              dryad_json_put_unsigned(&buffer, 0) && dryad_json_put_text(&buffer, ",") &&
              dryad_json_put_integer(&buffer, INT64_MIN) && dryad_json_put_text(&buffer, ",") &&
              dryad_json_put_integer(&buffer, INT64_MAX) && dryad_json_put_text(&buffer, ",") &&
              dryad_json_put_integer(&buffer, -1));
  assert_written("18446744073709551615,0,-9223372036854775808,9223372036854775807,-1");
}

static void floats_are_short_and_exact(void **state)
{
  (void)state;
  static const struct {
    double number;
    const char *standard, *dump;
  } cases[] = {
      {0.0, "0", "0.0"},
      {-0.0, "-0.0", "-0.0"},
      {1.0, "1", "1.0"},
      {-20.0, "-20", "-20.0"},
      {2.5, "2.5", "2.5"},
      {0.1, "0.1", "0.1"},
      {0.1 + 0.2, "0.30000000000000004", "0.30000000000000004"},
      {9007199254740992.0, "9007199254740992", "9007199254740992.0"},
      {1e16, "1e+16", "1e+16"},
      {5e-324, "5e-324", "5e-324"},
      {1.7976931348623157e308, "1.7976931348623157e+308", "1.7976931348623157e+308"},
      {INFINITY, "1e999", "1e999"},
      {-INFINITY, "-1e999", "-1e999"},
      {NAN, "null", "\"nan\""},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    assert_true(dryad_json_put_float(&buffer, cases[i].number, DRYAD_JSON_STANDARD));
    assert_written(cases[i].standard);
    assert_true(dryad_json_put_float(&buffer, cases[i].number, DRYAD_JSON_DUMP));
    assert_written(cases[i].dump);
  }
}

static void a_long_string_is_whole(void **state)
{
  (void)state;
  enum { LENGTH = 100000 };
  char *text = malloc(LENGTH);
  assert_non_null(text);
  memset(text, '"', LENGTH);
  assert_true(dryad_json_put_string(&buffer, (dryad_text){text, LENGTH}, DRYAD_JSON_STANDARD));
  assert_int_equal(buffer.length, 2 * LENGTH + 2);
  for (size_t i = 0; i < LENGTH; i++) assert_memory_equal(buffer.data + 1 + 2 * i, "\\\"", 2);
  free(text);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(strings_are_escaped, set_up, tear_down),
      cmocka_unit_test_setup_teardown(no_markup_is_left_in_a_script, set_up, tear_down),
      cmocka_unit_test_setup_teardown(characters_that_do_not_show_are_escaped, set_up, tear_down),
      cmocka_unit_test_setup_teardown(text_that_is_not_utf8_stays_readable, set_up, tear_down),
      cmocka_unit_test_setup_teardown(bytes_are_one_escape_each, set_up, tear_down),
      cmocka_unit_test_setup_teardown(integers_are_exact, set_up, tear_down),
      cmocka_unit_test_setup_teardown(floats_are_short_and_exact, set_up, tear_down),
      cmocka_unit_test_setup_teardown(a_long_string_is_whole, set_up, tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
