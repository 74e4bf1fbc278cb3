/* SPDX-License-Identifier: MIT */
/* Collapsing against the rules of collapse_rules.h, applied naively to a list of objects. */
#include "graph/graph.h"
#include "model.h"
#include "same_graph.h"

/* ---- the rules ---------------------------------------------------------------------------------- */

static const model_object *object_at(const model *m, uint64_t address)
{
  unsigned i = model_find(m, address);
  return i < m->count ? &m->objects[i] : NULL;
}

static bool is_type(const model_object *o, const char *type) { return o && strcmp(o->type, type) == 0; }

static bool may_take_over(const model_object *o)
{
  static const char *const excluded[] = {
      "str", "dict", "tuple", "list", "type", "function", "wrapper_descriptor", "code", "classobj", "int", "weakref"};
  for (unsigned i = 0; i < sizeof excluded / sizeof *excluded; i++)
    if (is_type(o, excluded[i])) return false;
  return true;
}

/* The position among o's references of the dict that rule 1, 2 or 3 folds into it; -1: none. */
static int dict_place(const model *m, const model_object *o)
{
  const model_object *first = o->ref_count > 0 ? object_at(m, o->refs[0]) : NULL;
  const model_object *second = o->ref_count > 1 ? object_at(m, o->refs[1]) : NULL;
  if (!may_take_over(o)) return -1;
  if (is_type(o, "module") && o->ref_count == 1) return is_type(first, "dict") ? 0 : -1;
  if (o->ref_count != 2) return -1;
  if (is_type(first, "dict") && second && (is_type(second, "type") || strcmp(second->name, o->type) == 0)) return 0;
  return is_type(o, "instance") && is_type(first, "classobj") && is_type(second, "dict") ? 1 : -1;
}

/* The only object that it can be folded into, or NULL. */
static const model_object *owner_of(const model *m, const model_object *dict)
{
  const model_object *owner = NULL;
  for (unsigned i = 0; i < m->count; i++) {
    const model_object *o = &m->objects[i];
    int place = dict_place(m, o);
    if (place < 0 || o->refs[place] != dict->address) continue;
    if (owner) return NULL;
    owner = o;
  }
  return owner;
}

static model collapse(const model *before, unsigned *collapsed)
{
  model after = {.count = 0};
  *collapsed = 0;
  for (unsigned i = 0; i < before->count; i++) {
    const model_object *o = &before->objects[i];
    if (owner_of(before, o)) {
      ++*collapsed;
      continue;
    }
    model_object *copy = &after.objects[after.count++];
    *copy = *o;
    int place = dict_place(before, o);
    const model_object *dict = place < 0 ? NULL : object_at(before, o->refs[place]);
    if (!dict || owner_of(before, dict) != o) continue;
    copy->size += dict->size;
    memcpy(copy->refs, dict->refs, sizeof dict->refs);
    copy->ref_count = dict->ref_count;
    if (o->ref_count == 2) model_refer(copy, o->refs[1 - place]);
    const model_object *class = place == 1 ? object_at(before, o->refs[0]) : NULL;
    if (class && *class->name) strcpy(copy->type, class->name);
  }
  for (unsigned i = 0; i < after.count; i++) {
    for (unsigned r = 0; r < after.objects[i].ref_count; r++) {
      const model_object *to = object_at(before, after.objects[i].refs[r]);
      const model_object *owner = to ? owner_of(before, to) : NULL;
      if (owner) after.objects[i].refs[r] = owner->address;
    }
  }
  return after;
}

/* ---- random objects ----------------------------------------------------------------------------- */

static uint64_t pick(const model *m, uint64_t *seed, const char *type)
{
  for (int attempt = 0; attempt < 10; attempt++) {
    const model_object *o = &m->objects[random_below(seed, m->count)];
    if (!type || is_type(o, type)) return o->address;
  }
  return 7;
}

static void refer_at_random(model *m, model_object *o, uint64_t *seed)
{
  bool well_formed = chance(seed, 80);
  if (well_formed && is_type(o, "module")) {
    model_refer(o, pick(m, seed, "dict"));
  } else if (well_formed && is_type(o, "instance")) {
    model_refer(o, pick(m, seed, "classobj"));
    model_refer(o, pick(m, seed, "dict"));
  } else if (well_formed && !is_type(o, "dict")) {
    model_refer(o, pick(m, seed, "dict"));
    model_refer(o, pick(m, seed, chance(seed, 60) ? "type" : NULL));
  } else {
    for (unsigned refs = random_below(seed, 5); refs > 0; refs--) model_refer(o, pick(m, seed, NULL));
  }
  if (chance(seed, 5) && o->ref_count) o->refs[random_below(seed, o->ref_count)] = 3;
}

