/* SPDX-License-Identifier: MIT */
/* Cycles and their shapes against matrices of distances, and on a million of them. */
#include "analysis/cycles.h"

#include "generated.h"
#include "graph/graph.h"
#include "naive_roots.h"

static dryad_cycles find(const dryad_graph *g, dryad_ids objects, const dryad_cycle_type *types)
{
  dryad_cycles found;
  dryad_known_types known;
  dryad_known_types_init(&known, g);
  assert_int_equal(dryad_cycles_find(&found, g, &known, objects, types, none, NULL), DRYAD_OK);
  return found;
}

static const dryad_cycle_shape *shape_of(const dryad_cycles *found, uint64_t i)
{
  assert_true(i < found->count);
  return &((const dryad_cycle_shape *)found->shapes.data)[i];
}

static const dryad_cycle_step *step_of(const dryad_cycles *found, uint64_t shape, uint64_t i)
{
  assert_true(i < shape_of(found, shape)->step_count);
  return &((const dryad_cycle_step *)found->steps.data)[shape_of(found, shape)->first_step + i];
}

/* ---- against the naive search --------------------------------------------------------------------- */

/* The least number of references from an object back to itself, through `allowed`; 0: it is in no cycle. */
static unsigned distance_to_itself(const naive *n, unsigned id, uint64_t allowed)
{
  uint64_t found = 0, fresh = n->refs[id] & allowed;
  for (unsigned steps = 1; fresh; steps++) {
    uint64_t next = 0;
    if (has(fresh, id)) return steps;
    found |= fresh;
    FOR_EACH(from, fresh) next |= n->refs[from] & allowed;
    fresh = next & ~found;
  }
  return 0;
}

static void check_shape(const dryad_cycles *found, uint64_t i, const naive *n, uint64_t allowed)
{
  const dryad_cycle_shape *shape = shape_of(found, i);
  const dryad_id start = step_of(found, i, 0)->object;
  assert_true(has(allowed, start));
  assert_number(shape->length, distance_to_itself(n, start, allowed));
  assert_number(shape->step_count, shape->length < DRYAD_MOST_CYCLE_STEPS ? shape->length : DRYAD_MOST_CYCLE_STEPS);
  for (uint64_t k = 0; k < shape->step_count; k++) {
    const dryad_id next =
        k + 1 < shape->length ? k + 1 < shape->step_count ? step_of(found, i, k + 1)->object : DRYAD_NONE : start;
    if (next != DRYAD_NONE) assert_true(has(n->refs[step_of(found, i, k)->object], next));
  }
}

static void shapes_are_shortest_cycles_and_cover_all_objects_in_cycles(void **state)
{
  (void)state;
  static const dryad_cycle_type types[NAIVE_MOST] = {0};
  uint64_t seed = 52;
  unsigned shapes = 0;
  for (int round = 0; round < 5000; round++) {
    dryad_id ids[NAIVE_MOST];
    dryad_heap *heap = load_random_graph(&seed, 40);
    const dryad_graph *g = dryad_heap_graph(heap);
    naive n = naive_of(g);
    const dryad_ids objects = {ids, random_ids(&seed, g, ids, NAIVE_MOST)};
    const uint64_t allowed = naive_set(&n, objects);
    uint64_t in_cycles = 0, count = 0, size = 0, largest = UINT64_MAX;
    dryad_cycles found = find(g, objects, types);
    FOR_EACH(id, allowed) in_cycles |= distance_to_itself(&n, (unsigned)id, allowed) ? bit((unsigned)id) : 0;
    for (uint64_t i = 0; i < found.count; i++) {
      check_shape(&found, i, &n, allowed);
      assert_true(shape_of(&found, i)->size <= largest);
      largest = shape_of(&found, i)->size;
      count += shape_of(&found, i)->objects;
      size = add_clamped(size, shape_of(&found, i)->size);
    }
    assert_number(count, count_of(in_cycles));
    assert_number(size, naive_bytes(&n, in_cycles));
    shapes += (unsigned)found.count;
    dryad_cycles_deinit(&found);
    dryad_cycles_deinit(&found);
    dryad_heap_free(heap);
  }
  assert_true(shapes > 5000);
}

/* ---- by hand -------------------------------------------------------------------------------------- */

