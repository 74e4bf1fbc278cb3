/* SPDX-License-Identifier: MIT */
/* Levels and best ways, against a table of all labels that is filled step by step. */
#include "analysis/ways.h"

#include "analysis/way_forest.h"
#include "analysis/way_text.h"
#include "generated.h"
#include "graph/graph.h"
#include "heap/heap.h"
#include "labels.h"
#include "naive.h"

static const dryad_progress none = {0};

/* ---- random heaps ------------------------------------------------------------------------------- */

enum { KEYS = 5, MOST_REFS = 12, LABEL = 24, MOST_STEPS = 40 };
enum { MODULE, FRAME, LIST, DICT, SET, KINDS };

/* Object i refers to others by their numbers. The first ones are the keys. */
typedef struct sketch {
  unsigned count, kinds[NAIVE_MOST], names[NAIVE_MOST], refs[NAIVE_MOST][MOST_REFS], ref_count[NAIVE_MOST];
} sketch;

static bool has_keys(const sketch *s, unsigned i) { return s->kinds[i] == MODULE || s->kinds[i] == DICT; }

static void refer(sketch *s, unsigned from, unsigned to)
{
  if (s->ref_count[from] + 2 > MOST_REFS || (has_keys(s, from) && s->ref_count[from] + 2 > 2 * KEYS)) return;
  if (has_keys(s, from)) {
    unsigned key = (s->ref_count[from] / 2 + s->names[from]) % KEYS;
    s->refs[from][s->ref_count[from]++] = key;
  }
  s->refs[from][s->ref_count[from]++] = to;
}

/* Every object is referred to by an earlier one, but for some modules and frames. */
static sketch random_sketch(uint64_t *seed)
{
  sketch s = {.count = KEYS + 2 + random_below(seed, 30)};
  for (unsigned i = KEYS; i < s.count; i++) {
    s.kinds[i] = i == KEYS ? MODULE : random_below(seed, KINDS);
    s.names[i] = random_below(seed, 3);
    if (i == KEYS || (s.kinds[i] <= FRAME && chance(seed, 60))) continue;
    refer(&s, KEYS + random_below(seed, i - KEYS), i);
  }
  for (unsigned more = random_below(seed, 40); more > 0; more--)
    refer(&s, KEYS + random_below(seed, s.count - KEYS), KEYS + random_below(seed, s.count - KEYS));
  return s;
}

/* Object i is at 16 * places[i]. */
static dryad_heap *load_sketched(const sketch *s, const unsigned *places)
{
  static const char *const types[] = {"module", "frame", "list", "dict", "set"};
  dump_text t = {0};
  for (unsigned place = 1; place <= s->count; place++) {
    unsigned i = 0;
    while (places[i] != place) i++;
    text_add(&t, "{\"address\": %u, \"size\": %u, ", 16 * place, 100 + i);
    if (i < KEYS) text_add(&t, "\"type\": \"str\", \"value\": \"k%u\", ", i);
    if (i >= KEYS) text_add(&t, "\"type\": \"%s\", ", types[s->kinds[i]]);
    if (i >= KEYS && s->kinds[i] == MODULE) text_add(&t, "\"name\": \"m%u\", ", s->names[i]);
    if (i >= KEYS && s->kinds[i] == FRAME) text_add(&t, "\"value\": \"f%u\", ", s->names[i]);
    if (i >= KEYS && (s->kinds[i] == LIST || s->kinds[i] == DICT))
      text_add(&t, "\"len\": %u, ", s->ref_count[i] / (s->kinds[i] == DICT ? 2 : 1));
    text_add(&t, "\"refs\": [");
    for (unsigned r = 0; r < s->ref_count[i]; r++) text_add(&t, "%s%u", r ? ", " : "", 16 * places[s->refs[i][r]]);
    text_add(&t, "]}\n");
  }
  text_add_bytes(&t, "", 1);
  t.length--;
  dryad_heap *heap = load_raw(&t);
  text_free(&t);
  return heap;
}

