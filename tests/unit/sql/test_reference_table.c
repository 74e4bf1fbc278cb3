/* SPDX-License-Identifier: MIT */
/* The table ref: its cells, look-ups, and changes. */
#include "sql.h"

static const char small[] =
    "{\"address\": 16, \"type\": \"list\", \"size\": 100, \"len\": 4, \"refs\": [32, 48, 32, 999]}\n"
    "{\"address\": 32, \"type\": \"str\", \"size\": 40, \"value\": \"key\", \"refs\": []}\n"
    "{\"address\": 48, \"type\": \"dict\", \"size\": 24, \"len\": 2, \"refs\": [32, 16, 48, 777]}\n"
    "{\"address\": 18446744073709551600, \"type\": \"tuple\", \"size\": 41, \"len\": 2, \"refs\": [999, 16]}\n";

static dryad_heap *load(const char *text)
{
  dump_text t = text_of(text);
  return load_raw(&t);
}

static void all_references_are_rows(void **state)
{
  (void)state;
  dryad_heap *heap = load(small);
  dryad_database *d = database_of(heap);
  assert_rows(d, "select * from ref order by parent",
              "-16|999\n-16|16\n16|32\n16|48\n16|32\n16|999\n48|32\n48|16\n48|48\n48|777\n");
  assert_rows(d, "select position, label from ref where parent = 16", "0|[0]\n1|[1]\n2|[2]\n3|[3]\n");
  assert_rows(d, "select label from ref where parent = 48 and position = 1", "['key']\n");
  assert_rows(d, "select count(*) from ref", "10\n");
  dryad_database_close(d);
  dryad_heap_free(heap);
}

static void references_are_found_by_each_end(void **state)
{
  (void)state;
  static const struct {
    const char *condition, *expected;
  } cases[] = {{"parent = 16", "16|32|0\n16|48|1\n16|32|2\n16|999|3\n"},
               {"child = 32", "16|32|0\n16|32|2\n48|32|0\n"},
               {"child = 999", "-16|999|0\n16|999|3\n"},
               {"child = 777", "48|777|3\n"},
               {"child = 778", ""},
               {"child = 16 and parent < 0", "-16|16|1\n"},
               {"child = 32 and parent = 16", "16|32|0\n16|32|2\n"},
               {"child = 32 and parent = 16 and position > 0", "16|32|2\n"},
               {"child = 777 and parent = 16", ""},
               {"child = 48 and parent = 48", "48|48|2\n"},
               {"parent = 16 and position = 3", "16|999|3\n"},
               {"parent = 16 and position = 4", ""},
               {"parent = 16 and position < 1.5", "16|32|0\n16|48|1\n"},
               {"parent = '16' and position = '1'", "16|48|1\n"},
               {"parent = 16.5", ""},
               {"parent = 999", ""},
               {"child = null", ""},
               {"parent > 16", "48|32|0\n48|16|1\n48|48|2\n48|777|3\n"},
               {"parent >= 16 and parent < 48 and position >= 2", "16|32|2\n16|999|3\n"},
               {"child in (48, 999, 48) and position = 1", "16|48|1\n"},
               {"position = 3", "16|999|3\n48|777|3\n"},
               {"position = -1", ""},
               {"parent in (48, -16) and child = 16", "-16|16|1\n48|16|1\n"}};
  dryad_heap *heap = load(small);
  dryad_database *d = database_of(heap);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char sql[200];
    snprintf(sql, sizeof sql, "select parent, child, position from ref where %s order by parent, position",
             cases[i].condition);
    assert_rows(d, sql, cases[i].expected);
  }
  dryad_database_close(d);
  dryad_heap_free(heap);
}

