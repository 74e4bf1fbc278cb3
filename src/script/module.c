/* SPDX-License-Identifier: MIT */
/* The module: `dryad.core`, the whole C side, then lua/dryad/init.lua, which builds `dryad` on it. */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/trace.h"
#include "script/analysis/ancestors.h"
#include "script/analysis/class_shares.h"
#include "script/analysis/class_table.h"
#include "script/analysis/comparison.h"
#include "script/analysis/cycles.h"
#include "script/analysis/duplicates.h"
#include "script/analysis/holders.h"
#include "script/analysis/kinds.h"
#include "script/analysis/liveness.h"
#include "script/analysis/merged_paths.h"
#include "script/analysis/paths.h"
#include "script/analysis/retained_groups.h"
#include "script/analysis/small_containers.h"
#include "script/analysis/summary.h"
#include "script/analysis/suspects.h"
#include "script/analysis/text_search.h"
#include "script/analysis/trails.h"
#include "script/analysis/ways.h"
#include "script/base/data_directory.h"
#include "script/base/fail.h"
#include "script/base/none.h"
#include "script/base/owned.h"
#include "script/base/printable.h"
#include "script/files/csv.h"
#include "script/files/file_facts.h"
#include "script/files/index.h"
#include "script/files/json.h"
#include "script/files/load.h"
#include "script/files/records.h"
#include "script/files/sink.h"
#include "script/files/write.h"
#include "script/heap/changes.h"
#include "script/heap/class.h"
#include "script/heap/column.h"
#include "script/heap/dict.h"
#include "script/heap/edge.h"
#include "script/heap/heap.h"
#include "script/heap/list.h"
#include "script/heap/object.h"
#include "script/heap/range_filter.h"
#include "script/heap/walk.h"
#include "script/sandbox/confined.h"
#include "script/sandbox/packed_list.h"
#include "script/sql/database.h"
#include "script/sql/result.h"
#include "script/sql/row_text.h"

/* core.clock(): seconds of a monotonic clock. */
static int clock_seconds(lua_State *L)
{
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  lua_pushnumber(L, (double)now.tv_sec + (double)now.tv_nsec * 1e-9);
  return 1;
}

/* Called in protected mode, so that the directory is closed even if this raises. */
static int read_entries(lua_State *L)
{
  DIR *directory = lua_touserdata(L, 1);
  lua_newtable(L);
  lua_Integer count = 0;
  for (const struct dirent *entry; (entry = readdir(directory));) {
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
    lua_pushstring(L, entry->d_name);
    lua_rawseti(L, -2, ++count);
  }
  return 1;
}

/* core.directory(path): an array of the names in it, in no order, or nil and the reason. */
static int directory(lua_State *L)
{
  const char *path = luaL_checkstring(L, 1);
  DIR *opened = opendir(path);
  if (!opened) {
    lua_pushnil(L);
    lua_pushfstring(L, "%s: %s", path, strerror(errno));
    return 2;
  }
  lua_pushcfunction(L, read_entries);
  lua_pushlightuserdata(L, opened);
  int status = lua_pcall(L, 1, 1, 0);
  closedir(opened);
  return status == LUA_OK ? 1 : lua_error(L);
}

/* core.trace(name, key, text, key, text, ...): traces a decision (base/trace.h); ends at a nil text. */
static int trace(lua_State *L)
{
  dryad_trace_argument arguments[DRYAD_TRACE_ARGUMENTS + 1] = {0};
  const int top = lua_gettop(L);
  if (!dryad_trace_is_on()) return 0;
  const char *name = luaL_checkstring(L, 1);
  for (int i = 0, at = 2; i < DRYAD_TRACE_ARGUMENTS && at < top && !lua_isnil(L, at + 1); i++, at += 2)
    arguments[i] = (dryad_trace_argument){.name = luaL_checkstring(L, at), .text = luaL_checkstring(L, at + 1)};
  dryad_trace_send_decision(name, arguments);
  return 0;
}

/* core.where(): "file:line: " of the nearest line outside of lua/dryad. */
static int where(lua_State *L)
{
  dryad_lua_where(L);
  return 1;
}

