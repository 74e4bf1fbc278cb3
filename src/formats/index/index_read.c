/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include "analysis/dominators.h"
#include "analysis/roots.h"
#include "base/error.h"
#include "base/trace.h"
#include "formats/index/index_layout.h"
#include "graph/graph.h"
#include "heap/facts.h"
#include "heap/heap.h"
#include "runtime/runtimes.h"

/* An opened index: the source of its demand memory. */
typedef struct opened {
  const dryad_allocator *allocator;
  int file;
  dryad_index_facts facts;
  unsigned char *directory; /* directory_size bytes */
  char *path;
} opened;

static void opened_free(void *context)
{
  opened *o = context;
  if (!o) return;
  close(o->file);
  dryad_free(o->allocator, o->directory, o->facts.layout.directory_size, 1);
  if (o->path) dryad_free(o->allocator, o->path, strlen(o->path) + 1, 1);
  dryad_free(o->allocator, o, 1, sizeof *o);
}

/* NULL, or why it could not be read completely. */
static const char *read_at(int file, void *buffer, uint64_t count, uint64_t place)
{
  for (uint64_t done = 0; done < count;) {
    ssize_t got = pread(file, (unsigned char *)buffer + done, count - done, (off_t)(place + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return strerror(errno);
    if (got == 0) return "the file was truncated";
    done += (uint64_t)got;
  }
  return NULL;
}

static int open_file(const char *path) { return open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); }

bool dryad_index_is_one(const char *path)
{
  char magic[sizeof((dryad_index_header *)0)->magic];
  int file = open_file(path);
  if (file < 0) return false;
  bool is_one = !read_at(file, magic, sizeof magic, 0) && memcmp(magic, DRYAD_INDEX_MAGIC, sizeof magic) == 0;
  close(file);
  return is_one;
}

/* ---- blocks, when they are first touched ------------------------------------------------------- */

static const char *const section_names[DRYAD_INDEX_DETAIL_IDS] = {"addresses",
                                                                  "types",
                                                                  "sizes",
                                                                  "lens",
                                                                  "labels",
                                                                  "child offsets",
                                                                  "children",
                                                                  "parent offsets",
                                                                  "parents",
                                                                  "texts",
                                                                  "names of types",
                                                                  "types' names",
                                                                  "large numbers",
                                                                  "large values",
                                                                  "roots",
                                                                  "roots' reasons",
                                                                  "retained sizes",
                                                                  "dominators",
                                                                  "dominated objects",
                                                                  "named references",
                                                                  "names of references",
                                                                  "given roots",
                                                                  "given roots' reasons"};

static const char *name_of(dryad_index_section section)
{
  if (section < DRYAD_INDEX_DETAIL_IDS) return section_names[section];
  return section < DRYAD_INDEX_DETAIL_VALUES ? "objects with details" : "details";
}

static dryad_index_section section_at(const dryad_index_layout *layout, uint64_t place)
{
  unsigned s = DRYAD_INDEX_SECTIONS - 1;
  while (layout->sections[s].memory > place) s--;
  return s;
}

/* A section's last block also has the rest of the section's memory, which is zeros; a section that fills its blocks
   exactly has an extra one of zeros only. */
static void locate(void *context, uint64_t place, uint64_t *start, uint64_t *length)
{
  const opened *o = context;
  dryad_index_section s = section_at(&o->facts.layout, place);
  uint64_t memory = o->facts.layout.sections[s].memory, end = memory + o->facts.layout.sections[s].memory_length;
  *start = place - (place - memory) % DRYAD_INDEX_BLOCK;
  *length = end - *start < DRYAD_INDEX_BLOCK ? end - *start : DRYAD_INDEX_BLOCK;
}

static bool fill(void *context, uint64_t start, uint64_t length, unsigned char *block, dryad_error *error)
{
  const opened *o = context;
  const dryad_index_layout *layout = &o->facts.layout;
  dryad_index_section s = section_at(layout, start);
  uint64_t from = start - layout->sections[s].memory, k = from / DRYAD_INDEX_BLOCK, bytes = 0;
  if (from < layout->sections[s].bytes) bytes = layout->sections[s].bytes - from;
  if (bytes > length) bytes = length;
  memset(block + bytes, 0, length - bytes);
  if (bytes == 0) return true;
  const char *problem = read_at(o->file, block, bytes, layout->sections[s].place + from);
  if (!problem && XXH3_64bits(block, bytes) != o->facts.blocks[layout->sections[s].first_block + k].hash)
    problem = "its checksum is wrong";
  if (!problem) problem = dryad_index_block_problem(&o->facts, s, k, block);
  if (!problem) return true;
  dryad_index_make_safe(&o->facts, s, k, block);
  dryad_fail(error, DRYAD_FORMAT,
             "%s: the index is damaged: block %" PRIu64 " of its %s: %s; create it again from the dump", o->path, k,
             name_of(s), problem);
  return false;
}

/* ---- the head ---------------------------------------------------------------------------------- */

static dryad_status refuse(const opened *o, dryad_error *error, const char *why)
{
  return dryad_fail(error, DRYAD_FORMAT, "%s: %s", o->path, why);
}

static dryad_status check_header(const opened *o, uint64_t file_size, dryad_error *error)
{
  const dryad_index_header *h = &o->facts.header;
  if (memcmp(h->magic, DRYAD_INDEX_MAGIC, sizeof h->magic) != 0) return refuse(o, error, "not an index of Dryad");
  if (h->byte_order != DRYAD_INDEX_BYTE_ORDER)
    return refuse(o, error, "an index from a machine with another byte order");
  if (h->version != DRYAD_INDEX_VERSION)
    return dryad_fail(error, DRYAD_FORMAT, "%s: an index of another version of Dryad (format %u, not %u)", o->path,
                      h->version, DRYAD_INDEX_VERSION);
  if (XXH3_64bits(h, offsetof(dryad_index_header, hash)) != h->hash)
    return refuse(o, error, "the index is damaged: the checksum of its header is wrong");
  if (h->python != 0 && h->python != 2 && h->python != 3)
    return refuse(o, error, "the index is damaged: its header has an impossible Python version");
  if (!memchr(h->runtime, '\0', sizeof h->runtime) || !dryad_runtime_named(h->runtime))
    return refuse(o, error, "an index of a heap of a language that this version of Dryad does not know");
  if (file_size != h->file_size)
    return dryad_fail(error, DRYAD_FORMAT, "%s: the index is damaged: it has %" PRIu64 " bytes, not %" PRIu64, o->path,
                      file_size, h->file_size);
  return DRYAD_OK;
}

static dryad_status read_header(opened *o, dryad_error *error)
{
  struct stat info;
  if (fstat(o->file, &info)) return dryad_fail(error, DRYAD_IO, "%s: %m", o->path);
  if (!S_ISREG(info.st_mode) || (uint64_t)info.st_size < DRYAD_INDEX_PAGE)
    return refuse(o, error, "not an index of Dryad");
  const char *problem = read_at(o->file, &o->facts.header, sizeof o->facts.header, 0);
  if (problem) return refuse(o, error, problem);
  return check_header(o, (uint64_t)info.st_size, error);
}

static dryad_text facts_of(const opened *o)
{
  return (dryad_text){(const char *)o->directory + o->facts.layout.facts_place, o->facts.header.facts_length};
}

static dryad_status read_directory(opened *o, dryad_error *error)
{
  dryad_index_facts *f = &o->facts;
  const char *problem = dryad_index_lay_out(&f->layout, &f->header);
  if (!problem && f->layout.file_size != f->header.file_size) problem = "its size does not match its header";
  if (problem) {
    f->layout.directory_size = 0;
    return dryad_fail(error, DRYAD_FORMAT, "%s: the index is damaged: %s", o->path, problem);
  }
  o->directory = dryad_alloc(o->allocator, f->layout.directory_size, 1);
  if (!o->directory) return dryad_fail_memory(error);
  problem = read_at(o->file, o->directory, f->layout.directory_size, DRYAD_INDEX_PAGE);
  if (!problem && XXH3_64bits(o->directory, f->layout.directory_size) != f->header.directory_hash)
    problem = "the checksum of its directory is wrong";
  if (!problem) {
    f->blocks = (const dryad_index_block *)(const void *)o->directory;
    f->child_offsets.wraps = (uint32_t *)(void *)(o->directory + f->layout.block_count * sizeof *f->blocks);
    f->child_offsets.wrap_count = f->header.child_wraps;
    f->parent_offsets.wraps = f->child_offsets.wraps + f->header.child_wraps;
    f->parent_offsets.wrap_count = f->header.parent_wraps;
    problem = dryad_index_facts_problem(f);
  }
  if (!problem && f->header.facts_length) problem = dryad_facts_problem(facts_of(o));
  return problem ? dryad_fail(error, DRYAD_FORMAT, "%s: the index is damaged: %s", o->path, problem) : DRYAD_OK;
}

static dryad_status read_head(opened *o, dryad_error *error)
{
  dryad_status status = read_header(o, error);
  return status ? status : read_directory(o, error);
}

/* Takes over the file. */
static dryad_status opened_new(opened **out, int file, const char *path, const dryad_allocator *allocator,
                               dryad_error *error)
{
  opened *o = dryad_calloc(allocator, 1, sizeof *o);
  *out = NULL;
  if (!o) {
    close(file);
    return dryad_fail_memory(error);
  }
  o->allocator = allocator;
  o->file = file;
  o->path = dryad_alloc(allocator, strlen(path) + 1, 1);
  if (o->path) strcpy(o->path, path);
  dryad_status status = o->path ? read_head(o, error) : dryad_fail_memory(error);
  if (status)
    opened_free(o);
  else
    *out = o;
  return status;
}

/* ---- the heap ---------------------------------------------------------------------------------- */

typedef struct making {
  const opened *opened;
  dryad_demand_memory *demand;
  const dryad_allocator *allocator; /* the demand memory's */
} making;

static void *memory_of(const making *m, dryad_index_section section)
{
  return dryad_demand_memory_start(m->demand) + m->opened->facts.layout.sections[section].memory;
}

static uint64_t count_of(const making *m, dryad_index_section section)
{
  return m->opened->facts.header.counts[section];
}

/* An array that lies in the demand memory; NULL: no memory. */
static dryad_array *array_of(const making *m, dryad_index_section section)
{
  dryad_array *array = dryad_alloc(m->allocator, 1, sizeof *array);
  if (array)
    *array =
        (dryad_array){m->allocator, memory_of(m, section), count_of(m, section), dryad_index_element_size(section), 1};
  return array;
}

static bool make_offsets(const making *m, dryad_offsets *offsets, dryad_index_section section,
                         const dryad_offsets *wraps, const dryad_allocator *allocator)
{
  offsets->low = array_of(m, section);
  if (!offsets->low || wraps->wrap_count == 0) return offsets->low;
  offsets->wraps = dryad_alloc(allocator, wraps->wrap_count, sizeof *wraps->wraps);
  if (!offsets->wraps) return false;
  offsets->wrap_count = wraps->wrap_count;
  memcpy(offsets->wraps, wraps->wraps, wraps->wrap_count * sizeof *wraps->wraps);
  return true;
}

static void place_texts(const making *m, dryad_string_pool *texts, dryad_index_section section)
{
  texts->bytes = memory_of(m, section);
  texts->used = texts->capacity = count_of(m, section);
}

/* Retains the demand memory. NULL: no memory. */
static dryad_store *make_store(const making *m)
{
  dryad_store *store = dryad_store_new(m->allocator);
  if (!store) return NULL;
  store->runtime = dryad_runtime_named(m->opened->facts.header.runtime);
  store->demand = dryad_demand_memory_retain(m->demand);
  place_texts(m, &store->texts, DRYAD_INDEX_TEXTS);
  place_texts(m, &store->type_names, DRYAD_INDEX_TYPE_TEXTS);
  store->types = memory_of(m, DRYAD_INDEX_TYPE_NAMES);
  store->type_count = store->type_capacity = (uint32_t)count_of(m, DRYAD_INDEX_TYPE_NAMES);
  store->wide = memory_of(m, DRYAD_INDEX_WIDE);
  store->wide_count = store->wide_capacity = (uint32_t)count_of(m, DRYAD_INDEX_WIDE);
  store->extras = memory_of(m, DRYAD_INDEX_EXTRAS);
  store->extra_count = store->extra_capacity = (uint32_t)count_of(m, DRYAD_INDEX_EXTRAS);
  return store;
}

/* False: no memory. */
static bool make_annotations(const making *m, dryad_graph *g)
{
  bool has_roots = m->opened->facts.header.has_given_roots;
  if (!has_roots && count_of(m, DRYAD_INDEX_NAMED_REFS) == 0) return true;
  g->annotations = dryad_alloc(m->allocator, 1, sizeof *g->annotations);
  if (!g->annotations) return false;
  *g->annotations = (dryad_annotations){.allocator = m->allocator,
                                        .references = 1,
                                        .name_count = count_of(m, DRYAD_INDEX_NAMED_REFS),
                                        .named = memory_of(m, DRYAD_INDEX_NAMED_REFS),
                                        .names = memory_of(m, DRYAD_INDEX_REF_NAMES),
                                        .has_roots = has_roots,
                                        .root_count = (uint32_t)count_of(m, DRYAD_INDEX_GIVEN_ROOTS),
                                        .roots = memory_of(m, DRYAD_INDEX_GIVEN_ROOTS),
                                        .reasons = memory_of(m, DRYAD_INDEX_GIVEN_REASONS)};
  return true;
}

/* False: no memory. */
static bool make_details(const making *m, dryad_graph *g)
{
  uint64_t all = 0;
  for (unsigned kind = 0; kind < DRYAD_DETAIL_KINDS; kind++) all += count_of(m, DRYAD_INDEX_DETAIL_VALUES + kind);
  if (all == 0) return true;
  g->details = dryad_calloc(m->allocator, 1, sizeof *g->details);
  if (!g->details) return false;
  g->details->allocator = m->allocator;
  g->details->references = 1;
  for (unsigned kind = 0; kind < DRYAD_DETAIL_KINDS; kind++) {
    dryad_detail *detail = &g->details->kinds[kind];
    detail->count = (uint32_t)count_of(m, DRYAD_INDEX_DETAIL_VALUES + kind);
    if (count_of(m, DRYAD_INDEX_DETAIL_IDS + kind)) detail->ids = memory_of(m, DRYAD_INDEX_DETAIL_IDS + kind);
    if (detail->count) detail->values = memory_of(m, DRYAD_INDEX_DETAIL_VALUES + kind);
  }
  return true;
}

static bool fill_graph(const making *m, dryad_graph *g)
{
  const dryad_index_facts *f = &m->opened->facts;
  g->count = (uint32_t)count_of(m, DRYAD_INDEX_TYPES);
  g->missing = (uint32_t)(count_of(m, DRYAD_INDEX_ADDRESSES) - g->count);
  g->ref_count = count_of(m, DRYAD_INDEX_CHILDREN);
  g->dangling_refs = f->header.dangling_refs;
  g->total_size = f->header.total_size;
  g->addresses = array_of(m, DRYAD_INDEX_ADDRESSES);
  g->types = array_of(m, DRYAD_INDEX_TYPES);
  g->sizes = array_of(m, DRYAD_INDEX_SIZES);
  g->lens = array_of(m, DRYAD_INDEX_LENS);
  g->labels = array_of(m, DRYAD_INDEX_LABELS);
  g->children = array_of(m, DRYAD_INDEX_CHILDREN);
  g->parents = array_of(m, DRYAD_INDEX_PARENTS);
  return g->addresses && g->types && g->sizes && g->lens && g->labels && g->children && g->parents &&
         make_offsets(m, &g->child_offsets, DRYAD_INDEX_CHILD_OFFSETS, &f->child_offsets, g->allocator) &&
         make_offsets(m, &g->parent_offsets, DRYAD_INDEX_PARENT_OFFSETS, &f->parent_offsets, g->allocator) &&
         make_annotations(m, g) && make_details(m, g);
}

/* NULL: no memory. */
static dryad_graph *make_graph(const making *m)
{
  dryad_store *store = make_store(m);
  if (!store) return NULL;
  dryad_graph *graph = dryad_graph_new(m->opened->allocator, store);
  dryad_store_release(store);
  if (!graph || fill_graph(m, graph)) return graph;
  dryad_graph_release(graph);
  return NULL;
}

static bool make_roots(const making *m, dryad_roots **out)
{
  *out = NULL;
  if (!m->opened->facts.header.has_roots) return true;
  dryad_roots *roots = dryad_alloc(m->allocator, 1, sizeof *roots);
  if (!roots) return false;
  *roots = (dryad_roots){.allocator = m->allocator,
                         .count = (uint32_t)count_of(m, DRYAD_INDEX_ROOTS),
                         .ids = memory_of(m, DRYAD_INDEX_ROOTS),
                         .reasons = memory_of(m, DRYAD_INDEX_ROOT_REASONS)};
  *out = roots;
  return true;
}

static bool make_dominators(const making *m, dryad_dominators **out)
{
  *out = NULL;
  if (!m->opened->facts.header.has_dominators) return true;
  dryad_dominators *d = dryad_alloc(m->allocator, 1, sizeof *d);
  if (!d) return false;
  *d = (dryad_dominators){.allocator = m->allocator,
                          .count = (uint32_t)count_of(m, DRYAD_INDEX_TYPES),
                          .reachable_count = (uint32_t)count_of(m, DRYAD_INDEX_DOMINATED),
                          .reachable_size = m->opened->facts.header.reachable_size,
                          .is_unchecked = true,
                          .retained = memory_of(m, DRYAD_INDEX_RETAINED),
                          .parents = memory_of(m, DRYAD_INDEX_DOMINATORS),
                          .children = memory_of(m, DRYAD_INDEX_DOMINATED)};
  *out = d;
  return true;
}

/* The report in the directory has only its checksum to vouch for it: validate every field. */
static void read_report(const opened *o, dryad_report *report)
{
  dryad_index_report r;
  memcpy(&r, o->directory + o->facts.layout.report_place, sizeof r);
  *report = (dryad_report){.lines = r.lines,
                           .objects = r.objects,
                           .duplicates = r.duplicates,
                           .bad_lines = r.bad_lines,
                           .dangling_refs = r.dangling_refs,
                           .collapsed = r.collapsed,
                           .bytes = r.bytes,
                           .mended = r.mended,
                           .cut_texts = r.cut_texts,
                           .cut_bytes = r.cut_bytes,
                           .lossy_lines = r.lossy_lines,
                           .conflicts = r.conflicts,
                           .truncated = r.is_truncated != 0,
                           .python = r.python == 2 ? 2 : 3,
                           .seconds = r.seconds,
                           .complete = r.complete <= DRYAD_INCOMPLETE ? r.complete : DRYAD_COMPLETENESS_UNKNOWN};
  memcpy(report->incomplete, r.incomplete, sizeof report->incomplete - 1);
  for (uint32_t i = 0; i < r.problem_count && i < DRYAD_MAX_PROBLEMS; i++) {
    report->problems[report->problem_count++] = r.problems[i];
    report->problems[i].reason[sizeof r.problems[i].reason - 1] = '\0';
  }
}

/* NULL: none. False: no memory. */
static bool copy_facts(const making *m, char **out)
{
  dryad_text facts = facts_of(m->opened);
  if (facts.length == 0) return true;
  *out = dryad_alloc(m->opened->allocator, facts.length, 1);
  if (*out) memcpy(*out, facts.data, facts.length);
  return *out;
}

static dryad_status make_heap(const making *m, dryad_heap **out, const char *name, dryad_error *error)
{
  dryad_report report;
  dryad_roots *roots = NULL;
  dryad_dominators *dominators = NULL;
  dryad_graph *graph = make_graph(m);
  if (!graph) return dryad_fail_memory(error);
  read_report(m->opened, &report);
  char *facts = NULL;
  size_t facts_length = m->opened->facts.header.facts_length;
  if (copy_facts(m, &facts) && make_roots(m, &roots) && make_dominators(m, &dominators))
    *out = dryad_heap_new(m->opened->allocator, graph, &report, name);
  if (*out) {
    dryad_heap_give_answers(*out, roots, dominators);
    if (facts) dryad_heap_give_facts(*out, facts, facts_length);
    return DRYAD_OK;
  }
  dryad_free(m->opened->allocator, facts, facts_length, 1);
  dryad_roots_free(roots);
  dryad_dominators_free(dominators);
  dryad_graph_release(graph);
  return dryad_fail_memory(error);
}

static void tell_origin(dryad_index_origin *origin, const dryad_index_header *h)
{
  if (!origin) return;
  *origin = (dryad_index_origin){.is_known = h->is_known != 0,
                                 .is_raw = h->is_raw != 0,
                                 .max_text = h->max_text,
                                 .is_changed = h->is_changed != 0,
                                 .python = (int)h->python,
                                 .size = h->dump_size,
                                 .time = h->dump_time,
                                 .hash = h->dump_hash};
}

static dryad_status open_heap(dryad_heap **out, dryad_index_origin *origin, int file, const char *path,
                              const char *name, const dryad_allocator *allocator, dryad_progress progress,
                              dryad_error *error)
{
  opened *o;
  dryad_demand_memory *demand;
  if (!allocator) allocator = &dryad_default_allocator;
  dryad_status status = opened_new(&o, file, path, allocator, error);
  if (status) return status;
  dryad_demand_memory_source source = {o, o->facts.layout.memory_length, DRYAD_INDEX_BLOCK, locate, fill, opened_free};
  status = dryad_demand_memory_new(&demand, &source, allocator, progress, error);
  if (status) return status;
  making m = {o, demand, dryad_demand_memory_allocator(demand)};
  status = make_heap(&m, out, name, error);
  if (!status) tell_origin(origin, &o->facts.header);
  dryad_demand_memory_release(demand);
  return status;
}

dryad_status dryad_index_open_file(dryad_heap **out, dryad_index_origin *origin, int file, const char *path,
                                   const char *name, const dryad_allocator *allocator, dryad_progress progress,
                                   dryad_error *error)
{
  *out = NULL;
  dryad_trace_stage stage = dryad_trace_begin("open index");
  dryad_status status = open_heap(out, origin, file, path, name, allocator, progress, error);
  DRYAD_TRACE_END(stage, {"path", .text = path}, {"reader", .text = "index"}, {"status", .number = status});
  return status;
}

dryad_status dryad_index_open(dryad_heap **out, dryad_index_origin *origin, const char *path, const char *name,
                              const dryad_allocator *allocator, dryad_progress progress, dryad_error *error)
{
  *out = NULL;
  int file = open_file(path);
  if (file < 0) return dryad_fail(error, DRYAD_IO, "%s: %m", path);
  return dryad_index_open_file(out, origin, file, path, name, allocator, progress, error);
}
