/* SPDX-License-Identifier: MIT */
/* Files to be written, as Lua has them. */
#ifndef DRYAD_SCRIPT_FILES_SINK_H
#define DRYAD_SCRIPT_FILES_SINK_H

#include <lua.h>

#include "io/stream.h"

/* A new value on the stack, whose sink is to be filled in by an opening function. */
dryad_sink **dryad_lua_new_sink(lua_State *L);
/* What opens it: the fields force, force_name, literal, process, plain and unnamed of the table or nil at `index`. The
   sink, on top of the stack, keeps the texts alive. */
dryad_sink_options dryad_lua_sink_options(lua_State *L, int index);
/* Where the open sink at `index` is. Who takes it leaves NULL there, and nothing may raise before it is finished or
   abandoned. */
dryad_sink **dryad_lua_check_sink(lua_State *L, int index);

/* Adds its functions to the core table on the top. */
void dryad_lua_open_sink(lua_State *L);

#endif
