/* SPDX-License-Identifier: MIT */
/* The userdata of databases, and the heaps that are their tables. */
#ifndef DRYAD_SCRIPT_SQL_SLOTS_H
#define DRYAD_SCRIPT_SQL_SLOTS_H

#include "script/base/view.h"
#include "sql/database.h"

#define DRYAD_LUA_DATABASE "dryad.database"

/* A heap that is the tables of a suffix. Its view tells when the heap is closed. */
typedef struct dryad_lua_slot {
  dryad_lua_view view;
  struct dryad_lua_database *owner;
  struct dryad_lua_slot *next;
  char suffix[24];
} dryad_lua_slot;

/* Its user value is a table: the heap userdata by suffix, and the path. */
typedef struct dryad_lua_database {
  dryad_database *database; /* NULL: closed */
  dryad_lua_slot *slots;
  unsigned busy;
} dryad_lua_database;

/* The self of a method, at 1: open and idle; raises. */
dryad_lua_database *dryad_lua_check_database(lua_State *L, const char *method);
/* Gives the heap a slot; raises. */
dryad_lua_slot *dryad_lua_add_slot(lua_State *L, dryad_lua_database *self, const char *suffix, dryad_lua_heap *heap);
/* Frees a slot without taking its tables away. */
void dryad_lua_remove_slot(dryad_lua_database *self, dryad_lua_slot *slot);
/* Pushes the heap userdata of a heap that is a table of the database at `index`. */
dryad_lua_heap *dryad_lua_push_slot_heap(lua_State *L, int index, const dryad_heap *heap);
/* Views hold the graph of now, so that no other is kept from being freed. */
void dryad_lua_hold_current(dryad_lua_database *self);
/* While a statement runs, neither the database nor its heaps can be changed by what it calls. */
void dryad_lua_set_database_busy(dryad_lua_database *self, bool is_busy);

#endif