static void rows_come_in_the_order_of_children(void **state)
{
  (void)state;
  dryad_heap *heap = load("{\"address\": 16, \"type\": \"list\", \"refs\": [32, 18446744073709551600, 32, 9, 16]}\n"
                          "{\"address\": 32, \"type\": \"list\", \"refs\": [40, 32, 18446744073709551599]}\n"
                          "{\"address\": 18446744073709551600, \"type\": \"list\", \"refs\": [9, 32]}\n");
  dryad_database *d = database_of(heap);
  assert_rows(d, "select child, parent, position from ref order by child",
              "-17|32|2\n-16|16|1\n9|-16|0\n9|16|3\n16|16|4\n32|-16|1\n32|16|0\n32|16|2\n32|32|1\n40|32|0\n");
  assert_rows(d, "select child, parent, position from ref order by child desc, parent desc limit 5",
              "40|32|0\n32|32|1\n32|16|0\n32|16|2\n32|-16|1\n");
  assert_rows(d, "select child, count(*) from ref group by child", "-17|1\n-16|1\n9|2\n16|1\n32|4\n40|1\n");
  assert_rows(d, "select child, label from ref where child between 9 and 16 order by child, parent desc",
              "9|[3]\n9|[0]\n16|[4]\n");
  run(d, "delete from ref where child > 10 and child < 40");
  take_all(d, NULL);
  assert_rows(d, "select child from ref order by child", "-17\n-16\n9\n9\n40\n");
  dryad_database_close(d);
  dryad_heap_free(heap);
}

static void nothing_is_scanned_where_order_helps(void **state)
{
  (void)state;
  dryad_heap *heap = load(small);
  dryad_database *d = database_of(heap);
  assert_plan(d, "select * from ref where parent = 1", "INDEX 0:p=", NULL);
  assert_plan(d, "select * from ref where child = 1", "INDEX 1:c=", NULL);
  assert_plan(d, "select * from ref where child = 1 and parent = 2", "p=", NULL);
  assert_plan(d, "select * from ref where parent in (1, 2)", "INDEX 0:p=", NULL);
  assert_plan(d, "select * from ref where child in (select address from obj where type = 'str')",
              "INDEX 1:c=", "INDEX 0:\n");
  assert_plan(d, "select * from ref where parent in (select child from ref where parent = 16)", "p=", "INDEX 0:\n");
  assert_plan(d, "select * from ref order by parent desc", "INDEX 4:", "TEMP B-TREE");
  assert_plan(d, "select * from ref order by parent, position", "INDEX 0:", "TEMP B-TREE");
  assert_plan(d, "select parent, count(*) from ref group by parent", "INDEX 0:", "TEMP B-TREE");
  assert_plan(d, "select child, count(*) from ref group by child", "INDEX 1:", "TEMP B-TREE");
  assert_plan(d, "select * from ref order by child desc, parent, position", "INDEX 3:", "TEMP B-TREE");
  assert_plan(d, "select * from ref order by child, parent desc", "INDEX 5:", "TEMP B-TREE");
  assert_plan(d, "select * from ref where child > 1", "INDEX 1:c>", NULL);
  assert_plan(d, "select * from ref where parent = 1 order by child", "INDEX 0:p=", NULL);
  assert_plan(d, "select * from ref where child = 1 order by parent desc", "INDEX 5:c=", "TEMP B-TREE");
  assert_plan(d, "select * from ref order by position", "TEMP B-TREE", NULL);
  dryad_database_close(d);
  dryad_heap_free(heap);
}

/* A dict with many references, each object twice, queried for each of them repeatedly. */
static void members_of_large_objects_are_found(void **state)
{
  (void)state;
  enum { MEMBERS = 400 };
  dump_text t = {0};
  text_add(&t, "{\"address\": 1, \"type\": \"set\", \"size\": 1, \"refs\": [");
  for (int i = 0; i < 2 * MEMBERS; i++) text_add(&t, "%s%d", i ? ", " : "", 100 + i * 7 % MEMBERS);
  text_add(&t, ", 5000]}\n");
  for (int i = 0; i < MEMBERS; i++)
    text_add(&t, "{\"address\": %d, \"type\": \"int\", \"size\": 1, \"refs\": []}\n", 100 + i);
  dryad_heap *heap = load_raw(&t);
  dryad_database *d = database_of(heap);
  for (int round = 0; round < 3; round++) {
    assert_rows(d,
                "select count(*), sum(position) from obj join ref on child = address where parent = 1 and type = 'int'",
                "800|319600\n");
    assert_rows(d, "select position from ref where child = 107", "1\n401\n");
    assert_rows(d, "select position from ref where child = 5000", "800\n");
    assert_rows(d, "select count(*) from ref where child in (select address from obj where type = 'int')", "800\n");
    assert_rows(d, "select count(*) from ref where child = 1", "0\n");
  }
  dryad_database_close(d);
  dryad_heap_free(heap);
  text_free(&t);
}

