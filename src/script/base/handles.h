/* SPDX-License-Identifier: MIT */
/*
 * The userdata of heaps and objects, their relations, and pushing the values of a heap.
 *
 * A heap userdata owns the heap. Its user value is its "box", a table with
 *   box[0] the heap userdata, box[BOX_OBJECTS] the objects that live in Lua by id (weak),
 *   box[BOX_GONE] those that a change removed by address (weak), box[BOX_TOTALS] total sizes by id,
 *   box[BOX_META] the metatable of objects, box[type id + 1] the type's name.
 * The user value of everything that belongs to a heap (object, list, walk) is the same box, so each
 * keeps its heap alive. Ids belong to the heap's `graph`; a change moves every living object's id
 * to the new graph at once (dryad_lua_refresh), while lists and walks keep theirs and are updated when used.
 *
 * Every function that takes a stack index needs an absolute one. "Raises" means a Lua error.
 */
#ifndef DRYAD_SCRIPT_BASE_HANDLES_H
#define DRYAD_SCRIPT_BASE_HANDLES_H

#include <lauxlib.h>
#include <lua.h>

#include "dryad.h"
#include "runtime/runtime.h"

#define DRYAD_LUA_HEAP "dryad.heap"
#define DRYAD_LUA_OBJECT "dryad.object"

enum { BOX_HEAP = 0, BOX_OBJECTS = -1, BOX_GONE = -2, BOX_TOTALS = -3, BOX_META = -4 };

typedef struct dryad_lua_heap {
  dryad_heap *heap;             /* NULL: closed */
  const dryad_graph *graph;     /* retained; the graph of its objects' ids */
  uint64_t version;             /* dryad_heap_revision of `graph` */
  struct dryad_lua_view *views; /* released when the heap is closed */
  unsigned busy;                /* calls into the core in progress */
  dryad_known_types known;      /* of `graph` */
} dryad_lua_heap;

typedef struct dryad_lua_object {
  dryad_lua_heap *heap;
  uint64_t address;
  uint32_t type; /* DRYAD_NONE: a dangling reference */
  dryad_id id;   /* DRYAD_NONE: gone */
} dryad_lua_object;

/* Pushes the box of the heap, object, list or walk at `index`. */
static inline void dryad_lua_push_box(lua_State *L, int index) { lua_getiuservalue(L, index, 1); }

/* ---- heaps ---- */

/* Pushes a closed heap; fill ->heap, then call dryad_lua_refresh. */
dryad_lua_heap *dryad_lua_new_heap(lua_State *L);
/* Moves the ids of all objects to the heap's current graph. */
void dryad_lua_refresh(lua_State *L, int index);
/* Raises if the heap is closed. */
void dryad_lua_check_open(lua_State *L, const dryad_lua_heap *heap);
/* Returns `self`, the heap at `index`, refreshed if something else changed it; raises if it is closed. */
dryad_lua_heap *dryad_lua_current_heap(lua_State *L, int index, dryad_lua_heap *self);
/* The same for any value at `index`; raises if it is not a heap. */
dryad_lua_heap *dryad_lua_check_heap(lua_State *L, int index);
/* The same for the self of a method, at 1. */
dryad_lua_heap *dryad_lua_check_heap_self(lua_State *L, const char *method);
/* The same for a method that changes it; raises also while the heap is at work. */
dryad_lua_heap *dryad_lua_check_idle(lua_State *L, const char *method);
/* Raises if the heap cannot be changed now. */
void dryad_lua_require_idle(lua_State *L, const dryad_lua_heap *heap, const char *method);
/* Whether a finalizer is running, which may happen during any allocation. */
bool dryad_lua_in_finalizer(lua_State *L);

/* ---- objects ---- */

/* Pushes the object or dangling reference of an id: the same value for as long as Lua holds it. */
void dryad_lua_push_object(lua_State *L, int box, dryad_lua_heap *heap, dryad_id id);
/* Returns `self`; raises if its heap is closed or no longer has it. */
dryad_lua_object *dryad_lua_current_object(lua_State *L, dryad_lua_object *self);
/* The same for any value at `index`; raises if it is not an object. `missing`: whether a dangling reference will do. */
dryad_lua_object *dryad_lua_check_object(lua_State *L, int index, bool missing);
/* The same for the self of a method, at 1, which may be a dangling reference. */
dryad_lua_object *dryad_lua_check_object_self(lua_State *L, const char *method);
/* Raises for an object that a change removed. */
int dryad_lua_fail_gone(lua_State *L, const dryad_lua_heap *heap, uint32_t type, uint64_t address);

/* ---- values ---- */

/* Pushes a text, whose data must not be NULL. */
void dryad_lua_push_text(lua_State *L, dryad_text text);
/* Pushes a text, or nil if its data is NULL. */
void dryad_lua_push_optional_text(lua_State *L, dryad_text text);
/* Pushes the sites that dryad_next_site yields as a list of texts; nil for a text without data. */
void dryad_lua_push_sites(lua_State *L, dryad_text sites);
/* Pushes the name of a type. */
void dryad_lua_push_type(lua_State *L, int box, const dryad_graph *graph, uint32_t type);
/* Pushes the value, or the name if the dump has no value. */
void dryad_lua_push_value(lua_State *L, const dryad_graph *graph, dryad_id id);
/* Pushes the object's len, or nil if the dump has none. */
void dryad_lua_push_len(lua_State *L, const dryad_graph *graph, dryad_id id);
/* The address at `index`: an integer, a float without fraction, or decimal or 0x text; false otherwise. */
bool dryad_lua_to_address(lua_State *L, int index, uint64_t *address);

#endif
