/* SPDX-License-Identifier: MIT */
#include "base/assert.h"

#include "dies.h"

static int evaluations;

static bool evaluate(bool result)
{
  evaluations++;
  return result;
}

#ifdef DRYAD_ASSERTIONS
static void fail_one(void) { DRYAD_ASSERT(evaluations == 77); }

static void a_condition_that_fails_is_said_and_aborts(void **state)
{
  (void)state;
  assert_mistake(fail_one, "test_assert.c:15: fail_one: evaluations == 77\n");
}

static void a_condition_that_holds_is_evaluated_once(void **state)
{
  (void)state;
  evaluations = 0;
  DRYAD_ASSERT(evaluate(true));
  assert_int_equal(evaluations, 1);
}
#else
static void without_assertions_nothing_is_evaluated(void **state)
{
  (void)state;
  evaluations = 0;
  DRYAD_ASSERT(evaluate(false));
  assert_int_equal(evaluations, 0);
}
#endif

static void a_slow_condition_is_evaluated_in_debug_builds_alone(void **state)
{
  (void)state;
  evaluations = 0;
  DRYAD_ASSERT_SLOW(evaluate(true));
#ifdef DRYAD_SLOW_ASSERTIONS
  assert_int_equal(evaluations, 1);
#else
  assert_int_equal(evaluations, 0);
#endif
}

int main(void)
{
  const struct CMUnitTest tests[] = {
#ifdef DRYAD_ASSERTIONS
      cmocka_unit_test(a_condition_that_fails_is_said_and_aborts),
      cmocka_unit_test(a_condition_that_holds_is_evaluated_once),
#else
      cmocka_unit_test(without_assertions_nothing_is_evaluated),
#endif
      cmocka_unit_test(a_slow_condition_is_evaluated_in_debug_builds_alone),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
