/* SPDX-License-Identifier: MIT */
#include "script/analysis/suspects.h"

#include "analysis/suspects.h"
#include "graph/graph.h"
#include "script/base/ids.h"
#include "script/base/owned.h"
#include "script/base/roots_and_dominators.h"
#include "script/base/table.h"
#include "script/base/work.h"

static void destroy(void *suspects) { dryad_suspects_deinit(suspects); }

static void set_object(lua_State *L, int box, dryad_lua_heap *heap, dryad_id id, const char *field)
{
  if (id == DRYAD_NONE) return;
  dryad_lua_push_object(L, box, heap, id);
  lua_setfield(L, -2, field);
}

static void push_suspect(lua_State *L, int box, dryad_lua_heap *heap, const dryad_suspects *all, const dryad_suspect *s)
{
  static const char *const names[] = {"object", "group", "chain"};
  lua_createtable(L, 0, 6);
  lua_pushstring(L, names[s->kind]);
  lua_setfield(L, -2, "kind");
  dryad_lua_push_type(L, box, heap->graph, s->type);
  lua_setfield(L, -2, "type");
  dryad_lua_set_integer(L, "retained", s->retained);
  set_object(L, box, heap, s->object, "object");
  set_object(L, box, heap, s->accumulation, "accumulation");
  if (s->kind == DRYAD_SUSPECT_OBJECT) return;
  dryad_lua_push_ids(L, box, heap, (dryad_ids){(const dryad_id *)all->ids.data + s->first_member, s->member_count});
  lua_setfield(L, -2, "objects");
}

/* core.suspects(heap, least, most): an array of at most `most` {kind = "object", "group" or "chain", type, retained,
   object, accumulation, objects}, those that retain most first; groups from a quarter of `least` bytes on. */
static int suspects(lua_State *L)
{
  dryad_lua_heap *heap = dryad_lua_check_heap(L, 1);
  lua_Integer least = luaL_checkinteger(L, 2), most = luaL_checkinteger(L, 3);
  dryad_lua_work work;
  lua_settop(L, 3);
  dryad_lua_push_box(L, 1);
  const dryad_dominators *dominators = dryad_lua_dominators(L, heap);
  dryad_suspects *found = dryad_lua_own(L, sizeof *found, destroy);
  dryad_progress progress = dryad_lua_work_begin(L, &work, heap, 0);
  dryad_lua_work_end(&work, dryad_suspects_find(found, heap->graph, dominators, least > 0 ? (uint64_t)least : 0,
                                                progress, &work.error));
  lua_settop(L, 5);
  lua_newtable(L);
  for (uint64_t i = 0; i < found->count && (lua_Integer)i < most; i++) {
    push_suspect(L, 4, heap, found, &((const dryad_suspect *)found->suspects.data)[i]);
    lua_rawseti(L, 6, (lua_Integer)i + 1);
  }
  return 1;
}

void dryad_lua_open_suspects(lua_State *L)
{
  lua_pushcfunction(L, suspects);
  lua_setfield(L, -2, "suspects");
}