/* ---- changing ----------------------------------------------------------------------------------- */

static void references_come_and_go(void **state)
{
  (void)state;
  dryad_heap *heap = load(small);
  dryad_database *d = database_of(heap);
  dryad_change_result result;
  run(d, "delete from ref where child = 32 and position = 0");
  assert_rows(d, "select count(*) from ref", "10\n");
  run(d, "delete from ref where child = 32 and position = 0");
  assert_number(take_all(d, &result), 1);
  assert_number(result.refs_gone, 2);
  assert_rows(d, "select parent, child from ref where parent > 0 order by parent",
              "16|48\n16|32\n16|999\n48|16\n48|48\n48|777\n");
  run(d, "insert into ref(parent, child) values (32, 16), (16, 12345), ('16', 16.0)");
  assert_number(take_all(d, &result), 1);
  assert_number(result.refs_come, 3);
  assert_rows(d, "select child from ref where parent = 16", "48\n32\n999\n12345\n16\n");
  assert_rows(d, "select parent from ref where child = 12345", "16\n");
  run(d, "delete from ref");
  take_all(d, &result);
  assert_rows(d, "select count(*) from ref", "0\n");
  dryad_database_close(d);
  dryad_heap_free(heap);
}

static void the_parent_0_pins(void **state)
{
  (void)state;
  dryad_heap *heap = load(small);
  dryad_database *d = database_of(heap);
  dryad_change_result result;
  const dryad_roots *roots;
  run(d, "insert into ref(parent, child) values (0, 32), (32, 48)");
  assert_number(take_all(d, &result), 2);
  assert_int_equal(dryad_heap_roots(heap, &roots, no_progress, NULL), DRYAD_OK);
  assert_int_equal(dryad_roots_reason(roots, dryad_graph_find(dryad_heap_graph(heap), 32)), DRYAD_ROOT_GIVEN);
  assert_rows(d, "select child from ref where parent = 32", "48\n");
  assert_rows(d, "select count(*) from ref where parent = 0", "0\n");
  dryad_database_close(d);
  dryad_heap_free(heap);
}

static void wrong_changes_are_refused(void **state)
{
  (void)state;
  dryad_heap *heap = load(small);
  dryad_database *d = database_of(heap);
  dryad_change_result result;
  assert_refused(d, "update ref set child = 5", DRYAD_ARGUMENT, "cannot be changed: delete it");
  assert_refused(d, "insert into ref(parent) values (16)", DRYAD_ARGUMENT, "two addresses: parent and child");
  assert_refused(d, "insert into ref(parent, child) values (16, 'x')", DRYAD_ARGUMENT, "two addresses");
  assert_refused(d, "insert into ref(parent, child) values (999, 16)", DRYAD_ARGUMENT, "no object at 999");
  assert_refused(d, "insert into ref(parent, child) values (0, 999)", DRYAD_ARGUMENT, "no object at 999");
  assert_refused(d, "insert into ref(parent, child, position) values (16, 32, 0)", DRYAD_ARGUMENT, "it is appended");
  assert_number(take_all(d, &result), 0);
  dryad_database_close(d);
  dryad_heap_free(heap);
}

int main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(all_references_are_rows),
                                     cmocka_unit_test(references_are_found_by_each_end),
                                     cmocka_unit_test(rows_come_in_the_order_of_children),
                                     cmocka_unit_test(nothing_is_scanned_where_order_helps),
                                     cmocka_unit_test(members_of_large_objects_are_found),
                                     cmocka_unit_test(references_come_and_go),
                                     cmocka_unit_test(the_parent_0_pins),
                                     cmocka_unit_test(wrong_changes_are_refused)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
