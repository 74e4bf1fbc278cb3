/* SPDX-License-Identifier: MIT */
/* Removing expensive references against a naive reading of what they are; chosen references of any kind. */
#include "heap/drop_references.h"

#include "heap/heap.h"
#include "model.h"
#include "runtime/runtime.h"

static uint64_t seed = 20;

/* ---- what is expensive -------------------------------------------------------------------------- */

static const char *type_at(const model *m, const model_object *o, unsigned r)
{
  unsigned i = r < o->ref_count ? model_find(m, o->refs[r]) : m->count;
  return i < m->count ? m->objects[i].type : "nothing";
}

static bool is_type(const char *type, const char *a, const char *b, const char *c)
{
  return !strcmp(type, a) || !strcmp(type, b) || !strcmp(type, c);
}

/* Whether reference r of a function leads to its globals, its builtins, or the name of its module: these follow its
   code in this order, the builtins only from Python 3.10 on; globals and builtins may be collapsed into modules. */
static bool is_of_globals(const model *m, const model_object *o, unsigned r)
{
  if (strcmp(o->type, "function") || strcmp(type_at(m, o, 0), "code")) return false;
  if (!is_type(type_at(m, o, 1), "dict", "module", "dict")) return false;
  unsigned name = is_type(type_at(m, o, 2), "dict", "module", "dict") ? 3 : 2;
  if (r == name) return !strcmp(type_at(m, o, r), "str");
  return r >= 1 && r < name;
}

static bool is_expensive(const model *m, const model_object *o, unsigned r)
{
  const char *type = type_at(m, o, r);
  if (is_type(type, "module", "frame", "type")) return true;
  if (!strcmp(o->type, "_LRUNode") && !strcmp(type, "_LRUNode")) return true;
  return is_of_globals(m, o, r);
}

/* Dicts have keys and values. Modules have none here: the strings of these tests have no values, so none is a name. */
static bool is_pair(const model_object *o, unsigned r)
{
  return !strcmp(o->type, "dict") && o->ref_count % 2 == 0 && r < o->ref_count;
}

static bool goes(const model *m, const model_object *o, unsigned r)
{
  return is_expensive(m, o, r) || (is_pair(o, r) && is_expensive(m, o, r ^ 1));
}

static unsigned remove_expensive(model *m)
{
  const model before = *m;
  unsigned changed = 0;
  for (unsigned i = 0; i < m->count; i++) {
    model_object *o = &m->objects[i];
    o->ref_count = 0;
    for (unsigned r = 0; r < before.objects[i].ref_count; r++)
      if (!goes(&before, &before.objects[i], r)) model_refer(o, before.objects[i].refs[r]);
    changed += o->ref_count < before.objects[i].ref_count;
  }
  return changed;
}

/* ---- random objects ----------------------------------------------------------------------------- */

static model random_model(void)
{
  static const char *const types[] = {"module", "frame", "type",     "function", "function",
                                      "code",   "dict",  "_LRUNode", "str",      "list"};
  model m = {.count = 0};
  unsigned count = 1 + random_below(&seed, 25);
  for (unsigned i = 0; i < count; i++) {
    model_object *o = model_add(&m, 8 * (i + 1), types[random_below(&seed, 10)]);
    o->size = random_below(&seed, 100);
    snprintf(o->name, sizeof o->name, "%s", chance(&seed, 30) ? "name" : "");
    for (unsigned refs = random_below(&seed, 6); refs > 0; refs--)
      model_refer(o, 8 * (1 + (uint64_t)random_below(&seed, count + 2)));
  }
  /* Functions as CPython writes them. */
  const char *const shape[] = {"code", "dict", "dict", "str"};
  for (unsigned i = 0; i < count; i++) {
    model_object *o = &m.objects[i];
    if (strcmp(o->type, "function") || chance(&seed, 30)) continue;
    for (unsigned r = 0; r < o->ref_count; r++)
      for (int attempt = 0; attempt < 20 && r < 4 && strcmp(type_at(&m, o, r), shape[r]); attempt++)
        o->refs[r] = 8 * (1 + (uint64_t)random_below(&seed, count));
  }
  return m;
}

