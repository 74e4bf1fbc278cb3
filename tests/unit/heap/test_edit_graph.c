/* SPDX-License-Identifier: MIT */
/* Edits of graphs against the same edits of a plain list of objects. */
#include "heap/edit_graph.h"

#include "changes.h"
#include "generated.h"
#include "graph/graph.h"
#include "naive.h"
#include "same_graph.h"

/* ---- edits of a model --------------------------------------------------------------------------- */

enum { MOST_NEW = 6, MOST_PAIRS = 12 };

typedef struct plain_edit {
  uint64_t gone[MOST_PAIRS];
  uint64_t cut[MOST_PAIRS][2]; /* an address and a position */
  uint64_t refs[MOST_PAIRS][2];
  model_object come[MOST_NEW];
  unsigned gone_count, cut_count, ref_count, come_count;
  bool may_fail;
} plain_edit;

static bool is_gone(const plain_edit *e, uint64_t address)
{
  for (unsigned i = 0; i < e->gone_count; i++)
    if (e->gone[i] == address) return true;
  return false;
}

static bool is_cut(const plain_edit *e, uint64_t address, unsigned position)
{
  for (unsigned i = 0; i < e->cut_count; i++)
    if (e->cut[i][0] == address && e->cut[i][1] == position) return true;
  return false;
}

/* Applies the edit to the model by its rules; false: it is refused. */
static bool edit_model(model *after, const model *before, const plain_edit *e, dryad_change_result *expected)
{
  *after = (model){.count = 0};
  *expected = (dryad_change_result){.objects_come = e->come_count, .refs_come = e->ref_count};
  for (unsigned i = 0; i < before->count; i++) {
    const model_object *o = &before->objects[i];
    if (is_gone(e, o->address)) {
      expected->objects_gone++;
      expected->refs_gone += o->ref_count;
      continue;
    }
    model_object *kept = &after->objects[after->count++];
    *kept = *o;
    kept->ref_count = 0;
    for (unsigned r = 0; r < o->ref_count; r++)
      if (!is_cut(e, o->address, r)) model_refer(kept, o->refs[r]);
    expected->refs_gone += o->ref_count - kept->ref_count;
  }
  for (unsigned i = 0; i < e->come_count; i++) {
    if (model_find(after, e->come[i].address) < after->count) return false;
    after->objects[after->count++] = e->come[i];
  }
  for (unsigned i = 0; i < e->ref_count; i++) {
    unsigned parent = model_find(after, e->refs[i][0]);
    if (parent == after->count) return false;
    model_refer(&after->objects[parent], e->refs[i][1]);
  }
  assert_int_equal(model_settle(after), 0);
  return true;
}

/* ---- at random --------------------------------------------------------------------------------- */

static uint64_t any_address(uint64_t *seed, const model *m)
{
  if (chance(seed, 15)) return 8 * (uint64_t)random_below(seed, 110);
  return m->objects[random_below(seed, m->count)].address;
}

static model_object any_object(uint64_t *seed, uint64_t address)
{
  static const char *const types[] = {"list", "Thing", "new type", "another new type"};
  static const char *const values[] = {"", "1", "-7", "5000000000", "\"text\"", "\"\"", "\"other text\""};
  static const char *const names[] = {"", "", "some name", "text"};
  model_object o = {.address = address, .size = random_bits(seed, 40), .has_len = chance(seed, 50)};
  if (o.has_len) o.len = (int64_t)random_bits(seed, 40) - 1000;
  strcpy(o.type, types[random_below(seed, 4)]);
  strcpy(o.value, values[random_below(seed, 7)]);
  strcpy(o.name, names[random_below(seed, 4)]);
  return o;
}

static plain_edit random_edit(uint64_t *seed, const model *m)
{
  plain_edit e = {0};
  unsigned shape = random_below(seed, 4);
  if (shape != 0)
    for (unsigned n = random_below(seed, 6); n > 0; n--) e.gone[e.gone_count++] = any_address(seed, m);
  for (unsigned n = random_below(seed, 6); n > 0; n--, e.cut_count++) {
    e.cut[e.cut_count][0] = any_address(seed, m);
    e.cut[e.cut_count][1] = random_below(seed, 4);
  }
  for (unsigned n = shape < 2 ? 0 : random_below(seed, MOST_NEW); n > 0; n--) {
    bool returns = e.gone_count && chance(seed, 30);
    uint64_t address = returns ? e.gone[random_below(seed, e.gone_count)] : 8 * (uint64_t)random_below(seed, 110);
    e.come[e.come_count++] = any_object(seed, address);
  }
  for (unsigned n = random_below(seed, 6); n > 0; n--, e.ref_count++) {
    bool from_new = e.come_count && chance(seed, 50);
    e.refs[e.ref_count][0] =
        from_new ? e.come[random_below(seed, e.come_count)].address : m->objects[random_below(seed, m->count)].address;
    e.refs[e.ref_count][1] = any_address(seed, m);
  }
  return e;
}

