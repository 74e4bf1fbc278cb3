/* SPDX-License-Identifier: MIT */
/*
 * Dryad: heap dumps of Python processes as an object graph, for C programs.
 *
 * A heap is one loaded dump. Its objects have dense 32-bit ids in ascending order of address; functions take and return
 * ids, not pointers. An id belongs to one graph: an operation that changes a heap installs a new graph, in which
 * objects are found again by address.
 *
 * Units: sizes are bytes, addresses are the dumped process's, as unsigned 64-bit numbers.
 * Failure: a function that can fail returns a dryad_status and fills the caller's dryad_error (may be NULL); its
 * outputs are then NULL or zero. Tracing is the only global state. Threads: a heap may be used by one thread at a time;
 * different heaps are independent. Text: pointer and length, may hold NUL bytes, owned by the heap, valid until the
 * heap is changed or freed.
 *
 * Compatibility: a program runs with every later library of the same soname. Functions are never removed, and
 * enumerators keep their numbers; new ones come at the end. A struct that begins with `size` may grow at its end: the
 * caller sets the size of a struct that it fills, and the library reads no further and treats missing members as zero;
 * in a struct that the library fills, `size` says how many bytes are valid. Structs declared without members are
 * opaque. All other structs never change.
 */
#ifndef DRYAD_H
#define DRYAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

#define DRYAD_VERSION "0.2.0"

#if defined(__GNUC__)
#define DRYAD_API __attribute__((visibility("default")))
#else
#define DRYAD_API
#endif

/* ---- status, errors, allocation, progress ------------------------------------------------- */

typedef enum dryad_status {
  DRYAD_OK = 0,
  DRYAD_NO_MEMORY, /* the allocator refused */
  DRYAD_IO,        /* a file cannot be opened, read or written */
  DRYAD_FORMAT,    /* the input is not a dump, or, when strict, has a problem */
  DRYAD_LIMIT,     /* more objects, types or text than a heap can number, or more memory than there is */
  DRYAD_CANCELLED, /* the progress callback asked to stop */
  DRYAD_ARGUMENT   /* the caller passed something that makes no sense */
} dryad_status;

/* What went wrong. `text` is a phrase in English, always NUL-terminated, that names the file if there is one; `line`
   (from 1) and `offset` (bytes from the start of the uncompressed dump to the start of that line) are 0 if they do not
   apply. */
typedef struct dryad_error {
  dryad_status status;
  uint64_t line;
  uint64_t offset;
  char text[480];
} dryad_error;

/* realloc that also receives the old size: `block` NULL allocates, `new_size` 0 frees (and returns NULL). Must be safe
   to call from several threads. A NULL allocator means the library's own: malloc for small blocks, mappings advised to
   use huge pages for large ones. */
typedef struct dryad_allocator {
  void *(*resize)(void *context, void *block, size_t old_size, size_t new_size);
  void *context;
} dryad_allocator;

/* Called on the caller's thread, up to a few thousand times a second, so keep it short; `stage` is a static string,
   `total` is 0 when unknown. Returns false to cancel. `report` NULL: no progress. */
typedef struct dryad_progress {
  bool (*report)(void *context, const char *stage, uint64_t done, uint64_t total);
  void *context;
} dryad_progress;

/* ---- loading ------------------------------------------------------------------------------- */

typedef struct dryad_heap dryad_heap;
typedef struct dryad_graph dryad_graph;

#define DRYAD_MAX_TEXT ((size_t)64 << 10)
#define DRYAD_LEAST_MAX_TEXT 1024