static void random_objects_lose_what_is_expensive(void **state)
{
  (void)state;
  unsigned total = 0, unchanged = 0;
  for (int round = 0; round < 3000; round++) {
    model before = random_model(), after = before;
    dryad_heap *heap = model_load(&before, &(dryad_load_options){.size = sizeof(dryad_load_options), .raw = true});
    uint64_t changed = 99, expected = remove_expensive(&after), version = dryad_heap_revision(heap);
    const dryad_graph *was = dryad_heap_graph(heap);
    dryad_status status = dryad_heap_remove_expensive_references(heap, &changed, (dryad_progress){0}, NULL);
    assert_int_equal(status, DRYAD_OK);
    assert_number(changed, expected);
    const dryad_graph *is = dryad_heap_graph(heap);
    assert_int_equal(is != was, expected > 0);
    assert_int_equal(dryad_heap_revision(heap) != version, expected > 0);
    uint64_t unused[MODEL_OBJECTS * MODEL_REFS];
    /* Addresses that nothing refers to any more keep their ids. */
    if (model_missing(&after, unused) == dryad_graph_missing(is)) assert_graph_is(is, &after);
    assert_number(is->dangling_refs, model_dangling(&after));
    assert_int_equal(dryad_heap_undo(heap), expected > 0);
    assert_graph_is(dryad_heap_graph(heap), &before);
    total += changed > 0;
    unchanged += changed == 0;
    dryad_heap_free(heap);
  }
  assert_true(total > 1000 && unchanged > 50);
}

/* ---- by hand ------------------------------------------------------------------------------------ */

static void assert_children(const dryad_graph *g, uint64_t address, unsigned count, const uint64_t *expected)
{
  dryad_ids children = dryad_graph_children(g, dryad_graph_find(g, address));
  assert_number(children.count, count);
  for (unsigned i = 0; i < count; i++) assert_number(dryad_graph_address(g, children.ids[i]), expected[i]);
}

static void functions_of_old_and_new_pythons(void **state)
{
  (void)state;
  const dump_text dump = text_of("{\"address\": 1, \"type\": \"code\", \"refs\": []}\n"
                                 "{\"address\": 2, \"type\": \"dict\", \"refs\": []}\n"
                                 "{\"address\": 3, \"type\": \"str\", \"refs\": []}\n"
                                 "{\"address\": 4, \"type\": \"tuple\", \"refs\": []}\n"
                                 "{\"address\": 5, \"type\": \"module\", \"refs\": [2, 3]}\n"
                                 "{\"address\": 6, \"type\": \"_LRUNode\", \"refs\": [7, 3, 6, 4]}\n"
                                 "{\"address\": 7, \"type\": \"_LRUNode\", \"refs\": [3]}\n"
                                 "{\"address\": 10, \"type\": \"function\", \"refs\": [1, 2, 3, 4, 3, 2]}\n"
                                 "{\"address\": 11, \"type\": \"function\", \"refs\": [1, 2, 2, 3, 3, 4]}\n"
                                 "{\"address\": 12, \"type\": \"function\", \"refs\": [1, 5, 5, 3, 4]}\n"
                                 "{\"address\": 13, \"type\": \"function\", \"refs\": [1, 2, 4, 3]}\n"
                                 "{\"address\": 14, \"type\": \"function\", \"refs\": [2, 3, 1]}\n"
                                 "{\"address\": 15, \"type\": \"list\", \"refs\": [1, 2, 3, 5, 6, 7]}\n");
  dryad_heap *heap = load_raw(&dump);
  uint64_t changed;
  dryad_status status = dryad_heap_remove_expensive_references(heap, &changed, (dryad_progress){0}, NULL);
  assert_int_equal(status, DRYAD_OK);
  assert_number(changed, 6);
  const dryad_graph *g = dryad_heap_graph(heap);
#define ASSERT_CHILDREN(address, ...)                                                                                  \
  assert_children(g, address, sizeof((uint64_t[]){__VA_ARGS__}) / sizeof(uint64_t), (uint64_t[]){__VA_ARGS__})
  ASSERT_CHILDREN(5, 2, 3);
  ASSERT_CHILDREN(6, 3, 4);
  ASSERT_CHILDREN(10, 1, 4, 3, 2);
  ASSERT_CHILDREN(11, 1, 3, 4);
  ASSERT_CHILDREN(12, 1, 4);
  ASSERT_CHILDREN(13, 1, 4, 3);
  ASSERT_CHILDREN(14, 2, 3, 1);
  ASSERT_CHILDREN(15, 1, 2, 3, 6, 7);
  dryad_heap_free(heap);
}

