/* SPDX-License-Identifier: MIT */
/* Damaged and hostile indexes: whatever an index holds, opening it fails or gives a heap that can be read, asked and
   changed in every way without harm; and when a block of it was wrong, that is told.
   The input is a list of changes to a good index, of four bytes each: a section (one more is the header, one more the
   directory), where in it (two bytes), and the byte to be there. The first byte of all says whether the checksums are
   then made right, as someone hostile would; whether the file is cut; and what is done with the heap. */
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xxhash.h>

#include "../unit/same_graph.h"
#include "analysis/contents.h"
#include "analysis/depth_first.h"
#include "analysis/duplicates.h"
#include "analysis/holders.h"
#include "analysis/suspects.h"
#include "formats/index/index_layout.h"
#include "formats/meliae/write.h"
#include "from_memory.h"
#include "heap/heap.h"
#include "one_thread.h"
#include "runtime/runtime.h"

enum { EDIT = 4, EDITS_MAX = 100 };

static const dryad_progress quiet = {0};

/* ---- a good one --------------------------------------------------------------------------------- */

static const char dump[] =
    "{\"address\": 1, \"type\": \"<process>\", \"size\": 0, \"value\": \"{\\\"pid\\\": 7}\", \"refs\": []}\n"
    "{\"address\": 16, \"type\": \"module\", \"size\": 100, \"name\": \"m\", \"refcount\": 9, \"root\": \"modules\", "
    "\"refs\": [32], \"names\": [\"x\"]}\n"
    "{\"address\": 32, \"type\": \"dict\", \"size\": 300, \"len\": 3, \"refcount\": 4294967296, \"interpreter\": 1, "
    "\"mapped\": 4096, \"refs\": [48, 64, 80, 96, 112, 160]}\n"
    "{\"address\": 48, \"type\": \"str\", \"size\": 60, \"len\": 3, \"value\": \"abc\", \"refs\": []}\n"
    "{\"address\": 64, \"type\": \"Thing\", \"size\": 70, \"refcount\": 4, \"allocated\": [\"a:1\", \"b:2\"], "
    "\"refs\": [128, 144]}\n"
    "{\"address\": 80, \"type\": \"str\", \"size\": 60, \"len\": 4, \"value\": \"list\", \"refs\": []}\n"
    "{\"address\": 96, \"type\": \"list\", \"size\": 4294967296, \"len\": 4, \"refs\": [96, 64, 64, 1000]}\n"
    "{\"address\": 112, \"type\": \"int\", \"size\": 28, \"value\": 123456789012345, \"refs\": []}\n"
    "{\"address\": 128, \"type\": \"dict\", \"size\": 80, \"len\": 1, \"refs\": [48, 176]}\n"
    "{\"address\": 144, \"type\": \"type\", \"size\": 900, \"name\": \"Thing\", \"qualname\": \"m.Thing\", "
    "\"refcount\": 1, \"refs\": [16], \"names\": [\"__module__\"]}\n"
    "{\"address\": 160, \"type\": \"float\", \"size\": 24, \"value\": 1.5, \"refs\": []}\n"
    "{\"address\": 176, \"type\": \"tuple\", \"size\": 56, \"len\": 2, \"refs\": [192, 1001]}\n"
    "{\"address\": 192, \"type\": \"tuple\", \"size\": 56, \"len\": 1, \"refs\": [176]}\n"
    "{\"address\": 208, \"type\": \"function\", \"size\": 136, \"name\": \"f\", \"root\": \"thread\", \"file\": "
    "\"f.py\", \"line\": 7, \"refs\": [32, 48], \"names\": [\"globals\", null]}\n"
    "{\"address\": 224, \"type\": \"tuple\", \"size\": 56, \"refs\": [240]}\n"
    "{\"address\": 240, \"type\": \"tuple\", \"size\": 56, \"refs\": [224]}\n"
    "{\"address\": 256, \"type\": \"str\", \"size\": 60, \"len\": 3, \"value\": \"abc\", \"name\": \"n\", \"refs\": []}\n"
    "{\"address\": 272, \"type\": \"bool\", \"size\": 28, \"value\": true, \"refs\": []}\n"
    "{\"address\": 2, \"type\": \"<end>\", \"size\": 0, \"value\": 18, \"refs\": []}\n";

typedef struct file_bytes {
  unsigned char *data;
  size_t length;
} file_bytes;

