/* SPDX-License-Identifier: MIT */
/* Heaps written as an index and opened again, intact and damaged. */
#include <fcntl.h>
#include <unistd.h>
#include <xxhash.h>

#include "analysis/dominators.h"
#include "analysis/roots.h"
#include "annotated.h"
#include "changes.h"
#include "failing.h"
#include "formats/index/index_layout.h"
#include "graph/graph.h"
#include "heap/heap.h"
#include "plain.h"
#include "same_graph.h"

typedef struct scene {
  char path[64];
  dryad_heap *heap;
} scene;

static int setup(void **state)
{
  scene *s = calloc(1, sizeof *s);
  uint64_t seed = 5;
  strcpy(s->path, "/tmp/dryad-index-XXXXXX");
  close(mkstemp(s->path));
  s->heap = odd_heap(&seed);
  *state = s;
  return 0;
}

/* Whether every section of annotations and details has something, of details both where few objects have them and where
   most have. */
static bool has_all_sections(const dryad_graph *g)
{
  bool is_dense = false, is_sparse = false,
       has_all = g->details && g->annotations && g->annotations->name_count > 2 && g->annotations->root_count > 1;
  for (unsigned kind = 0; kind < DRYAD_DETAIL_KINDS && g->details; kind++) {
    const dryad_detail *detail = &g->details->kinds[kind];
    has_all &= detail->count > 2;
    is_sparse |= detail->ids != NULL;
    is_dense |= detail->values && !detail->ids;
  }
  return has_all && is_dense && is_sparse;
}

static int setup_annotated(void **state)
{
  scene *s;
  uint64_t seed = 3;
  setup(state);
  s = *state;
  do {
    dryad_heap_free(s->heap);
    annotated a = random_annotated(&seed);
    s->heap = annotated_heap(&a, false, &seed);
  } while (!has_all_sections(dryad_heap_graph(s->heap)));
  static const char facts[] = "{\"pid\": 1234}";
  dryad_heap_give_facts(s->heap, memcpy(dryad_alloc(NULL, sizeof facts - 1, 1), facts, sizeof facts - 1),
                        sizeof facts - 1);
  return 0;
}

static int teardown(void **state)
{
  scene *s = *state;
  dryad_heap_free(s->heap);
  unlink(s->path);
  free(s);
  return 0;
}

static const dryad_index_origin origin = {
    .is_known = true, .is_raw = true, .python = 3, .size = 12345, .time = -7, .hash = UINT64_C(0xfedcba9876543210)};

static void write_index_of(const scene *s, const dryad_index_origin *from)
{
  static const dryad_sink_options force = {.output.force = true};
  dryad_sink *sink;
  dryad_error error = {0};
  dryad_status status = dryad_index_create(&sink, s->path, NULL, from, &force, NULL, &error);
  if (!status) status = dryad_index_write(s->heap, sink, from, (dryad_progress){0}, &error);
  if (status) fail_msg("%s", error.text);
}

static void write_index(const scene *s) { write_index_of(s, &origin); }

static dryad_heap *open_index(const scene *s, dryad_index_origin *found)
{
  dryad_heap *heap;
  dryad_error error = {0};
  if (dryad_index_open(&heap, found, s->path, "name", NULL, (dryad_progress){0}, &error)) fail_msg("%s", error.text);
  return heap;
}

static void an_opened_heap_equals_the_one_that_was_written(void **state)
{
  scene *s = *state;
  write_index(s);
  dryad_heap *heap = open_index(s, NULL);
  assert_null(graph_difference(dryad_heap_graph(s->heap), dryad_heap_graph(heap)));
  assert_string_equal(dryad_heap_path(heap), "name");
  assert_memory_equal(dryad_heap_report(heap), dryad_heap_report(s->heap), offsetof(dryad_report, truncated));
  dryad_heap_free(heap);
}

static void odd_heaps_come_back_equal(void **state)
{
  scene *s = *state;
  for (uint64_t seed = 100; seed < 160; seed++) {
    uint64_t at = seed;
    dryad_heap_free(s->heap);
    s->heap = odd_heap(&at);
    write_index(s);
    dryad_heap *heap = open_index(s, NULL);
    assert_null(graph_difference(dryad_heap_graph(s->heap), dryad_heap_graph(heap)));
    dryad_heap_free(heap);
  }
}

static void an_index_says_how_its_heap_was_loaded(void **state)
{
  scene *s = *state;
  dryad_index_origin found;
  write_index(s);
  dryad_heap_free(open_index(s, &found));
  assert_true(found.is_known && found.is_raw && !found.is_changed);
  assert_int_equal(found.python, 3);
  assert_number(found.size, 12345);
  assert_true(found.time == -7);
  assert_number(found.hash, UINT64_C(0xfedcba9876543210));
}

