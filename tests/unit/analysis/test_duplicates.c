/* SPDX-License-Identifier: MIT */
/* Equal strings, against comparing each with every other one. */
#include "analysis/duplicates.h"

#include "generated.h"
#include "graph/graph.h"
#include "labels.h"

static const dryad_progress none = {0};

typedef struct found {
  const dryad_graph *graph;
  dryad_duplicate *groups;
  uint64_t count;
} found;

static found find(const dryad_graph *g)
{
  found f = {.graph = g};
  assert_int_equal(dryad_duplicates_find(&f.groups, &f.count, g, none, NULL), DRYAD_OK);
  return f;
}

static void forget(found *f) { dryad_free(f->graph->allocator, f->groups, f->count, sizeof *f->groups); }

/* ---- random strings ----------------------------------------------------------------------------- */

enum { STRINGS = 120, LONG = 300 };

typedef struct string {
  unsigned type, text; /* text: below TEXTS */
  bool has_text, has_len;
  int64_t len;
  uint64_t size;
} string;

static const char *const types[] = {"str", "unicode", "bytes", "list", "strs"};
static char long_texts[2][LONG + 1]; /* which differ only at their ends */
static const char *const texts[] = {"", "a", "b", "ab", "\\u0000", "\\u00e9", "1", long_texts[0], long_texts[1]};
enum { TYPES = sizeof types / sizeof *types, TEXTS = sizeof texts / sizeof *texts };

/* As a value, as a name without a value, as a value with a name that is ignored, or with no text at all. */
static void write_random(dump_text *t, uint64_t *seed, string *s, unsigned address)
{
  static const int64_t lens[] = {0, 1, INT32_MAX, INT64_C(1) << 31, UINT32_MAX, INT64_C(1) << 32, -1, INT64_MIN};
  const char *text = texts[random_below(seed, 3) ? random_below(seed, 3) : random_below(seed, TEXTS)];
  *s = (string){.type = random_below(seed, TYPES), .has_text = true, .has_len = chance(seed, 70)};
  while (texts[s->text] != text) s->text++;
  s->len = chance(seed, 50) ? random_below(seed, 3) : lens[random_below(seed, 8)];
  s->size = chance(seed, 2) ? random_bits(seed, 63) : random_below(seed, 100);
  text_add(t, "{\"address\": %u, \"type\": \"%s\", \"size\": %llu, ", address, types[s->type],
           (unsigned long long)s->size);
  if (s->has_len) text_add(t, "\"len\": %lld, ", (long long)s->len);
  /* A name is text even if a value is bytes. */
  unsigned way = strstr(text, "e9") ? 0 : random_below(seed, 100);
  if (way < 70) {
    text_add(t, "\"value\": \"%s\", ", text);
  } else if (way < 80) {
    text_add(t, "\"name\": \"%s\", ", text);
  } else if (way < 88) {
    text_add(t, "\"name\": \"b\", \"value\": \"%s\", ", text);
  } else {
    static const char *const others[] = {"", "\"value\": null, \"name\": \"a\", ", "\"value\": 1, ",
                                         "\"value\": 123456789012345678901234567890, ", "\"value\": true, "};
    text_add(t, "%s", others[random_below(seed, 5)]);
    s->has_text = false;
  }
  text_add(t, "\"refs\": []}\n");
}

static bool are_equal(const string *a, const string *b)
{
  return a->type < 3 && a->type == b->type && a->has_text && b->has_text && a->text == b->text &&
         a->has_len == b->has_len && (!a->has_len || a->len == b->len);
}

/* The strings equal to the i-th; its count is 0 if an earlier one is equal. */
static dryad_duplicate group_of(const string *strings, unsigned count, unsigned i)
{
  dryad_duplicate group = {.id = i};
  uint64_t largest = 0;
  for (unsigned k = 0; k < count; k++) {
    if (!are_equal(&strings[k], &strings[i])) continue;
    if (k < i) return (dryad_duplicate){0};
    group.count++;
    group.size = group.size + strings[k].size > INT64_MAX ? INT64_MAX : group.size + strings[k].size;
    if (strings[k].size > largest) largest = strings[k].size;
  }
  group.wasted = group.size - largest;
  return group;
}

