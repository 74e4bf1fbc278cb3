/* SPDX-License-Identifier: MIT */
/* Damaged and hostile indexes: whatever an index holds, opening it fails or gives a heap that can be read, asked and
   changed in every way without harm; and when a block of it was wrong, that is told.
   The input is a list of changes to a good index, of four bytes each: a section (one more is the header, one more the
   directory), where in it (two bytes), and the byte to be there. The first byte of all says whether the checksums are
   then made right, as someone hostile would. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
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
#include "heap/heap.h"
#include "runtime/runtime.h"

#define CHECK(condition) ((condition) ? (void)0 : abort())

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

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

static ptrdiff_t give(void *context, void *buffer, size_t capacity)
{
  size_t *left = context, count = *left < capacity ? *left : capacity;
  memcpy(buffer, dump + sizeof dump - 1 - *left, count);
  *left -= count;
  return (ptrdiff_t)count;
}

typedef struct file_bytes {
  unsigned char *data;
  size_t length;
} file_bytes;

static file_bytes good_index(void)
{
  size_t left = sizeof dump - 1;
  dryad_heap *heap;
  const dryad_dominators *dominators;
  dryad_load_options options = {.size = sizeof options, .raw = true, .threads = 1};
  const dryad_sink_options force = {.output.force = true};
  dryad_sink *sink;
  char path[] = "/tmp/dryad-fuzz-XXXXXX";
  CHECK(dryad_heap_load_source(&heap, (dryad_source){give, &left}, "dump", &options, NULL) == DRYAD_OK);
  CHECK(dryad_heap_report(heap)->complete == DRYAD_COMPLETE && dryad_heap_facts(heap).data);
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

static void change(file_bytes *file, const dryad_index_layout *layout, const uint8_t edit[4])
{
  unsigned section = edit[0] % (DRYAD_INDEX_SECTIONS + 2);
  uint64_t place = 0, bytes = sizeof(dryad_index_header);
  if (section < DRYAD_INDEX_SECTIONS) {
    place = layout->sections[section].place;
    bytes = layout->sections[section].bytes;
  } else if (section > DRYAD_INDEX_SECTIONS) {
    place = DRYAD_INDEX_PAGE;
    bytes = layout->directory_size;
  }
  if (bytes) file->data[place + (edit[1] | (unsigned)edit[2] << 8) % bytes] = edit[3];
}

static void set_checksums(file_bytes *file)
{
  dryad_index_header *header = (dryad_index_header *)(void *)file->data;
  dryad_index_layout layout;
  header->file_size = file->length;
  if (!dryad_index_lay_out(&layout, header) && layout.file_size == file->length) {
    dryad_index_block *blocks = (dryad_index_block *)(void *)(file->data + DRYAD_INDEX_PAGE);
    for (unsigned s = 0; s < DRYAD_INDEX_SECTIONS; s++)
      if (layout.sections[s].bytes)
        blocks[layout.sections[s].first_block].hash =
            XXH3_64bits(file->data + layout.sections[s].place, layout.sections[s].bytes);
    header->directory_hash = XXH3_64bits(blocks, layout.directory_size);
  }
  header->hash = XXH3_64bits(header, offsetof(dryad_index_header, hash));
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

static void use(int file)
{
  char path[64];
  dryad_heap *heap;
  dryad_error error = {0};
  snprintf(path, sizeof path, "/proc/self/fd/%d", file);
  if (dryad_index_open(&heap, NULL, path, "index", NULL, quiet, &error)) {
    CHECK(!heap && error.status && error.text[0]);
    return;
  }
  read_objects(heap);
  ask(heap);
  change_heap(heap);
  read_objects(heap);
  ask(heap);
  while (dryad_heap_undo(heap)) continue;
  read_objects(heap);
  dryad_heap_free(heap);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  dryad_index_layout layout;
  if (size == 0) return 0;
  static file_bytes good; /* made once: syncing it to disk takes time */
  if (!good.data) good = good_index();
  file_bytes index = {malloc(good.length), good.length};
  CHECK(index.data);
  memcpy(index.data, good.data, good.length);
  CHECK(!dryad_index_lay_out(&layout, (const dryad_index_header *)(const void *)index.data));
  for (size_t i = 1; i + 4 <= size && i < 400; i += 4) change(&index, &layout, data + i);
  if (data[0] & 1) set_checksums(&index);
  if ((data[0] & 14) == 14 && size > 2) index.length = index.length * data[1] / 256;
  int file = memfd_create("index", MFD_CLOEXEC);
  CHECK(file >= 0 && write(file, index.data, index.length) == (ssize_t)index.length);
  use(file);
  close(file);
  free(index.data);
  return 0;
}
