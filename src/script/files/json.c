/* SPDX-License-Identifier: MIT */
/*
 * core.json: converts Lua values to JSON text and back; cJSON does the parsing.
 *
 * A table is an array if its metatable's __jsontype says so, or if it has a first item and no __jsontype; else it
 * is an object, with its keys in the order of the metatable's __jsonorder and the others sorted after them. Arrays are
 * read by `#` and `[]`, so they can make their items when they are written; the metatable's __jsonitem, a function,
 * converts items that are not scalars. Numbers are written exactly. Text that is not UTF-8 is taken as Latin-1.
 * dryad.None is null.
 */
#include "script/files/json.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <string.h>

#include "formats/json/json_write.h"
#include "script/base/fail.h"
#include "script/base/none.h"
#include "script/base/owned.h"

enum { DEEPEST = 200, PIECE = 1 << 16 /* bytes handed over at once, or more */ };

/* ---- encoding ---- */

/* Every function that appends raises when out of memory. */
typedef struct encoder {
  lua_State *L;
  dryad_buffer *buffer; /* owned by a value on the stack */
  int write;            /* the stack index of a function that takes the text in pieces; 0: none */
  dryad_json_dialect dialect;
  bool is_indented;
} encoder;

static void destroy_buffer(void *block) { dryad_buffer_deinit(block); }

static void check(const encoder *e, bool is_appended)
{
  if (!is_appended) dryad_lua_fail(e->L, "out of memory");
}

static void put(const encoder *e, const char *json) { check(e, dryad_json_put_text(e->buffer, json)); }

static void put_string(const encoder *e, int index)
{
  dryad_text text;
  text.data = lua_tolstring(e->L, index, &text.length);
  check(e, dryad_json_put_string(e->buffer, text, e->dialect));
}

static void put_number(const encoder *e)
{
  if (lua_isinteger(e->L, -1))
    check(e, dryad_json_put_integer(e->buffer, lua_tointeger(e->L, -1)));
  else
    check(e, dryad_json_put_float(e->buffer, lua_tonumber(e->L, -1), e->dialect));
}

/* Hands over what has been encoded so far. */
static void flush(const encoder *e)
{
  if (e->buffer->length == 0) return;
  lua_pushvalue(e->L, e->write);
  lua_pushlstring(e->L, e->buffer->data, e->buffer->length);
  e->buffer->length = 0;
  lua_call(e->L, 1, 0);
}

/* Starts an indented line, if indenting. */
static void begin_line(const encoder *e, int depth)
{
  if (!e->is_indented) return;
  put(e, "\n");
  for (int i = 0; i < depth; i++) put(e, "\t");
}

static void encode(const encoder *e, int depth);

/* Encodes the item on the top of a table, and pops it; at `convert` is the table's __jsonitem or nil. */
static void encode_item(const encoder *e, int convert, int depth)
{
  lua_State *L = e->L;
  int type = lua_type(L, -1);
  if (type >= LUA_TTABLE && !lua_isnil(L, convert)) {
    lua_pushvalue(L, convert);
    lua_insert(L, -2);
    lua_call(L, 1, 1);
  }
  encode(e, depth);
  lua_pop(L, 1);
  if (e->write && e->buffer->length >= PIECE) flush(e);
}

/* Pushes a field of the metatable of the table on the top, or nil. */
static void push_metafield(lua_State *L, const char *name)
{
  if (luaL_getmetafield(L, -1, name) == LUA_TNIL) lua_pushnil(L);
}

static bool is_array(lua_State *L)
{
  int type = luaL_getmetafield(L, -1, "__jsontype");
  bool is_said = type == LUA_TSTRING, array = is_said && strcmp(lua_tostring(L, -1), "array") == 0;
  if (type != LUA_TNIL) lua_pop(L, 1);
  if (is_said) return array;
  array = lua_rawgeti(L, -1, 1) != LUA_TNIL;
  lua_pop(L, 1);
  return array;
}

static void encode_array(const encoder *e, int depth)
{
  lua_State *L = e->L;
  int table = lua_gettop(L), convert = table + 1;
  push_metafield(L, "__jsonitem");
  put(e, "[");
  for (lua_Integer i = 1, count = luaL_len(L, table); i <= count; i++) {
    if (i > 1) put(e, e->is_indented ? ", " : ",");
    lua_geti(L, table, i);
    encode_item(e, convert, depth + 1);
  }
  put(e, "]");
  lua_settop(L, table);
}

/* Pushes an array of the keys of the table at `index`, in order; ordered by the Lua side. */
static void push_keys(lua_State *L, int index)
{
  lua_getfield(L, LUA_REGISTRYINDEX, "dryad.core");
  lua_getfield(L, -1, "json");
  lua_getfield(L, -1, "keys");
  lua_replace(L, -3);
  lua_pop(L, 1);
  lua_pushvalue(L, index);
  lua_call(L, 1, 1);
}

/* How many keys of the table at `index` are strings. */
static lua_Integer count_keys(lua_State *L, int index)
{
  lua_Integer count = 0;
  for (lua_pushnil(L); lua_next(L, index); lua_pop(L, 1)) count += lua_type(L, -2) == LUA_TSTRING;
  return count;
}

/* Encodes the pairs of the table at `table` whose keys are in the array on the top, from the one after `first` on;
   returns how many pairs have been written, `written` before. */
