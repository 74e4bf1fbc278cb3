/* SPDX-License-Identifier: MIT */
/* Text made safe for a terminal, worked out by hand. tests/spec/text/printable_spec.lua compares the tables with those
   of Python. */
#include "testing.h"

#include <stdint.h>
#include <string.h>

#include "base/buffer.h"
#include "base/characters.h"
#include "base/printable.h"

#define TEXT(literal) ((dryad_text){literal, sizeof(literal) - 1})

static bool append(void *buffer, const char *bytes, size_t length)
{
  return dryad_buffer_append(buffer, bytes, length);
}

/* Also checks that a second time changes nothing. */
static void assert_printed(dryad_text text, dryad_text_form form, const char *expected)
{
  dryad_buffer once = {0}, twice = {0};
  assert_true(dryad_put_printable(text, form, append, &once));
  assert_int_equal(once.length, strlen(expected));
  assert_memory_equal(once.length ? once.data : "", expected, once.length);
  const dryad_text printed = {once.length ? once.data : "", once.length};
  assert_true(dryad_is_printable(printed, form));
  assert_true(dryad_put_printable(printed, form, append, &twice));
  assert_int_equal(twice.length, once.length);
  assert_int_equal(dryad_is_printable(text, form), text.length == once.length);
  dryad_buffer_deinit(&once);
  dryad_buffer_deinit(&twice);
}

static void keeps_what_shows(void **state)
{
  (void)state;
  assert_printed(TEXT(""), DRYAD_ONE_LINE, "");
  assert_printed(TEXT(" ~\\x1b"), DRYAD_ONE_LINE, " ~\\x1b");
  assert_printed(TEXT("Gr\xc3\xbc\xc3\x9f\x65 \xe6\x97\xa5\xf0\x9f\x90\x8d"), DRYAD_ONE_LINE,
                 "Gr\xc3\xbc\xc3\x9f\x65 \xe6\x97\xa5\xf0\x9f\x90\x8d");
}

static void escapes_controls(void **state)
{
  (void)state;
  assert_printed(TEXT("\0\1\b\r\33\x7f"), DRYAD_ONE_LINE, "\\x00\\x01\\x08\\x0d\\x1b\\x7f");
  assert_printed(TEXT("a\n\tb"), DRYAD_ONE_LINE, "a\\n\\tb");
  assert_printed(TEXT("a\n\tb\33"), DRYAD_ASCII_LINE, "a\\n\\tb\\x1b");
  assert_printed(TEXT("a\n\tb\r"), DRYAD_LINES, "a\n\tb\\x0d");
  assert_printed(TEXT("\xc2\x80\xc2\x9b\xc2\x9f\xc2\xa0"), DRYAD_LINES, "\\x80\\x9b\\x9f\xc2\xa0");
}

static void escapes_what_does_not_show(void **state)
{
  (void)state;
  assert_printed(TEXT("\xc2\xad\xcd\x8f\xd8\x9c"), DRYAD_LINES, "\\xad\\u034f\\u061c");
  assert_printed(TEXT("\xe2\x80\x8b\xe2\x80\x8f\xe2\x80\xa8\xe2\x80\xae"), DRYAD_LINES, "\\u200b\\u200f\\u2028\\u202e");
  assert_printed(TEXT("\xe2\x81\xa6\xe3\x85\xa4\xef\xb8\x8f\xef\xbb\xbf"), DRYAD_LINES, "\\u2066\\u3164\\ufe0f\\ufeff");
  assert_printed(TEXT("\xee\x80\x80\xef\xb7\x90\xef\xbf\xbf"), DRYAD_LINES, "\\ue000\\ufdd0\\uffff");
  assert_printed(TEXT("\xf0\x9f\xbf\xbe\xf3\xa0\x81\xbf\xf4\x8f\xbf\xbf"), DRYAD_LINES,
                 "\\U0001fffe\\U000e007f\\U0010ffff");
}

static void escapes_what_is_not_utf8(void **state)
{
  (void)state;
  assert_printed(TEXT("\x9b\xff"), DRYAD_LINES, "\\x9b\\xff");
  assert_printed(TEXT("\xe6\x97\xc3\xbc\xe6"), DRYAD_LINES, "\\xe6\\x97\xc3\xbc\\xe6");
  assert_printed(TEXT("\xc0\x9b\xf5\x80\x80\x80"), DRYAD_LINES, "\\xc0\\x9b\\xf5\\x80\\x80\\x80");
  assert_printed(TEXT("\xed\xb2\x9b"), DRYAD_LINES, "\\udc9b"); /* a lone surrogate */
}

