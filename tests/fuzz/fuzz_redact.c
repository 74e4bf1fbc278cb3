/* SPDX-License-Identifier: MIT */
/* `dryad convert --redact`: whatever a dump holds, no content of it is in what is written; what is no content is
 * unchanged, and equal contents stay equal. The input is the dump. */
#include <stdio.h>
#include <unistd.h>

#include "../unit/same_graph.h"
#include "base/buffer.h"
#include "formats/meliae/write_dump.h"
#include "from_memory.h"
#include "heap/heap.h"
#include "io/stream.h"
#include "mutate_dump.h"
#include "one_thread.h"

/* Everything written, uncompressed. */
static dryad_buffer redacted(dryad_heap *heap)
{
  static const uint8_t key[DRYAD_SIPHASH_KEY] = {9, 8, 7};
  dryad_sink *sink;
  dryad_stream *stream;
  dryad_buffer text = {0};
  char path[DRYAD_SINK_LINK];
  size_t got;
  const char *problem = NULL;
  CHECK(!dryad_sink_open(&sink, "/tmp", &(dryad_sink_options){.unnamed = true}, NULL, NULL));
  CHECK(!dryad_meliae_write_dump(heap, sink, key, (dryad_progress){0}, NULL));
  CHECK(!dryad_sink_reread(sink, path, NULL) && !dryad_stream_open(&stream, path, NULL, NULL, NULL));
  do {
    CHECK(dryad_buffer_reserve(&text, 4096));
    CHECK(!dryad_stream_read(stream, text.data + text.length, 4096, &got, &problem, NULL) && !problem);
    text.length += got;
  } while (got);
  dryad_stream_close(stream);
  dryad_sink_abandon(sink);
  return text;
}

static bool is_hash(dryad_text text)
{
  for (size_t i = 0; i < text.length; i++)
    if (!strchr("0123456789abcdef", text.data[i]) || !text.data[i]) return false;
  return text.length == 16;
}

static void keep(dryad_buffer *kept, dryad_text text)
{
  if (text.data) CHECK(dryad_buffer_append(kept, text.data, text.length) && dryad_buffer_append(kept, "\n", 1));
}

/* The value of a frame is the name of its function, and that of an array its type and shape. */
static bool has_content(const dryad_graph *g, dryad_id id)
{
  dryad_text type = dryad_graph_type_name(g, dryad_graph_type(g, id));
  dryad_value value = dryad_graph_value(g, id);
  return value.kind > DRYAD_VALUE_NULL && !same_text(type, (dryad_text){"frame", 5}) &&
         !same_text(type, (dryad_text){"numpy.ndarray", 13});
}

/* All texts of a heap that are no contents, and those that every dump has. Of the facts, see fuzz_facts.c. */
static dryad_buffer texts_that_stay(dryad_heap *heap)
{
  const dryad_graph *g = dryad_heap_graph(heap);
  static const char always[] = "address type size name len value refs names qualname refcount root interpreter mapped "
                               "file line allocated <process> <end>";
  dryad_buffer kept = {0};
  keep(&kept, (dryad_text){always, sizeof always - 1});
  keep(&kept, dryad_heap_facts(heap));
  for (dryad_root_reason reason = DRYAD_ROOT_MODULE; reason <= DRYAD_ROOT_LAST; reason++) {
    const char *name = dryad_root_reason_name(reason);
    keep(&kept, (dryad_text){name, strlen(name)});
  }
  for (uint32_t type = 0; type < dryad_graph_type_count(g); type++) keep(&kept, dryad_graph_type_name(g, type));
  for (dryad_id id = 0; id < g->count; id++) {
    dryad_value value = dryad_graph_value(g, id);
    if (!has_content(g, id) && value.kind == DRYAD_VALUE_TEXT) keep(&kept, value.text);
    keep(&kept, dryad_graph_name(g, id));
    keep(&kept, dryad_graph_file(g, id));
    keep(&kept, dryad_graph_qualname(g, id));
    keep(&kept, dryad_graph_allocated(g, id));
    for (uint64_t i = 0; i < dryad_graph_children(g, id).count; i++) keep(&kept, dryad_graph_ref_name(g, id, i));
  }
  return kept;
}

/* Long enough, and of such characters, that it is not in the output by chance and is written as it is. */
static bool is_telling(dryad_text text)
{
  bool has_other = false;
  for (size_t i = 0; i < text.length; i++) {
    if (text.data[i] < ' ' || text.data[i] > '~' || text.data[i] == '"' || text.data[i] == '\\') return false;
    has_other = has_other || !strchr("0123456789abcdef ,.-+e", text.data[i]);
  }
  return text.length >= 4 && has_other;
}

static bool holds(const dryad_buffer *buffer, dryad_text text)
{
  return memmem(buffer->data, buffer->length, text.data, text.length) != NULL;
}

static void check_object(const dryad_graph *g, const dryad_graph *after, dryad_id id)
{
  dryad_value value = dryad_graph_value(g, id), hash = dryad_graph_value(after, id);
  CHECK(dryad_graph_address(g, id) == dryad_graph_address(after, id));
  CHECK(dryad_graph_size(g, id) == dryad_graph_size(after, id));
  CHECK(same_text(dryad_graph_name(g, id), dryad_graph_name(after, id)));
  CHECK(same_ids(dryad_graph_children(g, id), dryad_graph_children(after, id)));
  if (!has_content(g, id)) {
    CHECK(same_value(&value, &hash));
    return;
  }
  CHECK(hash.kind == DRYAD_VALUE_TEXT && is_hash(hash.text));
  for (dryad_id other = 0; other < id && value.kind == DRYAD_VALUE_TEXT; other++) {
    dryad_value other_value = dryad_graph_value(g, other), other_hash = dryad_graph_value(after, other);
    if (has_content(g, other) && dryad_graph_type(g, other) == dryad_graph_type(g, id) &&
        other_value.kind == DRYAD_VALUE_TEXT)
      CHECK(same_text(value.text, other_value.text) == same_text(hash.text, other_hash.text));
  }
}

static void check(dryad_heap *heap)
{
  const dryad_graph *g = dryad_heap_graph(heap);
  dryad_buffer text = redacted(heap), kept = texts_that_stay(heap);
  dryad_heap *again = load_from_memory((dryad_text){text.data, text.length});
  CHECK(again && dryad_graph_count(dryad_heap_graph(again)) == g->count);
  for (dryad_id id = 0; id < g->count; id++) {
    dryad_value value = dryad_graph_value(g, id);
    check_object(g, dryad_heap_graph(again), id);
    if (has_content(g, id) && value.kind == DRYAD_VALUE_TEXT && is_telling(value.text) && !holds(&kept, value.text))
      CHECK(!holds(&text, value.text));
  }
  dryad_heap_free(again);
  dryad_buffer_deinit(&text);
  dryad_buffer_deinit(&kept);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  dryad_heap *heap = load_from_memory((dryad_text){(const char *)data, size});
  if (!heap) return 0;
  if (dryad_graph_count(dryad_heap_graph(heap))) check(heap);
  dryad_heap_free(heap);
  return 0;
}

#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
  return mutate_after(0, data, size, max_size, seed);
}
#endif
