/* SPDX-License-Identifier: MIT */
/* The userdata of databases, and the heaps that provide their tables. */
#ifndef DRYAD_SCRIPT_SQL_SLOTS_H
#define DRYAD_SCRIPT_SQL_SLOTS_H

#include "script/base/view.h"
#include "sql/database.h"

#define DRYAD_LUA_DATABASE "dryad.database"

/* A heap that provides the tables of a suffix. Its view notices when the heap is closed. */
typedef struct dryad_lua_slot {
  dryad_lua_view view;
  struct dryad_lua_database *owner;
  struct dryad_lua_slot *next;
  char suffix[24];
} dryad_lua_slot;

/* Its user value is a table with the heap userdata by suffix, and the path. */
typedef struct dryad_lua_database {
  dryad_database *database; /* NULL: closed */
  dryad_lua_slot *slots;
  unsigned busy;
} dryad_lua_database;

/* The self of a method, at 1; raises unless it is open and idle. */
dryad_lua_database *dryad_lua_check_database(lua_State *L, const char *method);
/* Gives the heap a slot; raises. */
dryad_lua_slot *dryad_lua_add_slot(lua_State *L, dryad_lua_database *self, const char *suffix, dryad_lua_heap *heap);
/* Frees a slot without removing its tables. */
void dryad_lua_remove_slot(dryad_lua_database *self, dryad_lua_slot *slot);
/* Pushes the userdata of a heap that provides tables of the database at `index`. */
dryad_lua_heap *dryad_lua_push_slot_heap(lua_State *L, int index, const dryad_heap *heap);
/* Moves the views to the current graphs, so that older ones can be freed. */
void dryad_lua_hold_current(dryad_lua_database *self);
/* While a statement runs, code that it calls cannot change the database or its heaps. */
void dryad_lua_set_database_busy(dryad_lua_database *self, bool is_busy);

#endif
