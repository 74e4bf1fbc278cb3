/* SPDX-License-Identifier: MIT */
/*
 * What the files of the Lua binding share: the userdata of each type and how they hang together.
 *
 * A heap userdata owns the heap. Its user value is its "box", a table with
 *   box[0] the heap userdata, box[BOX_OBJECTS] the objects that live in Lua by id (weak),
 *   box[BOX_GONE] those that a change took away by address (weak), box[BOX_TOTALS] total sizes by id,
 *   box[BOX_META] the metatable of objects, box[type id + 1] the type's name.
 * The user value of everything that belongs to a heap (object, list, walk) is the same box, so each
 * keeps its heap alive. Ids belong to the heap's `graph`; a change moves every living object's id
 * to the new graph at once (dryad_lua_refresh), while lists and walks keep theirs and are moved when used.
 *
 * Every function that takes a stack index wants an absolute one. "Raises" means a Lua error; what a
 * user got wrong is blamed on the nearest line outside of lua/dryad.
 */
#ifndef DRYAD_SCRIPT_BASE_SCRIPT_H
#define DRYAD_SCRIPT_BASE_SCRIPT_H

#include <lauxlib.h>
#include <lua.h>

#include "dryad.h"
#include "runtime/python/known_types.h"

enum { BOX_HEAP = 0, BOX_OBJECTS = -1, BOX_GONE = -2, BOX_TOTALS = -3, BOX_META = -4 };

typedef struct dryad_lua_heap {
  dryad_heap *heap;             /* NULL: closed */
  const dryad_graph *graph;     /* retained; what the ids of its objects belong to */
  uint64_t version;             /* dryad_heap_version of `graph` */
  struct dryad_lua_view *views; /* let go when the heap is closed */
  unsigned busy;                /* calls into the core that are under way */
  dryad_known_types known;      /* of `graph` */
} dryad_lua_heap;

typedef struct dryad_lua_object {
  dryad_lua_heap *heap;
  uint64_t address;
  uint32_t type; /* DRYAD_NONE: a dangling reference */
  dryad_id id;   /* DRYAD_NONE: gone */
} dryad_lua_object;

/* What holds a graph of a heap, and lets go of it when the heap is closed. */
typedef struct dryad_lua_view {
  dryad_lua_heap *heap;
  const dryad_graph *graph; /* retained; NULL: let go */
  void (*release)(struct dryad_lua_view *view);
  struct dryad_lua_view *next, **link;
} dryad_lua_view;

typedef struct dryad_lua_list {
  dryad_lua_view view;
  dryad_id *ids; /* `count`, of view.graph and from its allocator */
  uint64_t count;
} dryad_lua_list;

/* ---- types.c: userdata types with getters and methods ---- */

typedef struct dryad_lua_type {
  const char *name; /* one of these: of the metatable, in the registry and as its __name */
  const luaL_Reg *methods;
  const luaL_Reg *metamethods;     /* with an __index of its own that calls dryad_lua_index */
  const char *const *getter_names; /* ends with NULL */
} dryad_lua_type;
#define DRYAD_LUA_HEAP "dryad.heap"
#define DRYAD_LUA_OBJECT "dryad.object"
#define DRYAD_LUA_LIST "dryad.list"
#define DRYAD_LUA_WALK "dryad.walk"
#define DRYAD_LUA_COLUMN "dryad.column"
#define DRYAD_LUA_RECORDS "dryad.records"
#define DRYAD_LUA_DATABASE "dryad.database"
#define DRYAD_LUA_RESULT "dryad.result"

/* Sets core["heap"] (the name without "dryad.") = {methods =, getters =, meta =}, where `core` is the table on the top.
   __index gets three upvalues: meta, getters, methods. A getter is the number of a C getter or a Lua function(self). */
void dryad_lua_add_type(lua_State *L, const dryad_lua_type *type);
/* In an __index: value 1, which is of this type (another can only come from odd uses of getmetatable). */
void *dryad_lua_index_self(lua_State *L, const char *name);
/* The field that the key at 2 names: the number of a C getter, or -1 with the value pushed. Raises for a name that
   there is not. */
int dryad_lua_index(lua_State *L, const char *name);
/* The self of a method, at 1; raises with how to write the call. */
void *dryad_lua_check_self(lua_State *L, const char *name, const char *method);
/* For a __newindex. */
int dryad_lua_read_only(lua_State *L);

/* ---- fail.c: raising errors ---- */

/* Pushes "file:line: " of the nearest Lua function outside of lua/dryad, or "". */
void dryad_lua_where(lua_State *L);
int dryad_lua_fail(lua_State *L, const char *format, ...); /* the formats of lua_pushfstring */
/* Raises unless `status` is DRYAD_OK. */
void dryad_lua_check(lua_State *L, dryad_status status, const dryad_error *error);
/* Raises when what was read of a graph is not to be answered: the index that it was opened from is damaged there. To be
   called after reading, before the answer; a long call's dryad_lua_work_end does it. */
void dryad_lua_check_sound(lua_State *L, const dryad_graph *graph);
/* core.raise(message) */
int dryad_lua_raise(lua_State *L);

/* ---- heap.c ---- */