typedef struct dryad_load_options {
  size_t size;      /* sizeof(dryad_load_options), else DRYAD_ARGUMENT */
  bool raw;         /* keep instance dicts apart (do not collapse) */
  bool strict;      /* the first problem is an error */
  int python;       /* 2 or 3; 0: detected from the dump; else DRYAD_ARGUMENT */
  unsigned threads; /* 0: one per processor */
  dryad_progress progress;
  const dryad_allocator *allocator; /* NULL: the library's own; must outlive the heap */
  /* NULL, or a folder, for heaps that do not fit into memory. Large blocks are then mapped temporary files in that
     folder instead of memory, during loading and analyses too; the files have no names and disappear with the heap or
     the process. A full disk is DRYAD_NO_MEMORY with a text that says so; a missing folder is DRYAD_IO. */
  const char *spill;
  const char *name; /* what messages and dryad_heap_path call the dump instead of its path; NULL: the path */
  /* Bytes that are kept of a text (a name, a type, a value) or of an integer beyond 64 bits, at least
     DRYAD_LEAST_MAX_TEXT; 0: DRYAD_MAX_TEXT. A longer one is cut at the end of a character, and never held as a whole.
   */
  size_t max_text;
  /* Bytes of memory that loading may take, files apart; 0: what the machine and the control groups have left. Beyond
     that, DRYAD_LIMIT. */
  uint64_t max_memory;
} dryad_load_options;

/* Gives the next bytes of a dump: at most `capacity` into `buffer`, 0 at the end, -1 on error (loading then fails with
   DRYAD_IO). Always called on the thread that called the loader. */
typedef struct dryad_source {
  ptrdiff_t (*read)(void *context, void *buffer, size_t capacity);
  void *context;
} dryad_source;

/* Loads the dump at `path` ("-": standard input), plain, gzip or zstd by content; a path that ends in ".dryad" is an
   index and is opened as it is (see dryad_heap_save; this function does not look for an index beside a dump, and
   ignores `threads` and `spill` for an index). `options` NULL: all defaults. The caller frees *out with
   dryad_heap_free. */
DRYAD_API dryad_status dryad_heap_load(dryad_heap **out, const char *path, const dryad_load_options *options,
                                       dryad_error *error);
/* The same from a callback; `name` stands for the path in messages. Compressed streams work too. */
DRYAD_API dryad_status dryad_heap_load_source(dryad_heap **out, dryad_source source, const char *name,
                                              const dryad_load_options *options, dryad_error *error);
/* NULL is allowed. */
DRYAD_API void dryad_heap_free(dryad_heap *heap);

/* Writes the heap as it stands into an index, a file whose name ends in ".dryad" (else DRYAD_ARGUMENT): with the roots
   and dominators computed so far, without pins and marks. The file has mode 0600 and is written atomically and synced.
   An existing file is DRYAD_IO, except that the index of the heap's dump is replaced, and with `force` any regular file
   of the caller's. A FIFO is DRYAD_IO too. O(heap). */
DRYAD_API dryad_status dryad_heap_save(dryad_heap *heap, const char *path, bool force, dryad_progress progress,
                                       dryad_error *error);
/* An opened index is read and checked as it is touched. From the first access to a damaged part on, this returns
   DRYAD_FORMAT: functions without a status may have returned values that are safe to follow but wrong. Call this before
   you trust them. For a heap that was not opened from an index, always DRYAD_OK. O(1). */
DRYAD_API dryad_status dryad_heap_check(const dryad_heap *heap, dryad_error *error);

#define DRYAD_MAX_PROBLEMS 100

typedef struct dryad_problem {
  uint64_t line;   /* from 1 */
  uint64_t offset; /* bytes from the start of the uncompressed dump to the start of the line */
  char reason[104];
} dryad_problem;

typedef enum dryad_completeness {
  DRYAD_COMPLETENESS_UNKNOWN, /* the format has no end record, and nothing else suggests a loss */
  DRYAD_COMPLETE,             /* its end record says so */
  DRYAD_INCOMPLETE
} dryad_completeness;

/* What loading found. `objects` counts before collapsing, `dangling_refs` after it. */
typedef struct dryad_report {
  size_t size; /* valid bytes of this struct */
  uint64_t lines, objects, duplicates, bad_lines, dangling_refs, collapsed, bytes;
  uint64_t mended; /* lines with an error that was repaired; their objects are kept */
  bool truncated;
  int python; /* 2 or 3 */
  double seconds;
  uint32_t problem_count; /* entries of `problems`, the first ones in file order */
  dryad_problem problems[DRYAD_MAX_PROBLEMS];
  dryad_completeness complete;
  char incomplete[104]; /* if INCOMPLETE, why: a clause such as "it has no end record"; else empty */
  uint64_t cut_texts;   /* texts of objects that were longer than max_text */
  uint64_t cut_bytes;   /* what was left out of texts, also of texts that no object keeps */
  uint64_t lossy_lines; /* those of `mended` that lost a size, references, or what decides about roots */
  uint64_t conflicts;   /* those of `duplicates` that differ from the record that is kept in type, size or number of
                           references */
} dryad_report;