static void dominators_that_were_computed_come_along(void **state)
{
  scene *s = *state;
  const dryad_dominators *before, *after;
  assert_int_equal(dryad_heap_dominators(s->heap, &before, (dryad_progress){0}, NULL), DRYAD_OK);
  write_index(s);
  dryad_heap *heap = open_index(s, NULL);
  assert_int_equal(dryad_heap_dominators(heap, &after, (dryad_progress){0}, NULL), DRYAD_OK);
  assert_true(after->retained != before->retained);
  assert_number(after->reachable_size, before->reachable_size);
  for (dryad_id id = 0; id < dryad_graph_count(dryad_heap_graph(heap)); id++) {
    assert_number(dryad_dominators_retained(after, id), dryad_dominators_retained(before, id));
    assert_number(dryad_dominators_parent(after, id), dryad_dominators_parent(before, id));
  }
  dryad_heap_free(heap);
}

static void a_heap_that_was_only_opened_is_written_with_its_dominators(void **state)
{
  scene *s = *state;
  const dryad_dominators *dominators;
  assert_int_equal(dryad_heap_dominators(s->heap, &dominators, (dryad_progress){0}, NULL), DRYAD_OK);
  write_index(s);
  dryad_heap *heap = open_index(s, NULL);
  assert_null(dryad_heap_known_dominators(heap));
  dryad_heap_free(s->heap);
  s->heap = heap;
  write_index(s);
  heap = open_index(s, NULL);
  assert_non_null(dryad_heap_kept_dominators(heap));
  dryad_heap_free(heap);
}

static void an_opened_heap_changes_as_any_other(void **state)
{
  scene *s = *state;
  write_index(s);
  dryad_heap *heap = open_index(s, NULL);
  uint64_t here, there;
  assert_int_equal(dryad_heap_collapse(s->heap, &here, (dryad_progress){0}, NULL), DRYAD_OK);
  assert_int_equal(dryad_heap_collapse(heap, &there, (dryad_progress){0}, NULL), DRYAD_OK);
  assert_number(here, there);
  dryad_heap_remove_expensive_references(s->heap, &here, (dryad_progress){0}, NULL);
  dryad_heap_remove_expensive_references(heap, &there, (dryad_progress){0}, NULL);
  assert_number(here, there);
  assert_null(graph_difference(dryad_heap_graph(s->heap), dryad_heap_graph(heap)));
  while (dryad_heap_undo(heap)) continue;
  while (dryad_heap_undo(s->heap)) continue;
  assert_null(graph_difference(dryad_heap_graph(s->heap), dryad_heap_graph(heap)));
  dryad_heap_free(heap);
}

static void a_changed_heap_is_written_as_it_stands(void **state)
{
  scene *s = *state;
  dryad_index_origin found;
  uint64_t changed;
  const dryad_graph *graph = dryad_heap_graph(s->heap);
  const dryad_id all[] = {0, 1, 2, 3};
  dryad_ids some = {all, 4};
  assert_int_equal(dryad_heap_remove_references(s->heap, some, some, &changed, (dryad_progress){0}, NULL), DRYAD_OK);
  assert_true(dryad_heap_graph(s->heap) != graph);
  write_index(s);
  dryad_heap *heap = open_index(s, &found);
  assert_true(found.is_changed);
  assert_null(graph_difference(dryad_heap_graph(s->heap), dryad_heap_graph(heap)));
  const dryad_roots *here, *there;
  assert_int_equal(dryad_heap_roots(s->heap, &here, (dryad_progress){0}, NULL), DRYAD_OK);
  assert_int_equal(dryad_heap_roots(heap, &there, (dryad_progress){0}, NULL), DRYAD_OK);
  assert_true(same_ids(dryad_roots_ids(here), dryad_roots_ids(there)));
  dryad_heap_free(heap);
}

static void pins_are_no_roots_of_what_is_saved_but_given_ones_are(void **state)
{
  scene *s = *state;
  const dryad_roots *roots;
  const dryad_id given = 0, pinned = 2;
  assert_int_equal(dryad_heap_set_roots(s->heap, &given, 1, NULL), DRYAD_OK);
  assert_int_equal(dryad_heap_roots(s->heap, &roots, (dryad_progress){0}, NULL), DRYAD_OK);
  write_index(s);
  dryad_heap_free(s->heap);
  s->heap = open_index(s, NULL);
  apply_pin(s->heap, dryad_graph_address(dryad_heap_graph(s->heap), pinned));
  assert_int_equal(dryad_heap_roots(s->heap, &roots, (dryad_progress){0}, NULL), DRYAD_OK);
  assert_number(dryad_roots_ids(roots).count, 2);
  write_index(s);
  dryad_heap *heap = open_index(s, NULL);
  assert_int_equal(dryad_heap_roots(heap, &roots, (dryad_progress){0}, NULL), DRYAD_OK);
  assert_number(dryad_roots_ids(roots).count, 1);
  assert_int_equal(dryad_roots_ids(roots).ids[0], given);
  dryad_heap_free(heap);
}

/* ---- damage ------------------------------------------------------------------------------------- */

typedef struct file_bytes {
  unsigned char *data;
  size_t length;
} file_bytes;