static void check(const dryad_graph *g, const string *strings, unsigned count)
{
  found f = find(g);
  uint64_t expected = 0;
  for (uint64_t i = 0; i < f.count; i++) {
    const dryad_duplicate *actual = &f.groups[i];
    assert_true(actual->id < count);
    dryad_duplicate group = group_of(strings, count, actual->id);
    assert_number(actual->count, group.count);
    assert_number(actual->size, group.size);
    assert_number(actual->wasted, group.wasted);
    if (i == 0) continue;
    const dryad_duplicate *before = actual - 1;
    assert_true(before->wasted > actual->wasted || (before->wasted == actual->wasted && before->id < actual->id));
  }
  for (unsigned i = 0; i < count; i++) expected += group_of(strings, count, i).count > 1;
  assert_number(f.count, expected);
  forget(&f);
}

static void random_strings_are_grouped_as_comparing_all_tells(void **state)
{
  (void)state;
  uint64_t seed = 93;
  memset(long_texts, 'x', sizeof long_texts);
  for (int i = 0; i < 2; i++) strcpy(&long_texts[i][LONG - 1], i ? "y" : "z");
  for (int round = 0; round < 1000; round++) {
    string strings[STRINGS];
    dump_text t = {0};
    unsigned count = 1 + random_below(&seed, STRINGS);
    for (unsigned i = 0; i < count; i++) write_random(&t, &seed, &strings[i], i);
    dryad_heap *heap = load_text(
        &t, &(dryad_load_options){
                .size = sizeof(dryad_load_options), .raw = true, .threads = 1, .python = 2 + (int)chance(&seed, 50)});
    text_free(&t);
    check(dryad_heap_graph(heap), strings, count);
    dryad_heap_free(heap);
  }
}

/* ---- by hand ------------------------------------------------------------------------------------ */

static void all_but_the_largest_is_wasted(void **state)
{
  (void)state;
  const dump_text t = text_of("{\"address\": 9, \"type\": \"str\", \"size\": 50, \"value\": \"a\", \"refs\": []}\n"
                              "{\"address\": 8, \"type\": \"str\", \"size\": 70, \"value\": \"a\", \"refs\": []}\n"
                              "{\"address\": 7, \"type\": \"str\", \"size\": 60, \"name\": \"a\", \"refs\": []}\n"
                              "{\"address\": 6, \"type\": \"bytes\", \"size\": 60, \"value\": \"a\", \"refs\": []}\n"
                              "{\"address\": 5, \"type\": \"bytes\", \"size\": 0, \"value\": \"a\", \"refs\": []}\n"
                              "{\"address\": 4, \"type\": \"str\", \"size\": 60, \"value\": \"b\", \"refs\": []}\n");
  dryad_heap *heap = load_raw(&t);
  found f = find(dryad_heap_graph(heap));
  assert_number(f.count, 2);
  assert_number(f.groups[0].id, 3);
  assert_number(f.groups[0].count, 3);
  assert_number(f.groups[0].size, 180);
  assert_number(f.groups[0].wasted, 110);
  assert_number(f.groups[1].id, 1);
  assert_number(f.groups[1].wasted, 0);
  forget(&f);
  dryad_heap_free(heap);
}

static void a_heap_without_strings_has_none(void **state)
{
  (void)state;
  looked_at l = look_at(INT(1, 5) INT(2, 5), true);
  found f = find(l.graph);
  assert_number(f.count, 0);
  forget(&f);
  dryad_heap_free(l.heap);
}

/* ---- a million ---------------------------------------------------------------------------------- */

static bool write_string(dump_text *t, unsigned piece, unsigned count, int64_t len)
{
  if (piece >= count) return false;
  text_add(t, "{\"address\": %u, \"type\": \"str\", \"size\": 3, \"len\": %lld, \"value\": \"a\", \"refs\": []}\n",
           piece, (long long)len);
  return true;
}

/* Strings of one text, in pairs with equal len: small ones, and ones that do not fit in 32 bits. */
static bool write_small_pairs(dump_text *t, unsigned piece, unsigned count)
{
  return write_string(t, piece, count, piece / 2);
}
static bool write_wide_pairs(dump_text *t, unsigned piece, unsigned count)
{
  uint64_t seed = piece / 2;
  return write_string(t, piece, count, (int64_t)(random_next(&seed) | UINT64_C(1) << 62));
}