static file_bytes good_index(void)
{
  dryad_heap *heap = load_from_memory((dryad_text){dump, sizeof dump - 1});
  const dryad_dominators *dominators;
  const dryad_sink_options force = {.output.force = true};
  dryad_sink *sink;
  char path[] = "/tmp/dryad-fuzz-XXXXXX";
  CHECK(heap && dryad_heap_report(heap)->complete == DRYAD_COMPLETE && dryad_heap_facts(heap).data);
  CHECK(dryad_heap_dominators(heap, &dominators, quiet, NULL) == DRYAD_OK);
  close(mkstemp(path));
  CHECK(dryad_sink_open(&sink, path, &force, NULL, NULL) == DRYAD_OK);
  CHECK(dryad_index_write(heap, sink, &(dryad_index_origin){.is_raw = true}, quiet, NULL) == DRYAD_OK);
  dryad_heap_free(heap);
  int file = open(path, O_RDONLY | O_CLOEXEC);
  file_bytes bytes = {.length = (size_t)lseek(file, 0, SEEK_END)};
  bytes.data = malloc(bytes.length);
  CHECK(bytes.data && pread(file, bytes.data, bytes.length, 0) == (ssize_t)bytes.length);
  close(file);
  unlink(path);
  return bytes;
}

/* ---- a damaged one ------------------------------------------------------------------------------ */

/* The good index, what the input makes of it, and the file that holds that. */
typedef struct fuzzed {
  file_bytes good, now;
  dryad_index_layout layout; /* of the good one */
  int file;                  /* a memfd */
} fuzzed;

/* Where a section is, or the header, or the directory. */
static void find_section(const dryad_index_layout *layout, unsigned section, uint64_t *place, uint64_t *bytes)
{
  section %= DRYAD_INDEX_SECTIONS + 2;
  *place = section > DRYAD_INDEX_SECTIONS ? DRYAD_INDEX_PAGE : 0;
  *bytes = section > DRYAD_INDEX_SECTIONS ? layout->directory_size : sizeof(dryad_index_header);
  if (section >= DRYAD_INDEX_SECTIONS) return;
  *place = layout->sections[section].place;
  *bytes = layout->sections[section].bytes;
}

static void change(fuzzed *f, const uint8_t edit[EDIT])
{
  uint64_t place, bytes;
  find_section(&f->layout, edit[0], &place, &bytes);
  if (bytes) f->now.data[place + (edit[1] | (unsigned)edit[2] << 8) % bytes] = edit[3];
}

static void set_checksums(const fuzzed *f)
{
  dryad_index_header *header = (dryad_index_header *)(void *)f->now.data;
  dryad_index_layout layout;
  header->file_size = f->now.length;
  if (!dryad_index_lay_out(&layout, header) && layout.file_size == f->now.length) {
    dryad_index_block *blocks = (dryad_index_block *)(void *)(f->now.data + DRYAD_INDEX_PAGE);
    for (unsigned s = 0; s < DRYAD_INDEX_SECTIONS; s++)
      if (layout.sections[s].bytes)
        blocks[layout.sections[s].first_block].hash =
            XXH3_64bits(f->now.data + layout.sections[s].place, layout.sections[s].bytes);
    header->directory_hash = XXH3_64bits(blocks, layout.directory_size);
  }
  header->hash = XXH3_64bits(header, offsetof(dryad_index_header, hash));
}

/* Writes the pages in which `bytes` differs from `from`, or all. */
static void write_pages(const fuzzed *f, const uint8_t *bytes, const uint8_t *from)
{
  for (uint64_t at = 0; at < f->good.length; at += DRYAD_INDEX_PAGE)
    if (!from || memcmp(bytes + at, from + at, DRYAD_INDEX_PAGE))
      CHECK(pwrite(f->file, bytes + at, DRYAD_INDEX_PAGE, (off_t)at) == DRYAD_INDEX_PAGE);
}

static fuzzed *the_index(void)
{
  static fuzzed f; /* made once: syncing the good one to disk takes time */
  if (f.good.data) return &f;
  f.good = good_index();
  f.now = (file_bytes){malloc(f.good.length), f.good.length};
  f.file = memfd_create("index", MFD_CLOEXEC);
  CHECK(f.now.data && f.file >= 0 && f.good.length % DRYAD_INDEX_PAGE == 0);
  CHECK(!dryad_index_lay_out(&f.layout, (const dryad_index_header *)(const void *)f.good.data));
  memcpy(f.now.data, f.good.data, f.good.length);
  write_pages(&f, f.good.data, NULL);
  refuse_demand_paging();
  return &f;
}

/* ---- reading everything ------------------------------------------------------------------------- */