static file_bytes read_file(const char *path)
{
  FILE *file = fopen(path, "rb");
  file_bytes bytes = {malloc(1 << 22), 0};
  bytes.length = fread(bytes.data, 1, 1 << 22, file);
  fclose(file);
  return bytes;
}

static void write_file(const char *path, const unsigned char *data, size_t length)
{
  FILE *file = fopen(path, "wb");
  assert_int_equal(fwrite(data, 1, length, file), length);
  fclose(file);
}

static uint64_t sum_of(const void *data, uint64_t bytes)
{
  uint64_t sum = 0;
  for (uint64_t i = 0; i < bytes; i++) sum += ((const unsigned char *)data)[i];
  return sum;
}

/* Reads the data that objects may not lead to. */
static uint64_t read_the_rest(const dryad_graph *graph, const dryad_roots *roots, const dryad_dominators *dominators)
{
  const dryad_store *store = graph->store;
  uint64_t sum = sum_of(store->wide, store->wide_count * sizeof *store->wide);
  sum += sum_of(store->extras, store->extra_count * sizeof *store->extras);
  sum += sum_of(store->texts.bytes, store->texts.used) + sum_of(store->type_names.bytes, store->type_names.used);
  for (uint32_t i = 0; i < store->type_count; i++) sum += dryad_graph_type_name(graph, i).length;
  const dryad_annotations *a = graph->annotations;
  for (uint64_t i = 0; a && i < a->name_count; i++)
    sum += dryad_graph_ref_name(graph, (dryad_id)(a->named[i] >> 32), (uint32_t)a->named[i]).length;
  for (uint32_t i = 0; a && i < a->root_count; i++) sum += a->reasons[i] + dryad_children(graph, a->roots[i]).count;
  for (dryad_id id = 0; id < graph->count; id++) {
    uint64_t number;
    sum += dryad_graph_refcount(graph, id, &number) ? number : 0;
    sum += dryad_graph_interpreter(graph, id, &number) ? number : 0;
    sum += dryad_graph_mapped(graph, id, &number) ? number : 0;
    sum += dryad_graph_line(graph, id, &number) ? number : 0;
    sum += dryad_graph_file(graph, id).length + dryad_graph_qualname(graph, id).length +
           dryad_graph_allocated(graph, id).length;
    sum += dryad_roots_reason(roots, id) + dryad_dominators_retained(dominators, id);
    sum += dryad_dominators_children(dominators, id).count;
  }
  return sum;
}

/* Reads everything of a heap, through all functions that follow ids and offsets. */
static dryad_status read_everything(dryad_heap *heap, dryad_error *error)
{
  const dryad_graph *graph = dryad_heap_graph(heap);
  const dryad_dominators *dominators;
  const dryad_roots *roots;
  dryad_summary *summary;
  graph_difference(graph, graph);
  dryad_status status = dryad_heap_dominators(heap, &dominators, (dryad_progress){0}, error);
  if (!status) status = dryad_heap_roots(heap, &roots, (dryad_progress){0}, error);
  if (!status && read_the_rest(graph, roots, dominators) == 0) fail_msg("nothing is there");
  if (!status) status = dryad_summarize(&summary, graph, NULL, 0, error);
  if (!status) dryad_summary_free(summary);
  return status ? status : dryad_graph_check(graph, error);
}

static dryad_status read_damaged(const scene *s, dryad_error *error)
{
  dryad_heap *heap;
  dryad_status status = dryad_index_open(&heap, NULL, s->path, "name", NULL, (dryad_progress){0}, error);
  if (status) {
    assert_true(!heap && error->text[0]);
    return status;
  }
  status = read_everything(heap, error);
  dryad_heap_free(heap);
  return status;
}

static bool is_padding(const dryad_index_layout *layout, size_t at)
{
  if (at < DRYAD_INDEX_PAGE) return at >= sizeof(dryad_index_header);
  if (at < layout->sections[0].place) return at >= DRYAD_INDEX_PAGE + layout->directory_size;
  unsigned s = DRYAD_INDEX_SECTIONS - 1;
  while (layout->sections[s].place > at || layout->sections[s].bytes == 0) s--;
  return at >= layout->sections[s].place + layout->sections[s].bytes;
}

static void each_byte_that_is_wrong_is_told(void **state)
{
  scene *s = *state;
  const dryad_dominators *dominators;
  dryad_index_layout layout;
  dryad_heap_dominators(s->heap, &dominators, (dryad_progress){0}, NULL);
  write_index(s);
  file_bytes file = read_file(s->path);
  assert_null(dryad_index_lay_out(&layout, (const dryad_index_header *)(const void *)file.data));
  assert_number(layout.file_size, file.length);
  int at = open(s->path, O_WRONLY);
  for (size_t i = 0; i < file.length; i++) {
    dryad_error error = {0};
    unsigned char wrong = file.data[i] ^ 0x41;
    if (is_padding(&layout, i)) continue;
    if (i > 5000 && i < layout.sections[0].place && i % 61) continue; /* the report's empty lines */
    assert_int_equal(pwrite(at, &wrong, 1, (off_t)i), 1);
    if (read_damaged(s, &error) != DRYAD_FORMAT) fail_msg("byte %zu: '%s'", i, error.text);
    assert_int_equal(pwrite(at, &file.data[i], 1, (off_t)i), 1);
  }
  close(at);
  free(file.data);
}