DRYAD_API const dryad_report *dryad_heap_report(const dryad_heap *heap);
/* The path as given to the loader. */
DRYAD_API const char *dryad_heap_path(const dryad_heap *heap);

/* ---- the graph ----------------------------------------------------------------------------- */

/* An object of a graph: 0 .. count - 1 in ascending order of address. Addresses that are referred
   to but not dumped ("dangling") have the ids count .. count + missing - 1, also ascending; only
   dryad_graph_address takes those. */
typedef uint32_t dryad_id;
#define DRYAD_NONE UINT32_MAX

typedef struct dryad_text {
  const char *data; /* not NUL-terminated; NULL: no text */
  size_t length;
} dryad_text;

#define DRYAD_MAX_FACTS ((size_t)1 << 20)
/* What the dump says of the process: the JSON text of an object, at most DRYAD_MAX_FACTS bytes; .data NULL: nothing. */
DRYAD_API dryad_text dryad_heap_facts(const dryad_heap *heap);

typedef struct dryad_ids {
  const dryad_id *ids;
  uint64_t count;
} dryad_ids;

typedef enum dryad_value_kind {
  DRYAD_VALUE_NONE, /* the dump has no value */
  DRYAD_VALUE_NULL,
  DRYAD_VALUE_BOOLEAN,
  DRYAD_VALUE_INTEGER,
  DRYAD_VALUE_FLOAT,
  DRYAD_VALUE_TEXT,
  DRYAD_VALUE_BIG_INTEGER /* beyond 64 bits: `text` is its decimal text */
} dryad_value_kind;

typedef struct dryad_value {
  dryad_value_kind kind;
  bool boolean;
  int64_t integer;
  double real;
  dryad_text text; /* UTF-8 (lone surrogates as three bytes); bytes objects: the bytes themselves */
} dryad_value;

/* The current graph of the heap; a later edit or undo installs another. To keep using this one after that, retain it,
   and release it when done. Retaining returns the same pointer. */
DRYAD_API const dryad_graph *dryad_heap_graph(const dryad_heap *heap);
DRYAD_API const dryad_graph *dryad_graph_retain(const dryad_graph *graph);
DRYAD_API void dryad_graph_release(const dryad_graph *graph);

DRYAD_API uint32_t dryad_graph_count(const dryad_graph *graph);      /* objects */
DRYAD_API uint32_t dryad_graph_missing(const dryad_graph *graph);    /* distinct dangling addresses */
DRYAD_API uint64_t dryad_graph_ref_count(const dryad_graph *graph);  /* references, dangling ones too */
DRYAD_API uint64_t dryad_graph_total_size(const dryad_graph *graph); /* bytes, at most INT64_MAX */
DRYAD_API uint32_t
dryad_graph_type_count(const dryad_graph *graph); /* type ids are 0 .. this - 1; some may have no object */

/* DRYAD_NONE when no object has this address. O(log n). */
DRYAD_API dryad_id dryad_graph_find(const dryad_graph *graph, uint64_t address);
DRYAD_API uint64_t dryad_graph_address(const dryad_graph *graph, dryad_id id);
DRYAD_API uint32_t dryad_graph_type(const dryad_graph *graph, dryad_id id);
DRYAD_API dryad_text dryad_graph_type_name(const dryad_graph *graph, uint32_t type);
/* DRYAD_NONE when no type has this name. */
DRYAD_API uint32_t dryad_graph_find_type(const dryad_graph *graph, const char *name, size_t length);
DRYAD_API uint64_t dryad_graph_size(const dryad_graph *graph, dryad_id id); /* shallow size, bytes */
/* false when the dump gives no len. */
DRYAD_API bool dryad_graph_len(const dryad_graph *graph, dryad_id id, int64_t *len);
DRYAD_API dryad_value dryad_graph_value(const dryad_graph *graph, dryad_id id); /* "value" of the dump, no fallback */
DRYAD_API dryad_text dryad_graph_name(const dryad_graph *graph, dryad_id id);   /* "name" of the dump */
/* The references of an object, in dump order, duplicates kept; ids >= count are dangling. */
DRYAD_API dryad_ids dryad_graph_children(const dryad_graph *graph, dryad_id id);
/* The distinct objects that refer to it, ascending. */
DRYAD_API dryad_ids dryad_graph_parents(const dryad_graph *graph, dryad_id id);

