/* SPDX-License-Identifier: MIT */
/* Text as Python writes it, and bytes as Latin-1. */
#include "runtime/python/python_text.h"

#include "base/latin1.h"
#include "testing.h"

static void assert_quoted(dryad_python_kind kind, const char *text, size_t length, const char *expected)
{
  char buffer[200];
  dryad_writer w = {.buffer = buffer, .capacity = sizeof buffer};
  dryad_put_quoted(&w, "", (dryad_text){text, length}, kind);
  buffer[w.written] = '\0';
  assert_string_equal(buffer, expected);
  assert_int_equal(w.needed, strlen(expected));
}

static void quotes_are_pythons_choice(void **state)
{
  (void)state;
  assert_quoted(DRYAD_PYTHON_TEXT, "", 0, "''");
  assert_quoted(DRYAD_PYTHON_TEXT, "it's", 4, "\"it's\"");
  assert_quoted(DRYAD_PYTHON_TEXT, "\"it's\"", 6, "'\"it\\'s\"'");
  assert_quoted(DRYAD_PYTHON_TEXT, "a\\\n\t\x01\x7f\0", 7, "'a\\\\\\n\\t\\x01\\x7f\\x00'");
}

static void what_is_not_printable_is_escaped(void **state)
{
  (void)state;
  static const char text[] = "é\xc2\xa0\xc2\x85€\xe2\x80\x8b\xed\xa0\x80😀\xf3\xa0\x80\x81\xff";
  assert_quoted(DRYAD_PYTHON_TEXT, text, sizeof text - 1, "'é\\xa0\\x85€\\u200b\\ud800😀\\U000e0001\\xff'");
  assert_quoted(DRYAD_PYTHON_ASCII, "é€😀", 9, "'\\xe9\\u20ac\\U0001f600'");
  assert_quoted(DRYAD_PYTHON_BYTES, "é", 2, "'\\xc3\\xa9'");
}

static void a_full_buffer_ends_with_a_whole_character(void **state)
{
  (void)state;
  char buffer[6];
  dryad_writer w = {.buffer = buffer, .capacity = sizeof buffer};
  dryad_put_quoted(&w, "u", (dryad_text){"a€b", 5}, DRYAD_PYTHON_TEXT);
  assert_int_equal(w.needed, 8);
  assert_int_equal(w.written, 3);
  assert_memory_equal(buffer, "u'a", 3);
  assert_true(w.is_full);
}

static void bytes_go_to_latin_1_and_back(void **state)
{
  (void)state;
  char bytes[256], text[512], back[512];
  size_t length = 0;
  for (int i = 0; i < 256; i++) bytes[i] = (char)i;
  assert_int_equal(dryad_latin1_length((dryad_text){bytes, 256}), 384);
  dryad_latin1_to_utf8(text, (dryad_text){bytes, 256});
  assert_memory_equal(text + 128, "\xc2\x80\xc2\x81", 4);
  assert_memory_equal(text + 382, "\xc3\xbf", 2);
  assert_true(dryad_latin1_from_utf8(back, &length, (dryad_text){text, 384}));
  assert_int_equal(length, 256);
  assert_memory_equal(back, bytes, 256);
  assert_false(dryad_latin1_from_utf8(back, &length, (dryad_text){"a\xc4\x80", 3}));
  assert_false(dryad_latin1_from_utf8(back, &length, (dryad_text){"\xff", 1}));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(quotes_are_pythons_choice), cmocka_unit_test(what_is_not_printable_is_escaped),
      cmocka_unit_test(a_full_buffer_ends_with_a_whole_character), cmocka_unit_test(bytes_go_to_latin_1_and_back)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