static void pairs_of_a_million_strings_of_one_text(void **state)
{
  (void)state;
  const write_piece writes[] = {write_small_pairs, write_wide_pairs};
  for (int i = 0; i < 2; i++) {
    dryad_heap *heap = load_generated(writes[i], A_MILLION, NULL);
    found f = find(dryad_heap_graph(heap));
    assert_number(f.count, A_MILLION / 2);
    for (uint64_t k = 0; k < f.count; k++) {
      assert_number(f.groups[k].id, 2 * k);
      assert_number(f.groups[k].count, 2);
      assert_number(f.groups[k].size, 6);
      assert_number(f.groups[k].wasted, 3);
    }
    forget(&f);
    dryad_heap_free(heap);
  }
}

/* ---- cancelling --------------------------------------------------------------------------------- */

static dryad_status find_quietly(const dryad_heap *heap, dryad_progress progress, dryad_error *error)
{
  const dryad_graph *g = dryad_heap_graph(heap);
  dryad_duplicate *groups = NULL;
  uint64_t count = 77;
  dryad_status status = dryad_duplicates_find(&groups, &count, g, progress, error);
  assert_int_equal(!groups, status != DRYAD_OK);
  assert_number(count, status ? 0 : SOME / 2);
  if (!status) dryad_free(g->allocator, groups, count, sizeof *groups);
  return status;
}

static void cancelled_at_every_call(void **state)
{
  (void)state;
  assert_cancellable(write_small_pairs, find_quietly);
}

/* ---- redundancy ------------------------------------------------------------------------------------ */

static void strings_that_equal_another_among_some(void **state)
{
  (void)state;
  dump_text t = {0};
  text_add(&t, "{\"address\": 1, \"type\": \"str\", \"size\": 50, \"len\": 1, \"value\": \"a\", \"refs\": []}\n"
               "{\"address\": 2, \"type\": \"str\", \"size\": 50, \"len\": 1, \"value\": \"a\", \"refs\": []}\n"
               "{\"address\": 3, \"type\": \"str\", \"size\": 50, \"len\": 1, \"value\": \"a\", \"refs\": []}\n"
               "{\"address\": 4, \"type\": \"bytes\", \"size\": 34, \"len\": 1, \"value\": \"a\", \"refs\": []}\n");
  text_add(&t, "{\"address\": 5, \"type\": \"list\", \"size\": 9, \"len\": 1, \"value\": \"a\", \"refs\": []}\n"
               "{\"address\": 6, \"type\": \"str\", \"size\": 150, \"len\": 101, \"value\": \"b\", \"refs\": []}\n"
               "{\"address\": 7, \"type\": \"str\", \"size\": 150, \"len\": 101, \"value\": \"b\", \"refs\": []}\n");
  dryad_heap *heap = load_raw(&t);
  text_free(&t);
  const dryad_id all[] = {0, 1, 2, 3, 4, 5, 6};
  dryad_redundancy sums;
  assert_int_equal(dryad_redundancy_find(&sums, dryad_heap_graph(heap), (dryad_ids){all, 7}, NULL), DRYAD_OK);
  assert_number(sums.strings, 4); /* the list is none, and the text of the longer ones is cut */
  assert_number(sums.redundant, 2);
  assert_number(sums.wasted, 100);
  assert_int_equal(dryad_redundancy_find(&sums, dryad_heap_graph(heap), (dryad_ids){all, 2}, NULL), DRYAD_OK);
  assert_number(sums.redundant, 1);
  assert_int_equal(dryad_redundancy_find(&sums, dryad_heap_graph(heap), (dryad_ids){all, 0}, NULL), DRYAD_OK);
  assert_number(sums.strings, 0);
  dryad_heap_free(heap);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(strings_that_equal_another_among_some),
      cmocka_unit_test(random_strings_are_grouped_as_comparing_all_tells),
      cmocka_unit_test(all_but_the_largest_is_wasted),
      cmocka_unit_test(a_heap_without_strings_has_none),
      cmocka_unit_test(pairs_of_a_million_strings_of_one_text),
      cmocka_unit_test(cancelled_at_every_call),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