static lua_Integer encode_pairs(const encoder *e, int table, lua_Integer first, lua_Integer written, int depth)
{
  lua_State *L = e->L;
  int keys = lua_gettop(L), convert = table + 1, key = keys + 1;
  for (lua_Integer i = first + 1; lua_rawgeti(L, keys, i) == LUA_TSTRING; i++) {
    lua_pushvalue(L, key);
    if (lua_rawget(L, table) != LUA_TNIL) {
      if (written++ > 0) put(e, ",");
      begin_line(e, depth + 1);
      put_string(e, key);
      put(e, e->is_indented ? ":\t" : ":");
      encode_item(e, convert, depth + 1);
    }
    lua_settop(L, keys);
  }
  lua_settop(L, keys);
  return written;
}

static void encode_object(const encoder *e, int depth)
{
  lua_State *L = e->L;
  int table = lua_gettop(L);
  lua_Integer written = 0;
  push_metafield(L, "__jsonitem");
  put(e, "{");
  if (luaL_getmetafield(L, table, "__jsonorder") == LUA_TTABLE) written = encode_pairs(e, table, 0, 0, depth);
  if (written < count_keys(L, table)) {
    push_keys(L, table);
    encode_pairs(e, table, written, written, depth);
  }
  begin_line(e, depth);
  put(e, "}");
  lua_settop(L, table);
}

/* The value on the top. */
static void encode(const encoder *e, int depth)
{
  lua_State *L = e->L;
  luaL_checkstack(L, 12, "too deep for JSON");
  if (depth > DEEPEST) dryad_lua_fail(L, "a value nested more than %d deep cannot be written as JSON", DEEPEST);
  switch (lua_type(L, -1)) {
  case LUA_TBOOLEAN: put(e, lua_toboolean(L, -1) ? "true" : "false"); break;
  case LUA_TNUMBER: put_number(e); break;
  case LUA_TSTRING: put_string(e, -1); break;
  case LUA_TTABLE:
    if (is_array(L))
      encode_array(e, depth);
    else
      encode_object(e, depth);
    break;
  default:
    if (!lua_isnil(L, -1) && !dryad_lua_is_none(L, lua_gettop(L)))
      dryad_lua_fail(L, "a %s cannot be written as JSON", luaL_typename(L, -1));
    put(e, "null");
  }
}

/* core.json.encode(value, form): on one line; with the form "indented" on several, and with "script" for a script
   element of HTML (DRYAD_JSON_SCRIPT). */
static int json_encode(lua_State *L)
{
  enum { PLAIN, INDENTED, SCRIPT };
  static const char *const forms[] = {[PLAIN] = "plain", [INDENTED] = "indented", [SCRIPT] = "script", NULL};
  luaL_checkany(L, 1);
  const int form = luaL_checkoption(L, 2, forms[PLAIN], forms);
  lua_settop(L, 2);
  encoder e = {.L = L,
               .buffer = dryad_lua_own(L, sizeof(dryad_buffer), destroy_buffer),
               .dialect = form == SCRIPT ? DRYAD_JSON_SCRIPT : DRYAD_JSON_STANDARD,
               .is_indented = form == INDENTED};
  lua_pushvalue(L, 1);
  encode(&e, 0);
  lua_pushlstring(L, e.buffer->data, e.buffer->length);
  return 1;
}

/* core.json.write(value, write): calls `write` with each piece of the text. */
static int json_write(lua_State *L)
{
  luaL_checktype(L, 2, LUA_TFUNCTION);
  lua_settop(L, 2);
  encoder e = {.L = L, .buffer = dryad_lua_own(L, sizeof(dryad_buffer), destroy_buffer), .write = 2};
  lua_pushvalue(L, 1);
  encode(&e, 0);
  flush(&e);
  return 0;
}

/* ---- decoding ---- */

static void destroy_tree(void *block) { cJSON_Delete(*(cJSON **)block); }

static void push_number(lua_State *L, double number)
{
  if (number == floor(number) && fabs(number) <= 9007199254740992.0)
    lua_pushinteger(L, (lua_Integer)number);
  else
    lua_pushnumber(L, number);
}

static void push_item(lua_State *L, const cJSON *item)
{
  luaL_checkstack(L, 4, "JSON nested too deep");
  if (cJSON_IsBool(item)) {
    lua_pushboolean(L, cJSON_IsTrue(item));
  } else if (cJSON_IsNumber(item)) {
    push_number(L, item->valuedouble);
  } else if (cJSON_IsString(item)) {
    lua_pushstring(L, item->valuestring);
  } else if (cJSON_IsArray(item) || cJSON_IsObject(item)) {
    lua_Integer i = 0;
    lua_newtable(L);
    for (const cJSON *child = item->child; child; child = child->next) {
      push_item(L, child);
      if (cJSON_IsArray(item))
        lua_rawseti(L, -2, ++i);
      else
        lua_setfield(L, -2, child->string);
    }
  } else {
    dryad_lua_push_none(L);
  }
}

/* core.json.decode(text): null is dryad.None; a whole number up to 2^53 an integer, any other number a float. */
static int json_decode(lua_State *L)
{
  size_t length;
  const char *text = luaL_checklstring(L, 1, &length);
  cJSON **tree = dryad_lua_own(L, sizeof *tree, destroy_tree);
  const char *end = NULL;
  *tree = cJSON_ParseWithLengthOpts(text, length + 1, &end, 1);
  if (!*tree) return dryad_lua_fail(L, "not JSON: error at byte %d", (int)(end ? end - text : 0) + 1);
  push_item(L, *tree);
  return 1;
}

void dryad_lua_open_json(lua_State *L)
{
  static const luaL_Reg functions[] = {
      {"encode", json_encode}, {"write", json_write}, {"decode", json_decode}, {NULL, NULL}};
  luaL_newlib(L, functions);
  lua_setfield(L, -2, "json");
}
