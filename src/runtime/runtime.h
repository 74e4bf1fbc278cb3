/* SPDX-License-Identifier: MIT */
/*
 * The semantics of a language's objects. Every graph has one runtime, chosen by its reader, which answers every
 * question that depends on the language. A runtime is a folder that implements dryad_runtime; runtime/runtimes.c lists
 * them.
 *
 * Positions count the references of an object from 0. Functions take objects of the graph (id < count) unless they say
 * otherwise; the target of a reference may be dangling.
 */
#ifndef DRYAD_RUNTIME_RUNTIME_H
#define DRYAD_RUNTIME_RUNTIME_H

#include "base/assert.h"
#include "base/writer.h"
#include "dryad.h"
#include "graph/graph.h"

typedef struct dryad_runtime dryad_runtime;

#define DRYAD_NO_POSITION UINT64_MAX

/* The types of one graph that its runtime knows by name. */
#define DRYAD_MOST_KNOWN_TYPES 64
typedef struct dryad_known_types {
  const dryad_runtime *runtime;
  uint32_t ids[DRYAD_MOST_KNOWN_TYPES]; /* in the runtime's own order; DRYAD_NONE: the graph lacks that type */
} dryad_known_types;

/* ---- names of references ------------------------------------------------------------------------ */

typedef enum dryad_edge_kind {
  DRYAD_EDGE_REF,       /* [ref 4]: unknown; also keys and names of attributes themselves */
  DRYAD_EDGE_ATTRIBUTE, /* .name of an instance or module */
  DRYAD_EDGE_KEY,       /* ['key'], [7]: of a dict, or of an instance of a subclass */
  DRYAD_EDGE_ITEM,      /* [3]: of a list, a tuple, or an instance of a subclass */
  DRYAD_EDGE_CLASS,     /* (class) */
  DRYAD_EDGE_FRAME,     /* .<frame worker> of a thread */
  DRYAD_EDGE_NAMED      /* .__globals__, .f_back: named by the dump, or known for every object of a built-in type */
} dryad_edge_kind;

typedef struct dryad_edge {
  dryad_edge_kind kind;
  dryad_id key;    /* ATTRIBUTE: the text that is its name; KEY: may be dangling; FRAME: the frame, which has a name */
  uint64_t index;  /* ITEM: from 0; REF: from 1 */
  dryad_text name; /* NAMED: without the dot; static, or the graph's */
} dryad_edge;

/* ---- ways ---------------------------------------------------------------------------------------- */

/* What a way can start at, besides any address. In the order of preference among equally short ways. */
typedef enum dryad_start_kind {
  DRYAD_START_MODULE, /* a name alone: what it leads to is global, all else is local */
  DRYAD_START_THREAD,
  DRYAD_START_TASK,
  DRYAD_START_FRAME,
  DRYAD_START_NONE
} dryad_start_kind;

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

/* A part is an object that belongs to its only owner, like an instance's dict. */
#define DRYAD_MOST_FOLDING_REFS 7 /* of an object that has a part */
typedef struct dryad_part {
  uint64_t position; /* of the reference to the part; DRYAD_NO_POSITION: no part */
  dryad_id class;    /* its text becomes the name of the owner's type; DRYAD_NONE: the type stays */
} dryad_part;

/* ---- definitions --------------------------------------------------------------------------------- */

#define DRYAD_NO_DEFINITION UINT64_MAX

/* ---- values -------------------------------------------------------------------------------------- */

/* What an object means to a program in the language. */
typedef enum dryad_meaning {
  DRYAD_MEANS_OBJECT, /* just an object */
  DRYAD_MEANS_VALUE,  /* the value that the dump gives, which exists */
  DRYAD_MEANS_FALSE,
  DRYAD_MEANS_TRUE,
  DRYAD_MEANS_NONE
} dryad_meaning;

/* ---- classes ------------------------------------------------------------------------------------- */

/* What a program calls a class. */
typedef struct dryad_qualified_name {
  dryad_text module; /* .data NULL: `name` is the whole name */
  dryad_text name;
} dryad_qualified_name;

/* Whose code defines a class. */
typedef enum dryad_class_origin {
  DRYAD_CLASS_OF_INTERPRETER,
  DRYAD_CLASS_OF_STANDARD_LIBRARY,
  DRYAD_CLASS_OF_PACKAGE, /* an installed one */
  DRYAD_CLASS_OF_PROGRAM
} dryad_class_origin;

typedef struct dryad_classes dryad_classes; /* runtime/classes.h */

/* An object to be shown briefly. */
typedef struct dryad_repr {
  const dryad_graph *graph;
  const dryad_known_types *known;
  int version; /* of the language, as in the report */
  dryad_id id;
} dryad_repr;

/* ---- the interface ------------------------------------------------------------------------------- */

