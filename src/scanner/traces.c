/* SPDX-License-Identifier: MIT */
#include "traces.h"

#include "checked_read.h"
#include "collector.h"
#include "memory.h"
#include "text.h"

#include <limits.h>

/* ---- buckets and their chains */

enum {
  MANY = DRYAD_CHECKED_MANY,
  MOST_ENTRY = 48,  /* bytes of an entry, with the trace in 3.8 */
  MOST_TRACE = 16,  /* bytes of a trace */
  MOST_CHAIN = 1024 /* entries in a bucket; on average there is less than one */
};

typedef struct traces_head {
  size_t count, num_buckets;
  const char *buckets;
  size_t key_size; /* 3.8 only: that of an address, or of an address and a domain */
} traces_head;

typedef struct traces_reader {
  traces_head head;
  dryad_trace_visitor visit;
  void *context;
  uint64_t bytes; /* of the blocks so far */
  /* Of one entry in each of many buckets. */
  const void *entries[MANY], *traces[MANY];
  char entry_bytes[MANY * MOST_ENTRY], trace_bytes[MANY * MOST_TRACE];
} traces_reader;

static bool read_head(traces_head *head, const void *table)
{
  char bytes[48];
  if (!dryad_checked_read(bytes, table, sizeof bytes)) return false;
  *head = (traces_head){
      .count = (size_t)dryad_field_size(bytes, dryad_here.traces_count),
      .num_buckets = (size_t)dryad_field_size(bytes, dryad_here.traces_num_buckets),
      .buckets = dryad_field_pointer(bytes, dryad_here.traces_buckets),
  };
  if (head->num_buckets == 0 || (head->num_buckets & (head->num_buckets - 1)) != 0) return false;
  if (dryad_here.traces_key_size == 0) return true;
  head->key_size = (size_t)dryad_field_size(bytes, dryad_here.traces_key_size);
  const size_t address = sizeof(void *), domain = sizeof(unsigned);
  return (head->key_size == address || head->key_size == address + domain) &&
         (size_t)dryad_field_size(bytes, dryad_here.traces_data_size) == dryad_here.trace_size;
}

static bool has_domain(const traces_reader *reader, const char *entry)
{
  const size_t address = sizeof(void *);
  return reader->head.key_size > address && dryad_field_u32(entry, dryad_here.trace_entry_key + address) != 0;
}

/* Visits one entry in each of `count` chains, and replaces it by the next in its chain. */
static bool visit_entries(traces_reader *reader, size_t count)
{
  const bool points = dryad_here.trace_entry_trace != 0;
  const size_t inside = dryad_here.trace_entry_key + reader->head.key_size; /* of the trace, in 3.8 */
  const size_t entry_size = points ? dryad_here.trace_entry_size : inside + dryad_here.trace_size;
  dryad_checked_read_many(reader->entry_bytes, reader->entries, count, entry_size);
  for (size_t i = 0; points && i < count; i++)
    reader->traces[i] = dryad_field_pointer(reader->entry_bytes + i * entry_size, dryad_here.trace_entry_trace);
  if (points) dryad_checked_read_many(reader->trace_bytes, reader->traces, count, dryad_here.trace_size);
  for (size_t i = 0; i < count; i++) {
    const char *entry = reader->entry_bytes + i * entry_size;
    const char *trace = points ? reader->trace_bytes + i * dryad_here.trace_size : entry + inside;
    reader->entries[i] = dryad_field_pointer(entry, 0);
    reader->bytes += (uint64_t)dryad_field_size(trace, dryad_here.trace_bytes);
    if (!has_domain(reader, entry) &&
        !reader->visit((uintptr_t)dryad_field_pointer(entry, dryad_here.trace_entry_key),
                       dryad_field_pointer(trace, dryad_here.trace_traceback), reader->context))
      return false;
  }
  return true;
}

static size_t keep_entries(traces_reader *reader, size_t count)
{
  size_t kept = 0;
  for (size_t i = 0; i < count; i++)
    if (reader->entries[i] != NULL) reader->entries[kept++] = reader->entries[i];
  return kept;
}

/* False if the visitor ended it. A chain that another thread changes may lead anywhere, so its length is limited. */
static bool visit_buckets(traces_reader *reader, size_t first, size_t count)
{
  const char *buckets = reader->head.buckets + first * sizeof(void *);
  if (!dryad_checked_read(reader->entries, buckets, count * sizeof(void *))) return true;
  for (size_t length = 0; length < MOST_CHAIN; length++) {
    count = keep_entries(reader, count);
    if (count == 0) break;
    if (!visit_entries(reader, count)) return false;
  }
  return true;
}

static size_t block_at(const traces_reader *reader, size_t first)
{
  size_t rest = reader->head.num_buckets - first;
  return rest < MANY ? rest : MANY;
}

/* ---- tracebacks */

size_t dryad_traceback_count(const void *traceback)
{
  uint16_t count;
  bool read = dryad_checked_read(&count, dryad_field(traceback, dryad_here.traceback_count), sizeof count);
  return read ? count : 0;
}

bool dryad_traceback_frame(dryad_traced_frame *frame, const void *traceback, size_t i)
{
  char bytes[24];
  const size_t offset = dryad_here.traceback_frames + i * dryad_here.traced_frame_size;
  if (!dryad_checked_read(bytes, dryad_field(traceback, offset), dryad_here.traced_frame_size)) return false;
  frame->file = dryad_field_pointer(bytes, dryad_here.traced_frame_file);
  frame->line = dryad_field_u32(bytes, dryad_here.traced_frame_line);
  return true;
}

