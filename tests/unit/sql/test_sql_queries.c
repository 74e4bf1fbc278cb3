/* SPDX-License-Identifier: MIT */
/* Random queries of heaps return the same as over plain SQLite tables with the same rows. */
#include "random_sql.h"

static void random_queries_give_what_plain_tables_give(void **state)
{
  (void)state;
  unsigned heaps = from_environment("DRYAD_TEST_HEAPS", 40), first = from_environment("DRYAD_TEST_FIRST", 1);
  for (unsigned number = first; number < first + heaps; number++) {
    uint64_t seed = number;
    dryad_heap *heap = odd_heap(&seed);
    dryad_database *database = database_of(heap);
    sqlite3 *plain = plain_open(database);
    for (unsigned i = 0; i < 100; i++) {
      dump_text t = {0};
      char about[40];
      bool is_ordered = make_query(&seed, &t);
      snprintf(about, sizeof about, "heap %u, query %u", number, i);
      assert_same_rows(database, plain, t.data, is_ordered, about);
      text_free(&t);
    }
    sqlite3_close(plain);
    dryad_database_close(database);
    dryad_heap_free(heap);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(random_queries_give_what_plain_tables_give)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