static void a_file_that_was_cut_is_told(void **state)
{
  scene *s = *state;
  write_index(s);
  file_bytes file = read_file(s->path);
  for (size_t length = 0; length < file.length; length += length < 5000 ? 37 : 1021) {
    dryad_error error = {0};
    write_file(s->path, file.data, length);
    assert_int_equal(read_damaged(s, &error), DRYAD_FORMAT);
  }
  free(file.data);
}

/* With one page less or more in the file and in the header, with a correct checksum. */
static void a_file_of_another_size_than_its_counts_say_is_told(void **state)
{
  scene *s = *state;
  write_index(s);
  file_bytes file = read_file(s->path);
  dryad_error error = {0};
  dryad_index_header *header = (dryad_index_header *)(void *)file.data;
  header->file_size = file.length - DRYAD_INDEX_PAGE;
  header->hash = XXH3_64bits(header, offsetof(dryad_index_header, hash));
  write_file(s->path, file.data, file.length - DRYAD_INDEX_PAGE);
  assert_int_equal(read_damaged(s, &error), DRYAD_FORMAT);
  assert_non_null(strstr(error.text, "its size does not match"));
  header->file_size = file.length + DRYAD_INDEX_PAGE;
  header->hash = XXH3_64bits(header, offsetof(dryad_index_header, hash));
  memset(file.data + file.length, 0, DRYAD_INDEX_PAGE);
  write_file(s->path, file.data, file.length + DRYAD_INDEX_PAGE);
  assert_int_equal(read_damaged(s, &error), DRYAD_FORMAT);
  assert_non_null(strstr(error.text, "its size does not match"));
  free(file.data);
}

static void a_file_that_shrinks_while_it_is_open_is_told(void **state)
{
  scene *s = *state;
  dryad_error error = {0};
  write_index(s);
  dryad_heap *heap = open_index(s, NULL);
  assert_int_equal(truncate(s->path, DRYAD_INDEX_PAGE), 0);
  assert_int_equal(read_everything(heap, &error), DRYAD_FORMAT);
  assert_non_null(strstr(error.text, "the file was truncated"));
  dryad_heap_free(heap);
}

/* Recomputes all checksums, as an attacker would. */
static void set_checksums(file_bytes *file)
{
  dryad_index_header *header = (dryad_index_header *)(void *)file->data;
  dryad_index_layout layout;
  if (dryad_index_lay_out(&layout, header) || layout.file_size != file->length) return;
  dryad_index_block *blocks = (dryad_index_block *)(void *)(file->data + DRYAD_INDEX_PAGE);
  for (unsigned s = 0; s < DRYAD_INDEX_SECTIONS; s++)
    for (uint64_t k = 0; k < dryad_index_block_count(&layout, s); k++) {
      uint64_t from = k * DRYAD_INDEX_BLOCK, bytes = layout.sections[s].bytes - from;
      if (bytes > DRYAD_INDEX_BLOCK) bytes = DRYAD_INDEX_BLOCK;
      blocks[layout.sections[s].first_block + k].hash =
          XXH3_64bits(file->data + layout.sections[s].place + from, bytes);
    }
  header->directory_hash = XXH3_64bits(blocks, layout.directory_size);
  header->hash = XXH3_64bits(header, offsetof(dryad_index_header, hash));
}

static void hostile_bytes_with_right_checksums_crash_nothing(void **state)
{
  scene *s = *state;
  const dryad_dominators *dominators;
  dryad_heap_dominators(s->heap, &dominators, (dryad_progress){0}, NULL);
  write_index(s);
  file_bytes whole = read_file(s->path), file = {malloc(1 << 22), whole.length};
  uint64_t seed = 77;
  unsigned told = 0;
  for (unsigned round = 0; round < from_environment("DRYAD_INDEX_ROUNDS", 1000); round++) {
    dryad_error error = {0};
    memcpy(file.data, whole.data, file.length);
    dryad_index_layout layout;
    dryad_index_lay_out(&layout, (const dryad_index_header *)(const void *)whole.data);
    for (unsigned i = 0; i <= random_below(&seed, 3); i++) {
      const unsigned section = random_below(&seed, DRYAD_INDEX_SECTIONS + 2);
      uint64_t place = 0, bytes = 400;
      if (section == DRYAD_INDEX_SECTIONS) place = DRYAD_INDEX_PAGE;
      if (section < DRYAD_INDEX_SECTIONS) {
        place = layout.sections[section].place;
        bytes = layout.sections[section].bytes;
      }
      if (bytes) file.data[place + random_below(&seed, (unsigned)bytes)] = (unsigned char)random_next(&seed);
    }
    set_checksums(&file);
    write_file(s->path, file.data, file.length);
    told += read_damaged(s, &error) == DRYAD_FORMAT;
  }
  assert_true(told > 0);
  free(whole.data);
  free(file.data);
}

