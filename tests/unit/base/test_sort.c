/* SPDX-License-Identifier: MIT */
/* The radix sort against qsort with the position as a tie-break, which makes it stable. */
#include "base/sort.h"

#include "testing.h"

typedef struct pair {
  uint64_t key;
  uint32_t place;
} pair;

static int compare_pairs(const void *left, const void *right)
{
  const pair *a = left, *b = right;
  if (a->key != b->key) return a->key < b->key ? -1 : 1;
  return (a->place > b->place) - (a->place < b->place);
}

/* Ids that are not a permutation of the positions show that it moves the given ones. */
static uint32_t id_of(uint32_t place) { return place * 7 + 100; }

static void check(const uint64_t *keys, uint32_t count)
{
  pair *expected = calloc(count + 1, sizeof *expected);
  uint64_t *sorted = calloc(count + 1, sizeof *sorted);
  uint32_t *ids = calloc(count + 1, sizeof *ids);
  for (uint32_t i = 0; i < count; i++) {
    expected[i] = (pair){keys[i], i};
    sorted[i] = keys[i];
    ids[i] = id_of(i);
  }
  sorted[count] = 42;
  ids[count] = 43;
  qsort(expected, count, sizeof *expected, compare_pairs);
  assert_int_equal(dryad_sort(NULL, sorted, ids, count, NULL), DRYAD_OK);
  for (uint32_t i = 0; i < count; i++) {
    assert_number(sorted[i], expected[i].key);
    assert_int_equal(ids[i], id_of(expected[i].place));
  }
  assert_int_equal(sorted[count], 42);
  assert_int_equal(ids[count], 43);
  free(expected);
  free(sorted);
  free(ids);
}

static void random_keys(void **state)
{
  (void)state;
  enum { MOST = 3000 };
  static uint64_t keys[MOST];
  uint64_t seed = 6;
  for (int round = 0; round < 200; round++) {
    uint32_t count = random_below(&seed, round % 10 ? 40 : MOST);
    unsigned bits = 1 + random_below(&seed, 64), shift = random_below(&seed, 65 - bits);
    uint64_t constant = random_next(&seed) & ~(~UINT64_C(0) >> (64 - bits) << shift);
    for (uint32_t i = 0; i < count; i++) keys[i] = constant | (random_next(&seed) >> (64 - bits) << shift);
    check(keys, count);
  }
}

static void constant_and_few_keys(void **state)
{
  (void)state;
  uint64_t keys[1000];
  uint64_t seed = 7;
  for (uint32_t i = 0; i < 1000; i++) keys[i] = UINT64_MAX;
  check(keys, 1000);
  check(keys, 1);
  check(keys, 0);
  for (uint32_t i = 0; i < 1000; i++) keys[i] = random_below(&seed, 3) * UINT64_C(0x0100000000000001);
  check(keys, 1000);
}

static void sorted_and_reversed_keys(void **state)
{
  (void)state;
  uint64_t keys[1000];
  for (uint32_t i = 0; i < 1000; i++) keys[i] = i * UINT64_C(0x123456789);
  check(keys, 1000);
  for (uint32_t i = 0; i < 1000; i++) keys[i] = ~keys[i];
  check(keys, 1000);
}

/* An odd and an even number of digits that matter: the result is in the caller's arrays either way. */
static void each_number_of_digits(void **state)
{
  (void)state;
  uint64_t keys[300], seed = 8;
  for (unsigned digits = 1; digits <= 8; digits++) {
    for (uint32_t i = 0; i < 300; i++) keys[i] = random_next(&seed) >> (64 - 8 * digits);
    check(keys, 300);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(random_keys),
      cmocka_unit_test(constant_and_few_keys),
      cmocka_unit_test(sorted_and_reversed_keys),
      cmocka_unit_test(each_number_of_digits),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
