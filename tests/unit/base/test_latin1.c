/* SPDX-License-Identifier: MIT */
/* Bytes as Latin-1, to UTF-8 and back. */
#include "testing.h"

#include "base/latin1.h"

#define TEXT(literal) ((dryad_text){literal, sizeof(literal) - 1})

static void every_byte_is_a_character(void **state)
{
  (void)state;
  char bytes[256], utf8[384], back[384];
  for (int i = 0; i < 256; i++) bytes[i] = (char)i;
  dryad_text text = {bytes, sizeof bytes};
  assert_int_equal(dryad_latin1_length(text), 128 + 2 * 128);
  dryad_latin1_to_utf8(utf8, text);
  assert_memory_equal(utf8 + 126, "\x7e\x7f\xc2\x80\xc2\x81", 6);
  assert_memory_equal(utf8 + sizeof utf8 - 4, "\xc3\xbe\xc3\xbf", 4);
  size_t length;
  assert_true(dryad_latin1_from_utf8(back, &length, (dryad_text){utf8, sizeof utf8}));
  assert_int_equal(length, sizeof bytes);
  assert_memory_equal(back, bytes, sizeof bytes);
}

static void nothing_is_beyond_u_00ff(void **state)
{
  (void)state;
  char back[8];
  size_t length;
  assert_false(dryad_latin1_from_utf8(back, &length, TEXT("\xc4\x80")));
  assert_false(dryad_latin1_from_utf8(back, &length, TEXT("a\xe9")));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_byte_is_a_character),
      cmocka_unit_test(nothing_is_beyond_u_00ff),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
