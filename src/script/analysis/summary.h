/* SPDX-License-Identifier: MIT */
/* Counts and bytes by type. */
#ifndef DRYAD_SCRIPT_ANALYSIS_SUMMARY_H
#define DRYAD_SCRIPT_ANALYSIS_SUMMARY_H

#include <lua.h>

/* Adds its functions to the core table on the top. */
void dryad_lua_open_summary(lua_State *L);

#endif
