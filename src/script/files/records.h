/* SPDX-License-Identifier: MIT */
/* Reads the records of a dump one by one, without a heap. */
#ifndef DRYAD_SCRIPT_FILES_RECORDS_H
#define DRYAD_SCRIPT_FILES_RECORDS_H

#include <lua.h>

/* Adds its functions to the core table on the top. */
void dryad_lua_open_records(lua_State *L);

#endif