static dryad_value value_from(const char *json)
{
  if (!*json) return (dryad_value){.kind = DRYAD_VALUE_NONE};
  if (*json == '"') return (dryad_value){.kind = DRYAD_VALUE_TEXT, .text = {json + 1, strlen(json) - 2}};
  return (dryad_value){.kind = DRYAD_VALUE_INTEGER, .integer = strtoll(json, NULL, 10)};
}

static dryad_change *change_from(const plain_edit *e)
{
  dryad_change *change = change_new(DRYAD_CHANGE_EDIT);
  for (unsigned i = 0; i < e->gone_count; i++) add_to(&change->objects, e->gone[i]);
  for (unsigned i = 0; i < e->cut_count; i++) add_pair(&change->refs, e->cut[i][0], e->cut[i][1]);
  for (unsigned i = 0; i < e->ref_count; i++) add_pair(&change->others, e->refs[i][0], e->refs[i][1]);
  for (unsigned i = 0; i < e->come_count; i++) {
    const model_object *o = &e->come[i];
    const dryad_new_object object = {.address = o->address,
                                     .size = o->size,
                                     .len = o->len,
                                     .has_len = o->has_len,
                                     .type = text_from(o->type),
                                     .name = *o->name ? text_from(o->name) : (dryad_text){NULL, 0},
                                     .value = value_from(o->value)};
    assert_true(dryad_change_add_object(change, &object));
  }
  return change;
}

/* ---- comparing --------------------------------------------------------------------------------- */

/* Like assert_graph_is, but allows dangling addresses that nothing refers to any more. */
static void assert_edited(const dryad_graph *g, const model *m)
{
  assert_number(dryad_graph_count(g), m->count);
  uint64_t size = 0, refs = 0, dangling = 0;
  for (unsigned i = 0; i < m->count; i++) {
    const model_object *o = &m->objects[i];
    int64_t len = 0;
    assert_number(dryad_graph_address(g, i), o->address);
    assert_text_is(dryad_graph_type_name(g, dryad_graph_type(g, i)), o->type);
    assert_number(dryad_graph_size(g, i), o->size);
    assert_int_equal(dryad_graph_len(g, i, &len), o->has_len);
    if (o->has_len) assert_true(len == o->len);
    assert_text_is(dryad_graph_name(g, i), o->name);
    assert_value_is(dryad_graph_value(g, i), o->value);
    dryad_ids children = dryad_graph_children(g, i), parents = dryad_graph_parents(g, i);
    assert_number(children.count, o->ref_count);
    for (unsigned r = 0; r < o->ref_count; r++) {
      assert_number(dryad_graph_address(g, children.ids[r]), o->refs[r]);
      bool is_there = model_find(m, o->refs[r]) < m->count;
      assert_int_equal(children.ids[r] < m->count, is_there);
      dangling += !is_there;
    }
    unsigned n = 0;
    for (unsigned parent = 0; parent < m->count; parent++)
      if (model_refers(&m->objects[parent], o->address)) assert_number(parents.ids[n++], parent);
    assert_number(parents.count, n);
    size = add_clamped(size, o->size);
    refs += o->ref_count;
  }
  assert_number(dryad_graph_total_size(g), size);
  assert_number(dryad_graph_ref_count(g), refs);
  assert_number(g->dangling_refs, dangling);
  for (uint32_t i = 1; i < g->missing; i++)
    assert_true(dryad_graph_address(g, g->count + i - 1) < dryad_graph_address(g, g->count + i));
  for (uint32_t i = 0; i < g->missing; i++)
    assert_number(dryad_graph_find(g, dryad_graph_address(g, g->count + i)), DRYAD_NONE);
}

static void assert_result(const dryad_change_result *actual, const dryad_change_result *expected)
{
  assert_number(actual->objects_gone, expected->objects_gone);
  assert_number(actual->objects_come, expected->objects_come);
  assert_number(actual->refs_gone, expected->refs_gone);
  assert_number(actual->refs_come, expected->refs_come);
  assert_number(actual->changed, 0);
}