/* ---- names of references, given roots ------------------------------------------------------------ */

static void annotations_come_back(void **state)
{
  scene *s = *state;
  uint64_t seed = 31;
  for (int round = 0; round < 300; round++) {
    annotated a = random_annotated(&seed);
    dryad_heap_free(s->heap);
    s->heap = annotated_heap(&a, false, &seed);
    annotated_settle(&a);
    write_index(s);
    dryad_heap *opened = open_index(s, NULL);
    assert_annotated(dryad_heap_graph(opened), &a);
    annotated_collapse(&a);
    assert_int_equal(dryad_heap_collapse(opened, NULL, (dryad_progress){0}, NULL), DRYAD_OK);
    assert_annotated(dryad_heap_graph(opened), &a);
    dryad_heap_free(opened);
  }
}

/* Changes that must be safe for any names and roots of an index. */
static void change_in_every_way(dryad_heap *heap)
{
  const dryad_id some[] = {0, 1, 2};
  uint64_t seed = 1;
  dryad_heap_remove_references(heap, (dryad_ids){some, 3}, (dryad_ids){some, 3}, NULL, (dryad_progress){0}, NULL);
  dryad_heap_collapse(heap, NULL, (dryad_progress){0}, NULL);
  dryad_change *change = change_new(DRYAD_CHANGE_EDIT);
  for (unsigned i = 0; i < 3; i++) add_to(&change->objects, annotated_address(&seed));
  dryad_heap_apply(heap, change, NULL, NULL, (dryad_progress){0}, NULL);
}

/* Damage to any of their bytes, with correct checksums, is refused or harmless. */
static void hostile_annotations_do_no_harm(void **state)
{
  scene *s = *state;
  unsigned refused = 0, changed = 0;
  write_index(s);
  file_bytes whole = read_file(s->path), file = {malloc(1 << 22), whole.length};
  dryad_index_layout layout;
  assert_null(dryad_index_lay_out(&layout, (const dryad_index_header *)(const void *)whole.data));
  for (unsigned section = DRYAD_INDEX_NAMED_REFS; section < DRYAD_INDEX_SECTIONS; section++) {
    assert_true(layout.sections[section].bytes > 0 || section >= DRYAD_INDEX_DETAIL_IDS);
    for (uint64_t i = 0; i < 9 * layout.sections[section].bytes; i++) {
      static const unsigned char wrong[] = {0, 1, 2, 0x10, 0x7f, 0x80, 0xfe, 0xff, 0x55};
      dryad_heap *heap;
      dryad_error error = {0};
      memcpy(file.data, whole.data, file.length);
      file.data[layout.sections[section].place + i / 9] = wrong[i % 9];
      set_checksums(&file);
      write_file(s->path, file.data, file.length);
      dryad_status status = dryad_index_open(&heap, NULL, s->path, "name", NULL, (dryad_progress){0}, &error);
      if (!status) change_in_every_way(heap);
      if (!status) status = read_everything(heap, &error);
      refused += status == DRYAD_FORMAT;
      changed += status == DRYAD_OK;
      dryad_heap_free(heap);
    }
  }
  assert_true(refused > 100 && changed > 100);
  free(whole.data);
  free(file.data);
}

/* A violation of any single rule is refused. */
static void assert_change_refused(const scene *s, const file_bytes *whole, size_t at, const void *bytes, size_t length)
{
  file_bytes file = {malloc(1 << 22), whole->length};
  dryad_error error = {0};
  memcpy(file.data, whole->data, file.length);
  memcpy(file.data + at, bytes, length);
  set_checksums(&file);
  write_file(s->path, file.data, file.length);
  if (read_damaged(s, &error) != DRYAD_FORMAT) fail_msg("%zu bytes at %zu: '%s'", length, at, error.text);
  free(file.data);
}

