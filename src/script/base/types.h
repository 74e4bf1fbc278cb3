/* SPDX-License-Identifier: MIT */
/* Userdata types with getters and methods: their metatables, and the lookup of fields. */
#ifndef DRYAD_SCRIPT_BASE_TYPES_H
#define DRYAD_SCRIPT_BASE_TYPES_H

#include <lauxlib.h>
#include <lua.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct dryad_lua_type {
  const char *name; /* such as "dryad.heap": the metatable's name in the registry and its __name */
  const luaL_Reg *methods;
  const luaL_Reg *metamethods;     /* with an __index that calls dryad_lua_index */
  const char *const *getter_names; /* ends with NULL */
} dryad_lua_type;

/* Sets core["heap"] (the name without "dryad.") = {methods =, getters =, meta =}, where `core` is the table on the top.
   __index gets three upvalues: meta, getters, methods. A getter is the number of a C getter or a Lua function(self). */
void dryad_lua_add_type(lua_State *L, const dryad_lua_type *type);
/* In an __index: the value at 1, which has this type (unless getmetatable was misused). */
void *dryad_lua_index_self(lua_State *L, const char *name);
/* The field that the key at 2 names: the number of a C getter, or -1 with the value pushed. Raises for an unknown
   name. */
int dryad_lua_index(lua_State *L, const char *name);
/* The self of a method, at 1; raises with the correct way to write the call. */
void *dryad_lua_check_self(lua_State *L, const char *name, const char *method);
/* For a __newindex. */
int dryad_lua_read_only(lua_State *L);

/* The position, from 0, of a Lua index: from 1, or negative from the end. False: outside of `count`. */
static inline bool dryad_lua_to_position(lua_Integer i, uint64_t count, uint64_t *position)
{
  if (i < 0) i += (lua_Integer)count + 1;
  *position = (uint64_t)i - 1;
  return *position < count;
}

#endif
