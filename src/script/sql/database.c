/* SPDX-License-Identifier: MIT */
/* Databases whose tables are heaps, for Lua. */
#include "script/sql/database.h"

#include <string.h>

#include "script/base/fail.h"
#include "script/base/table.h"
#include "script/base/types.h"
#include "script/sql/slots.h"
#include "script/sql/statements.h"

/* ---- life --------------------------------------------------------------------------------------- */

static int close(lua_State *L)
{
  dryad_lua_database *self = lua_touserdata(L, 1);
  dryad_database_close(self->database);
  self->database = NULL;
  while (self->slots) dryad_lua_remove_slot(self, self->slots);
  return 0;
}

static int database_close(lua_State *L)
{
  const dryad_lua_database *self = dryad_lua_check_self(L, DRYAD_LUA_DATABASE, "close");
  if (self->busy) return dryad_lua_fail(L, "close: the database is at work");
  return close(L);
}

static int database_is_open(lua_State *L)
{
  const dryad_lua_database *self = dryad_lua_check_self(L, DRYAD_LUA_DATABASE, "is_open");
  lua_pushboolean(L, self->database != NULL);
  return 1;
}

/* core.database(path or nil, {create =, unguarded =, memory_only =} or nil): nil is in memory. This is the call
   metamethod of the type's own table, core.database. */
static int open(lua_State *L)
{
  lua_remove(L, 1);
  lua_settop(L, 2);
  size_t length = 0;
  const char *path = luaL_optlstring(L, 1, NULL, &length);
  if (path && strlen(path) != length) return dryad_lua_fail(L, "a path must not contain a NUL character");
  dryad_database_options options = {.create = dryad_lua_flag(L, 2, "create"),
                                    .unguarded = dryad_lua_flag(L, 2, "unguarded"),
                                    .memory_only = dryad_lua_flag(L, 2, "memory_only")};
  dryad_error error;
  dryad_lua_database *self = lua_newuserdatauv(L, sizeof *self, 1);
  memset(self, 0, sizeof *self);
  luaL_setmetatable(L, DRYAD_LUA_DATABASE);
  lua_newtable(L);
  lua_pushvalue(L, 1);
  lua_setfield(L, -2, "path");
  lua_setiuservalue(L, -2, 1);
  dryad_lua_check(L, dryad_database_open(&self->database, path, options, NULL, &error), &error);
  return 1;
}

/* ---- fields ------------------------------------------------------------------------------------- */

static const char *const getter_names[] = {"path", NULL};

static int push_path(lua_State *L, int index)
{
  lua_getiuservalue(L, index, 1);
  lua_getfield(L, -1, "path");
  return 1;
}

static int database_index(lua_State *L)
{
  dryad_lua_index_self(L, DRYAD_LUA_DATABASE);
  return dryad_lua_index(L, DRYAD_LUA_DATABASE) < 0 ? 1 : push_path(L, 1);
}

static int database_to_string(lua_State *L)
{
  dryad_lua_index_self(L, DRYAD_LUA_DATABASE);
  push_path(L, 1);
  if (lua_isnil(L, -1)) lua_pushliteral(L, ":memory:");
  return 1;
}

/* ---- heaps -------------------------------------------------------------------------------------- */

/* Removes all slots of a suffix except one. */
static void remove_others(dryad_lua_database *self, const char *suffix, const dryad_lua_slot *kept)
{
  for (dryad_lua_slot *s = self->slots, *next; s; s = next) {
    next = s->next;
    if (s != kept && strcmp(s->suffix, suffix) == 0) dryad_lua_remove_slot(self, s);
  }
}

/* database:put(suffix, heap or nil) */
static int database_put(lua_State *L)
{
  dryad_lua_database *self = dryad_lua_check_database(L, "put");
  const char *suffix = luaL_checkstring(L, 2);
  dryad_lua_heap *heap = lua_isnoneornil(L, 3) ? NULL : dryad_lua_check_heap(L, 3);
  dryad_error error;
  luaL_argcheck(L, strlen(suffix) < sizeof((dryad_lua_slot *)0)->suffix, 2, "too long");
  lua_settop(L, 3);
  lua_getiuservalue(L, 1, 1);
  dryad_lua_slot *new = heap ? dryad_lua_add_slot(L, self, suffix, heap) : NULL;
  dryad_status status = dryad_database_put_heap(self->database, suffix, heap ? heap->heap : NULL, &error);
  if (status && new) dryad_lua_remove_slot(self, new);
  dryad_lua_check(L, status, &error);
  remove_others(self, suffix, new);
  lua_pushvalue(L, 3);
  lua_setfield(L, 4, suffix);
  return 0;
}

/* database:copy_to(other): copies its whole file over the other one's. */
static int database_copy_to(lua_State *L)
{
  const dryad_lua_database *self = dryad_lua_check_database(L, "copy_to"),
                           *other = luaL_checkudata(L, 2, DRYAD_LUA_DATABASE);
  dryad_error error;
  if (!other->database || other->busy) return dryad_lua_fail(L, "copy_to: the other database is closed or at work");
  dryad_lua_check(L, dryad_database_copy(other->database, self->database, &error), &error);
  return 0;
}

void dryad_lua_open_database(lua_State *L)
{
  static const luaL_Reg methods[] = {{"put", database_put},
                                     {"run", dryad_lua_database_run},
                                     {"query", dryad_lua_database_query},
                                     {"rows", dryad_lua_database_rows},
                                     {"texts", dryad_lua_database_texts},
                                     {"ids", dryad_lua_database_ids},
                                     {"close", database_close},
                                     {"is_open", database_is_open},
                                     {"copy_to", database_copy_to},
                                     {NULL, NULL}};
  static const luaL_Reg metamethods[] = {{"__index", database_index},        {"__newindex", dryad_lua_read_only},
                                         {"__tostring", database_to_string}, {"__gc", close},
                                         {"__close", database_close},        {NULL, NULL}};
  static const luaL_Reg calls[] = {{"__call", open}, {NULL, NULL}};
  dryad_lua_add_type(L, &(dryad_lua_type){DRYAD_LUA_DATABASE, methods, metamethods, getter_names});
  lua_getfield(L, -1, "database");
  luaL_newlib(L, calls);
  lua_setmetatable(L, -2);
  lua_pop(L, 1);
}