static void permute(uint64_t *seed, unsigned *places, unsigned count)
{
  for (unsigned i = 0; i < count; i++) places[i] = i + 1;
  for (unsigned i = count; i > 1; i--) {
    unsigned other = random_below(seed, i), place = places[other];
    places[other] = places[i - 1];
    places[i - 1] = place;
  }
}

/* ---- the table ---------------------------------------------------------------------------------- */

/* The start of a way, and the label of each step; the first in order is best. */
typedef struct way_told {
  unsigned level; /* UINT_MAX: unreached */
  unsigned steps;
  char labels[MOST_STEPS][LABEL];
} way_told;

static bool is_index(const char *label)
{
  size_t length = strlen(label);
  return length > 2 && label[0] == '[' && strspn(label + 1, "0123456789") == length - 2;
}

static int compare_labels(const char *a, const char *b)
{
  bool a_is_last = !strncmp(a, "[ref", 4), b_is_last = !strncmp(b, "[ref", 4);
  if (a_is_last != b_is_last) return a_is_last ? 1 : -1;
  int skipped = a_is_last ? 5 : 1;
  if (a_is_last || (is_index(a) && is_index(b))) return atoi(a + skipped) - atoi(b + skipped);
  return strcmp(a, b);
}

static int compare_told(const way_told *a, const way_told *b)
{
  if (a->level != b->level) return a->level < b->level ? -1 : 1;
  for (unsigned i = 0; i < a->steps; i++) {
    int order = i ? compare_labels(a->labels[i], b->labels[i]) : strcmp(a->labels[i], b->labels[i]);
    if (order) return order;
  }
  return 0;
}

/* A start's labels begin with its kind, so that modules come first and what has no name last. */
static void tell_start(way_told *t, const sketch *s, unsigned i, unsigned level, unsigned number)
{
  *t = (way_told){.level = level, .steps = 1};
  if (i >= KEYS && s->kinds[i] <= FRAME)
    snprintf(t->labels[0], LABEL, "%u%u#%u", s->kinds[i], s->names[i], number);
  else
    snprintf(t->labels[0], LABEL, "9%u", i);
}

/* Of starts of one name, the larger ones come first. */
static unsigned number_of(const sketch *s, unsigned i, uint64_t starts)
{
  unsigned number = 1;
  for (unsigned other = i + 1; other < s->count; other++)
    number += has(starts, other) && s->kinds[other] == s->kinds[i] && s->names[other] == s->names[i];
  return number;
}

static void label_of(char label[LABEL], const sketch *s, unsigned from, unsigned r)
{
  unsigned kind = s->kinds[from];
  if (kind == LIST)
    snprintf(label, LABEL, "[%u]", r);
  else if (has_keys(s, from) && r % 2 == 1)
    snprintf(label, LABEL, kind == MODULE ? ".k%u" : "['k%u']", s->refs[from][r - 1]);
  else
    snprintf(label, LABEL, "[ref %u]", r + 1);
}

static void fill(way_told table[NAIVE_MOST], const sketch *s, uint64_t roots)
{
  uint64_t starts = roots;
  for (unsigned i = 0; i < s->count; i++) {
    table[i] = (way_told){.level = UINT32_MAX};
    if (!has(starts, i)) continue;
    bool is_global = i >= KEYS && s->kinds[i] == MODULE;
    tell_start(&table[i], s, i, is_global ? 0 : 5, i < KEYS ? 1 : number_of(s, i, starts));
  }
  for (bool is_better = true; is_better;) {
    is_better = false;
    for (unsigned from = KEYS; from < s->count; from++) {
      if (table[from].level == UINT32_MAX || table[from].steps == MOST_STEPS) continue;
      for (unsigned r = 0; r < s->ref_count[from]; r++) {
        way_told next = table[from];
        next.level += 2;
        label_of(next.labels[next.steps++], s, from, r);
        if (compare_told(&next, &table[s->refs[from][r]]) >= 0) continue;
        table[s->refs[from][r]] = next;
        is_better = true;
      }
    }
  }
}