static bool is_nothing(const dryad_change_result *r)
{
  return r->objects_gone + r->objects_come + r->refs_gone + r->refs_come == 0;
}

/* A sequence of edits, each of the previous result, then all undone. */
static void edits_do_to_graphs_what_they_do_to_a_list(void **state)
{
  (void)state;
  enum { EDITS = 6 };
  uint64_t seed = 1;
  unsigned refused = 0, nothing = 0;
  for (unsigned round = 0; round < 3000; round++) {
    model models[EDITS + 1];
    unsigned made = 0;
    models[0] = random_graph(&seed, 30);
    for (unsigned i = 0; i < models[0].count; i++) models[0].objects[i].size &= 0xffffffffff;
    dryad_heap *heap =
        model_load(&models[0], &(dryad_load_options){.size = sizeof(dryad_load_options), .raw = true, .threads = 1});
    model_settle(&models[0]);
    for (unsigned n = 0; n < EDITS && models[made].count > 0 && models[made].count < 36; n++) {
      plain_edit e = random_edit(&seed, &models[made]);
      dryad_change_result expected, result;
      bool can_be = edit_model(&models[made + 1], &models[made], &e, &expected);
      dryad_status status = dryad_heap_apply(heap, change_from(&e), NULL, &result, (dryad_progress){0}, NULL);
      assert_int_equal(status, can_be ? DRYAD_OK : DRYAD_ARGUMENT);
      if (can_be) assert_result(&result, &expected);
      refused += !can_be;
      nothing += can_be && is_nothing(&expected);
      if (can_be && !is_nothing(&expected)) made++;
      assert_number(dryad_heap_change_count(heap), made);
      assert_edited(dryad_heap_graph(heap), &models[made]);
      bool is_crowded = false;
      for (unsigned i = 0; i < models[made].count; i++) is_crowded |= models[made].objects[i].ref_count > 13;
      if (is_crowded) break;
    }
    for (; made > 0; made--) {
      assert_edited(dryad_heap_graph(heap), &models[made]);
      assert_true(dryad_heap_undo(heap));
    }
    assert_graph_is(dryad_heap_graph(heap), &models[0]);
    dryad_heap_free(heap);
  }
  assert_in_range(refused, 500, 9000);
  assert_in_range(nothing, 100, 9000);
}

/* ---- by hand ----------------------------------------------------------------------------------- */

static dryad_ids children_at(const dryad_heap *heap, uint64_t address)
{
  const dryad_graph *g = dryad_heap_graph(heap);
  return dryad_graph_children(g, dryad_graph_find(g, address));
}

/* Objects 0 .. 3, whose sizes are powers of two. */
static dryad_heap *load_four(void) { return load_sketch("module 1 2 1; list 3; list 3; str"); }

static void what_refers_to_an_object_that_went_dangles(void **state)
{
  (void)state;
  dryad_heap *heap = load_four();
  dryad_change_result result = apply_delete(heap, 1);
  const dryad_graph *g = dryad_heap_graph(heap);
  assert_number(result.objects_gone, 1);
  assert_number(result.refs_gone, 1);
  assert_int_equal(dryad_graph_count(g), 3);
  assert_int_equal(dryad_graph_missing(g), 1);
  dryad_ids children = children_at(heap, 0);
  assert_number(children.count, 3);
  assert_number(children.ids[0], 3);
  assert_number(dryad_graph_address(g, 3), 1);
  assert_number(dryad_graph_total_size(g), 1 + 4 + 8);
  dryad_heap_free(heap);
}

static void references_find_an_object_that_goes_and_comes_again(void **state)
{
  (void)state;
  dryad_heap *heap = load_four();
  dryad_change *change = change_new(DRYAD_CHANGE_EDIT);
  add_to(&change->objects, 3);
  add_new_object(change, 3, "other", 100);
  dryad_change_result result = apply(heap, change);
  const dryad_graph *g = dryad_heap_graph(heap);
  assert_true(result.objects_gone == 1 && result.objects_come == 1 && result.refs_gone == 0);
  assert_int_equal(dryad_graph_missing(g), 0);
  assert_number(children_at(heap, 1).ids[0], 3);
  assert_number(dryad_graph_size(g, 3), 100);
  assert_number(dryad_graph_parents(g, 3).count, 2);
  dryad_heap_free(heap);
}

