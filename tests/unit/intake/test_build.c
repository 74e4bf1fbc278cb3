/* SPDX-License-Identifier: MIT */
/* Graphs of random dumps against a naive reading of the same objects. */
#include "intake/build.h"

#include "formats/meliae/parser.h"
#include "graph/graph.h"
#include "model.h"
#include "padded.h"

/* ---- random objects ----------------------------------------------------------------------------- */

static uint64_t random_address(uint64_t *seed, uint64_t base, unsigned alignment, unsigned spread)
{
  if (chance(seed, 2)) return chance(seed, 50) ? 0 : UINT64_MAX;
  return base + ((uint64_t)random_below(seed, spread) << alignment);
}

/* Many duplicate addresses, self references, and dangling references. */
static model random_model(uint64_t *seed)
{
  static const char *const types[] = {"list", "str", "tuple", "Thing", "A longer name"};
  model m = {.count = 0};
  unsigned count = 1 + random_below(seed, 30), alignment = random_below(seed, 13);
  uint64_t base = chance(seed, 80) ? random_bits(seed, 63) : UINT64_MAX - 20;
  for (unsigned i = 0; i < count; i++) {
    model_object *o = model_add(&m, random_address(seed, base, alignment, 2 * count), types[random_below(seed, 5)]);
    o->size = random_bits(seed, chance(seed, 5) ? 50 : 12);
    if (chance(seed, 30)) snprintf(o->name, sizeof o->name, "name %u", random_below(seed, 9));
    if (chance(seed, 30)) o->has_len = true, o->len = (int64_t)random_bits(seed, chance(seed, 5) ? 60 : 10);
    if (chance(seed, 30)) snprintf(o->value, sizeof o->value, "\"value %u\"", random_below(seed, 9));
    if (chance(seed, 20))
      snprintf(o->value, sizeof o->value, "%lld", (long long)random_bits(seed, 59) - (1ll << random_below(seed, 59)));
  }
  for (unsigned i = 0; i < count; i++) {
    unsigned refs = random_below(seed, 8);
    for (unsigned r = 0; r < refs; r++) {
      uint64_t to = chance(seed, 80) ? m.objects[random_below(seed, count)].address
                                     : random_address(seed, base, alignment, 3 * count);
      model_refer(&m.objects[i], to + (chance(seed, 3) ? 1 : 0));
    }
  }
  return m;
}

/* Objects that differ from the first of their address. */
static unsigned conflicts_of(const model *m)
{
  unsigned count = 0;
  for (unsigned i = 0; i < m->count; i++) {
    const model_object *o = &m->objects[i], *first = &m->objects[model_find(m, o->address)];
    count += strcmp(first->type, o->type) != 0 || first->size != o->size || first->ref_count != o->ref_count;
  }
  return count;
}

static void random_dumps(void **state)
{
  (void)state;
  uint64_t seed = 10;
  unsigned duplicates = 0, conflicts = 0, dangling = 0;
  for (int round = 0; round < 2000; round++) {
    model m = random_model(&seed);
    dryad_heap *heap = model_load(
        &m,
        &(dryad_load_options){.size = sizeof(dryad_load_options), .raw = true, .threads = 1 + random_below(&seed, 2)});
    const dryad_report *report = dryad_heap_report(heap);
    assert_number(report->lines, m.count);
    const unsigned differing = conflicts_of(&m);
    assert_number(report->conflicts, differing);
    assert_number(report->duplicates, model_settle(&m));
    assert_number(report->objects, m.count);
    assert_number(report->dangling_refs, model_dangling(&m));
    assert_number(report->bad_lines + report->mended + report->collapsed, 0);
    assert_number(report->problem_count, differing > 0);
    assert_graph_is(dryad_heap_graph(heap), &m);
    conflicts += differing > 0;
    duplicates += report->duplicates > 0;
    dangling += report->dangling_refs > 0;
    dryad_heap_free(heap);
  }
  assert_true(duplicates > 1000 && conflicts > 1000 && dangling > 1000);
}

/* ---- several batches ------------------------------------------------------------------------------ */

enum { PARTS = 3 };

