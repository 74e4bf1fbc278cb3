/* SPDX-License-Identifier: MIT */
/* Scanning numbers and plain text many bytes at a time, against byte by byte. */
#include "formats/json/scan.h"

#include "testing.h"

/* What follows the bytes under test may be anything. */
typedef struct window {
  char *bytes; /* of exactly the size that may be read */
  size_t length;
} window;

static window window_of(const char *bytes, size_t length, char rest)
{
  window w = {malloc(length + DRYAD_SCAN_AHEAD), length};
  assert_non_null(w.bytes);
  memcpy(w.bytes, bytes, length);
  memset(w.bytes + length, rest, DRYAD_SCAN_AHEAD);
  return w;
}

/* ---- numbers ------------------------------------------------------------------------------------ */

typedef bool (*scan)(const char **p, uint64_t *value);

static void check_number(scan number, const window *w)
{
  uint64_t expected = 0, value = 77;
  size_t digits = 0;
  const char *p = w->bytes;
  for (; digits < w->length && w->bytes[digits] >= '0' && w->bytes[digits] <= '9'; digits++)
    expected = expected * 10 + (uint64_t)(w->bytes[digits] - '0');
  bool is_number = digits > 0 && digits <= 18 && (digits == 1 || w->bytes[0] != '0');
  assert_int_equal(number(&p, &value), is_number);
  assert_ptr_equal(p, w->bytes + (is_number ? digits : 0));
  if (is_number) assert_number(value, expected);
}

static void check_both(const char *bytes, size_t length)
{
  window w = window_of(bytes, length, ',');
  check_number(dryad_scan_number, &w);
  check_number(dryad_scan_long_number, &w);
  free(w.bytes);
}

static void numbers_of_every_length(void **state)
{
  (void)state;
  uint64_t seed = 38;
  for (int round = 0; round < 40000; round++) {
    char bytes[40];
    size_t digits = random_below(&seed, 26), length = digits + random_below(&seed, 10);
    for (size_t i = 0; i < length; i++) bytes[i] = (char)random_next(&seed);
    for (size_t i = 0; i < digits; i++) bytes[i] = (char)('0' + random_below(&seed, 10));
    check_both(bytes, length);
  }
}

static void every_byte_after_every_number_of_digits(void **state)
{
  (void)state;
  for (size_t digits = 0; digits < 20; digits++) {
    for (unsigned byte = 0; byte < 256; byte++) {
      char bytes[32] = "9876543210987654321098765432101";
      bytes[digits] = (char)byte;
      check_both(bytes, sizeof bytes);
      bytes[0] = '0';
      check_both(bytes, sizeof bytes);
    }
  }
}

/* ---- plain text --------------------------------------------------------------------------------- */

static bool is_plain(char byte) { return byte >= 0x20 && byte != '"' && byte != '\\'; }

static void every_byte_at_every_place_of_plain_text(void **state)
{
  (void)state;
  for (size_t place = 0; place < 40; place++) {
    for (unsigned byte = 0; byte < 256; byte++) {
      char bytes[64];
      memset(bytes, 'x', sizeof bytes);
      bytes[place] = (char)byte;
      window w = window_of(bytes, 50, '"');
      assert_ptr_equal(dryad_scan_plain(w.bytes), w.bytes + (is_plain((char)byte) ? 50 : place));
      free(w.bytes);
    }
  }
}

static void random_text(void **state)
{
  (void)state;
  uint64_t seed = 39;
  for (int round = 0; round < 20000; round++) {
    char bytes[80];
    size_t length = random_below(&seed, sizeof bytes), end = 0;
    for (size_t i = 0; i < length; i++)
      bytes[i] = chance(&seed, 97) ? (char)(' ' + random_below(&seed, 95)) : (char)random_next(&seed);
    while (end < length && is_plain(bytes[end])) end++;
    window w = window_of(bytes, length, 0);
    assert_ptr_equal(dryad_scan_plain(w.bytes), w.bytes + end);
    free(w.bytes);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(numbers_of_every_length),
      cmocka_unit_test(every_byte_after_every_number_of_digits),
      cmocka_unit_test(every_byte_at_every_place_of_plain_text),
      cmocka_unit_test(random_text),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
