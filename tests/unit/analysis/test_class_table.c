/* SPDX-License-Identifier: MIT */
/* Objects by class, against counting each class by itself and following dominators up from each object. */
#include "analysis/class_table.h"

#include "classed.h"

static const dryad_progress none = {0};

enum { MOST_OBJECTS = 80 };

typedef struct fixture {
  dryad_heap *heap;
  const dryad_graph *graph;
  const dryad_dominators *dominators;
  const dryad_classes *classes;
  dryad_class_table table;
} fixture;

static void set_up(fixture *f, dryad_heap *heap)
{
  f->heap = heap;
  f->graph = dryad_heap_graph(heap);
  assert_int_equal(dryad_heap_dominators(heap, &f->dominators, none, NULL), DRYAD_OK);
  assert_int_equal(dryad_heap_classes(heap, &f->classes, NULL), DRYAD_OK);
  assert_int_equal(dryad_class_table_init(&f->table, f->classes, f->dominators, none, NULL), DRYAD_OK);
}

static void tear_down(fixture *f)
{
  dryad_class_table_deinit(&f->table);
  dryad_class_table_deinit(&f->table);
  dryad_heap_free(f->heap);
}

static dryad_heap *random_heap(uint64_t *seed)
{
  static const char *const types[] = {"Node", "dict", "list", "Thing"};
  dump_text t = {0};
  const unsigned count = 1 + random_below(seed, MOST_OBJECTS - 1), kinds = 1 + random_below(seed, 4);
  const bool is_huge = chance(seed, 20);
  for (unsigned i = 0; i < count; i++) {
    const uint64_t size = is_huge ? random_bits(seed, 63) : random_below(seed, 100);
    text_add(&t, "{\"address\": %u, \"type\": \"%s\", \"size\": %llu, \"refs\": [%u", i,
             types[random_below(seed, kinds)], (unsigned long long)size, random_below(seed, count));
    if (chance(seed, 50)) text_add(&t, ", %u", random_below(seed, count));
    if (i + 1 < count && chance(seed, 70)) text_add(&t, ", %u", i + 1);
    text_add(&t, "]}\n");
  }
  dryad_heap *heap = load_raw(&t);
  text_free(&t);
  return heap;
}

/* ---- against an oracle -------------------------------------------------------------------------- */

static uint32_t class_of(const fixture *f, dryad_id id) { return dryad_class_number(f->classes, id); }

static uint64_t retained_of(const fixture *f, dryad_id id) { return dryad_dominators_retained(f->dominators, id); }

static bool is_topmost(const fixture *f, dryad_id id)
{
  for (dryad_id above = id; (above = dryad_dominators_parent(f->dominators, above)) != DRYAD_NONE;)
    if (class_of(f, above) == class_of(f, id)) return false;
  return true;
}

static void check_row(const fixture *f, const dryad_class_row *row)
{
  uint64_t count = 0, size = 0, retained = 0, most = 0;
  for (dryad_id id = 0; id < f->graph->count; id++) {
    if (class_of(f, id) != row->class) continue;
    count++;
    size = dryad_add_sizes(size, dryad_graph_size(f->graph, id));
    if (is_topmost(f, id)) retained = dryad_add_sizes(retained, retained_of(f, id));
    if (retained_of(f, id) > most) most = retained_of(f, id);
  }
  assert_number(row->count, count);
  assert_number(row->size, size);
  assert_number(row->retained, retained);
  assert_int_equal(class_of(f, row->largest), row->class);
  assert_number(retained_of(f, row->largest), most);
}

static void classes_of_random_heaps(void **state)
{
  (void)state;
  for (uint64_t seed = 1; seed < 200;) {
    uint64_t s = seed++, objects = 0;
    fixture f;
    set_up(&f, random_heap(&s));
    for (uint32_t i = 0; i < f.table.count; i++) {
      check_row(&f, &f.table.rows[i]);
      objects += f.table.rows[i].count;
    }
    assert_number(objects, f.graph->count); /* no class is missing, and none is there twice */
    tear_down(&f);
  }
}

/* ---- orders and names --------------------------------------------------------------------------- */

