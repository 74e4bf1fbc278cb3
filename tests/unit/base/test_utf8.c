/* SPDX-License-Identifier: MIT */
/* UTF-8 by the table of well-formed sequences in the Unicode standard. */
#include "testing.h"

#include "base/utf8.h"

#define TEXT(literal) ((dryad_text){literal, sizeof(literal) - 1})

static void knows_well_formed_text(void **state)
{
  (void)state;
  assert_true(dryad_utf8_is_valid(TEXT("")));
  assert_true(dryad_utf8_is_valid(TEXT("a\0\x7f")));
  assert_true(dryad_utf8_is_valid(TEXT("\xc2\x80\xdf\xbf\xe0\xa0\x80\xef\xbf\xbf\xf0\x90\x80\x80\xf4\x8f\xbf\xbf")));
  assert_true(dryad_utf8_is_valid(TEXT("\xed\xa0\x80\xed\xbf\xbf"))); /* lone surrogates count */
}

/* Each but one byte away from what is well-formed. */
static void knows_ill_formed_text(void **state)
{
  (void)state;
  static const dryad_text wrong[] = {
      TEXT("\x80"),
      TEXT("\xc1\xbf"),
      TEXT("\xc2"),
      TEXT("\xc2\x7f"),
      TEXT("\xc2\xc0"),
      TEXT("\xe0\x9f\xbf"),
      TEXT("\xe1\x80"),
      TEXT("\xe1\x80\xc0"),
      TEXT("\xf0\x8f\xbf\xbf"),
      TEXT("\xf1\x80\x80"),
      TEXT("\xf1\x80\x80\x7f"),
      TEXT("\xf4\x90\x80\x80"),
      TEXT("\xf5\x80\x80\x80"),
      TEXT("\xff"),
      TEXT("good, then \xe9"),
  };
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
    if (dryad_utf8_is_valid(wrong[i])) fail_msg("text %zu was taken for well-formed", i);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(knows_well_formed_text),
      cmocka_unit_test(knows_ill_formed_text),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