static void each_rule_for_annotations_is_checked(void **state)
{
  scene *s = *state;
  write_index(s);
  file_bytes whole = read_file(s->path);
  dryad_index_layout layout;
  const dryad_index_header *header = (const dryad_index_header *)(const void *)whole.data;
  assert_null(dryad_index_lay_out(&layout, header));
  uint64_t objects = header->counts[DRYAD_INDEX_TYPES], names = header->counts[DRYAD_INDEX_NAMED_REFS];
  uint64_t roots = header->counts[DRYAD_INDEX_GIVEN_ROOTS];
  assert_true(names > 2 && roots > 1);
  const uint64_t *named = (const uint64_t *)(const void *)(whole.data + layout.sections[DRYAD_INDEX_NAMED_REFS].place);
  const dryad_id *given = (const dryad_id *)(const void *)(whole.data + layout.sections[DRYAD_INDEX_GIVEN_ROOTS].place);
  const uint32_t no_text = (uint32_t)(header->counts[DRYAD_INDEX_TEXTS] / 8), none = 0;
  const uint64_t beyond = objects << 32;
  const dryad_id no_object = (dryad_id)objects;
  const unsigned char no_reason = DRYAD_ROOT_NONE, unknown_reason = DRYAD_ROOT_LAST + 1;
  size_t refs_at = layout.sections[DRYAD_INDEX_NAMED_REFS].place,
         names_at = layout.sections[DRYAD_INDEX_REF_NAMES].place;
  size_t roots_at = layout.sections[DRYAD_INDEX_GIVEN_ROOTS].place;
  size_t reasons_at = layout.sections[DRYAD_INDEX_GIVEN_REASONS].place;
  assert_change_refused(s, &whole, refs_at + 8, &named[0], 8);             /* twice */
  assert_change_refused(s, &whole, refs_at + 8 * (names - 1), &beyond, 8); /* of no object */
  assert_change_refused(s, &whole, names_at, &no_text, 4);                 /* no text */
  assert_change_refused(s, &whole, roots_at + 4, &given[0], 4);            /* twice */
  assert_change_refused(s, &whole, roots_at + 4 * (roots - 1), &no_object, 4);
  assert_change_refused(s, &whole, reasons_at, &no_reason, 1);
  assert_change_refused(s, &whole, reasons_at, &unknown_reason, 1);
  assert_change_refused(s, &whole, offsetof(dryad_index_header, has_given_roots), &none, 4);
  assert_change_refused(s, &whole, offsetof(dryad_index_header, runtime), "cobol", 6);
  assert_change_refused(s, &whole, offsetof(dryad_index_header, runtime), "pythonpythonpyth", 16);
  free(whole.data);
}

static void each_rule_for_details_is_checked(void **state)
{
  scene *s = *state;
  write_index(s);
  file_bytes whole = read_file(s->path);
  dryad_index_layout layout;
  const dryad_index_header *header = (const dryad_index_header *)(const void *)whole.data;
  assert_null(dryad_index_lay_out(&layout, header));
  const uint32_t no_object = (uint32_t)header->counts[DRYAD_INDEX_TYPES];
  const uint32_t no_text = (uint32_t)(header->counts[DRYAD_INDEX_TEXTS] / 8);
  const uint32_t no_number = DRYAD_WIDE | (uint32_t)header->counts[DRYAD_INDEX_WIDE];
  for (unsigned kind = 0; kind < DRYAD_DETAIL_KINDS; kind++) {
    uint64_t ids = header->counts[DRYAD_INDEX_DETAIL_IDS + kind];
    size_t ids_at = layout.sections[DRYAD_INDEX_DETAIL_IDS + kind].place;
    size_t values_at = layout.sections[DRYAD_INDEX_DETAIL_VALUES + kind].place;
    assert_change_refused(s, &whole, values_at, dryad_detail_is_text(kind) ? &no_text : &no_number, 4);
    if (ids == 0) continue;
    assert_change_refused(s, &whole, ids_at + 4, whole.data + ids_at, 4); /* twice */
    assert_change_refused(s, &whole, ids_at + 4 * (ids - 1), &no_object, 4);
  }
  free(whole.data);
}

/* ---- facts, completeness ------------------------------------------------------------------------- */

static void facts_and_completeness_come_back(void **state)
{
  scene *s = *state;
  dryad_report report = {.python = 3, .complete = DRYAD_INCOMPLETE, .incomplete = "it has no end record"};
  static const char facts[] = "{\"pid\": 1234}";
  annotated a = {.count = 0};
  uint64_t seed = 1;
  dryad_graph *graph;
  annotated_add(&a, 8, "list");
  assert_int_equal(build_annotated(&graph, &a, false, &seed, NULL, NULL), DRYAD_OK);
  dryad_heap *heap = dryad_heap_new(NULL, graph, &report, "incomplete");
  dryad_heap_give_facts(heap, memcpy(dryad_alloc(NULL, strlen(facts), 1), facts, strlen(facts)), strlen(facts));
  dryad_heap_free(s->heap);
  s->heap = heap;
  write_index(s);
  dryad_heap *opened = open_index(s, NULL);
  assert_number(dryad_heap_facts(opened).length, strlen(facts));
  assert_memory_equal(dryad_heap_facts(opened).data, facts, strlen(facts));
  assert_int_equal(dryad_heap_report(opened)->complete, DRYAD_INCOMPLETE);
  assert_string_equal(dryad_heap_report(opened)->incomplete, "it has no end record");
  dryad_heap_free(opened);
}

static void facts_that_are_none_are_refused(void **state)
{
  scene *s = *state;
  write_index(s);
  file_bytes whole = read_file(s->path);
  dryad_index_layout layout;
  assert_null(dryad_index_lay_out(&layout, (const dryad_index_header *)(const void *)whole.data));
  size_t at = DRYAD_INDEX_PAGE + layout.facts_place;
  assert_memory_equal(whole.data + at, "{\"pid\": 1234}", strlen("{\"pid\": 1234}"));
  assert_change_refused(s, &whole, at, "[", 1);
  assert_change_refused(s, &whole, at + 1, "p", 1);
  free(whole.data);
}

