/* SPDX-License-Identifier: MIT */
#include "script/analysis/suspects.h"

#include "analysis/containers.h"
#include "analysis/suspects.h"
#include "graph/graph.h"
#include "script/analysis/kinds.h"
#include "script/base/fail.h"
#include "script/base/ids.h"
#include "script/base/owned.h"
#include "script/base/table.h"
#include "script/base/work.h"

static void destroy(void *suspects) { dryad_suspects_deinit(suspects); }

static void set_object(lua_State *L, int box, dryad_lua_heap *heap, dryad_id id, const char *field)
{
  if (id == DRYAD_NONE) return;
  dryad_lua_push_object(L, box, heap, id);
  lua_setfield(L, -2, field);
}

static void push_suspect(lua_State *L, int box, const dryad_lua_kinds *self, const dryad_suspects *all,
                         const dryad_suspect *s)
{
  static const char *const names[] = {"object", "group", "chain"};
  dryad_lua_heap *heap = self->view.heap;
  lua_createtable(L, 0, 9);
  dryad_lua_set_kind(L, box, self, s->of);
  lua_pushstring(L, names[s->kind]);
  lua_setfield(L, -2, "form");
  dryad_lua_set_integer(L, "retained", s->retained);
  set_object(L, box, heap, s->object, "object");
  set_object(L, box, heap, s->accumulation, "accumulation");
  if (s->kind == DRYAD_SUSPECT_OBJECT) return;
  dryad_lua_push_ids(L, box, heap, (dryad_ids){(const dryad_id *)all->ids.data + s->first_member, s->member_count});
  lua_setfield(L, -2, "objects");
}

/* core.suspects(kinds, explained, least, most): an array of at most `most` {form = "object", "group" or "chain", kind,
   type, ..., retained, object, accumulation, objects}, those that retain most first, besides what the list `explained`
   retains. See dryad_suspect, and core.contents for what describes a kind. */
static int suspects(lua_State *L)
{
  dryad_lua_kinds *self = dryad_lua_check_kinds(L, 1);
  dryad_lua_heap *heap = self->view.heap;
  const lua_Integer least = luaL_checkinteger(L, 3), most = luaL_checkinteger(L, 4);
  const dryad_suspects_search search = {.graph = heap->graph,
                                        .known = &heap->known,
                                        .kinds = &self->kinds,
                                        .tree = &self->tree,
                                        .explained = dryad_lua_list_ids(L, 2, heap),
                                        .least = least > 0 ? (uint64_t)least : 0};
  dryad_lua_work work;
  lua_settop(L, 4);
  dryad_lua_push_box(L, 1);
  dryad_suspects *found = dryad_lua_own(L, sizeof *found, destroy);
  dryad_progress progress = dryad_lua_work_begin(L, &work, heap, 0);
  dryad_lua_work_end(&work, dryad_suspects_find(found, &search, progress, &work.error));
  lua_settop(L, 6);
  lua_newtable(L);
  for (uint64_t i = 0; i < found->count && (lua_Integer)i < most; i++) {
    push_suspect(L, 5, self, found, &((const dryad_suspect *)found->suspects.data)[i]);
    lua_rawseti(L, 7, (lua_Integer)i + 1);
  }
  return 1;
}

/* core.keys_among(list): a list of its members that are keys of dicts and nothing else. See dryad_keys_among. */
static int keys_among(lua_State *L)
{
  dryad_lua_heap *heap = ((const dryad_lua_list *)luaL_checkudata(L, 1, DRYAD_LUA_LIST))->view.heap;
  dryad_error error;
  lua_settop(L, 1);
  dryad_lua_push_box(L, 1);
  dryad_lua_check_open(L, heap);
  const dryad_ids ids = dryad_lua_list_ids(L, 1, heap);
  dryad_lua_list *list = dryad_lua_new_list(L, 2, heap);
  dryad_lua_check(L, dryad_keys_among(&list->ids, &list->count, heap->graph, &heap->known, ids, &error), &error);
  dryad_lua_weigh_ids(L, list);
  return 1;
}

void dryad_lua_open_suspects(lua_State *L)
{
  lua_pushcfunction(L, keys_among);
  lua_setfield(L, -2, "keys_among");
  lua_pushcfunction(L, suspects);
  lua_setfield(L, -2, "suspects");
}
