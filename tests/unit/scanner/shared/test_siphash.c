/* SPDX-License-Identifier: MIT */
/* SipHash against the vectors of its authors. */
#include "testing.h"

#include "scanner/shared/siphash.h"

static uint8_t key[DRYAD_SIPHASH_KEY];
static uint8_t message[64];

static int set_up(void **state)
{
  (void)state;
  for (unsigned i = 0; i < sizeof key; i++) key[i] = (uint8_t)i;
  for (unsigned i = 0; i < sizeof message; i++) message[i] = (uint8_t)i;
  return 0;
}

/* The vector of the paper's appendix, and others that its authors' program prints. */
static void gives_what_its_authors_give(void **state)
{
  (void)state;
  assert_true(dryad_siphash(key, 0, message, 15) == 0xa129ca6149be45e5u);
  assert_true(dryad_siphash(key, 0, message, 0) == 0x726fdb47dd0e0e31u);
  assert_true(dryad_siphash(key, 0, message, 8) == 0x93f5f5799a932462u);
}

static void domains_differ(void **state)
{
  (void)state;
  assert_true(dryad_siphash(key, 's', message, 8) != dryad_siphash(key, 'b', message, 8));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(gives_what_its_authors_give),
      cmocka_unit_test(domains_differ),
  };
  return cmocka_run_group_tests(tests, set_up, NULL);
}