static void an_impossible_completeness_counts_as_unknown(void **state)
{
  scene *s = *state;
  const uint32_t impossible = DRYAD_INCOMPLETE + 1;
  write_index(s);
  file_bytes file = read_file(s->path);
  dryad_index_layout layout;
  assert_null(dryad_index_lay_out(&layout, (const dryad_index_header *)(const void *)file.data));
  size_t report = DRYAD_INDEX_PAGE + layout.report_place;
  memcpy(file.data + report + offsetof(dryad_index_report, complete), &impossible, sizeof impossible);
  memset(file.data + report + offsetof(dryad_index_report, incomplete), 'x',
         sizeof((dryad_index_report *)0)->incomplete);
  set_checksums(&file);
  write_file(s->path, file.data, file.length);
  dryad_heap *heap = open_index(s, NULL);
  assert_int_equal(dryad_heap_report(heap)->complete, DRYAD_COMPLETENESS_UNKNOWN);
  assert_number(strlen(dryad_heap_report(heap)->incomplete), sizeof((dryad_report *)0)->incomplete - 1);
  dryad_heap_free(heap);
  free(file.data);
}

/* ---- through dryad.h ---------------------------------------------------------------------------- */

static void rename_as_index(scene *s)
{
  char before[sizeof s->path];
  strcpy(before, s->path);
  strcat(s->path, ".dryad");
  assert_int_equal(rename(before, s->path), 0);
}

static void what_was_saved_is_loaded_by_its_name(void **state)
{
  scene *s = *state;
  dryad_heap *heap;
  dryad_error error = {0};
  rename_as_index(s);
  if (dryad_heap_save(s->heap, s->path, true, (dryad_progress){0}, &error)) fail_msg("%s", error.text);
  if (dryad_heap_load(&heap, s->path, NULL, &error)) fail_msg("%s", error.text);
  assert_null(graph_difference(dryad_heap_graph(s->heap), dryad_heap_graph(heap)));
  assert_string_equal(dryad_heap_path(heap), s->path);
  assert_int_equal(dryad_heap_check(heap, &error), DRYAD_OK);
  assert_int_equal(dryad_heap_check(s->heap, &error), DRYAD_OK);
  dryad_heap_free(heap);
  assert_int_equal(dryad_heap_save(s->heap, "/tmp/x.dump", true, (dryad_progress){0}, &error), DRYAD_ARGUMENT);
  assert_string_equal(error.text, "/tmp/x.dump: the name of an index ends in .dryad");
}

static dryad_status create(const scene *s, const char *dump, const dryad_index_origin *from)
{
  dryad_sink *sink;
  dryad_status status = dryad_index_create(&sink, s->path, dump, from, NULL, NULL, NULL);
  if (!status) dryad_sink_abandon(sink);
  return status;
}

static void the_index_of_the_same_dump_is_replaced_and_no_other(void **state)
{
  scene *s = *state;
  char dump[sizeof s->path];
  dryad_index_origin changed = origin, unknown = {.is_known = false};
  rename_as_index(s);
  strcpy(dump, s->path);
  *strrchr(dump, '.') = '\0';
  assert_int_equal(create(s, dump, &origin), DRYAD_IO); /* it is not an index yet */
  write_index(s);
  assert_int_equal(create(s, NULL, &origin), DRYAD_OK);
  changed.hash++;
  assert_int_equal(create(s, NULL, &changed), DRYAD_IO);
  assert_int_equal(create(s, NULL, &unknown), DRYAD_IO);
  assert_int_equal(create(s, dump, &changed), DRYAD_OK); /* the index beside a dump belongs to it */
  assert_int_equal(create(s, "other", &changed), DRYAD_IO);
  write_index_of(s, &unknown);
  assert_int_equal(create(s, NULL, &unknown), DRYAD_IO);
  assert_int_equal(create(s, NULL, &origin), DRYAD_IO);
}

static dryad_status load_with(const scene *s, dryad_load_options options, dryad_error *error)
{
  dryad_heap *heap;
  dryad_status status = dryad_heap_load(&heap, s->path, &options, error);
  assert_true((heap != NULL) == (status == DRYAD_OK));
  dryad_heap_free(heap);
  return status;
}

static void an_index_is_refused_where_the_options_want_another_heap(void **state)
{
  scene *s = *state;
  dryad_error error = {0};
  int python = dryad_heap_report(s->heap)->python;
  rename_as_index(s);
  dryad_index_origin collapsed = {.is_raw = false};
  write_index_of(s, &collapsed);
  assert_int_equal(load_with(s, (dryad_load_options){.size = sizeof(dryad_load_options), .raw = true}, &error),
                   DRYAD_FORMAT);
  assert_non_null(strstr(error.text, "was collapsed when it was loaded"));
  assert_int_equal(load_with(s, (dryad_load_options){.size = sizeof(dryad_load_options), .python = 5 - python}, &error),
                   DRYAD_FORMAT);
  assert_non_null(strstr(error.text, "was loaded as Python"));
  assert_int_equal(load_with(s, (dryad_load_options){.size = sizeof(dryad_load_options), .python = python}, &error),
                   DRYAD_OK);
}

