/* SPDX-License-Identifier: MIT */
/* A packed list is the addresses of its objects, each in the eight bytes that this machine gives it. Ids would be those
   of one version of the heap. */
#include "script/sandbox/packed_list.h"

#include <lauxlib.h>
#include <string.h>

#include "graph/graph.h"
#include "script/base/fail.h"
#include "script/base/ids.h"

/* core.pack_list(list) */
static int pack(lua_State *L)
{
  dryad_lua_list *list = dryad_lua_check_list_open(L, luaL_checkudata(L, 1, DRYAD_LUA_LIST));
  dryad_lua_catch_up(L, list);
  const uint64_t *addresses = dryad_addresses(list->view.graph);
  luaL_Buffer bytes;
  luaL_buffinit(L, &bytes);
  for (uint64_t i = 0; i < list->count; i++)
    luaL_addlstring(&bytes, (const char *)&addresses[list->ids[i]], sizeof *addresses);
  luaL_pushresult(&bytes);
  return 1;
}

/* core.unpack_list(heap, bytes): the list, or nil if the bytes are none of this heap. Dangling references are allowed.
 */
static int unpack(lua_State *L)
{
  dryad_lua_heap *heap = dryad_lua_check_heap(L, 1);
  size_t length;
  const char *bytes = luaL_checklstring(L, 2, &length);
  uint64_t count = length / sizeof(uint64_t), address;
  lua_settop(L, 2);
  if (length % sizeof address != 0) return 0;
  dryad_lua_push_box(L, 1);
  dryad_lua_list *list = dryad_lua_new_list(L, 3, heap);
  dryad_lua_reserve_ids(L, list, count);
  for (uint64_t i = 0; i < count; i++) {
    memcpy(&address, bytes + i * sizeof address, sizeof address);
    list->ids[i] = dryad_graph_find_any(heap->graph, address);
    if (list->ids[i] == DRYAD_NONE) return 0;
  }
  dryad_lua_check_sound(L, heap->graph);
  dryad_lua_weigh_ids(L, list);
  return 1;
}

void dryad_lua_open_packed_list(lua_State *L)
{
  static const luaL_Reg functions[] = {{"pack_list", pack}, {"unpack_list", unpack}, {NULL, NULL}};
  luaL_setfuncs(L, functions, 0);
}
