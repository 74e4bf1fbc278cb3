/* SPDX-License-Identifier: MIT */
#include "script/analysis/class_shares.h"

#include "analysis/class_shares.h"
#include "graph/graph.h"
#include "script/base/owned.h"
#include "script/base/roots_and_dominators.h"
#include "script/base/table.h"
#include "script/base/work.h"
#include "script/heap/class.h"

static void destroy(void *shares) { dryad_class_shares_deinit(shares); }

static void push_share(lua_State *L, const dryad_classes *classes, const dryad_class_share *share)
{
  lua_createtable(L, 0, 6);
  dryad_lua_push_text(L, dryad_class_name(classes, share->class));
  lua_setfield(L, -2, "class");
  dryad_lua_push_optional_text(L, dryad_class_module(classes, share->class));
  lua_setfield(L, -2, "module");
  dryad_lua_push_origin(L, dryad_class_origin_of(classes, share->class));
  lua_setfield(L, -2, "origin");
  dryad_lua_set_integer(L, "count", share->count);
  dryad_lua_set_integer(L, "size", share->size);
  dryad_lua_set_integer(L, "bytes", share->bytes);
}

/* core.class_shares(heap, most): how all that is alive is divided among classes: an array of at most `most` {class,
   module (nil: it has none), origin, count, size, bytes}, those of most bytes first, the number of the other classes,
   and their bytes. See analysis/class_shares.h. */
static int class_shares(lua_State *L)
{
  dryad_lua_heap *heap = dryad_lua_check_heap(L, 1);
  const lua_Integer most = luaL_checkinteger(L, 2);
  dryad_lua_work work;
  lua_settop(L, 1);
  const dryad_dominators *dominators = dryad_lua_dominators(L, heap);
  const dryad_classes *classes = dryad_lua_classes(L, heap);
  dryad_class_shares *found = dryad_lua_own(L, sizeof *found, destroy);
  dryad_progress progress = dryad_lua_work_begin(L, &work, heap, 0);
  dryad_lua_work_end(&work, dryad_class_shares_find(found, heap->graph, classes, dominators, progress, &work.error));
  lua_settop(L, 2);
  lua_newtable(L);
  uint32_t shown = 0;
  for (; shown < found->count && (lua_Integer)shown < most; shown++) {
    push_share(L, classes, &found->shares[shown]);
    lua_rawseti(L, 3, (lua_Integer)shown + 1);
  }
  uint64_t bytes = 0;
  for (uint32_t i = shown; i < found->count; i++) bytes = dryad_add_sizes(bytes, found->shares[i].bytes);
  lua_pushinteger(L, found->count - shown);
  lua_pushinteger(L, (lua_Integer)bytes);
  return 3;
}

void dryad_lua_open_class_shares(lua_State *L)
{
  lua_pushcfunction(L, class_shares);
  lua_setfield(L, -2, "class_shares");
}