static int open_core(lua_State *L)
{
  static const luaL_Reg functions[] = {{"clock", clock_seconds}, {"directory", directory}, {"raise", dryad_lua_raise},
                                       {"trace", trace},         {"where", where},         {NULL, NULL}};
  luaL_newlib(L, functions);
  lua_pushvalue(L, -1);
  lua_setfield(L, LUA_REGISTRYINDEX, "dryad.core");
  lua_pushliteral(L, DRYAD_VERSION);
  lua_setfield(L, -2, "version");
  dryad_lua_open_owned(L);
  dryad_lua_open_none(L);
  dryad_lua_open_printable(L);
  dryad_lua_open_heap(L);
  dryad_lua_open_object(L);
  dryad_lua_open_dict(L);
  dryad_lua_open_list(L);
  dryad_lua_open_walk(L);
  dryad_lua_open_class(L);
  dryad_lua_open_column(L);
  dryad_lua_open_range_filter(L);
  dryad_lua_open_summary(L);
  dryad_lua_open_liveness(L);
  dryad_lua_open_edge(L);
  dryad_lua_open_paths(L);
  dryad_lua_open_trails(L);
  dryad_lua_open_ways(L);
  dryad_lua_open_ancestors(L);
  dryad_lua_open_changes(L);
  dryad_lua_open_holders(L);
  dryad_lua_open_merged_paths(L);
  dryad_lua_open_kinds(L);
  dryad_lua_open_suspects(L);
  dryad_lua_open_retained_groups(L);
  dryad_lua_open_class_shares(L);
  dryad_lua_open_small_containers(L);
  dryad_lua_open_cycles(L);
  dryad_lua_open_duplicates(L);
  dryad_lua_open_load(L);
  dryad_lua_open_index(L);
  dryad_lua_open_records(L);
  dryad_lua_open_class_table(L);
  dryad_lua_open_text_search(L);
  dryad_lua_open_comparison(L);
  dryad_lua_open_csv(L);
  dryad_lua_open_json(L);
  dryad_lua_open_write(L);
  dryad_lua_open_sink(L);
  dryad_lua_open_file_facts(L);
  dryad_lua_open_confined(L);
  dryad_lua_open_packed_list(L);
  dryad_lua_open_database(L);
  dryad_lua_open_result(L);
  dryad_lua_open_row_text(L);
  return 1;
}

/* Pushes the globals of Dryad's own modules: those of the state when Dryad was first required. What a user assigns
 * later, such as `type = "dict"` at the prompt, does not reach them. */
static void push_globals(lua_State *L)
{
  if (luaL_getsubtable(L, LUA_REGISTRYINDEX, "dryad.globals")) return;
  lua_pushglobaltable(L);
  for (lua_pushnil(L); lua_next(L, -2) != 0;) {
    lua_pushvalue(L, -2);
    lua_insert(L, -2);
    lua_rawset(L, -5);
  }
  lua_pop(L, 1);
}

/* Like luaL_loadfile, for a file of Dryad's. */
static int load_file(lua_State *L, const char *path)
{
  int status = luaL_loadfilex(L, path, "t");
  if (status == LUA_OK) {
    push_globals(L);
    lua_setupvalue(L, -2, 1); /* _ENV */
  }
  return status;
}

/* A searcher of `require`, with the data directory as upvalue: finds the Lua files of dryad.* and nothing else. */
static int find_file(lua_State *L)
{
  const char *name = luaL_checkstring(L, 1), *data = lua_tostring(L, lua_upvalueindex(1));
  if (strncmp(name, "dryad.", strlen("dryad.")) != 0) return 0;
  const char *file = lua_pushfstring(L, "%s/lua/%s.lua", data, luaL_gsub(L, name, ".", "/"));
  if (access(file, R_OK) != 0) {
    lua_pushfstring(L, "no file '%s'", file);
    return 1;
  }
  if (load_file(L, file) != LUA_OK)
    return luaL_error(L, "error loading module '%s' from file '%s':\n\t%s", name, file, lua_tostring(L, -1));
  lua_pushstring(L, file);
  return 2;
}

/* Puts the searcher before those for package.path and package.cpath, which stay unchanged. A Lua state gets it once,
   even if the module is loaded anew. */
static void add_searcher(lua_State *L, const char *data)
{
  bool is_there = lua_getfield(L, LUA_REGISTRYINDEX, "dryad.searcher") != LUA_TNIL;
  lua_pop(L, 1);
  if (is_there) return;
  lua_getglobal(L, "package");
  lua_getfield(L, -1, "searchers");
  lua_Integer count = luaL_len(L, -1);
  for (lua_Integer i = count; i >= 2; i--) {
    lua_geti(L, -1, i);
    lua_seti(L, -2, i + 1);
  }
  lua_pushstring(L, data);
  lua_pushcclosure(L, find_file, 1);
  lua_pushvalue(L, -1);
  lua_seti(L, -3, 2);
  lua_setfield(L, LUA_REGISTRYINDEX, "dryad.searcher");
  lua_pop(L, 2);
}

int luaopen_dryad(struct lua_State *L)
{
  char buffer[PATH_MAX];
  luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
  int loaded = lua_gettop(L);
  if (lua_getfield(L, loaded, "dryad.core") == LUA_TNIL) {
    const char *data = dryad_data_directory(buffer, sizeof buffer);
    if (!data)
      return luaL_error(L, "cannot find the Lua files of dryad: neither share/dryad beside the program or dryad.so, "
                           "nor $DRYAD_HOME, nor the install location has lua/dryad/init.lua");
    lua_pushcfunction(L, open_core);
    lua_call(L, 0, 1);
    lua_pushstring(L, data);
    lua_setfield(L, -2, "data_directory");
    lua_setfield(L, loaded, "dryad.core");
    add_searcher(L, data);
  }
  if (lua_getfield(L, loaded, "dryad") == LUA_TTABLE) return 1;
  lua_getfield(L, loaded, "dryad.core");
  lua_getfield(L, -1, "data_directory");
  lua_pushfstring(L, "%s/lua/dryad/init.lua", lua_tostring(L, -1));
  if (load_file(L, lua_tostring(L, -1)) != LUA_OK) return lua_error(L);
  lua_call(L, 0, 1);
  lua_pushvalue(L, -1);
  lua_setfield(L, loaded, "dryad");
  return 1;
}
