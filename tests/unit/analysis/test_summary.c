/* SPDX-License-Identifier: MIT */
/* Summaries against naive sums. */
#include <math.h>

#include "model.h"

static void check_row(const dryad_graph *g, const dryad_summary_row *row, const dryad_id *ids, uint64_t id_count)
{
  uint64_t count = 0, size = 0, max = 0;
  dryad_id max_id = DRYAD_NONE;
  for (uint64_t i = 0; i < id_count; i++) {
    if (ids[i] >= dryad_graph_count(g) || dryad_graph_type(g, ids[i]) != row->type) continue;
    uint64_t own = dryad_graph_size(g, ids[i]);
    count++;
    size += own;
    if (max_id == DRYAD_NONE || own > max || (own == max && ids[i] < max_id)) max = own, max_id = ids[i];
  }
  assert_true(count > 0);
  assert_number(row->count, count);
  assert_number(row->total_size, size);
  assert_number(row->max_size, max);
  assert_number(row->max_id, max_id);
  long double mean = (long double)size / (long double)count, squares = 0;
  for (uint64_t i = 0; i < id_count; i++) {
    if (ids[i] >= dryad_graph_count(g) || dryad_graph_type(g, ids[i]) != row->type) continue;
    long double distance = (long double)dryad_graph_size(g, ids[i]) - mean;
    squares += distance * distance;
  }
  double stddev = (double)sqrtl(squares / (long double)count);
  assert_true(fabs(row->average - (double)mean) <= 1e-9 * (double)mean);
  if (fabs(row->stddev - stddev) > 1e-9 * (stddev + 1)) fail_msg("stddev is %.17g, not %.17g", row->stddev, stddev);
}

static int compare_names(dryad_text a, dryad_text b)
{
  int order = memcmp(a.data, b.data, a.length < b.length ? a.length : b.length);
  return order ? order : (a.length > b.length) - (a.length < b.length);
}

static bool in_order(const dryad_graph *g, const dryad_summary_row *a, const dryad_summary_row *b)
{
  if (a->total_size != b->total_size) return a->total_size > b->total_size;
  if (a->count != b->count) return a->count > b->count;
  return compare_names(dryad_graph_type_name(g, a->type), dryad_graph_type_name(g, b->type)) < 0;
}

/* `ids` are the objects to be summarized. */
static void check(const dryad_summary *s, const dryad_graph *g, const dryad_id *ids, uint64_t id_count)
{
  uint64_t count = 0, size = 0;
  for (uint64_t i = 0; i < id_count; i++) {
    if (ids[i] >= dryad_graph_count(g)) continue;
    count++;
    size += dryad_graph_size(g, ids[i]);
  }
  assert_number(s->total_count, count);
  assert_number(s->total_size, size);
  for (uint32_t r = 0; r < s->row_count; r++) {
    check_row(g, &s->rows[r], ids, id_count);
    if (r > 0) assert_true(in_order(g, &s->rows[r - 1], &s->rows[r]));
    count -= s->rows[r].count;
  }
  assert_number(count, 0);
}

static model random_model(uint64_t *seed)
{
  static const char *const types[] = {"a", "aa", "b", "ab", "", "list", "dict"};
  model m = {.count = 0};
  unsigned count = 1 + random_below(seed, 40), bits = 1 + random_below(seed, 50);
  for (unsigned i = 0; i < count; i++) {
    model_object *o = model_add(&m, 8 * (i + 1), types[random_below(seed, 7)]);
    o->size = random_bits(seed, bits);
    for (unsigned refs = random_below(seed, 3); refs > 0; refs--) model_refer(o, 1 + random_next(seed) % 100);
  }
  return m;
}

