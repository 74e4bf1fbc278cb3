/* SPDX-License-Identifier: MIT */
/* A long call into the core: its progress and cancelling, with the heap protected from changes in the meantime. */
#ifndef DRYAD_SCRIPT_BASE_WORK_H
#define DRYAD_SCRIPT_BASE_WORK_H

#include "script/base/handles.h"

typedef struct dryad_lua_work {
  lua_State *L;
  dryad_lua_heap *heap;  /* marked busy; NULL: none */
  int callback, message; /* stack indexes: the function (0: none), and what it raised */
  bool raised;
  dryad_error error; /* for the core call */
} dryad_lua_work;

/* Call this right before the core; `option` is the stack index of the user's progress option (true, false,
   nil or a function), 0 for the default. Pushes values that stay until the C function returns. */
dryad_progress dryad_lua_work_begin(lua_State *L, dryad_lua_work *work, dryad_lua_heap *heap, int option);
/* Call this right after the core; raises unless `status` is DRYAD_OK. */
void dryad_lua_work_end(dryad_lua_work *work, dryad_status status);

#endif