void dryad_lua_open_heap(lua_State *L);
/* Pushes a closed heap; fill ->heap, then call dryad_lua_refresh. */
dryad_lua_heap *dryad_lua_new_heap(lua_State *L);
/* Makes the ids of all objects belong to the heap's current graph. */
void dryad_lua_refresh(lua_State *L, int index);
/* The open heap at `index`; raises. */
dryad_lua_heap *dryad_lua_check_heap(lua_State *L, int index);
/* The self of a method that changes it, at 1; raises also while the heap is at work. */
dryad_lua_heap *dryad_lua_check_idle(lua_State *L, const char *method);
/* The same for a heap that is no self. */
void dryad_lua_require_idle(lua_State *L, const dryad_lua_heap *heap, const char *method);
/* Pushes the box of the heap, object, list or walk at `index`. */
static inline void dryad_lua_push_box(lua_State *L, int index) { lua_getiuservalue(L, index, 1); }
/* Raises when the heap is closed. */
void dryad_lua_check_open(lua_State *L, const dryad_lua_heap *heap);

/* ---- view.c ---- */

/* Makes a view one of the heap's, on its current graph; `release` frees what the view has of that graph. */
void dryad_lua_view_hold(dryad_lua_view *view, dryad_lua_heap *heap, void (*release)(dryad_lua_view *view));
void dryad_lua_view_drop(dryad_lua_view *view); /* twice is once */

/* ---- object.c ---- */

void dryad_lua_open_object(lua_State *L);
/* Pushes the object or dangling reference of an id, the same value as long as Lua holds it. */
void dryad_lua_push_object(lua_State *L, int box, dryad_lua_heap *heap, dryad_id id);
/* An object that is there; raises. `missing`: whether a dangling reference will do. */
dryad_lua_object *dryad_lua_check_object(lua_State *L, int index, bool missing);
/* Pushes the name of a type. */
void dryad_lua_push_type(lua_State *L, int box, const dryad_graph *graph, uint32_t type);
/* Pushes a text, which must be there. */
void dryad_lua_push_text(lua_State *L, dryad_text text);
/* Pushes the value, or the name in its place where the dump has no value. */
void dryad_lua_push_value(lua_State *L, const dryad_graph *graph, dryad_id id);
/* The address at `index`: an integer, a float without fraction, or decimal or 0x text; false otherwise. */
bool dryad_lua_to_address(lua_State *L, int index, uint64_t *address);
/* Raises for an object that a change took away. */
int dryad_lua_fail_gone(lua_State *L, const dryad_lua_heap *heap, uint32_t type, uint64_t address);

/* ---- dict.c ---- */

void dryad_lua_open_dict(lua_State *L);
/* Pushes what a value in a dict stands for: boolean, number, text, dryad.None, else the object. */
void dryad_lua_push_resolved(lua_State *L, int box, dryad_lua_heap *heap, dryad_id id);
/* Pushes dryad.None. */
void dryad_lua_push_none(lua_State *L);

/* ---- list.c ---- */

void dryad_lua_open_list(lua_State *L);
/* Pushes an empty list of the heap; a core call then fills ->ids and ->count. */
dryad_lua_list *dryad_lua_new_list(lua_State *L, int box, dryad_lua_heap *heap);
/* Pushes a list of a copy of these; returns 1. */
int dryad_lua_push_ids(lua_State *L, int box, dryad_lua_heap *heap, dryad_ids ids);
/* The ids of the list at `index`, in the heap's current graph; NULL where that is nil. Raises for an object that is
   gone. */
dryad_ids dryad_lua_list_ids(lua_State *L, int index, const dryad_lua_heap *heap);
/* Tells the garbage collector of memory that it does not see. */
void dryad_lua_weigh(lua_State *L, uint64_t bytes);

/* Sets a field of the table on the top. */
static inline void dryad_lua_set_integer(lua_State *L, const char *name, uint64_t number)
{
  lua_pushinteger(L, (lua_Integer)number);
  lua_setfield(L, -2, name);
}

/* Whether a field of the table at `table`, which may be none, is true. */
static inline bool dryad_lua_flag(lua_State *L, int table, const char *name)
{
  if (!lua_istable(L, table)) return false;
  lua_getfield(L, table, name);
  bool set = lua_toboolean(L, -1);
  lua_pop(L, 1);
  return set;
}

/* ---- the rest: each adds its functions to the core table on the top ---- */

void dryad_lua_open_walk(lua_State *L);
void dryad_lua_open_column(lua_State *L);
void dryad_lua_open_range_filter(lua_State *L);
void dryad_lua_open_summary(lua_State *L);
void dryad_lua_open_liveness(lua_State *L);
void dryad_lua_open_edge(lua_State *L);
void dryad_lua_open_paths(lua_State *L);
void dryad_lua_open_ancestors(lua_State *L);
void dryad_lua_open_changes(lua_State *L);
void dryad_lua_open_holders(lua_State *L);
void dryad_lua_open_merged_paths(lua_State *L);
void dryad_lua_open_suspects(lua_State *L);
void dryad_lua_open_duplicates(lua_State *L);
void dryad_lua_open_load(lua_State *L);
void dryad_lua_open_index(lua_State *L);
void dryad_lua_open_records(lua_State *L);
void dryad_lua_open_compare(lua_State *L);
void dryad_lua_open_json(lua_State *L);
void dryad_lua_open_write(lua_State *L);
void dryad_lua_open_sink(lua_State *L);
void dryad_lua_open_file_facts(lua_State *L);
void dryad_lua_open_database(lua_State *L);
void dryad_lua_open_result(lua_State *L);

#endif