static uint32_t type_of(const dryad_graph *g, const char *name)
{
  const uint32_t type = dryad_graph_find_type(g, name, strlen(name));
  assert_true(type < NAIVE_MOST);
  return type;
}

/* All objects of a sketch; `last`: a type of lower rank, or NULL. */
static dryad_cycles find_in(const dryad_heap *heap, const char *last)
{
  const dryad_graph *g = dryad_heap_graph(heap);
  dryad_id ids[NAIVE_MOST];
  dryad_cycle_type types[NAIVE_MOST] = {0};
  for (dryad_id id = 0; id < dryad_graph_count(g); id++) ids[id] = id;
  if (last) types[type_of(g, last)].rank = 1;
  return find(g, (dryad_ids){ids, dryad_graph_count(g)}, types);
}

static void assert_start(const char *sketch, const char *last, dryad_id start)
{
  dryad_heap *heap = load_sketch(sketch);
  dryad_cycles found = find_in(heap, last);
  assert_number(found.count, 1);
  assert_number(step_of(&found, 0, 0)->object, start);
  dryad_cycles_deinit(&found);
  dryad_heap_free(heap);
}

static void a_cycle_starts_at_the_best_rank_then_the_rarest_type_then_the_first_name(void **state)
{
  (void)state;
  assert_start("A 1; B 0", NULL, 0);
  assert_start("A 1; B 0", "A", 1);
  assert_start("B 1; A 0", NULL, 1);
  assert_start("A 1; A 2; B 0", NULL, 2);
  assert_start("A 1; A 2; B 0", "B", 0);
  assert_start("AB 1; A 0", NULL, 1);
}

static void cycles_of_one_shape_are_counted_together(void **state)
{
  (void)state;
  /* Two of A and B, one of A and C, an A that refers to itself, and an A in none. */
  dryad_heap *heap = load_sketch("A 1; B 0; A 3; B 2; A 5; C 4; A 6; A 6");
  dryad_cycles found = find_in(heap, NULL);
  assert_number(found.count, 3);
  assert_number(shape_of(&found, 0)->cycles, 1);
  assert_number(shape_of(&found, 0)->size, 64);
  assert_number(shape_of(&found, 0)->length, 1);
  assert_number(shape_of(&found, 1)->size, 16 + 32);
  assert_number(shape_of(&found, 1)->length, 2);
  assert_number(shape_of(&found, 2)->cycles, 2);
  assert_number(shape_of(&found, 2)->objects, 4);
  assert_number(shape_of(&found, 2)->size, 1 + 2 + 4 + 8);
  dryad_cycles_deinit(&found);
  dryad_heap_free(heap);
}

static void items_are_alike_but_attributes_of_other_names_are_not(void **state)
{
  (void)state;
  static const char text[] = "{\"address\": 1, \"type\": \"str\", \"size\": 1, \"value\": \"x\", \"refs\": []}\n"
                             "{\"address\": 2, \"type\": \"str\", \"size\": 1, \"value\": \"y\", \"refs\": []}\n"
                             "{\"address\": 3, \"type\": \"type\", \"size\": 1, \"name\": \"A\", \"refs\": []}\n"
                             "{\"address\": 4, \"type\": \"A\", \"size\": 1, \"refs\": [1, 5, 3]}\n"
                             "{\"address\": 5, \"type\": \"list\", \"size\": 1, \"len\": 1, \"refs\": [4]}\n"
                             "{\"address\": 6, \"type\": \"A\", \"size\": 1, \"refs\": [1, 7, 3]}\n"
                             "{\"address\": 7, \"type\": \"list\", \"size\": 1, \"len\": 2, \"refs\": [1, 6]}\n"
                             "{\"address\": 8, \"type\": \"A\", \"size\": 1, \"refs\": [2, 9, 3]}\n"
                             "{\"address\": 9, \"type\": \"list\", \"size\": 1, \"len\": 1, \"refs\": [8]}\n";
  dump_text t = {0};
  text_add_bytes(&t, text, sizeof text - 1);
  dryad_heap *heap = load_raw(&t);
  text_free(&t);
  dryad_cycles found = find_in(heap, "list");
  assert_number(found.count, 2);
  assert_number(shape_of(&found, 0)->cycles, 2);
  assert_number(shape_of(&found, 1)->cycles, 1);
  assert_int_equal(step_of(&found, 0, 0)->edge.kind, DRYAD_EDGE_ATTRIBUTE);
  assert_int_equal(step_of(&found, 0, 1)->edge.kind, DRYAD_EDGE_ITEM);
  assert_number(step_of(&found, 0, 1)->object, step_of(&found, 0, 0)->object + 1);
  dryad_cycles_deinit(&found);
  dryad_heap_free(heap);
}