/* ---- comparing ---------------------------------------------------------------------------------- */

typedef struct loaded {
  dryad_heap *heap;
  const dryad_graph *graph;
  const dryad_levels *levels;
  const dryad_roots *roots;
  dryad_known_types known;
} loaded;

static loaded look(dryad_heap *heap)
{
  loaded l = {.heap = heap, .graph = dryad_heap_graph(heap)};
  assert_int_equal(dryad_heap_levels(heap, &l.levels, none, NULL), DRYAD_OK);
  assert_int_equal(dryad_heap_roots(heap, &l.roots, none, NULL), DRYAD_OK);
  dryad_known_types_init(&l.known, l.graph);
  return l;
}

static dryad_path way_to(const loaded *l, dryad_id id)
{
  dryad_path path;
  assert_int_equal(dryad_way_find(&path, l->graph, &l->known, l->levels, id, none, NULL), DRYAD_OK);
  return path;
}

static size_t write_way(char *buffer, size_t capacity, const loaded *l, dryad_ids path)
{
  dryad_writer w = {.buffer = buffer, .capacity = capacity};
  dryad_way_write(&w, &(dryad_way_text){l->graph, &l->known, l->levels, path, NULL});
  assert_true(!w.is_full);
  buffer[w.written] = '\0';
  return w.written;
}

static unsigned object_at(const unsigned *places, unsigned count, uint64_t address)
{
  for (unsigned i = 0; i < count; i++)
    if (16 * (uint64_t)places[i] == address) return i;
  fail_msg("no object is at %u", (unsigned)address);
  return 0;
}

/* Asserts that the path has the labels of the table, and ends at the object. */
static void assert_way(const loaded *l, const sketch *s, const unsigned *places, const way_told *expected,
                       const dryad_path *path)
{
  assert_number(path->count, expected->steps);
  for (uint64_t i = 1; i < path->count; i++) {
    char label[LABEL];
    uint64_t position = dryad_best_edge_between(l->graph, &l->known, path->ids[i - 1], path->ids[i]);
    assert_true(position != DRYAD_NO_POSITION);
    unsigned from = object_at(places, s->count, dryad_graph_address(l->graph, path->ids[i - 1]));
    label_of(label, s, from, (unsigned)position);
    assert_string_equal(label, expected->labels[i]);
  }
}

/* Asserts that the forest of all ways has this one. */
static void assert_in_forest(const loaded *l, const dryad_way_forest *forest, dryad_id id, const dryad_path *path)
{
  static dryad_way_ends ends;
  dryad_way_forest_ends(&ends, forest, l->levels, id);
  assert_number(ends.count, path->count);
  for (uint32_t i = 0; i < ends.count; i++) {
    assert_number(ends.ids[i], path->ids[i]);
    if (i == 0) continue;
    assert_number(ends.positions[i], dryad_best_edge_between(l->graph, &l->known, path->ids[i - 1], path->ids[i]));
  }
}