static void read_objects(dryad_heap *heap)
{
  const dryad_graph *graph = dryad_heap_graph(heap);
  dryad_known_types known;
  dryad_buffer buffer = {0};
  char text[256];
  graph_difference(graph, graph);
  dryad_known_types_init(&known, graph);
  for (dryad_id id = 0; id < graph->count; id++) {
    dryad_meliae_write_object(&buffer, graph, id, &(dryad_meliae_style){.python = 3}, NULL);
    dryad_graph_find(graph, dryad_graph_address(graph, id));
    for (uint64_t i = 0; i < dryad_graph_children(graph, id).count; i++) {
      dryad_edge edge = dryad_edge_of(graph, &known, id, i);
      dryad_edge_text(text, sizeof text, graph, &known, &edge);
    }
  }
  dryad_buffer_deinit(&buffer);
}

static void ask_suspects(const dryad_graph *graph, const dryad_classes *classes, const dryad_dominators *dominators)
{
  dryad_kinds kinds;
  dryad_dominator_tree tree;
  dryad_contents contents;
  dryad_suspects suspects;
  if (dryad_kinds_init(&kinds, graph, classes, quiet, NULL)) return;
  if (!dryad_dominator_tree_init(&tree, dominators, NULL)) {
    const dryad_ids all = dryad_dominator_tree_children(&tree, DRYAD_NONE);
    const dryad_suspects_search search = {
        .graph = graph, .known = &classes->known, .kinds = &kinds, .tree = &tree, .least = 100};
    if (!dryad_contents_find(&contents, graph, &kinds, &tree, all, quiet, NULL)) dryad_contents_deinit(&contents);
    if (!dryad_suspects_find(&suspects, &search, quiet, NULL)) dryad_suspects_deinit(&suspects);
    dryad_dominator_tree_deinit(&tree);
  }
  dryad_kinds_deinit(&kinds);
}

static void ask_dominators(dryad_heap *heap, const dryad_graph *graph)
{
  const dryad_dominators *dominators;
  const dryad_classes *classes;
  if (dryad_heap_dominators(heap, &dominators, quiet, NULL)) return;
  for (dryad_id id = 0; id < graph->count; id++) {
    dryad_ids children = dryad_dominators_children(dominators, id);
    for (uint64_t i = 0; i < children.count; i++) CHECK(dryad_dominators_parent(dominators, children.ids[i]) == id);
  }
  if (!dryad_heap_classes(heap, &classes, NULL)) ask_suspects(graph, classes, dominators);
}

static void ask(dryad_heap *heap)
{
  const dryad_graph *graph = dryad_heap_graph(heap);
  const dryad_roots *roots;
  const dryad_type_index *types;
  dryad_summary *summary;
  dryad_duplicate *duplicates;
  dryad_id *ids, first = 0, last = graph->count ? graph->count - 1 : 0;
  uint64_t count, size;
  if (!dryad_summarize(&summary, graph, NULL, 0, NULL)) dryad_summary_free(summary);
  if (!dryad_duplicates_find(&duplicates, &count, graph, quiet, NULL))
    dryad_free(graph->allocator, duplicates, count, sizeof *duplicates);
  dryad_heap_type_index(heap, &types, NULL);
  if (!dryad_heap_unreferenced(heap, &ids, &count, NULL)) dryad_free(graph->allocator, ids, count, sizeof *ids);
  ask_dominators(heap, graph);
  if (graph->count == 0) return;
  dryad_heap_retained_size(heap, &first, 1, &size, quiet, NULL);
  dryad_path path = {0}, paths[2] = {{0}};
  uint32_t found = 0;
  if (!dryad_path_find(&path, graph, (dryad_ids){&first, 1}, (dryad_ids){&last, 1}, false, quiet, NULL))
    dryad_path_deinit(&path);
  if (!dryad_path_find(&path, graph, (dryad_ids){&last, 1}, (dryad_ids){&first, 1}, true, quiet, NULL))
    dryad_path_deinit(&path);
  if (!dryad_heap_roots(heap, &roots, quiet, NULL) &&
      !dryad_paths_from_roots(paths, 2, &found, graph, roots, last, quiet, NULL))
    for (uint32_t i = 0; i < found; i++) dryad_path_deinit(&paths[i]);
}

static void change_heap(dryad_heap *heap)
{
  const dryad_id some[] = {0, 1};
  dryad_heap_collapse(heap, NULL, quiet, NULL);
  dryad_heap_remove_expensive_references(heap, NULL, quiet, NULL);
  if (dryad_heap_graph(heap)->count > 1)
    dryad_heap_remove_references(heap, (dryad_ids){some, 2}, (dryad_ids){some, 2}, NULL, quiet, NULL);
  dryad_change *gc = dryad_change_new(dryad_heap_graph(heap)->allocator, DRYAD_CHANGE_GC);
  dryad_heap_apply(heap, gc, NULL, NULL, quiet, NULL);
  dryad_change *edit = dryad_change_new(dryad_heap_graph(heap)->allocator, DRYAD_CHANGE_EDIT);
  dryad_new_object new_object = {.address = 7777, .size = 5, .type = {"new", 3}, .name = {"text", 4}};
  dryad_change_add_object(edit, &new_object);
  dryad_heap_apply(heap, edit, NULL, NULL, quiet, NULL);
}

