/* What searches that go step by step give to Lua. */
#ifndef DRYAD_SCRIPT_PATHS_H
#define DRYAD_SCRIPT_PATHS_H

#include "core/paths.h"
#include "script/script.h"

/* Pushes an array of how many objects were found at each step. */
void dryad_lua_push_steps(lua_State *L, const dryad_steps *steps);

#endif