/* Returns the roots. */
static uint64_t check(const sketch *s, const unsigned *places, char texts[NAIVE_MOST][512])
{
  static way_told table[NAIVE_MOST];
  loaded l = look(load_sketched(s, places));
  uint64_t roots = 0;
  for (uint64_t i = 0; i < dryad_roots_ids(l.roots).count; i++)
    roots |= bit(object_at(places, s->count, dryad_graph_address(l.graph, dryad_roots_ids(l.roots).ids[i])));
  fill(table, s, roots);
  dryad_way_forest forest;
  assert_int_equal(dryad_way_forest_init(&forest, l.graph, &l.known, l.levels, none, NULL), DRYAD_OK);
  for (unsigned i = 0; i < s->count; i++) {
    dryad_id id = dryad_graph_find(l.graph, 16 * (uint64_t)places[i]);
    assert_number(l.levels->levels[id], table[i].level);
    dryad_path path = way_to(&l, id);
    texts[i][0] = '\0';
    assert_in_forest(&l, &forest, id, &path);
    if (table[i].level == UINT32_MAX) {
      assert_number(path.count, 0);
      continue;
    }
    assert_number(path.ids[path.count - 1], id);
    assert_way(&l, s, places, &table[i], &path);
    write_way(texts[i], sizeof texts[i], &l, (dryad_ids){path.ids, path.count});
    dryad_path_deinit(&path);
  }
  dryad_way_forest_deinit(&forest);
  dryad_heap_free(l.heap);
  return roots;
}

static void the_best_way_is_the_first_by_level_start_and_labels_wherever_objects_are(void **state)
{
  (void)state;
  uint64_t seed = 17;
  unsigned ways = 0, local = 0;
  for (int round = 0; round < 1500; round++) {
    static char texts[2][NAIVE_MOST][512];
    uint64_t roots[2];
    sketch s = random_sketch(&seed);
    for (int twice = 0; twice < 2; twice++) {
      unsigned places[NAIVE_MOST];
      permute(&seed, places, s.count);
      roots[twice] = check(&s, places, texts[twice]);
    }
    if (roots[0] != roots[1]) continue; /* of frames that refer to each other, an address decides */
    for (unsigned i = 0; i < s.count; i++) {
      assert_int_equal(texts[0][i][0] == '<', texts[1][i][0] == '<');
      if (strstr(texts[0][i], "<0x") && strstr(texts[1][i], "<0x")) continue;
      assert_string_equal(texts[0][i], texts[1][i]);
      ways += texts[0][i][0] != '\0';
      local += texts[0][i][0] == '<';
    }
  }
  assert_true(ways > 10000 && local > 1000);
}

/* Follows the text of a way, which has only names, indexes and numbers in it. */
static dryad_id follow(const loaded *l, const char *text)
{
  size_t at;
  const dryad_way_text where = {l->graph, &l->known, l->levels, {NULL, 0}, NULL};
  dryad_id id = dryad_way_find_start(&where, (dryad_text){text, strlen(text)}, &at);
  while (text[at]) {
    size_t end = at + 1 + strcspn(text + at + 1, ".[#");
    uint64_t position = dryad_way_find_step(l->graph, &l->known, id, (dryad_text){text + at, end - at}, 1);
    assert_true(position != DRYAD_NO_POSITION);
    id = dryad_graph_children(l->graph, id).ids[position];
    at = end;
  }
  return id;
}

static void a_way_leads_back_to_its_object(void **state)
{
  (void)state;
  uint64_t seed = 18;
  for (int round = 0; round < 300; round++) {
    unsigned places[NAIVE_MOST];
    sketch s = random_sketch(&seed);
    permute(&seed, places, s.count);
    loaded l = look(load_sketched(&s, places));
    for (dryad_id id = 0; id < dryad_graph_count(l.graph); id++) {
      char text[512];
      dryad_path path = way_to(&l, id);
      if (path.count) {
        write_way(text, sizeof text, &l, (dryad_ids){path.ids, path.count});
        assert_number(follow(&l, text), id);
      }
      dryad_path_deinit(&path);
    }
    dryad_heap_free(l.heap);
  }
}

/* ---- by hand ------------------------------------------------------------------------------------ */

