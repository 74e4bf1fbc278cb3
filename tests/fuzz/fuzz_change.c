/* SPDX-License-Identifier: MIT */
/* Changes from bytes: whatever they are, each is refused or can be made, is written as it was read, and undo takes it
   back. The input is pieces, each with its length before it in one byte. */
#include "from_memory.h"
#include "graph/graph.h"
#include "heap/heap.h"
#include "one_thread.h"

static const char dump[] = "{\"address\": 16, \"type\": \"module\", \"size\": 100, \"refs\": [32, 48, 64, 32]}\n"
                           "{\"address\": 32, \"type\": \"Thing\", \"size\": 64, \"refs\": [80, 96]}\n"
                           "{\"address\": 48, \"type\": \"list\", \"size\": 72, \"len\": 2, \"refs\": [112, 7]}\n"
                           "{\"address\": 64, \"type\": \"function\", \"size\": 120, \"refs\": [16, 48]}\n"
                           "{\"address\": 80, \"type\": \"dict\", \"size\": 280, \"refs\": [112, 48]}\n"
                           "{\"address\": 96, \"type\": \"type\", \"size\": 900, \"name\": \"Thing\", \"refs\": []}\n"
                           "{\"address\": 112, \"type\": \"str\", \"size\": 50, \"value\": \"x\", \"refs\": []}\n"
                           "{\"address\": 128, \"type\": \"list\", \"size\": 50, \"refs\": [128, 144]}\n";

/* Every id that the graph gives is one of its own, and both directions of references agree. */
static void check_graph(const dryad_graph *g)
{
  uint64_t refs = 0, all = (uint64_t)g->count + g->missing;
  for (dryad_id id = 0; id < all; id++) {
    bool is_first = id == 0 || id == g->count;
    CHECK(is_first || dryad_graph_address(g, id - 1) < dryad_graph_address(g, id));
    CHECK(dryad_graph_find_any(g, dryad_graph_address(g, id)) == id);
  }
  for (dryad_id id = 0; id < g->count; id++) {
    dryad_ids children = dryad_graph_children(g, id), parents = dryad_graph_parents(g, id);
    CHECK(dryad_graph_type(g, id) < dryad_graph_type_count(g));
    refs += children.count;
    for (uint64_t i = 0; i < children.count; i++) CHECK(children.ids[i] < all);
    for (uint64_t i = 0; i < parents.count; i++) {
      dryad_ids back = dryad_graph_children(g, parents.ids[i]);
      uint64_t k = 0;
      while (k < back.count && back.ids[k] != id) k++;
      CHECK(k < back.count && (i == 0 || parents.ids[i - 1] < parents.ids[i]));
    }
  }
  CHECK(refs == dryad_graph_ref_count(g));
}

static void check_bytes(const dryad_change *change)
{
  unsigned char *bytes, *again_bytes;
  uint64_t length, again_length;
  dryad_change *again;
  CHECK(dryad_change_encode(&bytes, &length, change, NULL) == DRYAD_OK);
  CHECK(dryad_change_decode(&again, bytes, length, NULL, NULL) == DRYAD_OK);
  CHECK(dryad_change_encode(&again_bytes, &again_length, again, NULL) == DRYAD_OK);
  CHECK(length == again_length && !memcmp(bytes, again_bytes, length));
  dryad_change_free(again);
  dryad_free(NULL, bytes, length, 1);
  dryad_free(NULL, again_bytes, again_length, 1);
}

static void make(dryad_heap *heap, const uint8_t *data, size_t size)
{
  dryad_change *change;
  const dryad_roots *roots;
  dryad_status status = dryad_change_decode(&change, data, size, NULL, NULL);
  CHECK(status == DRYAD_OK || status == DRYAD_FORMAT);
  if (status) return;
  check_bytes(change);
  status = dryad_heap_apply(heap, change, NULL, NULL, (dryad_progress){0}, NULL);
  CHECK(status == DRYAD_OK || status == DRYAD_ARGUMENT);
  check_graph(dryad_heap_graph(heap));
  CHECK(dryad_heap_roots(heap, &roots, (dryad_progress){0}, NULL) == DRYAD_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  dryad_heap *heap = load_from_memory((dryad_text){dump, sizeof dump - 1});
  CHECK(heap);
  const dryad_graph *loaded = dryad_heap_graph(heap);
  while (size > 0) {
    size_t length = *data++;
    if (length > --size) length = size;
    uint8_t *piece = malloc(length + 1); /* of its own, so that reading past its end shows */
    CHECK(piece);
    memcpy(piece, data, length);
    make(heap, piece, length);
    free(piece);
    data += length;
    size -= length;
  }
  for (uint32_t changes = dryad_heap_change_count(heap); changes > 0; changes--) CHECK(dryad_heap_undo(heap));
  CHECK(dryad_heap_graph(heap) == loaded);
  dryad_heap_free(heap);
  return 0;
}