/* What only some dumps say, and of some objects only. Numbers return false, and texts have .data NULL, where the dump
   says nothing. Each is O(log objects). */

/* The interpreter's own count of references to the object. */
DRYAD_API bool dryad_graph_refcount(const dryad_graph *graph, dryad_id id, uint64_t *count);
/* The number of the sub-interpreter that it belongs to. */
DRYAD_API bool dryad_graph_interpreter(const dryad_graph *graph, dryad_id id, uint64_t *number);
/* Bytes of a mapping that it owns; not part of its size. */
DRYAD_API bool dryad_graph_mapped(const dryad_graph *graph, dryad_id id, uint64_t *bytes);
/* Where a frame, generator, coroutine or task stands. */
DRYAD_API dryad_text dryad_graph_file(const dryad_graph *graph, dryad_id id);
DRYAD_API bool dryad_graph_line(const dryad_graph *graph, dryad_id id, uint64_t *line);
/* Module and qualified name of a type. */
DRYAD_API dryad_text dryad_graph_qualname(const dryad_graph *graph, dryad_id id);
/* Where it was allocated, as "file:line", innermost first, at most DRYAD_MAX_SITES, with a NUL between two. Equal lists
   of sites are the same text in memory: equal pointers. */
#define DRYAD_MAX_SITES 64
DRYAD_API dryad_text dryad_graph_allocated(const dryad_graph *graph, dryad_id id);
/* Takes the first site off such a text; false: none is left. */
DRYAD_API bool dryad_next_site(dryad_text *rest, dryad_text *site);

/* ---- roots --------------------------------------------------------------------------------- */

/* Where liveness starts.
   If the dump says what the runtime itself holds, those objects are the roots (reasons from MODULES on), and so are
   those that have more references than the dump shows (NATIVE). What these do not reach is garbage if only objects with
   a reference count lead to it; else, one object without a count of each strongly connected component that no other
   such object reaches is a root too (UNCOUNTED): that with the lowest address.
   Otherwise the graph decides: every module, every object that nothing but itself refers to (FRAME for frames,
   UNREFERENCED) and, for each strongly connected component that nothing outside it refers to, its frame with the lowest
   address, or else its object with the lowest address (CYCLE). */
typedef enum dryad_root_reason {
  DRYAD_ROOT_NONE, /* not a root */
  DRYAD_ROOT_MODULE,
  DRYAD_ROOT_FRAME,
  DRYAD_ROOT_UNREFERENCED,
  DRYAD_ROOT_CYCLE,
  DRYAD_ROOT_GIVEN,
  DRYAD_ROOT_MODULES, /* from here on as the dump says */
  DRYAD_ROOT_BUILTINS,
  DRYAD_ROOT_THREAD,
  DRYAD_ROOT_ATEXIT,
  DRYAD_ROOT_SIGNAL,
  DRYAD_ROOT_INTERPRETER,
  DRYAD_ROOT_NATIVE,
  DRYAD_ROOT_UNCOUNTED
} dryad_root_reason;

/* "module", "thread" and so on, as in dumps; NULL for NONE. */
DRYAD_API const char *dryad_root_reason_name(dryad_root_reason reason);

/* The roots of one graph. Owned by the heap, valid until the heap or its roots change. */
typedef struct dryad_roots dryad_roots;

/* The roots of the current graph, determined at the first call. They are settled on the graph that loading (or a
   collapse) made and survive later changes: an object that loses its last referrer by a change is garbage, not a
   root. */
DRYAD_API dryad_status dryad_heap_roots(dryad_heap *heap, const dryad_roots **out, dryad_progress progress,
                                        dryad_error *error);