static model random_model(uint64_t *seed)
{
  static const char *const types[] = {
      "module",   "dict", "dict",  "dict", "dict", "instance", "type", "Foo", "Foo",     "Bar",
      "classobj", "str",  "tuple", "list", "Meta", "function", "code", "int", "weakref", "wrapper_descriptor"};
  static const char *const names[] = {"", "", "Foo", "Bar", "instance", "module", "Meta", "dict"};
  model m = {.count = 0};
  unsigned count = 2 + random_below(seed, 22);
  for (unsigned i = 0; i < count; i++) {
    uint64_t address = 1000 + 8 * (uint64_t)random_below(seed, 60);
    if (model_find(&m, address) < m.count) continue;
    model_object *o = model_add(&m, address, types[random_below(seed, sizeof types / sizeof *types)]);
    o->size = random_bits(seed, chance(seed, 5) ? 40 : 10);
    strcpy(o->name, names[random_below(seed, sizeof names / sizeof *names)]);
    if (chance(seed, 20)) o->has_len = true, o->len = random_below(seed, 99);
  }
  for (unsigned i = 0; i < m.count; i++) refer_at_random(&m, &m.objects[i], seed);
  return m;
}

static void assert_same(const dryad_graph *a, const dryad_graph *b)
{
  const char *difference = graph_difference(a, b);
  if (difference) fail_msg("%s differs", difference);
}

static void random_objects_loaded_and_collapsed_later(void **state)
{
  (void)state;
  uint64_t seed = 12;
  unsigned total = 0, contested = 0;
  for (int round = 0; round < 3000; round++) {
    model raw = random_model(&seed);
    dryad_heap *loaded = model_load(
        &raw, &(dryad_load_options){.size = sizeof(dryad_load_options), .threads = 1 + random_below(&seed, 2)});
    dryad_heap *later =
        model_load(&raw, &(dryad_load_options){.size = sizeof(dryad_load_options), .raw = true, .threads = 1});
    model_settle(&raw);
    unsigned expected;
    uint64_t collapsed = 99;
    model after = collapse(&raw, &expected);
    assert_graph_is(dryad_heap_graph(later), &raw);
    assert_int_equal(dryad_heap_collapse(later, &collapsed, (dryad_progress){0}, NULL), DRYAD_OK);
    assert_number(collapsed, expected);
    assert_graph_is(dryad_heap_graph(later), &after);
    assert_graph_is(dryad_heap_graph(loaded), &after);
    assert_number(dryad_heap_graph(later)->dangling_refs, model_dangling(&after));
    assert_same(dryad_heap_graph(loaded), dryad_heap_graph(later));
    const dryad_report *report = dryad_heap_report(loaded);
    assert_number(report->collapsed, expected);
    assert_number(report->objects, raw.count);
    assert_number(report->dangling_refs, model_dangling(&after));
    assert_int_equal(dryad_heap_undo(later), expected > 0);
    assert_graph_is(dryad_heap_graph(later), &raw);
    total += expected;
    for (unsigned i = 0; i < raw.count; i++) contested += dict_place(&raw, &raw.objects[i]) >= 0 && expected == 0;
    dryad_heap_free(loaded);
    dryad_heap_free(later);
  }
  assert_true(total > 1000);
  assert_true(contested > 100);
}

/* ---- by hand ------------------------------------------------------------------------------------ */

static model_object *add(model *m, uint64_t address, const char *type, const char *name, uint64_t size, unsigned refs,
                         const uint64_t *to)
{
  model_object *o = model_add(m, address, type);
  o->size = size;
  strcpy(o->name, name);
  for (unsigned r = 0; r < refs; r++) model_refer(o, to[r]);
  return o;
}
#define ADD(m, address, type, name, size, ...)                                                                         \
  add(m, address, type, name, size, sizeof((uint64_t[]){__VA_ARGS__}) / sizeof(uint64_t), (uint64_t[]){__VA_ARGS__})

static void check(const model *raw, const model *expected)
{
  dryad_heap *heap = model_load(raw, NULL);
  assert_graph_is(dryad_heap_graph(heap), expected);
  dryad_heap_free(heap);
}