/* Reads a C string; false if there is none, or if it does not fit. */
static bool read_text(char *text, size_t size, const char *address)
{
  enum { STEP = 64 }; /* divides a page: where a step begins, all of it can be read */
  for (size_t used = 0; used < size;) {
    size_t part = STEP - (uintptr_t)(address + used) % STEP;
    if (part > size - used) part = size - used;
    if (!dryad_checked_read(text + used, address + used, part)) return false;
    if (memchr(text + used, '\0', part) != NULL) return true;
    used += part;
  }
  return false;
}

void dryad_traced_file_put(dryad_sink *sink, const void *file)
{
  char text[PATH_MAX];
  const PyTypeObject *type;
  if (dryad_here.traced_files_are_texts != 0) {
    if (read_text(text, sizeof text, file)) dryad_text_put_c_string(sink, text);
  } else if (dryad_checked_read(&type, dryad_field(file, dryad_here.object_type), sizeof type)) {
    if (type == &PyUnicode_Type) dryad_text_put_string(sink, (PyObject *)(uintptr_t)file);
  }
}

/* ---- finding the table */

typedef struct probe {
  dryad_sink *scratch;
  bool good;
} probe;

/* A dryad_trace_visitor that ends at the first trace that is one. */
static bool probe_trace(uintptr_t block, const void *traceback, void *context)
{
  probe *probing = context;
  dryad_traced_frame frame;
  if (block == 0 || dryad_traceback_count(traceback) == 0 || !dryad_traceback_frame(&frame, traceback, 0)) return true;
  probing->scratch->used = 0;
  dryad_traced_file_put(probing->scratch, frame.file);
  probing->good = probing->scratch->used > 0;
  return !probing->good;
}

/* Whether a table has traces: other tables have no such values. */
static bool has_traces(traces_reader *reader, dryad_sink *scratch, const void *table)
{
  probe probing = {scratch, false};
  if ((uintptr_t)table % sizeof(void *) != 0 || !read_head(&reader->head, table)) return false;
  reader->visit = probe_trace;
  reader->context = &probing;
  for (size_t first = 0; !probing.good && first < reader->head.num_buckets && first < 64 * MANY; first += MANY)
    visit_buckets(reader, first, block_at(reader, first));
  return probing.good;
}

/* The context of the allocator of objects. While tracemalloc traces, it lies among tracemalloc's static data. */
static const char *allocator_context(void)
{
  PyMemAllocatorEx allocator;
  if (dryad_here.runtime_object_allocator == 0)
    PyMem_GetAllocator(PYMEM_DOMAIN_OBJ, &allocator);
  else /* the function would take a lock */
    memcpy(&allocator, dryad_field(dryad_runtime(), dryad_here.runtime_object_allocator), sizeof allocator);
  return allocator.ctx;
}

/* tracemalloc's configuration: before 3.12 apart from its other data. Anything, if it does not trace. */
static const void *find_config(void)
{
  if (dryad_here.tracemalloc_config == 0) return &_Py_tracemalloc_config;
  const char *context = allocator_context();
  return context != NULL ? context - dryad_here.tracemalloc_config : NULL;
}

uint32_t dryad_traces_frames(void)
{
  struct {
    int initialized, traces, frames;
  } config;
  const void *place = find_config();
  if (place == NULL || !dryad_checked_read(&config, place, sizeof config)) return 0;
  const bool is_config = config.initialized == 1 && config.traces == 1 && config.frames > 0;
  return is_config && config.frames <= UINT16_MAX ? (uint32_t)config.frames : 0;
}

const void *dryad_traces_find(void)
{
  const ptrdiff_t reach = 4096;
  const char *context = allocator_context();
  const void *found = NULL, *table;
  dryad_pool pool = {0};
  dryad_sink scratch;
  if (context == NULL || (uintptr_t)context % sizeof(void *) != 0) return NULL;
  traces_reader *reader = dryad_pool_alloc(&pool, sizeof *reader);
  dryad_sink_init(&scratch, -1, DRYAD_COMPRESSION_NONE);
  for (ptrdiff_t i = -reach; reader != NULL && found == NULL && i < reach; i += (ptrdiff_t)sizeof(void *))
    if (dryad_checked_read(&table, context + i, sizeof table) && has_traces(reader, &scratch, table)) found = table;
  dryad_sink_deinit(&scratch);
  dryad_pool_deinit(&pool);
  return found;
}

/* ---- visiting */

size_t dryad_traces_count(const void *traces)
{
  traces_head head;
  return read_head(&head, traces) ? head.count : 0;
}

bool dryad_traces_visit(const void *traces, dryad_trace_visitor visit, void *context, uint64_t *bytes)
{
  traces_head after;
  dryad_pool pool = {0};
  traces_reader *reader = dryad_pool_alloc(&pool, sizeof *reader);
  bool whole = reader != NULL && read_head(&reader->head, traces);
  if (whole) {
    reader->visit = visit;
    reader->context = context;
    for (size_t first = 0; first < reader->head.num_buckets; first += MANY)
      if (!visit_buckets(reader, first, block_at(reader, first))) break;
    whole = read_head(&after, traces) && after.buckets == reader->head.buckets;
    *bytes = reader->bytes;
  }
  dryad_pool_deinit(&pool);
  return whole;
}