/* Makes these the roots of this and every later graph; `ids` NULL determines them anew from the current graph. */
DRYAD_API dryad_status dryad_heap_set_roots(dryad_heap *heap, const dryad_id *ids, uint64_t count, dryad_error *error);
DRYAD_API dryad_ids dryad_roots_ids(const dryad_roots *roots); /* ascending */
/* O(log roots). */
DRYAD_API dryad_root_reason dryad_roots_reason(const dryad_roots *roots, dryad_id id);

/* ---- dominators and retained sizes ---------------------------------------------------------- */

/* The dominator tree of one graph, from its roots. An object's immediate dominator is the last object that every path
   from a root to it passes; its retained size is the bytes of all objects that it dominates, itself included: what
   would be freed together with it. 16 bytes per object. Owned by the heap, as roots are. */
typedef struct dryad_dominators dryad_dominators;

/* Computed at the first call. O(references * log objects), in practice linear; no recursion. */
DRYAD_API dryad_status dryad_heap_dominators(dryad_heap *heap, const dryad_dominators **out, dryad_progress progress,
                                             dryad_error *error);
/* DRYAD_NONE if no single object dominates it, and for objects that no root reaches. */
DRYAD_API dryad_id dryad_dominators_parent(const dryad_dominators *dominators, dryad_id id);
/* Bytes, at most INT64_MAX; 0 for objects that no root reaches. */
DRYAD_API uint64_t dryad_dominators_retained(const dryad_dominators *dominators, dryad_id id);
/* The objects that it immediately dominates, ascending; for DRYAD_NONE, the objects that no single object dominates.
   O(log objects). */
DRYAD_API dryad_ids dryad_dominators_children(const dryad_dominators *dominators, dryad_id id);
/* Objects and bytes that roots reach. */
DRYAD_API uint32_t dryad_dominators_reachable_count(const dryad_dominators *dominators);
DRYAD_API uint64_t dryad_dominators_reachable_size(const dryad_dominators *dominators);

/* Bytes that the roots would no longer reach if all of these were freed together, themselves included, each counted
   once; dangling ids are skipped. O(objects + references). */
DRYAD_API dryad_status dryad_heap_retained_size(dryad_heap *heap, const dryad_id *ids, uint64_t count, uint64_t *size,
                                                dryad_progress progress, dryad_error *error);

/* ---- paths ----------------------------------------------------------------------------------- */

/* The objects of a path, both ends included. */
typedef struct dryad_path {
  const dryad_allocator *allocator;
  uint64_t count; /* 0: there is no path */
  dryad_id *ids;
} dryad_path;
DRYAD_API void dryad_path_deinit(dryad_path *path); /* an all-zero path is allowed */

/* A path with the fewest steps from any of `from` to the nearest of `to`, along references or, `reversed`, along
   referrers. Among equally short paths, the first in the order of `from` and of references. The caller deinits *out.
   O(objects + references). */
DRYAD_API dryad_status dryad_path_find(dryad_path *out, const dryad_graph *graph, dryad_ids from, dryad_ids to,
                                       bool reversed, dryad_progress progress, dryad_error *error);

/* Up to `wanted` different short paths from roots to an object of the graph, the shortest first; later ones share as
   little with earlier ones as they can without being much longer. The path of a root is the root alone; no path passes
   through another root. *count is the number found; the caller deinits out[0 .. *count). */
DRYAD_API dryad_status dryad_paths_from_roots(dryad_path *out, uint32_t wanted, uint32_t *count,
                                              const dryad_graph *graph, const dryad_roots *roots, dryad_id id,
                                              dryad_progress progress, dryad_error *error);

/* ---- changes ------------------------------------------------------------------------------- */

/* Each installs a new graph that shares what did not change with the old one; dryad_heap_undo goes back one step. A
   call that changes nothing installs nothing. The counts may be NULL. */

/* Folds each instance's (or module's) dict into its owner; *collapsed is the number of dicts. */
DRYAD_API dryad_status dryad_heap_collapse(dryad_heap *heap, uint64_t *collapsed, dryad_progress progress,
                                           dryad_error *error);
/* Meliae's: drops references to modules, frames and types, a function's globals and module, and
   sideways _LRUNode links; *changed is the number of objects that lost a reference. */
