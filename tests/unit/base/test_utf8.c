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

/* Each is one byte away from well-formed. */
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

typedef struct row {
  unsigned char low[4], high[4];
  unsigned length;
} row;

/* Source: The Unicode Standard, table 3-7, but surrogates are allowed. */
static const row table[] = {
    {{0x00}, {0x7f}, 1},
    {{0xc2, 0x80}, {0xdf, 0xbf}, 2},
    {{0xe0, 0xa0, 0x80}, {0xe0, 0xbf, 0xbf}, 3},
    {{0xe1, 0x80, 0x80}, {0xef, 0xbf, 0xbf}, 3},
    {{0xf0, 0x90, 0x80, 0x80}, {0xf0, 0xbf, 0xbf, 0xbf}, 4},
    {{0xf1, 0x80, 0x80, 0x80}, {0xf3, 0xbf, 0xbf, 0xbf}, 4},
    {{0xf4, 0x80, 0x80, 0x80}, {0xf4, 0x8f, 0xbf, 0xbf}, 4},
};

/* The length of the sequence that these bytes begin with; 0: none. */
static unsigned length_by_table(const unsigned char *bytes, unsigned count)
{
  for (unsigned r = 0; r < sizeof table / sizeof *table; r++) {
    unsigned i = 0;
    while (i < table[r].length && i < count && bytes[i] >= table[r].low[i] && bytes[i] <= table[r].high[i]) i++;
    if (i == table[r].length) return i;
  }
  return 0;
}

/* The bytes at which some row begins or ends, and their neighbours. */
static void every_combination_of_bytes_at_an_edge(void **state)
{
  (void)state;
  static const unsigned char edges[] = {0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf,
                                        0xe0, 0xe1, 0xec, 0xed, 0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xff};
  enum { EDGES = sizeof edges };
  for (unsigned n = 0; n < EDGES * EDGES * EDGES * EDGES; n++) {
    const unsigned char bytes[] = {edges[n % EDGES], edges[n / EDGES % EDGES], edges[n / EDGES / EDGES % EDGES],
                                   edges[n / EDGES / EDGES / EDGES]};
    for (unsigned count = 1; count <= 4; count++) {
      bool is_valid;
      unsigned length = dryad_utf8_sequence(bytes, bytes + count, &is_valid);
      unsigned expected = length_by_table(bytes, count);
      if (is_valid != (expected > 0) || (is_valid && length != expected) || length == 0 || length > count)
        fail_msg("%02x %02x %02x %02x, of these %u: %u", bytes[0], bytes[1], bytes[2], bytes[3], count, length);
    }
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(knows_well_formed_text),
      cmocka_unit_test(knows_ill_formed_text),
      cmocka_unit_test(every_combination_of_bytes_at_an_edge),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