static void an_object_that_comes_back_has_no_references_of_before(void **state)
{
  (void)state;
  dryad_heap *heap = load_four();
  dryad_change *change = change_new(DRYAD_CHANGE_EDIT);
  add_to(&change->objects, 0);
  add_new_object(change, 0, "module", 1);
  add_pair(&change->others, 0, 3);
  dryad_change_result result = apply(heap, change);
  assert_number(result.refs_gone, 3);
  dryad_ids children = children_at(heap, 0);
  assert_number(children.count, 1);
  assert_number(children.ids[0], 3);
  dryad_heap_free(heap);
}

static void a_dangling_reference_finds_its_object_when_it_comes(void **state)
{
  (void)state;
  dryad_heap *heap = load_sketch("list 9; list 1 9 8");
  dryad_change *change = change_new(DRYAD_CHANGE_EDIT);
  add_new_object(change, 9, "str", 7);
  apply(heap, change);
  const dryad_graph *g = dryad_heap_graph(heap);
  assert_int_equal(dryad_graph_count(g), 3);
  assert_int_equal(dryad_graph_missing(g), 1);
  assert_number(children_at(heap, 0).ids[0], 2);
  assert_number(dryad_graph_parents(g, 2).count, 2);
  assert_number(dryad_graph_address(g, children_at(heap, 1).ids[2]), 8);
  dryad_heap_free(heap);
}

static void references_come_behind_those_there_are_in_their_order(void **state)
{
  (void)state;
  dryad_heap *heap = load_four();
  dryad_change *change = change_new(DRYAD_CHANGE_EDIT);
  add_pair(&change->refs, 0, 1);
  add_pair(&change->refs, 0, 1);
  add_pair(&change->refs, 0, 3);
  add_pair(&change->others, 0, 3);
  add_pair(&change->others, 3, 0);
  add_pair(&change->others, 0, 2);
  add_pair(&change->others, 0, 3);
  dryad_change_result result = apply(heap, change);
  assert_true(result.refs_gone == 1 && result.refs_come == 4);
  const dryad_id expected[] = {1, 1, 3, 2, 3};
  assert_true(same_ids(children_at(heap, 0), (dryad_ids){expected, 5}));
  assert_true(same_ids(children_at(heap, 3), (dryad_ids){(const dryad_id[]){0}, 1}));
  dryad_heap_free(heap);
}

static void an_edit_of_references_shares_the_columns_of_objects(void **state)
{
  (void)state;
  dryad_heap *heap = load_four();
  const dryad_graph *before = dryad_heap_graph(heap);
  apply_new_ref(heap, 3, 0);
  const dryad_graph *after = dryad_heap_graph(heap);
  assert_ptr_equal(after->addresses, before->addresses);
  assert_ptr_equal(after->types, before->types);
  assert_ptr_equal(after->sizes, before->sizes);
  assert_ptr_equal(after->lens, before->lens);
  assert_ptr_equal(after->labels, before->labels);
  apply_new_ref(heap, 3, 77);
  assert_ptr_equal(dryad_heap_graph(heap)->types, before->types);
  assert_number(dryad_graph_address(dryad_heap_graph(heap), 4), 77);
  dryad_heap_free(heap);
}

static void check_refused(dryad_change *change, const char *text)
{
  dryad_heap *heap = load_four();
  dryad_error error = {0};
  dryad_change_result result;
  const dryad_graph *before = dryad_heap_graph(heap);
  assert_int_equal(dryad_heap_apply(heap, change, NULL, &result, (dryad_progress){0}, &error), DRYAD_ARGUMENT);
  assert_string_equal(error.text, text);
  assert_ptr_equal(dryad_heap_graph(heap), before);
  assert_false(dryad_heap_undo(heap));
  dryad_heap_free(heap);
}

static void an_object_where_one_is_already_is_refused(void **state)
{
  (void)state;
  dryad_change *change = change_new(DRYAD_CHANGE_EDIT);
  add_new_object(change, 2, "str", 1);
  check_refused(change, "there is an object at address 2 already");
}

static void two_objects_at_one_address_are_refused(void **state)
{
  (void)state;
  dryad_change *change = change_new(DRYAD_CHANGE_EDIT);
  add_new_object(change, 50, "str", 1);
  add_new_object(change, 40, "str", 1);
  add_new_object(change, 50, "list", 1);
  check_refused(change, "there is an object at address 50 already");
}

static void a_reference_from_nowhere_is_refused(void **state)
{
  (void)state;
  dryad_change *change = change_new(DRYAD_CHANGE_EDIT);
  add_to(&change->objects, 2);
  add_pair(&change->others, 2, 1);
  check_refused(change, "there is no object at address 2 to add a reference to");
}