static void assert_texts(const char *dump, const char *const *expected, const uint64_t *addresses, unsigned count)
{
  looked_at at = look_at(dump, true);
  loaded l = look(at.heap);
  for (unsigned i = 0; i < count; i++) {
    char text[512] = "";
    dryad_path path = way_to(&l, id_at(&at, addresses[i]));
    if (path.count) write_way(text, sizeof text, &l, (dryad_ids){path.ids, path.count});
    assert_string_equal(text, expected[i]);
    dryad_path_deinit(&path);
  }
  dryad_heap_free(at.heap);
}
#define ASSERT_TEXTS(dump, addresses, ...)                                                                             \
  assert_texts(dump, (const char *const[]){__VA_ARGS__}, addresses,                                                    \
               sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

static void a_module_comes_before_a_frame_unless_that_is_two_steps_nearer(void **state)
{
  (void)state;
  static const char dump[] = STR(2, "a") OBJECT(1, "module", NAME("m") REFS(2, 10)) OBJECT(10, "list", LEN(1) REFS(11))
      OBJECT(11, "list", LEN(1) REFS(12)) OBJECT(12, "list", LEN(1) REFS(13)) OBJECT(13, "list", LEN(0) NO_REFS)
          OBJECT(30, "frame", VALUE("\"run\"") REFS(12, 13));
  ASSERT_TEXTS(dump, ADDRESSES(12, 13, 30), "m.a[0][0]", "<frame run>[ref 2]", "<frame run>");
}

static void names_that_would_be_modules_are_written_as_entries(void **state)
{
  (void)state;
  static const char dump[] = STR(2, "cache") STR(3, "other") STR(4, "b")
      OBJECT(1, "module", NAME("a") REFS(2, 10, 3, 11)) OBJECT(5, "module", NAME("a.cache") NO_REFS)
          OBJECT(6, "module", NAME("a.other.b") NO_REFS) OBJECT(10, "int", NO_REFS) OBJECT(11, "Thing", REFS(4, 12, 7))
              OBJECT(12, "int", NO_REFS) OBJECT(7, "type", NAME("Thing") NO_REFS);
  ASSERT_TEXTS(dump, ADDRESSES(5, 6, 10, 11, 12, 7), "a.cache", "a.other.b", "a.__dict__['cache']", "a.other",
               "a.other.__dict__['b']", "a.other.__class__");
}

static void what_has_the_same_name_is_numbered_larger_ones_first(void **state)
{
  (void)state;
  static const char dump[] = STR(2, "x") OBJECT(1, "module", NAME("a") REFS(2, 10))
      OBJECT(3, "module", NAME("a") NO_REFS) OBJECT(4, "module", NAME("a b") NO_REFS) OBJECT(10, "int", NO_REFS)
          OBJECT(20, "frame", VALUE("\"run\"") REFS(30)) OBJECT(21, "frame", VALUE("\"run\"") REFS(31, 32))
              OBJECT(30, "int", NO_REFS) OBJECT(31, "int", NO_REFS) OBJECT(32, "int", NO_REFS);
  ASSERT_TEXTS(dump, ADDRESSES(1, 3, 10, 4, 21, 20, 30), "a", "a#2", "a.x", "<0x4>", "<frame run>", "<frame run>#2",
               "<frame run>#2[ref 1]");
}

static void entries_of_a_class_are_its_attributes(void **state)
{
  (void)state;
  static const char dump[] =
      STR(2, "T") STR(3, "rows") STR(4, "a b") STR(5, "__base__") OBJECT(1, "module", NAME("m") REFS(2, 6))
          OBJECT(6, "type", NAME("T") "\"names\": [\"__dict__\", \"__base__\"], " REFS(7, 8))
              OBJECT(7, "dict", LEN(3) REFS(3, 10, 4, 11, 5, 12)) OBJECT(8, "type", NAME("object") NO_REFS)
                  OBJECT(10, "int", NO_REFS) OBJECT(11, "int", NO_REFS) OBJECT(12, "int", NO_REFS);
  ASSERT_TEXTS(dump, ADDRESSES(6, 7, 8, 10, 11, 12), "m.T", "m.T.__dict__", "m.T.__base__", "m.T.rows",
               "m.T.__dict__['a b']", "m.T.__dict__['__base__']");
}

static void labels_that_repeat_are_numbered(void **state)
{
  (void)state;
  static const char dump[] = STR(2, "d") OBJECT(1, "module", NAME("m") REFS(2, 3))
      OBJECT(3, "dict", LEN(3) REFS(10, 20, 11, 21, 12, 22)) OBJECT(10, "float", VALUE("\"nan\"") NO_REFS)
          OBJECT(11, "float", VALUE("\"nan\"") NO_REFS) OBJECT(12, "float", VALUE("0.5") NO_REFS)
              OBJECT(20, "int", NO_REFS) OBJECT(21, "int", NO_REFS) OBJECT(22, "int", NO_REFS)
                  OBJECT(40, "<thread>", NAME("w") REFS(41, 42, 43)) OBJECT(41, "frame", VALUE("\"run\"") NO_REFS)
                      OBJECT(42, "frame", VALUE("\"call\"") NO_REFS) OBJECT(43, "frame", VALUE("\"run\"") NO_REFS);
  ASSERT_TEXTS(dump, ADDRESSES(22, 41, 42, 43), "m.d[0.5]", "<thread 'w'>.<frame run>", "<thread 'w'>.<frame call>",
               "<thread 'w'>.<frame run>#2");
}

/* ---- large ones --------------------------------------------------------------------------------- */

static void along_a_chain_of_a_million(void **state)
{
  (void)state;
  dryad_heap *heap = load_generated(write_chain, A_MILLION, NULL);
  const dryad_id root = 0;
  assert_int_equal(dryad_heap_set_roots(heap, &root, 1, NULL), DRYAD_OK);
  loaded l = look(heap);
  dryad_path path = way_to(&l, A_MILLION - 1);
  assert_number(path.count, A_MILLION);
  for (dryad_id id = 0; id < A_MILLION; id++) assert_number(path.ids[id], id);
  assert_number(l.levels->levels[A_MILLION - 1], DRYAD_LOCAL_LEVEL + 2 * (A_MILLION - 1));
  dryad_path_deinit(&path);
  dryad_heap_free(heap);
}

static dryad_status find_quietly(const dryad_heap *heap, dryad_progress progress, dryad_error *error)
{
  const dryad_graph *g = dryad_heap_graph(heap);
  const dryad_id root = 0, last = SOME - 1;
  dryad_roots *roots;
  dryad_levels *levels;
  dryad_path path = {0};
  dryad_known_types known;
  dryad_known_types_init(&known, g);
  assert_int_equal(dryad_roots_give(&roots, g, &root, 1, NULL), DRYAD_OK);
  dryad_status status = dryad_levels_new(&levels, g, &known, roots, progress, error);
  if (!status) status = dryad_way_find(&path, g, &known, levels, last, progress, error);
  assert_int_equal(path.count == 0, status != DRYAD_OK);
  dryad_path_deinit(&path);
  dryad_levels_free(levels);
  dryad_roots_free(roots);
  return status;
}

static void cancelled_at_every_call(void **state)
{
  (void)state;
  assert_cancellable(write_star, find_quietly);
  assert_cancellable(write_lasso, find_quietly);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_best_way_is_the_first_by_level_start_and_labels_wherever_objects_are),
      cmocka_unit_test(a_way_leads_back_to_its_object),
      cmocka_unit_test(a_module_comes_before_a_frame_unless_that_is_two_steps_nearer),
      cmocka_unit_test(names_that_would_be_modules_are_written_as_entries),
      cmocka_unit_test(what_has_the_same_name_is_numbered_larger_ones_first),
      cmocka_unit_test(entries_of_a_class_are_its_attributes),
      cmocka_unit_test(labels_that_repeat_are_numbered),
      cmocka_unit_test(along_a_chain_of_a_million),
      cmocka_unit_test(cancelled_at_every_call),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
