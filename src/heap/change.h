/* SPDX-License-Identifier: MIT */
/*
 * A change of a heap, apart from the heap: it can be kept, written down and made again.
 *
 * Objects are named by address, so a change fits any graph that has them. What a change names and a graph
 * does not have is passed over, except where a kind says otherwise.
 */
#ifndef DRYAD_HEAP_CHANGE_H
#define DRYAD_HEAP_CHANGE_H

#include "base/memory.h"
#include "dryad.h"

typedef enum dryad_change_kind {
  DRYAD_CHANGE_COLLAPSE = 1, /* dryad_heap_collapse */
  DRYAD_CHANGE_EXPENSIVE,    /* dryad_heap_remove_expensive_references */
  DRYAD_CHANGE_CUT,          /* dryad_heap_remove_references: from any of `objects` to any of `others` */
  DRYAD_CHANGE_EDIT,         /* objects and references that go, then those that come; see below */
  DRYAD_CHANGE_PIN,          /* `objects` become roots beside those there are */
  DRYAD_CHANGE_MARK,         /* each of `objects` gets the mark beside it in `others` */
  DRYAD_CHANGE_GC            /* marks by depth from the roots, then drops what got no mark; see dryad_marks_spread */
} dryad_change_kind;

/* A growing array of numbers; all zero is empty. */
typedef struct dryad_numbers {
  dryad_column column; /* uint64_t[count] */
  uint64_t count;
} dryad_numbers;

/* An object that comes. Texts lie in the change. */
typedef struct dryad_new_object {
  uint64_t address, size;
  int64_t len;
  bool has_len;
  dryad_text type, name; /* name.data NULL: none */
  dryad_value value;     /* text as the graph has it: bytes objects hold bytes */
} dryad_new_object;

/*
 * An EDIT, in this order: `objects` go, and their references with them; what refers to them dangles. Of `refs`, pairs
 * of a referrer's address and a position among its references before the edit (from 0), those references go. The
 * `new_objects` come, without references; one whose address the graph has is an error (DRYAD_ARGUMENT). Of `others`,
 * pairs of addresses, the first gets a reference to the second at its end; the first must be there (DRYAD_ARGUMENT),
 * the second may be missing.
 */
typedef struct dryad_change {
  const dryad_allocator *allocator;
  dryad_change_kind kind;
  dryad_numbers objects, others, refs;
  dryad_column new_objects; /* dryad_new_object[new_object_count] */
  uint64_t new_object_count;
  struct dryad_change_text *texts; /* blocks that hold the texts */
  bool restart;                    /* GC: forget all marks first */
  uint64_t limit;                  /* GC: the deepest mark given; nothing is dropped when that was not enough */
} dryad_change;

/* What a change did. */
typedef struct dryad_change_result {
  uint64_t objects_gone, objects_come, refs_gone, refs_come;
  uint64_t changed; /* COLLAPSE: dicts; EXPENSIVE, CUT: objects that lost a reference; PIN, MARK: objects; GC: marked */
  uint64_t depth;   /* GC: the deepest mark there is */
  bool complete;    /* GC: everything that roots reach is marked, and the rest was dropped */
} dryad_change_result;

/* NULL: no memory. Nothing in it yet; the limit is UINT64_MAX. */
dryad_change *dryad_change_new(const dryad_allocator *allocator, dryad_change_kind kind);
void dryad_change_free(dryad_change *change); /* NULL is allowed */
/* What it takes in memory, itself included; 0 for NULL. */
uint64_t dryad_change_bytes(const dryad_change *change);

/* Each false: no memory, and nothing was added. */
bool dryad_numbers_add(dryad_numbers *numbers, const dryad_allocator *allocator, uint64_t number);
static inline const uint64_t *dryad_numbers_data(const dryad_numbers *numbers) { return numbers->column.data; }
/* Copies the texts. */
bool dryad_change_add_object(dryad_change *change, const dryad_new_object *object);

/* What makes it impossible, a static text; NULL: nothing. Decoded changes have no problem; one that has is refused when
   it is made (DRYAD_ARGUMENT). */
const char *dryad_new_object_problem(const dryad_new_object *object);
const char *dryad_change_problem(const dryad_change *change);

/* A mark that is none. */
#define DRYAD_NO_MARK INT64_MIN

/* The change as bytes, in a block of *length bytes from `allocator`; and back. The bytes are never trusted: whatever
   they are, decoding gives a change that can be made, or DRYAD_FORMAT. */
dryad_status dryad_change_encode(unsigned char **bytes, uint64_t *length, const dryad_change *change,
                                 dryad_error *error);
dryad_status dryad_change_decode(dryad_change **out, const void *bytes, uint64_t length,
                                 const dryad_allocator *allocator, dryad_error *error);

#endif
