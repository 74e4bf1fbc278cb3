/* SPDX-License-Identifier: MIT */
/*
 * What a language means by its objects. Every graph has one runtime, which its reader chose; all that depends on the
 * language is asked here. A runtime is a folder that implements dryad_runtime; runtime/runtimes.c lists them.
 *
 * Positions are among the references of an object, from 0. Functions take objects that are there (id < count) unless
 * they say otherwise; what a reference leads to may be dangling.
 */
#ifndef DRYAD_RUNTIME_RUNTIME_H
#define DRYAD_RUNTIME_RUNTIME_H

#include "base/assert.h"
#include "base/writer.h"
#include "dryad.h"
#include "graph/graph.h"

typedef struct dryad_runtime dryad_runtime;

#define DRYAD_NO_POSITION UINT64_MAX

/* The types of one graph that its runtime asks for by name. */
#define DRYAD_MOST_KNOWN_TYPES 32
typedef struct dryad_known_types {
  const dryad_runtime *runtime;
  uint32_t ids[DRYAD_MOST_KNOWN_TYPES]; /* in an order of the runtime's own; DRYAD_NONE: the graph has no such type */
} dryad_known_types;

/* ---- names of references ------------------------------------------------------------------------ */

typedef enum dryad_edge_kind {
  DRYAD_EDGE_REF,       /* [ref 4]: cannot be told; also for keys and names of attributes themselves */
  DRYAD_EDGE_ATTRIBUTE, /* .name of an instance or module */
  DRYAD_EDGE_KEY,       /* ['key'], [7]: of a dict, or of an instance of a subclass */
  DRYAD_EDGE_ITEM,      /* [3]: of a list, a tuple, or an instance of a subclass */
  DRYAD_EDGE_CLASS,     /* (class) */
  DRYAD_EDGE_NAMED      /* .__globals__, .f_back: by the dump, or by what every object of a built-in type has */
} dryad_edge_kind;

typedef struct dryad_edge {
  dryad_edge_kind kind;
  dryad_id key;    /* ATTRIBUTE: the text that is its name; KEY: may be dangling */
  uint64_t index;  /* ITEM: from 0; REF: from 1 */
  dryad_text name; /* NAMED: without the dot; static, or the graph's */
} dryad_edge;

/* ---- objects as dicts ---------------------------------------------------------------------------- */

typedef enum dryad_dict_items_kind {
  DRYAD_DICT_ITEMS_ITEMS, /* keys of any kind */
  DRYAD_DICT_ITEMS_INSTANCE,
  DRYAD_DICT_ITEMS_MODULE
} dryad_dict_items_kind;

typedef struct dryad_dict_items {
  dryad_dict_items_kind kind;
  const dryad_id *refs; /* uint32_t[2 * count]: key, value, key, value, ...; part of the graph */
  uint64_t count;
} dryad_dict_items;

/* ---- folding ------------------------------------------------------------------------------------- */

/* An object that is only a part of the one that refers to it, as an instance's dict is. */
#define DRYAD_MOST_FOLDING_REFS 7 /* of an object that has a part */
typedef struct dryad_part {
  uint64_t position; /* of the reference to it; DRYAD_NO_POSITION: the object has no part */
  dryad_id class;    /* whose text names the type of the whole from then on; DRYAD_NONE: the type stays */
} dryad_part;

/* ---- values -------------------------------------------------------------------------------------- */

/* What an object is to a program of the language. */
typedef enum dryad_meaning {
  DRYAD_MEANS_OBJECT, /* no more than itself */
  DRYAD_MEANS_VALUE,  /* the value that the dump gives, which is there */
  DRYAD_MEANS_FALSE,
  DRYAD_MEANS_TRUE,
  DRYAD_MEANS_NONE
} dryad_meaning;

/* An object to be shown in short. */
typedef struct dryad_repr {
  const dryad_graph *graph;
  const dryad_known_types *known;
  int version; /* of the language, as the report has it */
  dryad_id id;
} dryad_repr;

/* ---- the interface ------------------------------------------------------------------------------- */

/* What a runtime implements; see the functions below for what each does. */
struct dryad_runtime {
  const char *name; /* at most 15 bytes; indexes have it, so it never changes */
  void (*find_types)(dryad_known_types *known, const dryad_graph *graph);
  dryad_edge (*edge_of)(const dryad_graph *graph, const dryad_known_types *known, dryad_id id, uint64_t position);
  void (*write_edge)(dryad_writer *w, const dryad_graph *graph, const dryad_known_types *known, const dryad_edge *edge);
  const char *(*dict_items_of)(dryad_dict_items *out, const dryad_graph *graph, const dryad_known_types *known,
                               dryad_id id);
  const char *(*dict_items_checked)(dryad_dict_items *out, const dryad_graph *graph, const dryad_known_types *known,
                                    dryad_id id);
  unsigned (*folding_ref_counts)(const dryad_known_types *known, uint32_t type);
  dryad_part (*part_of)(const dryad_graph *graph, const dryad_known_types *known, dryad_id id, const dryad_id *refs,
                        uint64_t ref_count);
  dryad_root_reason (*root_reason)(const dryad_known_types *known, uint32_t type);
  void (*drop_expensive)(const dryad_graph *graph, const dryad_known_types *known, dryad_id id, dryad_ids children,
                         bool *keep);
  dryad_id (*intern_dict)(const dryad_graph *graph, const dryad_known_types *known);
  dryad_meaning (*meaning_of)(const dryad_graph *graph, const dryad_known_types *known, dryad_id id);
  bool (*is_bytes_type)(dryad_text type, int version);
  dryad_text (*repr_text)(const dryad_repr *repr);
  void (*write_repr)(dryad_writer *w, const dryad_repr *repr);
};