/* Reads the lines of a model in blocks of a few lines, with random parsers. */
typedef struct division {
  dryad_parser parsers[PARTS];
  dryad_batch batches[PARTS];
  dryad_segment segments[MODEL_OBJECTS];
  uint64_t segment_count;
} division;

static void read_block(division *d, unsigned parser, const dump_text *lines)
{
  uint64_t count;
  dryad_block block = padded_block(lines->data, lines->length);
  dryad_segment *segment = &d->segments[d->segment_count++];
  assert_int_equal(dryad_parser_read(&d->parsers[parser], &block, segment, &count, NULL), DRYAD_OK);
  segment->batch = parser;
  free(block.data);
}

static void divide(division *d, const model *m, uint64_t *seed)
{
  d->segment_count = 0;
  for (unsigned p = 0; p < PARTS; p++) assert_true(dryad_parser_init(&d->parsers[p], DRYAD_MAX_TEXT, NULL));
  for (unsigned i = 0; i < m->count;) {
    dump_text lines = {0};
    for (unsigned stop = i + 1 + random_below(seed, 5); i < stop && i < m->count; i++)
      model_write_object(&m->objects[i], &lines);
    read_block(d, random_below(seed, PARTS), &lines);
    text_free(&lines);
  }
  for (unsigned p = 0; p < PARTS; p++) {
    d->batches[p] = d->parsers[p].batch;
    d->parsers[p].batch = (dryad_batch){0};
    dryad_parser_deinit(&d->parsers[p]);
  }
}

static void parts_join_into_one_graph(void **state)
{
  (void)state;
  static division d;
  uint64_t seed = 11;
  for (int round = 0; round < 2000; round++) {
    model m = random_model(&seed);
    dryad_build_counts counts;
    dryad_graph *graph;
    divide(&d, &m, &seed);
    dryad_build_input input = {.batches = d.batches,
                               .batch_count = PARTS,
                               .segments = d.segments,
                               .segment_count = d.segment_count,
                               .threads = 1 + random_below(&seed, PARTS)};
    assert_int_equal(dryad_build(&graph, &input, &counts, NULL), DRYAD_OK);
    assert_number(counts.conflicts, conflicts_of(&m));
    assert_number(counts.duplicates, model_settle(&m));
    assert_number(counts.collapsed, 0);
    assert_number(graph->dangling_refs, model_dangling(&m));
    assert_graph_is(graph, &m);
    dryad_graph_release(graph);
  }
}

/* ---- by hand ------------------------------------------------------------------------------------ */

static void the_first_of_equal_addresses_stays(void **state)
{
  (void)state;
  const dump_text dump = text_of("{\"address\": 5, \"type\": \"first\", \"size\": 1, \"refs\": [5, 9, 5, 4]}\n"
                                 "{\"address\": 4, \"type\": \"list\", \"size\": 2, \"refs\": [5, 3, 3]}\n"
                                 "{\"address\": 5, \"type\": \"second\", \"size\": 8, \"refs\": [4]}\n");
  dryad_heap *heap = load_raw(&dump);
  const dryad_graph *g = dryad_heap_graph(heap);
  assert_int_equal(dryad_graph_count(g), 2);
  assert_int_equal(dryad_graph_missing(g), 2);
  assert_number(dryad_graph_total_size(g), 3);
  assert_number(dryad_graph_ref_count(g), 7);
  assert_number(dryad_heap_report(heap)->duplicates, 1);
  assert_number(dryad_heap_report(heap)->dangling_refs, 3);
  dryad_ids children = dryad_graph_children(g, 1);
  assert_number(children.count, 4);
  assert_memory_equal(children.ids, ((const dryad_id[]){1, 3, 1, 0}), 16);
  children = dryad_graph_children(g, 0);
  assert_memory_equal(children.ids, ((const dryad_id[]){1, 2, 2}), 12);
  dryad_ids parents = dryad_graph_parents(g, 1);
  assert_number(parents.count, 2);
  assert_memory_equal(parents.ids, ((const dryad_id[]){0, 1}), 8);
  assert_number(dryad_graph_parents(g, 0).count, 1);
  dryad_heap_free(heap);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(random_dumps),
      cmocka_unit_test(parts_join_into_one_graph),
      cmocka_unit_test(the_first_of_equal_addresses_stays),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