static void random_objects_and_subsets(void **state)
{
  (void)state;
  uint64_t seed = 13;
  for (int round = 0; round < 1000; round++) {
    model m = random_model(&seed);
    dryad_heap *heap = model_load(&m, NULL);
    const dryad_graph *g = dryad_heap_graph(heap);
    dryad_id ids[100];
    dryad_summary *s;
    for (dryad_id id = 0; id < m.count; id++) ids[id] = id;
    assert_int_equal(dryad_summarize(&s, g, NULL, 0, NULL), DRYAD_OK);
    check(s, g, ids, m.count);
    dryad_summary_free(s);
    uint64_t count = random_below(&seed, 100);
    for (uint64_t i = 0; i < count; i++) ids[i] = random_below(&seed, dryad_graph_count(g) + dryad_graph_missing(g));
    assert_int_equal(dryad_summarize(&s, g, ids, count, NULL), DRYAD_OK);
    check(s, g, ids, count);
    dryad_summary_free(s);
    dryad_heap_free(heap);
  }
}

static dryad_heap *load_sizes(const uint64_t *sizes, unsigned count)
{
  model m = {.count = 0};
  for (unsigned i = 0; i < count; i++) model_add(&m, 100 - i, "str")->size = sizes[i];
  return model_load(&m, NULL);
}

static void values_worked_out_by_hand(void **state)
{
  (void)state;
  dryad_heap *heap = load_sizes((const uint64_t[]){2, 4, 4, 4, 5, 5, 7, 9}, 8);
  dryad_summary *s;
  assert_int_equal(dryad_summarize(&s, dryad_heap_graph(heap), NULL, 0, NULL), DRYAD_OK);
  assert_int_equal(s->row_count, 1);
  assert_number(s->total_size, 40);
  assert_true(s->rows[0].average == 5);
  assert_true(s->rows[0].stddev == 2);
  assert_number(s->rows[0].max_size, 9);
  assert_int_equal(s->rows[0].max_id, 0);
  dryad_summary_free(s);
  dryad_heap_free(heap);
}

static void large_sizes_that_hardly_differ_keep_their_deviation(void **state)
{
  (void)state;
  const uint64_t base = UINT64_C(3000000000000);
  dryad_heap *heap = load_sizes((const uint64_t[]){base, base + 2, base + 4}, 3);
  dryad_summary *s;
  assert_int_equal(dryad_summarize(&s, dryad_heap_graph(heap), NULL, 0, NULL), DRYAD_OK);
  assert_true(fabs(s->rows[0].stddev - 1.6329931618554521) < 1e-12);
  dryad_summary_free(s);
  dryad_heap_free(heap);
}

static void sizes_add_up_to_at_most_the_largest_signed_number(void **state)
{
  (void)state;
  dump_text t = {0};
  for (int i = 0; i < 3; i++)
    text_add(&t, "{\"address\": %d, \"type\": \"a\", \"size\": 9223372036854775807, \"refs\": []}\n", i);
  dryad_heap *heap = load_raw(&t);
  dryad_summary *s;
  assert_number(dryad_graph_total_size(dryad_heap_graph(heap)), INT64_MAX);
  assert_int_equal(dryad_summarize(&s, dryad_heap_graph(heap), NULL, 0, NULL), DRYAD_OK);
  assert_number(s->total_size, INT64_MAX);
  assert_number(s->rows[0].total_size, INT64_MAX);
  assert_number(s->rows[0].max_size, INT64_MAX);
  assert_int_equal(s->rows[0].max_id, 0);
  assert_number(s->total_count, 3);
  dryad_summary_free(s);
  dryad_heap_free(heap);
  text_free(&t);
}

static void of_no_objects_there_are_no_rows(void **state)
{
  (void)state;
  dryad_heap *heap = load_sizes((const uint64_t[]){1}, 1);
  dryad_summary *s;
  const dryad_id none = 0;
  assert_int_equal(dryad_summarize(&s, dryad_heap_graph(heap), &none, 0, NULL), DRYAD_OK);
  assert_int_equal(s->row_count, 0);
  assert_number(s->total_count, 0);
  assert_number(s->total_size, 0);
  dryad_summary_free(s);
  dryad_summary_free(NULL);
  dryad_heap_free(heap);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(random_objects_and_subsets),
      cmocka_unit_test(values_worked_out_by_hand),
      cmocka_unit_test(large_sizes_that_hardly_differ_keep_their_deviation),
      cmocka_unit_test(sizes_add_up_to_at_most_the_largest_signed_number),
      cmocka_unit_test(of_no_objects_there_are_no_rows),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
