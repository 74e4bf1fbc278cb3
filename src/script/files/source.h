/* SPDX-License-Identifier: MIT */
/* A Lua function that returns a dump's text in chunks, as a source of bytes for the core. */
#ifndef DRYAD_SCRIPT_FILES_SOURCE_H
#define DRYAD_SCRIPT_FILES_SOURCE_H

#include <lua.h>

#include "dryad.h"

typedef struct dryad_lua_source {
  lua_State *L;
  int function, chunk, message; /* stack indexes; the last two are scratch slots, nil at first */
  size_t used;                  /* bytes of the chunk already read */
  bool raised;                  /* `message` is the error that the function raised */
} dryad_lua_source;

/* The dryad_source that reads from `source`, a dryad_lua_source. */
dryad_source dryad_lua_read_from(dryad_lua_source *source);

#endif
