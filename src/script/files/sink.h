/* SPDX-License-Identifier: MIT */
/* Output files, for Lua. */
#ifndef DRYAD_SCRIPT_FILES_SINK_H
#define DRYAD_SCRIPT_FILES_SINK_H

#include <lua.h>

#include "io/stream.h"

/* Pushes a new value, whose sink an opening function fills in. */
dryad_sink **dryad_lua_new_sink(lua_State *L);
/* The options to open it: the fields force, force_name, literal, process, plain and unnamed of the table or nil at
   `index`. The sink, on top of the stack, keeps the texts alive. */
dryad_sink_options dryad_lua_sink_options(lua_State *L, int index);
/* Raises an error if the sink would destroy a file that is read: one of the array `inputs` of paths in the table or nil
   at `index`. */
void dryad_lua_check_inputs(lua_State *L, const dryad_sink *sink, int index);
/* The place of the open sink at `index`. A caller that takes the sink sets it to NULL, and must finish or abandon the
   sink before anything can raise. */
dryad_sink **dryad_lua_check_sink(lua_State *L, int index);
/* Pushes what `sink:finish` returns; the number of values. */
int dryad_lua_push_sink_result(lua_State *L, const dryad_sink_result *result);

/* Adds its functions to the core table on the top. */
void dryad_lua_open_sink(lua_State *L);

#endif