enum { READ = 16, ASK = 32, CHANGE = 64, EVERYTHING = READ | ASK | CHANGE };

static void use(dryad_heap *heap, unsigned what)
{
  if (what & READ) read_objects(heap);
  if (what & ASK) ask(heap);
  if (!(what & CHANGE)) return;
  change_heap(heap);
  if (what & READ) read_objects(heap);
  if (what & ASK) ask(heap);
  while (dryad_heap_undo(heap)) continue;
  if (what & READ) read_objects(heap);
}

static void open_and_use(int file, unsigned what)
{
  char path[64];
  dryad_heap *heap;
  dryad_error error = {0};
  snprintf(path, sizeof path, "/proc/self/fd/%d", file);
  if (dryad_index_open(&heap, NULL, path, "index", NULL, quiet, &error)) {
    CHECK(!heap && error.status && error.text[0]);
    return;
  }
  use(heap, what);
  dryad_heap_free(heap);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  if (size == 0) return 0;
  fuzzed *f = the_index();
  for (size_t i = 1; i + EDIT <= size && i < EDITS_MAX * EDIT; i += EDIT) change(f, data + i);
  if (data[0] & 1) set_checksums(f);
  write_pages(f, f->now.data, f->good.data);
  if ((data[0] & 14) == 14 && size > 2) CHECK(!ftruncate(f->file, (off_t)(f->good.length * data[1] / 256)));
  open_and_use(f->file, data[0] & EVERYTHING ? data[0] & EVERYTHING : EVERYTHING);
  CHECK(!ftruncate(f->file, (off_t)f->good.length));
  write_pages(f, f->good.data, (data[0] & 14) == 14 ? NULL : f->now.data);
  memcpy(f->now.data, f->good.data, f->good.length);
  return 0;
}

/* ---- mutations that know what an index is ------------------------------------------------------- */

#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION

/* A number that is at an edge, of the counts of this index too. */
static uint64_t edge(const fuzzed *f, unsigned random)
{
  static const uint64_t edges[] = {
      0, 1, 2, 0x7f, 0xff, 0xffff, INT32_MAX, UINT32_MAX, (uint64_t)1 << 32, INT64_MAX, (uint64_t)1 << 63, UINT64_MAX};
  enum { EDGES = sizeof edges / sizeof *edges };
  const dryad_index_header *header = (const dryad_index_header *)(const void *)f->good.data;
  unsigned which = random % (EDGES + DRYAD_INDEX_SECTIONS);
  uint64_t number = which < EDGES ? edges[which] : header->counts[which - EDGES];
  return number + (random >> 16) % 3 - 1;
}

/* Edits that set a whole element of a section, of the directory or of the header; how many. */
static size_t set_element(uint8_t *edits, const fuzzed *f, unsigned random)
{
  uint64_t place, bytes, width = 1U << (random & 3);
  uint8_t section = (uint8_t)((random >> 2) % (DRYAD_INDEX_SECTIONS + 2));
  find_section(&f->layout, section, &place, &bytes);
  if (bytes < width) return 0;
  uint64_t at = (random >> 10) % (bytes / width) * width;
  uint64_t number = edge(f, random * 2654435761U);
  for (unsigned i = 0; i < width; i++) {
    const uint8_t edit[EDIT] = {section, (uint8_t)(at + i), (uint8_t)((at + i) >> 8), (uint8_t)(number >> (8 * i))};
    memcpy(edits + (size_t)EDIT * i, edit, EDIT);
  }
  return width;
}

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed);

/* Most of the time whole edits come and go, the checksums are made right, and one kind of use is enough. */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
  uint8_t edits[8 * EDIT];
  unsigned random = seed * 2246822519U;
  if (seed % 4 == 0 || size == 0 || max_size < size + sizeof edits) return LLVMFuzzerMutate(data, size, max_size);
  size_t count = (size - 1) / EDIT, at = 1 + EDIT * (random % (count + 1)),
         length = set_element(edits, the_index(), random);
  data[0] = (uint8_t)(1U | READ << random % 3);
  if (seed % 4 == 1 && at + EDIT <= size) { /* one goes */
    memmove(data + at, data + at + EDIT, size - at - EDIT);
    return size - EDIT;
  }
  memmove(data + at + length * EDIT, data + at, size - at);
  memcpy(data + at, edits, length * EDIT);
  return size + length * EDIT;
}
#endif