/* What a runtime implements; see the functions below for what each does. */
struct dryad_runtime {
  const char *name; /* at most 15 bytes; stored in indexes, so it must never change */
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
  bool (*is_sequence)(const dryad_known_types *known, uint32_t type);
  void (*drop_expensive)(const dryad_graph *graph, const dryad_known_types *known, dryad_id id, dryad_ids children,
                         bool *keep);
  dryad_id (*intern_dict)(const dryad_graph *graph, const dryad_known_types *known);
  dryad_meaning (*meaning_of)(const dryad_graph *graph, const dryad_known_types *known, dryad_id id);
  bool (*is_bytes_type)(dryad_text type, int version);
  bool (*is_class)(const dryad_graph *graph, const dryad_known_types *known, dryad_id id);
  dryad_qualified_name (*class_name)(const dryad_graph *graph, const dryad_known_types *known, dryad_id class);
  dryad_id (*class_of)(const dryad_graph *graph, const dryad_known_types *known, dryad_id id);
  dryad_status (*find_origins)(dryad_classes *classes, dryad_error *error);
  bool (*has_definitions)(const dryad_known_types *known, uint32_t type);
  uint64_t (*definition_of)(const dryad_graph *graph, const dryad_known_types *known, dryad_id id);
  dryad_text (*repr_text)(const dryad_repr *repr);
  void (*write_repr)(dryad_writer *w, const dryad_repr *repr);
  dryad_start_kind (*start_kind)(const dryad_known_types *known, uint32_t type);
  dryad_text (*start_name)(const dryad_graph *graph, const dryad_known_types *known, dryad_id id);
  uint64_t (*start_order)(const dryad_graph *graph, const dryad_known_types *known, dryad_id id);
  void (*write_start)(dryad_writer *w, dryad_start_kind kind, dryad_text name);
};

/* O(types). */
void dryad_known_types_init(dryad_known_types *known, const dryad_graph *graph);

/* The name of a reference: from the dump, else as far as the runtime knows. O(1), except O(its references) for a tuple
   that a function refers to. */
dryad_edge dryad_edge_of(const dryad_graph *graph, const dryad_known_types *known, dryad_id id, uint64_t position);
/* The position of the first reference from parent to child that has a name, else of the first one; DRYAD_NO_POSITION if
   there is none. O(references of the parent). */
uint64_t dryad_edge_between(const dryad_graph *graph, const dryad_known_types *known, dryad_id parent, dryad_id child);
/* The key by which edges are grouped: equal for attributes of the same name, for any two items, for any two keys. */
uint64_t dryad_edge_class(const dryad_graph *graph, const dryad_edge *edge);
/* Labels are short whatever a dump holds: a text, as written, has at most so many bytes of its beginning in its label,
   which is shorter than DRYAD_LABEL_BYTES with all that is around it. */
enum { DRYAD_LABEL_TEXT = 1024, DRYAD_LABEL_BYTES = DRYAD_LABEL_TEXT + 256 };
/* Writes the label as a user of the language would, as UTF-8 without control characters: all of it, or as many whole
   characters as fit, and a NUL. Returns the length of all of it, in bytes without the NUL; `buffer` may be NULL when
   `capacity` is 0. */
size_t dryad_edge_text(char *buffer, size_t capacity, const dryad_graph *graph, const dryad_known_types *known,
                       const dryad_edge *edge);
/* The same with a writer. */
static inline void dryad_edge_write(dryad_writer *w, const dryad_graph *graph, const dryad_known_types *known,
                                    const dryad_edge *edge)
{
  known->runtime->write_edge(w, graph, known, edge);
}

/* What objects of a type are at the start of a way: modules, threads, tasks, frames; NONE for all others. O(1). */
static inline dryad_start_kind dryad_start_kind_of(const dryad_known_types *known, uint32_t type)
{
  return known->runtime->start_kind(known, type);
}
/* What the start of a way calls an object of such a type: its name, for a frame its function's; .data NULL if it has
   none that can be typed. */
static inline dryad_text dryad_start_name(const dryad_graph *graph, const dryad_known_types *known, dryad_id id)
{
  return known->runtime->start_name(graph, known, id);
}
/* A number that tells starts of one name apart, as far as the dump has any that another run would have too. */
static inline uint64_t dryad_start_order(const dryad_graph *graph, const dryad_known_types *known, dryad_id id)
{
  return known->runtime->start_order(graph, known, id);
}
/* Writes what the start of a way looks like: `shop.cache`, `<thread 'billing-7'>`. */
static inline void dryad_start_write(dryad_writer *w, const dryad_known_types *known, dryad_start_kind kind,
                                     dryad_text name)
{
  known->runtime->write_start(w, kind, name);
}

/* Tells which references are keys and which their values. Returns NULL, or why that is impossible, as the end of a
   sentence: the object has no keys, or the dump does not distinguish them from values. Takes any id. Does not check the
   keys of an instance. O(1). */