static void names_belong_to_the_shape_only_where_the_type_says_so(void **state)
{
  (void)state;
  static const char text[] = "{\"address\": 1, \"type\": \"f\", \"size\": 1, \"name\": \"a\", \"refs\": [1]}\n"
                             "{\"address\": 2, \"type\": \"f\", \"size\": 1, \"name\": \"b\", \"refs\": [2]}\n"
                             "{\"address\": 3, \"type\": \"f\", \"size\": 1, \"name\": \"b\", \"refs\": [3]}\n";
  static const dryad_id ids[] = {0, 1, 2};
  dump_text t = {0};
  text_add_bytes(&t, text, sizeof text - 1);
  dryad_heap *heap = load_raw(&t);
  text_free(&t);
  for (unsigned is_named = 0; is_named < 2; is_named++) {
    const dryad_cycle_type type = {.is_named = is_named};
    dryad_cycles found = find(dryad_heap_graph(heap), (dryad_ids){ids, 3}, &type);
    assert_number(found.count, is_named ? 2 : 1);
    assert_number(shape_of(&found, 0)->cycles, is_named ? 2 : 3);
    dryad_cycles_deinit(&found);
  }
  dryad_heap_free(heap);
}

/* ---- many ----------------------------------------------------------------------------------------- */

static dryad_status find_all(dryad_cycles *found, const dryad_heap *heap, dryad_progress progress, dryad_error *error)
{
  const dryad_graph *g = dryad_heap_graph(heap);
  const dryad_cycle_type type = {0};
  dryad_known_types known;
  dryad_known_types_init(&known, g);
  dryad_id *ids = calloc(dryad_graph_count(g), sizeof *ids);
  for (dryad_id id = 0; id < dryad_graph_count(g); id++) ids[id] = id;
  dryad_status status =
      dryad_cycles_find(found, g, &known, (dryad_ids){ids, dryad_graph_count(g)}, &type, progress, error);
  free(ids);
  return status;
}

static void assert_one_shape(write_piece write, uint64_t cycles, uint64_t length, uint64_t steps)
{
  dryad_heap *heap = load_generated(write, A_MILLION, NULL);
  dryad_cycles found;
  assert_int_equal(find_all(&found, heap, none, NULL), DRYAD_OK);
  assert_number(found.count, 1);
  assert_number(shape_of(&found, 0)->cycles, cycles);
  assert_number(shape_of(&found, 0)->length, length);
  assert_number(shape_of(&found, 0)->step_count, steps);
  dryad_cycles_deinit(&found);
  dryad_heap_free(heap);
}

static void millions(void **state)
{
  (void)state;
  assert_one_shape(write_pairs, A_MILLION / 2, 2, 2);
  assert_one_shape(write_lasso, 1, A_MILLION - 1, DRYAD_MOST_CYCLE_STEPS);
  assert_one_shape(write_star, 1, 1, 1);
}

static dryad_status find_cancellably(const dryad_heap *heap, dryad_progress progress, dryad_error *error)
{
  dryad_cycles found;
  dryad_status status = find_all(&found, heap, progress, error);
  if (status) assert_true(found.count == 0 && !found.shapes.data && !found.steps.data);
  dryad_cycles_deinit(&found);
  return status;
}

static void can_be_cancelled(void **state)
{
  (void)state;
  assert_cancellable(write_pairs, find_cancellably);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(shapes_are_shortest_cycles_and_cover_all_objects_in_cycles),
      cmocka_unit_test(a_cycle_starts_at_the_best_rank_then_the_rarest_type_then_the_first_name),
      cmocka_unit_test(cycles_of_one_shape_are_counted_together),
      cmocka_unit_test(items_are_alike_but_attributes_of_other_names_are_not),
      cmocka_unit_test(names_belong_to_the_shape_only_where_the_type_says_so),
      cmocka_unit_test(millions),
      cmocka_unit_test(can_be_cancelled),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