DRYAD_API dryad_status dryad_heap_remove_expensive_references(dryad_heap *heap, uint64_t *changed,
                                                              dryad_progress progress, dryad_error *error);
/* Drops every reference from any of `from` to any of `to`; *changed is the number of objects that lost one. Dangling
   addresses keep their ids even when nothing refers to them any more. */
DRYAD_API dryad_status dryad_heap_remove_references(dryad_heap *heap, dryad_ids from, dryad_ids to, uint64_t *changed,
                                                    dryad_progress progress, dryad_error *error);
/* false when there is nothing to undo. */
DRYAD_API bool dryad_heap_undo(dryad_heap *heap);

/* ---- summaries ----------------------------------------------------------------------------- */

typedef struct dryad_summary_row {
  uint32_t type;
  dryad_id max_id; /* the largest object, the lowest address among equals */
  uint64_t count;
  uint64_t total_size, max_size; /* bytes */
  double average, stddev;        /* bytes; of the population */
} dryad_summary_row;

/* One row for each type that occurs, sorted by total size, then count, largest first, then by name. */
typedef struct dryad_summary {
  uint32_t row_count;
  uint64_t total_count;
  uint64_t total_size; /* bytes, at most INT64_MAX */
  dryad_summary_row *rows;
} dryad_summary;

/* Summarizes all objects (`ids` NULL) or these, each counted as often as it is listed; dangling ids are skipped. O(n).
   The caller frees *out with dryad_summary_free. */
DRYAD_API dryad_status dryad_summarize(dryad_summary **out, const dryad_graph *graph, const dryad_id *ids,
                                       uint64_t count, dryad_error *error);
DRYAD_API void dryad_summary_free(dryad_summary *summary);

/* ---- tracing -------------------------------------------------------------------------------- */

/* Starts to trace what the library does in this process, in all heaps and threads: stages with their times, and
   decisions with their reasons. The trace goes to a new file at `path` (NULL: none) in the Trace Event Format, which
   Perfetto and chrome://tracing open, and to `lines` (NULL: none), a line for each event except stages shorter than a
   millisecond. In the path, %p stands for the process id and %t for the time. The file has mode 0600 and appears,
   complete, when the trace stops; an existing file is DRYAD_IO, and so is a FIFO, a device or an open descriptor.
   DRYAD_ARGUMENT if a trace is running already. A child made by fork traces nothing until it starts a trace of its own,
   and leaves its parent's alone. This is the only state that Dryad keeps process-wide. */
DRYAD_API dryad_status dryad_trace_start(const char *path, FILE *lines, dryad_error *error);
/* DRYAD_OK also when no trace is running. DRYAD_IO: the file could not be written completely, so there is none. */
DRYAD_API dryad_status dryad_trace_stop(dryad_error *error);

/* ---- the Lua host -------------------------------------------------------------------------- */

struct lua_State;

/* Opens the module as `require "dryad"` does: pushes its table, returns 1. A lua_CFunction. */
DRYAD_API int luaopen_dryad(struct lua_State *L);
/* Pushes `heap` as a Lua heap object, which owns it from then on (also when this raises). */
DRYAD_API void dryad_lua_push_heap(struct lua_State *L, dryad_heap *heap);

/* A Lua 5.4 state with the standard libraries, in which `require "dryad"` gives the module: what the program itself
   runs in. The module is not a global. */
typedef struct dryad_host dryad_host;
DRYAD_API dryad_status dryad_host_new(dryad_host **out, dryad_error *error);
DRYAD_API void dryad_host_free(dryad_host *host);
/* The state, for lua_register and the like; owned by the host. */
DRYAD_API struct lua_State *dryad_host_state(dryad_host *host);
/* Runs a script file with `arg` set as in stock Lua; on failure `error` holds the message with a traceback. */
DRYAD_API dryad_status dryad_host_run_file(dryad_host *host, const char *path, int argc, char **argv,
                                           dryad_error *error);
DRYAD_API dryad_status dryad_host_run_string(dryad_host *host, const char *code, const char *name, dryad_error *error);
/* The whole `dryad` program: options, REPL, commands. Returns its exit status. */
DRYAD_API int dryad_main(int argc, char **argv);

#ifdef __cplusplus
}
#endif
#endif