static inline const char *dryad_dict_items_of(dryad_dict_items *out, const dryad_graph *graph,
                                              const dryad_known_types *known, dryad_id id)
{
  return known->runtime->dict_items_of(out, graph, known, id);
}
/* The same, but also requires all keys of an instance to be names. O(pairs). */
static inline const char *dryad_dict_items_checked(dryad_dict_items *out, const dryad_graph *graph,
                                                   const dryad_known_types *known, dryad_id id)
{
  return known->runtime->dict_items_checked(out, graph, known, id);
}

/* The numbers of references with which an object of a type may have a part: bit n for n references, up to
   DRYAD_MOST_FOLDING_REFS. */
static inline unsigned dryad_folding_ref_counts(const dryad_known_types *known, uint32_t type)
{
  return known->runtime->folding_ref_counts(known, type);
}
/* The part of an object with these references. Reads only the types and labels of the graph, which may be under
   construction. `refs`: DRYAD_NONE for a dangling one. */
static inline dryad_part dryad_part_of(const dryad_graph *graph, const dryad_known_types *known, dryad_id id,
                                       const dryad_id *refs, uint64_t ref_count)
{
  return known->runtime->part_of(graph, known, id, refs, ref_count);
}

/* What the type means for roots. DRYAD_ROOT_MODULE: all its objects are roots. DRYAD_ROOT_FRAME: its objects are roots
   only if nothing else refers to them, and represent their cycles. DRYAD_ROOT_NONE: any other type. */
static inline dryad_root_reason dryad_type_root_reason(const dryad_known_types *known, uint32_t type)
{
  return known->runtime->root_reason(known, type);
}

/* Whether objects of the type have nothing but items, as many as their len. */
static inline bool dryad_is_sequence(const dryad_known_types *known, uint32_t type)
{
  return known->runtime->is_sequence(known, type);
}

/* Clears keep[i] for each reference children.ids[i] of the object that is expensive in Meliae's sense: from its target
   nearly everything else can be reached. Drops a key with its value and a value with its key. */
static inline void dryad_drop_expensive(const dryad_graph *graph, const dryad_known_types *known, dryad_id id,
                                        dryad_ids children, bool *keep)
{
  DRYAD_ASSERT(id < graph->count && (keep || children.count == 0));
  known->runtime->drop_expensive(graph, known, id, children, keep);
}

/* The dict of interned strings: the largest one that maps strings to themselves and that nothing refers to; DRYAD_NONE:
   none. O(objects + references). */
dryad_id dryad_intern_dict(const dryad_graph *graph);

/* Takes any id; a dangling one means just an object. */
static inline dryad_meaning dryad_meaning_of(const dryad_graph *graph, const dryad_known_types *known, dryad_id id)
{
  return known->runtime->meaning_of(graph, known, id);
}

/* Whether the values of a type's objects are bytes, not text, in a dump of this version of the language. */
static inline bool dryad_is_bytes_type(const dryad_runtime *runtime, dryad_text type, int version)
{
  return runtime->is_bytes_type(type, version);
}

/* Whether an object is a class. O(1). */
static inline bool dryad_is_class(const dryad_graph *graph, const dryad_known_types *known, dryad_id id)
{
  DRYAD_ASSERT(id < graph->count);
  return known->runtime->is_class(graph, known, id);
}
/* The name of a class: from the dump, else as far as the runtime can tell. O(references of its dict). */
static inline dryad_qualified_name dryad_class_name_of(const dryad_graph *graph, const dryad_known_types *known,
                                                       dryad_id class)
{
  return known->runtime->class_name(graph, known, class);
}
/* The class that an object refers to as its own; DRYAD_NONE: none is found. O(1). */
static inline dryad_id dryad_class_of(const dryad_graph *graph, const dryad_known_types *known, dryad_id id)
{
  DRYAD_ASSERT(id < graph->count);
  return known->runtime->class_of(graph, known, id);
}

/* Whether objects of a type are made from definitions in the program's code, as functions and generators are. */
static inline bool dryad_has_definitions(const dryad_known_types *known, uint32_t type)
{
  return known->runtime->has_definitions(known, type);
}
/* A number for the definition that an object of such a type was made from: equal for those made from the same, such as
   the closures of one function. DRYAD_NO_DEFINITION: none is known. O(its references). */
static inline uint64_t dryad_definition_of(const dryad_graph *graph, const dryad_known_types *known, dryad_id id)
{
  DRYAD_ASSERT(id < graph->count);
  return known->runtime->definition_of(graph, known, id);
}

/* The repr as memsee shows it, if the graph holds it as text; .data NULL: call dryad_repr_write. */
static inline dryad_text dryad_repr_text(const dryad_repr *repr) { return repr->known->runtime->repr_text(repr); }
static inline void dryad_repr_write(dryad_writer *w, const void *repr)
{
  const dryad_repr *r = repr;
  r->known->runtime->write_repr(w, r);
}

#endif