/* ---- names -------------------------------------------------------------------------------------- */

static void assert_name(const dryad_graph *g, uint64_t address, uint64_t position, const char *expected)
{
  dryad_known_types known;
  char text[80];
  dryad_known_types_init(&known, g);
  dryad_edge edge = dryad_edge_of(g, &known, dryad_graph_find(g, address), position);
  dryad_edge_text(text, sizeof text, g, &known, &edge);
  assert_string_equal(text, expected);
}

#define TEXT(address, value) "{\"address\": " #address ", \"type\": \"str\", \"value\": \"" value "\", \"refs\": []}\n"
#define THING(address, type, rest) "{\"address\": " #address ", \"type\": \"" type "\", " rest "}\n"

/* 10 is a module, 9 an expensive class; 1, 2 and 3 are names, 7 a value. */
static const char named_dump[] = TEXT(1, "a") TEXT(2, "b") TEXT(3, "c") THING(7, "int", "\"value\": 7, \"refs\": []")
    THING(9, "type", "\"name\": \"Thing\", \"refs\": []")
        THING(10, "module", "\"name\": \"m\", \"refs\": [1, 11, 2, 9, 3, 7]") THING(11, "module", "\"refs\": [1, 7]")
            THING(20, "Thing", "\"refs\": [1, 11, 2, 7, 3, 7, 9]")
                THING(21, "dict", "\"len\": 3, \"refs\": [1, 10, 9, 7, 3, 7]")
                    THING(22, "dict", "\"len\": 3, \"refs\": [9, 7, 7]")
                        THING(23, "Point", "\"len\": 2, \"refs\": [7, 1, 24]")
                            THING(24, "type", "\"name\": \"Point\", \"refs\": []") THING(25, "code", "\"refs\": []")
                                THING(26, "function", "\"refs\": []") THING(27, "frame", "\"refs\": [27, 26, 25, 7]")
                                    THING(28, "builtin_function_or_method", "\"refs\": [11, 1]");

static void what_is_kept_keeps_its_names(void **state)
{
  (void)state;
  const dump_text dump = text_of(named_dump);
  dryad_heap *heap = load_raw(&dump);
  int64_t len;
  assert_int_equal(dryad_heap_remove_expensive_references(heap, NULL, (dryad_progress){0}, NULL), DRYAD_OK);
  const dryad_graph *g = dryad_heap_graph(heap);
  ASSERT_CHILDREN(10, 3, 7);
  assert_name(g, 10, 1, ".c");
  ASSERT_CHILDREN(20, 2, 7, 3, 7);
  assert_name(g, 20, 0, "[ref 1]");
  assert_name(g, 20, 1, ".b");
  assert_name(g, 20, 3, ".c");
  ASSERT_CHILDREN(21, 3, 7);
  assert_name(g, 21, 1, "['c']");
  assert_true(dryad_graph_len(g, dryad_graph_find(g, 21), &len) && len == 1);
  ASSERT_CHILDREN(22, 7, 7); /* values only */
  assert_name(g, 22, 0, "[ref 1]");
  assert_true(dryad_graph_len(g, dryad_graph_find(g, 22), &len) && len == 3);
  assert_name(g, 23, 0, "[0]");
  assert_name(g, 23, 1, "[1]");
  ASSERT_CHILDREN(27, 26, 25, 7); /* the frame itself is gone */
  assert_name(g, 27, 0, ".f_func");
  assert_name(g, 28, 0, ".__module__");
  assert_true(dryad_heap_undo(heap));
  g = dryad_heap_graph(heap);
  assert_true(dryad_graph_len(g, dryad_graph_find(g, 21), &len) && len == 3);
  dryad_heap_free(heap);
}

