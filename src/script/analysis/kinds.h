/* SPDX-License-Identifier: MIT */
/* The kinds of a heap's objects, and how they lie in its dominator tree: what the search for suspects works on. */
#ifndef DRYAD_SCRIPT_ANALYSIS_KINDS_H
#define DRYAD_SCRIPT_ANALYSIS_KINDS_H

#include "analysis/dominator_walk.h"
#include "analysis/kinds.h"
#include "script/base/view.h"

typedef struct dryad_lua_kinds {
  dryad_lua_view view;
  const dryad_classes *classes; /* the heap's */
  dryad_kinds kinds;
  dryad_dominator_tree tree;
} dryad_lua_kinds;

/* The kinds at `index`; raises if the heap was changed since, or closed. */
dryad_lua_kinds *dryad_lua_check_kinds(lua_State *L, int index);
/* Sets what describes a kind in the table on the top: kind, type, class, origin, common, defined, defines. */
void dryad_lua_set_kind(lua_State *L, int box, const dryad_lua_kinds *self, uint32_t kind);
void dryad_lua_open_kinds(lua_State *L);

#endif
