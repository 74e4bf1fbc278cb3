/* SPDX-License-Identifier: MIT */
/*
 * A change to a heap, independent of the heap: it can be kept, serialized and applied again.
 *
 * A change identifies objects by address, so it applies to any graph that has them. Objects that a graph does not have
 * are skipped, unless a kind says otherwise.
 */
#ifndef DRYAD_HEAP_CHANGE_H
#define DRYAD_HEAP_CHANGE_H

#include "base/memory.h"
#include "dryad.h"

typedef enum dryad_change_kind {
  DRYAD_CHANGE_COLLAPSE = 1, /* dryad_heap_collapse */
  DRYAD_CHANGE_EXPENSIVE,    /* dryad_heap_remove_expensive_references */
  DRYAD_CHANGE_CUT,          /* dryad_heap_remove_references: from any of `objects` to any of `others` */
  DRYAD_CHANGE_EDIT,         /* objects and references removed, then added; see below */
  DRYAD_CHANGE_PIN,          /* `objects` become roots in addition to the others */
  DRYAD_CHANGE_MARK,         /* each of `objects` gets the mark at the same index of `others` */
  DRYAD_CHANGE_GC            /* marks by depth from the roots, then drops unmarked objects; see dryad_marks_spread */
} dryad_change_kind;

/* A growing array of numbers; all zero is empty. */
typedef struct dryad_numbers {
  dryad_column column; /* uint64_t[count] */
  uint64_t count;
} dryad_numbers;

/* An object to add. The change owns its texts. */
typedef struct dryad_new_object {
  uint64_t address, size;
  int64_t len;
  bool has_len;
  dryad_text type, name; /* name.data NULL: none */
  dryad_value value;     /* text as the graph has it: bytes objects hold bytes */
} dryad_new_object;

/*
 * An EDIT, in this order: removes `objects` with their references; references to them dangle. Removes the references in
 * `refs`, pairs of a referrer's address and a position among its references before the edit (from 0). Adds the
 * `new_objects`, without references; an address that the graph has already is an error (DRYAD_ARGUMENT). For each pair
 * of addresses in `others`, appends to the first object a reference to the second; the first must exist
 * (DRYAD_ARGUMENT), the second may be missing.
 */
typedef struct dryad_change {
  const dryad_allocator *allocator;
  dryad_change_kind kind;
  dryad_numbers objects, others, refs;
  dryad_column new_objects; /* dryad_new_object[new_object_count] */
  uint64_t new_object_count;
  struct dryad_change_text *texts; /* blocks that hold the texts */
  bool restart;                    /* GC: forget all marks first */
  uint64_t limit;                  /* GC: the deepest mark to give; nothing is dropped if that does not suffice */
} dryad_change;

/* The effect of a change. */
typedef struct dryad_change_result {
  uint64_t objects_gone, objects_come, refs_gone, refs_come;
  uint64_t changed; /* COLLAPSE: dicts; EXPENSIVE, CUT: objects that lost a reference; PIN, MARK: objects; GC: marked */
  uint64_t depth;   /* GC: the deepest mark */
  bool complete;    /* GC: everything that roots reach was marked, and the rest dropped */
} dryad_change_result;

/* An empty change, with a limit of UINT64_MAX. NULL: no memory. */
dryad_change *dryad_change_new(const dryad_allocator *allocator, dryad_change_kind kind);
void dryad_change_free(dryad_change *change); /* NULL is allowed */
/* The bytes that it takes, itself included; 0 for NULL. */
uint64_t dryad_change_bytes(const dryad_change *change);

/* Each returns false if out of memory, and then adds nothing. */
bool dryad_numbers_add(dryad_numbers *numbers, const dryad_allocator *allocator, uint64_t number);
static inline const uint64_t *dryad_numbers_data(const dryad_numbers *numbers) { return numbers->column.data; }
/* Copies the texts. */
bool dryad_change_add_object(dryad_change *change, const dryad_new_object *object);

/* Why the change is invalid, a static text; NULL if it is valid, as every decoded change is. Applying an invalid one
   fails with DRYAD_ARGUMENT. */
const char *dryad_new_object_problem(const dryad_new_object *object);
const char *dryad_change_problem(const dryad_change *change);

/* The absence of a mark. */
#define DRYAD_NO_MARK INT64_MIN

/* Encodes a change into a block of *length bytes from `allocator`; and decodes it. The bytes are not trusted: whatever
   they are, decoding gives a valid change or DRYAD_FORMAT. */
dryad_status dryad_change_encode(unsigned char **bytes, uint64_t *length, const dryad_change *change,
                                 dryad_error *error);
dryad_status dryad_change_decode(dryad_change **out, const void *bytes, uint64_t length,
                                 const dryad_allocator *allocator, dryad_error *error);

#endif