static void everything_can_go(void **state)
{
  (void)state;
  dryad_heap *heap = load_four();
  dryad_change *change = change_new(DRYAD_CHANGE_EDIT);
  for (uint64_t address = 0; address < 4; address++) add_to(&change->objects, address);
  apply(heap, change);
  const dryad_graph *g = dryad_heap_graph(heap);
  assert_int_equal(dryad_graph_count(g), 0);
  assert_int_equal(dryad_graph_missing(g), 0);
  assert_number(dryad_graph_ref_count(g), 0);
  change = change_new(DRYAD_CHANGE_EDIT);
  add_new_object(change, 5, "str", 9);
  apply(heap, change);
  assert_number(dryad_graph_total_size(dryad_heap_graph(heap)), 9);
  dryad_heap_free(heap);
}

static void an_edit_of_nothing_that_is_there_changes_nothing(void **state)
{
  (void)state;
  dryad_heap *heap = load_four();
  dryad_change *change = change_new(DRYAD_CHANGE_EDIT);
  add_to(&change->objects, 99);
  add_pair(&change->refs, 99, 0);
  add_pair(&change->refs, 3, 0);
  uint64_t version = dryad_heap_revision(heap);
  apply(heap, change);
  assert_number(dryad_heap_revision(heap), version);
  assert_false(dryad_heap_undo(heap));
  dryad_heap_free(heap);
}

/* Sizes, lens and values too large for 32 bits, and of every kind. */
static void new_objects_are_as_large_as_they_were_told(void **state)
{
  (void)state;
  uint64_t seed = 5;
  char buffer[3][64];
  dryad_heap *heap = load_four();
  for (unsigned round = 0; round < 500; round++) {
    dryad_change *change = change_new(DRYAD_CHANGE_EDIT);
    dryad_new_object o = random_new_object(&seed, 100 + round, buffer);
    assert_true(dryad_change_add_object(change, &o));
    apply(heap, change);
    const dryad_graph *g = dryad_heap_graph(heap);
    dryad_id id = dryad_graph_find(g, o.address);
    int64_t len = 0;
    dryad_value value = dryad_graph_value(g, id);
    assert_true(same_text(dryad_graph_type_name(g, dryad_graph_type(g, id)), o.type));
    assert_number(dryad_graph_size(g, id), o.size);
    assert_int_equal(dryad_graph_len(g, id, &len), o.has_len);
    if (o.has_len) assert_true(len == o.len);
    assert_true(same_text(dryad_graph_name(g, id), o.name));
    assert_true(same_value(&value, &o.value));
  }
  dryad_heap_free(heap);
}

static dryad_status delete_every_other(const dryad_heap *heap, dryad_progress progress, dryad_error *error)
{
  const dryad_graph *g = dryad_heap_graph(heap);
  dryad_change *change = dryad_change_new(g->allocator, DRYAD_CHANGE_EDIT);
  dryad_change_result result;
  dryad_graph *edited;
  for (dryad_id id = 0; id < g->count; id += 2)
    assert_true(dryad_numbers_add(&change->objects, g->allocator, dryad_graph_address(g, id)));
  dryad_status status = dryad_graph_edited(&edited, g, change, &result, progress, error);
  if (!status) assert_number(dryad_graph_count(edited), g->count / 2);
  dryad_graph_release(edited);
  dryad_change_free(change);
  return status;
}

static void edits_can_be_cancelled(void **state)
{
  (void)state;
  assert_cancellable(write_chain, delete_every_other);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(edits_do_to_graphs_what_they_do_to_a_list),
      cmocka_unit_test(what_refers_to_an_object_that_went_dangles),
      cmocka_unit_test(references_find_an_object_that_goes_and_comes_again),
      cmocka_unit_test(an_object_that_comes_back_has_no_references_of_before),
      cmocka_unit_test(a_dangling_reference_finds_its_object_when_it_comes),
      cmocka_unit_test(references_come_behind_those_there_are_in_their_order),
      cmocka_unit_test(an_edit_of_references_shares_the_columns_of_objects),
      cmocka_unit_test(an_object_where_one_is_already_is_refused),
      cmocka_unit_test(two_objects_at_one_address_are_refused),
      cmocka_unit_test(a_reference_from_nowhere_is_refused),
      cmocka_unit_test(everything_can_go),
      cmocka_unit_test(an_edit_of_nothing_that_is_there_changes_nothing),
      cmocka_unit_test(new_objects_are_as_large_as_they_were_told),
      cmocka_unit_test(edits_can_be_cancelled),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