static void an_instance_of_each_kind(void **state)
{
  (void)state;
  model raw = {.count = 0}, expected = {.count = 0};
  ADD(&raw, 8, "module", "m", 100, 16);
  ADD(&raw, 16, "dict", "", 1000, 24, 32, 16);
  ADD(&raw, 24, "Thing", "", 64, 40, 48);
  add(&raw, 32, "function", "f", 120, 1, (uint64_t[]){16});
  ADD(&raw, 40, "dict", "", 280, 88, 24);
  ADD(&raw, 48, "type", "Thing", 900, 16);
  ADD(&raw, 56, "instance", "", 72, 64, 72);
  add(&raw, 64, "classobj", "Old", 104, 0, NULL);
  ADD(&raw, 72, "dict", "", 96, 40, 72);
  ADD(&raw, 80, "Thing", "", 1, 96, 104);
  add(&raw, 96, "dict", "", 2, 0, NULL);
  ADD(&raw, 104, "Meta", "Thing", 4, 96);

  ADD(&expected, 8, "module", "m", 1100, 24, 32, 8);
  ADD(&expected, 24, "Thing", "", 344, 88, 24, 48);
  ADD(&expected, 32, "function", "f", 120, 8);
  ADD(&expected, 48, "type", "Thing", 900, 8);
  ADD(&expected, 56, "Old", "", 168, 24, 56, 64);
  add(&expected, 64, "classobj", "Old", 104, 0, NULL);
  ADD(&expected, 80, "Thing", "", 3, 104);
  ADD(&expected, 104, "Meta", "Thing", 4, 80);
  check(&raw, &expected);
}

static void a_dict_with_two_owners_stays_with_all_that_claim_it(void **state)
{
  (void)state;
  model m = {.count = 0};
  ADD(&m, 8, "Thing", "", 64, 32, 40);
  ADD(&m, 16, "Thing", "", 64, 32, 40);
  ADD(&m, 24, "module", "m", 64, 32);
  ADD(&m, 32, "dict", "", 280, 8, 16);
  ADD(&m, 40, "type", "Thing", 900, 40);
  check(&m, &m);
}

static void what_is_no_owner_keeps_its_dict(void **state)
{
  (void)state;
  model m = {.count = 0};
  add(&m, 8, "dict", "", 280, 0, NULL);
  add(&m, 16, "type", "Thing", 900, 0, NULL);
  ADD(&m, 24, "tuple", "", 1, 8, 16);
  ADD(&m, 32, "module", "", 1, 8, 16, 16); /* three references */
  ADD(&m, 40, "Thing", "", 1, 8);          /* one, but not a module */
  ADD(&m, 48, "Thing", "", 1, 8, 4);       /* the class is not in the dump */
  ADD(&m, 56, "Thing", "", 1, 4, 16);      /* nor the dict */
  ADD(&m, 64, "Thing", "", 1, 16, 8);      /* in the wrong order */
  ADD(&m, 72, "Thing", "", 1, 8, 40);      /* not a class */
  ADD(&m, 80, "instance", "", 1, 16, 8);   /* not a classobj */
  check(&m, &m);
}

static void a_class_without_a_name_leaves_instance_as_the_type(void **state)
{
  (void)state;
  model raw = {.count = 0}, expected = {.count = 0};
  ADD(&raw, 8, "instance", "", 72, 16, 24);
  add(&raw, 16, "classobj", "", 104, 0, NULL);
  ADD(&raw, 24, "dict", "", 96, 16);
  ADD(&expected, 8, "instance", "", 168, 16, 16);
  add(&expected, 16, "classobj", "", 104, 0, NULL);
  check(&raw, &expected);
}

static void a_dict_that_is_named_as_its_owners_type_is_dict_and_class(void **state)
{
  (void)state;
  model raw = {.count = 0}, expected = {.count = 0};
  ADD(&raw, 8, "Thing", "", 64, 16, 16);
  ADD(&raw, 16, "dict", "Thing", 280, 24, 24);
  add(&raw, 24, "str", "", 40, 0, NULL);
  ADD(&expected, 8, "Thing", "", 344, 24, 24, 8);
  add(&expected, 24, "str", "", 40, 0, NULL);
  check(&raw, &expected);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(an_instance_of_each_kind),
      cmocka_unit_test(a_dict_with_two_owners_stays_with_all_that_claim_it),
      cmocka_unit_test(what_is_no_owner_keeps_its_dict),
      cmocka_unit_test(a_class_without_a_name_leaves_instance_as_the_type),
      cmocka_unit_test(a_dict_that_is_named_as_its_owners_type_is_dict_and_class),
      cmocka_unit_test(random_objects_loaded_and_collapsed_later),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