/* O(types). */
void dryad_known_types_init(dryad_known_types *known, const dryad_graph *graph);

/* What a reference is called: as the dump says, else as the runtime can tell. O(1), but for a tuple that a function
   refers to: O(its references). */
dryad_edge dryad_edge_of(const dryad_graph *graph, const dryad_known_types *known, dryad_id id, uint64_t position);
/* The position of the first reference from parent to child that is called something, else of the first one;
   DRYAD_NO_POSITION when there is none. O(references of the parent). */
uint64_t dryad_edge_between(const dryad_graph *graph, const dryad_known_types *known, dryad_id parent, dryad_id child);
/* What edges are put together by: equal for attributes of one name, for any two items, for any two keys. */
uint64_t dryad_edge_class(const dryad_graph *graph, const dryad_edge *edge);
/* Writes the label as a user of the language would, as UTF-8 without control characters: all of it, or as many whole
   characters as fit, and a NUL. Returns the length of all of it, in bytes without the NUL; `buffer` may be NULL when
   `capacity` is 0. */
size_t dryad_edge_text(char *buffer, size_t capacity, const dryad_graph *graph, const dryad_known_types *known,
                       const dryad_edge *edge);
/* The same for one who has a writer. */
static inline void dryad_edge_write(dryad_writer *w, const dryad_graph *graph, const dryad_known_types *known,
                                    const dryad_edge *edge)
{
  known->runtime->write_edge(w, graph, known, edge);
}

/* Which references are keys and which their values. NULL, or what is wrong with the object, as the end of a sentence:
   it is nothing with keys, or the dump does not tell them from values. Takes any id. What an instance's keys are is not
   looked at. O(1). */
static inline const char *dryad_dict_items_of(dryad_dict_items *out, const dryad_graph *graph,
                                              const dryad_known_types *known, dryad_id id)
{
  return known->runtime->dict_items_of(out, graph, known, id);
}
/* The same, and all keys of an instance are names. O(pairs). */
static inline const char *dryad_dict_items_checked(dryad_dict_items *out, const dryad_graph *graph,
                                                   const dryad_known_types *known, dryad_id id)
{
  return known->runtime->dict_items_checked(out, graph, known, id);
}

/* How many references an object of a type may have to have a part: bit n for n of them, up to
   DRYAD_MOST_FOLDING_REFS. */
static inline unsigned dryad_folding_ref_counts(const dryad_known_types *known, uint32_t type)
{
  return known->runtime->folding_ref_counts(known, type);
}
/* The part of an object with so many references. Of the graph, which may be under construction, only types and labels
   are looked at. `refs`: DRYAD_NONE for a dangling one. */
static inline dryad_part dryad_part_of(const dryad_graph *graph, const dryad_known_types *known, dryad_id id,
                                       const dryad_id *refs, uint64_t ref_count)
{
  return known->runtime->part_of(graph, known, id, refs, ref_count);
}

/* Why every object of a type is a root; DRYAD_ROOT_NONE: it is not for its type. */
static inline dryad_root_reason dryad_type_root_reason(const dryad_known_types *known, uint32_t type)
{
  return known->runtime->root_reason(known, type);
}

/* Clears keep[i] for each reference children.ids[i] of the object that is expensive, in Meliae's words: it leads to
   what nearly everything else hangs on. */
static inline void dryad_drop_expensive(const dryad_graph *graph, const dryad_known_types *known, dryad_id id,
                                        dryad_ids children, bool *keep)
{
  DRYAD_ASSERT(id < graph->count && (keep || children.count == 0));
  known->runtime->drop_expensive(graph, known, id, children, keep);
}

/* The dict that keeps interned strings: the one with the most items that maps strings to themselves and that nobody
   refers to; DRYAD_NONE: there is none. O(objects + references). */
dryad_id dryad_intern_dict(const dryad_graph *graph);

/* Takes any id; a dangling one means itself. */
static inline dryad_meaning dryad_meaning_of(const dryad_graph *graph, const dryad_known_types *known, dryad_id id)
{
  return known->runtime->meaning_of(graph, known, id);
}

/* Whether objects of a type have bytes for a value, not text, in a dump of this version of the language. */
static inline bool dryad_is_bytes_type(const dryad_runtime *runtime, dryad_text type, int version)
{
  return runtime->is_bytes_type(type, version);
}

/* What memsee shows: text that the graph has as it is to be shown; .data NULL: call dryad_repr_write. */
static inline dryad_text dryad_repr_text(const dryad_repr *repr) { return repr->known->runtime->repr_text(repr); }
static inline void dryad_repr_write(dryad_writer *w, const void *repr)
{
  const dryad_repr *r = repr;
  r->known->runtime->write_repr(w, r);
}

#endif
