/* SPDX-License-Identifier: MIT */
/* Ranks of addresses against a sorted list of them. */
#include "graph/address_index.h"

#include "testing.h"

static int compare(const void *left, const void *right)
{
  uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
  return (a > b) - (a < b);
}

static bool is_among(const uint64_t *sorted, uint32_t count, uint64_t address)
{
  return bsearch(&address, sorted, count, sizeof address, compare) != NULL;
}

/* `addresses` may repeat. */
static void check(const uint64_t *addresses, uint32_t count)
{
  uint64_t *sorted = calloc(count + 1, sizeof *sorted), bits = 0;
  uint32_t distinct = 0;
  uint32_t *pages = calloc(count + 1, sizeof *pages);
  dryad_address_index index;
  for (uint32_t i = 0; i < count; i++) bits |= addresses[i];
  assert_true(dryad_address_index_init(&index, NULL, bits, 0));
  for (uint32_t i = 0; i < count; i++) {
    assert_int_equal(dryad_address_index_add(&index, addresses[i], &pages[i], NULL), DRYAD_OK);
    sorted[i] = addresses[i];
    distinct += pages[i] != DRYAD_NONE;
  }
  assert_int_equal(dryad_address_index_order(&index, NULL), DRYAD_OK);
  qsort(sorted, count, sizeof *sorted, compare);
  uint32_t rank = 0;
  for (uint32_t i = 0; i < count; i++) {
    if (i > 0 && sorted[i] == sorted[i - 1]) continue;
    assert_int_equal(dryad_address_index_rank(&index, sorted[i]), rank++);
  }
  assert_int_equal(distinct, rank);
  assert_int_equal(index.count, rank);
  for (uint32_t i = 0; i < count; i++) {
    if (pages[i] == DRYAD_NONE) continue;
    uint32_t by_page = dryad_address_index_rank_on(&index, pages[i], addresses[i]);
    assert_int_equal(by_page, dryad_address_index_rank(&index, addresses[i]));
  }
  for (uint32_t i = 0; i < count; i++) {
    const uint64_t near[] = {addresses[i] + 1, addresses[i] - 1, addresses[i] + 16, addresses[i] ^ UINT64_C(1) << 63};
    for (unsigned k = 0; k < 4; k++)
      if (!is_among(sorted, count, near[k])) assert_int_equal(dryad_address_index_rank(&index, near[k]), DRYAD_NONE);
  }
  dryad_address_index_deinit(&index);
  free(pages);
  free(sorted);
}

static void both_ends_of_the_address_space(void **state)
{
  (void)state;
  const uint64_t ends[] = {UINT64_MAX, 0, 1, UINT64_MAX - 1, UINT64_C(1) << 63, (UINT64_C(1) << 63) - 1, 0, UINT64_MAX};
  check(ends, 8);
  check(ends, 1);
  check(ends + 1, 1);
  const uint64_t aligned[] = {UINT64_MAX - 15, 0, UINT64_MAX - 31};
  check(aligned, 3);
}

static void no_address_at_all(void **state)
{
  (void)state;
  dryad_address_index index;
  assert_true(dryad_address_index_init(&index, NULL, 0, 0));
  assert_int_equal(dryad_address_index_order(&index, NULL), DRYAD_OK);
  assert_int_equal(dryad_address_index_rank(&index, 0), DRYAD_NONE);
  assert_int_equal(dryad_address_index_rank(&index, UINT64_MAX), DRYAD_NONE);
  dryad_address_index_deinit(&index);
}

static void random_addresses_sparse_and_dense(void **state)
{
  (void)state;
  enum { MOST = 20000 };
  static uint64_t addresses[MOST];
  uint64_t seed = 9;
  for (int round = 0; round < 120; round++) {
    uint32_t count = 1 + random_below(&seed, round % 20 ? 500 : MOST - 1);
    unsigned spread = 4 + random_below(&seed, 60), alignment = random_below(&seed, 7);
    uint64_t base = chance(&seed, 50) ? random_next(&seed) : 0;
    for (uint32_t i = 0; i < count; i++)
      addresses[i] = (base + (random_next(&seed) >> (64 - spread))) >> alignment << alignment;
    if (chance(&seed, 20)) addresses[random_below(&seed, count)] |= 1;
    check(addresses, count);
  }
}

static void a_page_is_full_from_its_first_to_its_last_place(void **state)
{
  (void)state;
  uint64_t addresses[3 * 512];
  for (unsigned shift = 0; shift < 5; shift++) {
    for (unsigned i = 0; i < 3 * 512; i++) addresses[i] = (uint64_t)(7 * 512 + (i * 5) % (3 * 512)) << shift;
    check(addresses, 3 * 512);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(both_ends_of_the_address_space),
      cmocka_unit_test(no_address_at_all),
      cmocka_unit_test(random_addresses_sparse_and_dense),
      cmocka_unit_test(a_page_is_full_from_its_first_to_its_last_place),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