/* A list of 10 bytes with two strings of 100; a tuple of 30; two integers of 28 that it refers to. */
static const char few[] = "{\"address\": 1, \"type\": \"list\", \"size\": 10, \"refs\": [2, 3]}\n"
                          "{\"address\": 2, \"type\": \"str\", \"size\": 100, \"refs\": []}\n"
                          "{\"address\": 3, \"type\": \"str\", \"size\": 100, \"refs\": []}\n"
                          "{\"address\": 4, \"type\": \"tuple\", \"size\": 30, \"refs\": [5, 6, 7]}\n"
                          "{\"address\": 5, \"type\": \"int\", \"size\": 28, \"refs\": []}\n"
                          "{\"address\": 6, \"type\": \"int\", \"size\": 28, \"refs\": []}\n"
                          "{\"address\": 7, \"type\": \"int\", \"size\": 28, \"refs\": []}\n";

static void assert_names(const fixture *f, const char *expected)
{
  dump_text t = {0};
  for (uint32_t i = 0; i < f->table.count; i++) {
    const dryad_text name = dryad_class_name(f->classes, f->table.rows[i].class);
    text_add(&t, "%s%.*s", i ? " " : "", (int)name.length, name.data);
  }
  text_add(&t, "%c", '\0');
  assert_string_equal(t.data, expected);
  text_free(&t);
}

static void set_up_few(fixture *f)
{
  const dump_text t = text_of(few);
  set_up(f, load_raw(&t));
}

static void each_order(void **state)
{
  (void)state;
  fixture f;
  set_up_few(&f);
  dryad_class_table_sort(&f.table, f.classes, DRYAD_CLASSES_BY_RETAINED);
  assert_names(&f, "list str tuple int"); /* 210, 200, 114, 84 */
  dryad_class_table_sort(&f.table, f.classes, DRYAD_CLASSES_BY_SIZE);
  assert_names(&f, "str int tuple list"); /* 200, 84, 30, 10 */
  dryad_class_table_sort(&f.table, f.classes, DRYAD_CLASSES_BY_COUNT);
  assert_names(&f, "int str list tuple"); /* 3, 2, 1, 1 */
  dryad_class_table_sort(&f.table, f.classes, DRYAD_CLASSES_BY_NAME);
  assert_names(&f, "int list str tuple");
  tear_down(&f);
}

static void names_that_contain_a_text(void **state)
{
  (void)state;
  static const struct {
    const char *text, *names;
  } cases[] = {
      {"", "int list str tuple"}, {"t", "int list str tuple"}, {"ST", "list str"}, {"le", "tuple"}, {"tuples", ""}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    fixture f;
    set_up_few(&f);
    dryad_class_table_select(&f.table, f.classes, (dryad_text){cases[i].text, strlen(cases[i].text)});
    dryad_class_table_sort(&f.table, f.classes, DRYAD_CLASSES_BY_NAME);
    assert_names(&f, cases[i].names);
    tear_down(&f);
  }
}

/* ---- sizes -------------------------------------------------------------------------------------- */

static void a_chain_of_millions(void **state)
{
  (void)state;
  fixture f;
  set_up(&f, load_generated(write_chain, A_MILLION, NULL));
  assert_number(f.table.count, 1);
  assert_number(f.table.rows[0].count, A_MILLION);
  assert_number(f.table.rows[0].retained, f.table.rows[0].size);
  assert_number(f.table.rows[0].largest, 0);
  tear_down(&f);
}

static dryad_status count_classes(const dryad_heap *heap, dryad_progress progress, dryad_error *error)
{
  classed_apart a;
  dryad_class_table table;
  classed_apart_set_up(&a, heap);
  dryad_status status = dryad_class_table_init(&table, a.classes, a.dominators, progress, error);
  dryad_class_table_deinit(&table);
  classed_apart_tear_down(&a);
  return status;
}

static void counting_can_be_cancelled(void **state)
{
  (void)state;
  assert_cancellable(write_star, count_classes);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(classes_of_random_heaps),   cmocka_unit_test(each_order),
      cmocka_unit_test(names_that_contain_a_text), cmocka_unit_test(a_chain_of_millions),
      cmocka_unit_test(counting_can_be_cancelled),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
