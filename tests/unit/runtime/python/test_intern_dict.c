/* SPDX-License-Identifier: MIT */
/* Which dict holds the interned strings. */
#include "feed.h"
#include "runtime/runtime.h"

#define STRINGS                                                                                                        \
  "{\"address\": 1, \"type\": \"str\", \"refs\": []}\n"                                                                \
  "{\"address\": 2, \"type\": \"str\", \"refs\": []}\n"                                                                \
  "{\"address\": 3, \"type\": \"str\", \"refs\": []}\n"                                                                \
  "{\"address\": 4, \"type\": \"int\", \"refs\": []}\n"

/* `expected` is an address; 0: none. */
static void check(const char *dicts, uint64_t expected)
{
  dump_text t = {0};
  text_add(&t, "%s%s", STRINGS, dicts);
  dryad_heap *heap = load_raw(&t);
  const dryad_graph *g = dryad_heap_graph(heap);
  dryad_id found = dryad_intern_dict(g);
  assert_number(found == DRYAD_NONE ? 0 : dryad_graph_address(g, found), expected);
  dryad_heap_free(heap);
  text_free(&t);
}

static void the_largest_dict_of_strings_mapped_to_themselves(void **state)
{
  (void)state;
  check("{\"address\": 10, \"type\": \"dict\", \"refs\": [1, 1]}\n"
        "{\"address\": 11, \"type\": \"dict\", \"refs\": [1, 1, 2, 2]}\n"
        "{\"address\": 12, \"type\": \"dict\", \"refs\": [3, 3]}\n",
        11);
}

static void one_pair_that_is_not_so_is_enough_to_rule_a_dict_out(void **state)
{
  (void)state;
  check("{\"address\": 10, \"type\": \"dict\", \"refs\": [1, 1]}\n"
        "{\"address\": 11, \"type\": \"dict\", \"refs\": [1, 1, 2, 3]}\n" /* another value */
        "{\"address\": 12, \"type\": \"dict\", \"refs\": [1, 1, 4, 4]}\n" /* not a string */
        "{\"address\": 13, \"type\": \"dict\", \"refs\": [1, 1, 9, 9]}\n" /* not in the dump */
        "{\"address\": 14, \"type\": \"dict\", \"refs\": [1, 1, 2]}\n"    /* not a pair */
        "{\"address\": 15, \"type\": \"list\", \"refs\": [2, 2, 1, 1]}\n",
        10);
}

static void a_dict_that_is_referred_to_is_not_it(void **state)
{
  (void)state;
  check("{\"address\": 10, \"type\": \"dict\", \"refs\": [1, 1, 2, 2, 3, 3]}\n"
        "{\"address\": 11, \"type\": \"dict\", \"refs\": [1, 1]}\n"
        "{\"address\": 12, \"type\": \"list\", \"refs\": [10]}\n",
        11);
}

static void there_may_be_none(void **state)
{
  (void)state;
  check("", 0);
  check("{\"address\": 10, \"type\": \"dict\", \"refs\": []}\n", 0);
  check("{\"address\": 10, \"type\": \"dict\", \"refs\": [1, 2]}\n", 0);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_largest_dict_of_strings_mapped_to_themselves),
      cmocka_unit_test(one_pair_that_is_not_so_is_enough_to_rule_a_dict_out),
      cmocka_unit_test(a_dict_that_is_referred_to_is_not_it),
      cmocka_unit_test(there_may_be_none),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
