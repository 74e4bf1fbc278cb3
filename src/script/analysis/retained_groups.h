/* SPDX-License-Identifier: MIT */
/* What objects dominate, grouped by class, and the dominator tree of such groups. */
#ifndef DRYAD_SCRIPT_ANALYSIS_RETAINED_GROUPS_H
#define DRYAD_SCRIPT_ANALYSIS_RETAINED_GROUPS_H

#include <lua.h>

/* Adds its functions to the core table on the top. */
void dryad_lua_open_retained_groups(lua_State *L);

#endif