static void damage_is_told_to_who_asks(void **state)
{
  scene *s = *state;
  dryad_heap *heap;
  dryad_error error = {0};
  dryad_index_layout layout;
  rename_as_index(s);
  assert_int_equal(dryad_heap_save(s->heap, s->path, true, (dryad_progress){0}, NULL), DRYAD_OK);
  file_bytes file = read_file(s->path);
  assert_null(dryad_index_lay_out(&layout, (const dryad_index_header *)(const void *)file.data));
  file.data[layout.sections[DRYAD_INDEX_SIZES].place] ^= 1;
  write_file(s->path, file.data, file.length);
  free(file.data);
  assert_int_equal(dryad_heap_load(&heap, s->path, NULL, &error), DRYAD_OK);
  assert_int_equal(dryad_heap_check(heap, &error), DRYAD_OK);
  dryad_graph_size(dryad_heap_graph(heap), 0);
  assert_int_equal(dryad_heap_check(heap, &error), DRYAD_FORMAT);
  assert_non_null(strstr(error.text, "block 0 of its sizes: its checksum is wrong"));
  dryad_heap_free(heap);
}

/* ---- memory ------------------------------------------------------------------------------------- */

static void opening_says_so_wherever_memory_runs_out(void **state)
{
  scene *s = *state;
  const dryad_dominators *dominators;
  dryad_heap_dominators(s->heap, &dominators, (dryad_progress){0}, NULL);
  write_index(s);
  dryad_status status = DRYAD_NO_MEMORY;
  for (uint64_t n = 1; status; n++) {
    failing f = {.fail_at = n};
    dryad_allocator allocator = {failing_resize, &f};
    dryad_heap *heap;
    dryad_error error = {0};
    status = dryad_index_open(&heap, NULL, s->path, "name", &allocator, (dryad_progress){0}, &error);
    if (status) assert_int_equal(status, DRYAD_NO_MEMORY);
    dryad_heap_free(heap);
    assert_int_equal(f.ledger.blocks, 0);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(an_opened_heap_equals_the_one_that_was_written, setup, teardown),
      cmocka_unit_test_setup_teardown(odd_heaps_come_back_equal, setup, teardown),
      cmocka_unit_test_setup_teardown(an_index_says_how_its_heap_was_loaded, setup, teardown),
      cmocka_unit_test_setup_teardown(dominators_that_were_computed_come_along, setup, teardown),
      cmocka_unit_test_setup_teardown(a_heap_that_was_only_opened_is_written_with_its_dominators, setup, teardown),
      cmocka_unit_test_setup_teardown(an_opened_heap_changes_as_any_other, setup, teardown),
      cmocka_unit_test_setup_teardown(a_changed_heap_is_written_as_it_stands, setup, teardown),
      cmocka_unit_test_setup_teardown(pins_are_no_roots_of_what_is_saved_but_given_ones_are, setup, teardown),
      cmocka_unit_test_setup_teardown(opening_says_so_wherever_memory_runs_out, setup, teardown),
      cmocka_unit_test_setup_teardown(each_byte_that_is_wrong_is_told, setup, teardown),
      cmocka_unit_test_setup_teardown(a_file_that_was_cut_is_told, setup, teardown),
      cmocka_unit_test_setup_teardown(a_file_of_another_size_than_its_counts_say_is_told, setup, teardown),
      cmocka_unit_test_setup_teardown(annotations_come_back, setup, teardown),
      cmocka_unit_test_setup_teardown(each_byte_that_is_wrong_is_told, setup_annotated, teardown),
      cmocka_unit_test_setup_teardown(hostile_bytes_with_right_checksums_crash_nothing, setup_annotated, teardown),
      cmocka_unit_test_setup_teardown(hostile_annotations_do_no_harm, setup_annotated, teardown),
      cmocka_unit_test_setup_teardown(each_rule_for_annotations_is_checked, setup_annotated, teardown),
      cmocka_unit_test_setup_teardown(each_rule_for_details_is_checked, setup_annotated, teardown),
      cmocka_unit_test_setup_teardown(facts_and_completeness_come_back, setup_annotated, teardown),
      cmocka_unit_test_setup_teardown(facts_that_are_none_are_refused, setup_annotated, teardown),
      cmocka_unit_test_setup_teardown(an_impossible_completeness_counts_as_unknown, setup_annotated, teardown),
      cmocka_unit_test_setup_teardown(a_file_that_shrinks_while_it_is_open_is_told, setup, teardown),
      cmocka_unit_test_setup_teardown(what_was_saved_is_loaded_by_its_name, setup, teardown),
      cmocka_unit_test_setup_teardown(the_index_of_the_same_dump_is_replaced_and_no_other, setup, teardown),
      cmocka_unit_test_setup_teardown(an_index_is_refused_where_the_options_want_another_heap, setup, teardown),
      cmocka_unit_test_setup_teardown(damage_is_told_to_who_asks, setup, teardown),
      cmocka_unit_test_setup_teardown(hostile_bytes_with_right_checksums_crash_nothing, setup, teardown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
