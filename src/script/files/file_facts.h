/* SPDX-License-Identifier: MIT */
/* Facts that identify a file: size, time and a hash. */
#ifndef DRYAD_SCRIPT_FILES_FILE_FACTS_H
#define DRYAD_SCRIPT_FILES_FILE_FACTS_H

#include <lua.h>

/* Adds its functions to the core table on the top. */
void dryad_lua_open_file_facts(lua_State *L);

#endif
