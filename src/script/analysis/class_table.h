/* SPDX-License-Identifier: MIT */
/* Objects by class, with what they retain. */
#ifndef DRYAD_SCRIPT_ANALYSIS_CLASS_TABLE_H
#define DRYAD_SCRIPT_ANALYSIS_CLASS_TABLE_H

#include <lua.h>

/* Adds its function to the core table on the top. */
void dryad_lua_open_class_table(lua_State *L);

#endif