#define ACUTE "\xcc\x81"

static void limits_combining_marks(void **state)
{
  (void)state;
  assert_printed(TEXT("e" ACUTE), DRYAD_ONE_LINE, "e" ACUTE);
  assert_printed(TEXT(ACUTE "e\n" ACUTE), DRYAD_LINES, "\\u0301e\n\\u0301");
  assert_printed(TEXT("\33" ACUTE), DRYAD_LINES, "\\x1b\\u0301"); /* not on the escape */
#define EIGHT ACUTE ACUTE ACUTE ACUTE ACUTE ACUTE ACUTE ACUTE
  assert_printed(TEXT("\xc3\xa9"
                      "e" ACUTE "\xe6\x97\xa5\xf0\x9f\x90\x8d\xff~"),
                 DRYAD_ASCII_LINE, "\\xe9e\\u0301\\u65e5\\U0001f40d\\xff~");
  assert_printed(TEXT("e" EIGHT "e" EIGHT), DRYAD_ONE_LINE, "e" EIGHT "e" EIGHT);
  assert_printed(TEXT("e" EIGHT ACUTE ACUTE "e"), DRYAD_ONE_LINE, "e" EIGHT "\\u0301\\u0301e");
}

static void keeps_only_its_own_styles(void **state)
{
  (void)state;
  const char styled[] = "\33[1ma\33[0m\33[2m\33[31m\33[36m";
  assert_printed(TEXT(styled), DRYAD_STYLED_LINES, styled);
  assert_printed(TEXT("\33[1m"), DRYAD_LINES, "\\x1b[1m");
  static const dryad_text others[] = {TEXT("\33[3m"),  TEXT("\33[30m"), TEXT("\33[37m"), TEXT("\33[41m"),
                                      TEXT("\33[m"),   TEXT("\33[11m"), TEXT("\33[31"),  TEXT("\33[1"),
                                      TEXT("\33[1;m"), TEXT("\33]0m"),  TEXT("\33[2J"),  TEXT("\33")};
  for (size_t i = 0; i < sizeof others / sizeof *others; i++)
    assert_false(dryad_is_printable(others[i], DRYAD_STYLED_LINES));
}

static bool take_three(void *context, const char *bytes, size_t length)
{
  size_t *calls = context;
  (void)bytes;
  (void)length;
  return ++*calls < 3;
}

static void stops_when_it_cannot_write(void **state)
{
  (void)state;
  size_t calls = 0;
  assert_false(dryad_put_printable(TEXT("a\1b\1c\1"), DRYAD_LINES, take_three, &calls));
  assert_int_equal(calls, 3);
}

static void counts_columns(void **state)
{
  (void)state;
  size_t taken;
  assert_int_equal(dryad_text_columns(TEXT("")), 0);
  assert_int_equal(dryad_text_columns(TEXT("abc")), 3);
  assert_int_equal(dryad_text_columns(TEXT("e" ACUTE "\xc3\xbc")), 2);
  assert_int_equal(dryad_text_columns(TEXT("\xe6\x97\xa5\xf0\x9f\x90\x8d")), 4);
  assert_int_equal(dryad_text_columns(TEXT("\xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab")), 2); /* conjoining Hangul */
  assert_int_equal(dryad_text_beginning(TEXT("e" ACUTE ACUTE "b"), 1, &taken), 5);
  assert_int_equal(taken, 1);
  assert_int_equal(dryad_text_beginning(TEXT("a\xe6\x97\xa5"), 2, &taken), 1);
  assert_int_equal(taken, 1);
  assert_int_equal(dryad_text_beginning(TEXT("a\xe6\x97\xa5"), 3, &taken), 4);
  assert_int_equal(taken, 3);
  assert_int_equal(dryad_text_beginning(TEXT("ab"), 0, &taken), 0);
  assert_int_equal(taken, 0);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(keeps_what_shows),           cmocka_unit_test(escapes_controls),
      cmocka_unit_test(escapes_what_does_not_show), cmocka_unit_test(escapes_what_is_not_utf8),
      cmocka_unit_test(limits_combining_marks),     cmocka_unit_test(keeps_only_its_own_styles),
      cmocka_unit_test(stops_when_it_cannot_write), cmocka_unit_test(counts_columns),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