/* ---- any choice --------------------------------------------------------------------------------- */

static void keep_the_even_ones(void *context, const dryad_graph *graph, dryad_id id, dryad_ids children, bool *keep)
{
  const unsigned *from = context;
  (void)graph;
  for (uint64_t i = 0; i < children.count; i++) {
    assert_true(keep[i]);
    if (id >= *from && i % 2) keep[i] = false;
  }
}

static void chosen_references_stay_in_order(void **state)
{
  (void)state;
  for (int round = 0; round < 300; round++) {
    model m = random_model();
    dryad_heap *heap = model_load(&m, &(dryad_load_options){.size = sizeof(dryad_load_options), .raw = true});
    unsigned from = random_below(&seed, m.count), expected = 0;
    uint64_t changed;
    dryad_graph *fewer;
    dryad_status status = dryad_graph_with_refs(&fewer, dryad_heap_graph(heap), keep_the_even_ones, &from, false,
                                                &changed, (dryad_progress){0}, NULL);
    assert_int_equal(status, DRYAD_OK);
    unsigned missing = dryad_graph_missing(dryad_heap_graph(heap));
    dryad_heap_free(heap);
    for (unsigned i = from; i < m.count; i++) {
      model_object *o = &m.objects[i];
      expected += o->ref_count > 1;
      for (unsigned r = 0; 2 * r < o->ref_count; r++) o->refs[r] = o->refs[2 * r];
      o->ref_count = (o->ref_count + 1) / 2;
    }
    assert_number(changed, expected);
    assert_int_equal(fewer != NULL, expected > 0);
    if (!fewer) continue;
    uint64_t unused[MODEL_OBJECTS * MODEL_REFS];
    /* Addresses that nothing refers to any more keep their ids. */
    if (model_missing(&m, unused) == missing) assert_graph_is(fewer, &m);
    assert_number(fewer->missing, missing);
    assert_number(fewer->dangling_refs, model_dangling(&m));
    dryad_graph_release(fewer);
  }
}

static bool refuse(void *context, const char *stage, uint64_t done, uint64_t total)
{
  unsigned *left = context;
  assert_non_null(stage);
  assert_true(done <= total);
  return (*left)-- > 0;
}

static void cancelling_changes_nothing(void **state)
{
  (void)state;
  model m = {.count = 0};
  model_refer(model_add(&m, 8, "Thing"), 16);
  model_refer(&m.objects[0], 24);
  model_add(&m, 16, "dict");
  model_add(&m, 24, "type");
  dryad_heap *heap = model_load(&m, &(dryad_load_options){.size = sizeof(dryad_load_options), .raw = true});
  for (unsigned calls = 0; calls < 3; calls++) {
    dryad_error error = {0};
    unsigned left = calls;
    dryad_status status = dryad_heap_collapse(heap, NULL, (dryad_progress){refuse, &left}, &error);
    assert_int_equal(status, calls < 2 ? DRYAD_CANCELLED : DRYAD_OK);
    if (calls == 2) assert_true(dryad_heap_undo(heap));
    assert_int_equal(error.status, status);
    left = calls;
    status = dryad_heap_remove_expensive_references(heap, NULL, (dryad_progress){refuse, &left}, &error);
    assert_int_equal(status, calls < 1 ? DRYAD_CANCELLED : DRYAD_OK);
    if (calls >= 1) assert_true(dryad_heap_undo(heap));
    assert_graph_is(dryad_heap_graph(heap), &m);
    assert_false(dryad_heap_undo(heap));
  }
  dryad_heap_free(heap);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(random_objects_lose_what_is_expensive),
      cmocka_unit_test(functions_of_old_and_new_pythons),
      cmocka_unit_test(what_is_kept_keeps_its_names),
      cmocka_unit_test(chosen_references_stay_in_order),
      cmocka_unit_test(cancelling_changes_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
