/* SPDX-License-Identifier: MIT */
/*
 * core.json: JSON text of plain Lua values, and back, by way of cJSON.
 *
 * A table is an array if its metatable's __jsontype says so, or if it has a first item and says nothing; else it
 * is an object, with its keys in the order of the metatable's __jsonorder, the others sorted after these.
 * Integers are written exactly. Text that is no UTF-8 is taken as Latin-1. dryad.None is null.
 */
#include "script/files/json.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "script/base/fail.h"
#include "script/base/none.h"

enum { DEEPEST = 200 };

/* ---- what owns cJSON's blocks while Lua may raise ---- */

#define HOLDER "dryad.json_holder"

typedef struct holder {
  cJSON *tree;
  char *text;
} holder;

static int holder_gc(lua_State *L)
{
  holder *self = lua_touserdata(L, 1);
  cJSON_Delete(self->tree);
  cJSON_free(self->text);
  *self = (holder){0};
  return 0;
}

static holder *push_holder(lua_State *L)
{
  holder *self = lua_newuserdatauv(L, sizeof *self, 0);
  *self = (holder){0};
  luaL_setmetatable(L, HOLDER);
  return self;
}

/* ---- encoding ---- */

static void add_utf8(luaL_Buffer *buffer, const char *text, size_t length)
{
  for (size_t i = 0; i < length; i++) {
    unsigned char byte = (unsigned char)text[i];
    if (byte < 0x80) {
      luaL_addchar(buffer, text[i]);
    } else {
      luaL_addchar(buffer, (char)(0xC0 | byte >> 6));
      luaL_addchar(buffer, (char)(0x80 | (byte & 0x3F)));
    }
  }
}

/* The length of the valid UTF-8 sequence at `text`, 0 if there is none. */
static size_t sequence(const unsigned char *text, size_t left)
{
  static const unsigned least[] = {0, 0, 0x80, 0x800, 0x10000};
  size_t length = *text < 0x80 ? 1 : *text >> 5 == 6 ? 2 : *text >> 4 == 14 ? 3 : *text >> 3 == 30 ? 4 : 0;
  if (length == 0 || length > left) return 0;
  unsigned point = length == 1 ? *text : *text & (0x7Fu >> length);
  for (size_t i = 1; i < length; i++) {
    if (text[i] >> 6 != 2) return 0;
    point = point << 6 | (text[i] & 0x3F);
  }
  if (length > 1 && point < least[length]) return 0;
  return point > 0x10FFFF || (point >> 11 == 0x1B) ? 0 : length;
}

static bool is_utf8(const char *text, size_t length)
{
  for (size_t at = 0, step; at < length; at += step)
    if ((step = sequence((const unsigned char *)text + at, length - at)) == 0) return false;
  return true;
}

/* Replaces the text on the top by the same as UTF-8. */
static const char *make_utf8(lua_State *L, size_t *length)
{
  const char *text = lua_tolstring(L, -1, length);
  if (is_utf8(text, *length)) return text;
  luaL_Buffer buffer;
  luaL_buffinit(L, &buffer);
  add_utf8(&buffer, text, *length);
  luaL_pushresult(&buffer);
  lua_remove(L, -2);
  return lua_tolstring(L, -1, length);
}

/* As cJSON would, but not ending at a NUL byte. */
static cJSON *encode_text(lua_State *L)
{
  size_t length;
  const char *text = make_utf8(L, &length);
  if (!memchr(text, '\0', length)) return cJSON_CreateString(text);
  luaL_Buffer buffer;
  luaL_buffinit(L, &buffer);
  luaL_addchar(&buffer, '"');
  for (size_t i = 0; i < length; i++) {
    unsigned char byte = (unsigned char)text[i];
    char escape[8];
    if (byte < 0x20 || byte == '"' || byte == '\\')
      luaL_addlstring(&buffer, escape, (size_t)snprintf(escape, sizeof escape, "\\u%04x", byte));
    else
      luaL_addchar(&buffer, text[i]);
  }
  luaL_addchar(&buffer, '"');
  luaL_pushresult(&buffer);
  cJSON *item = cJSON_CreateRaw(lua_tostring(L, -1));
  lua_pop(L, 1);
  return item;
}

static cJSON *encode_number(lua_State *L)
{
  char digits[40];
  if (lua_isinteger(L, -1))
    snprintf(digits, sizeof digits, "%lld", (long long)lua_tointeger(L, -1));
  else if (!isfinite(lua_tonumber(L, -1)))
    return cJSON_CreateNull();
  else
    return cJSON_CreateNumber(lua_tonumber(L, -1));
  return cJSON_CreateRaw(digits);
}

static void encode(lua_State *L, cJSON *parent, const char *key, int depth);

/* Attaches at once, so that the tree's holder owns every item. */
static cJSON *attach(lua_State *L, cJSON *parent, const char *key, cJSON *item)
{
  if (!item || !(key ? cJSON_AddItemToObject(parent, key, item) : cJSON_AddItemToArray(parent, item))) {
    cJSON_Delete(item);
    dryad_lua_fail(L, "out of memory");
  }
  return item;
}

static bool is_array(lua_State *L)
{
  int kind = luaL_getmetafield(L, -1, "__jsontype");
  bool array = kind == LUA_TSTRING ? strcmp(lua_tostring(L, -1), "array") == 0 : false;
  if (kind != LUA_TNIL) lua_pop(L, 1);
  if (kind == LUA_TSTRING) return array;
  array = lua_rawgeti(L, -1, 1) != LUA_TNIL;
  lua_pop(L, 1);
  return array;
}

/* Pushes an array of the keys of the table on the top, in order; ordered by the Lua side. */
static void push_keys(lua_State *L)
{
  lua_getfield(L, LUA_REGISTRYINDEX, "dryad.core");
  lua_getfield(L, -1, "json");
  lua_getfield(L, -1, "keys");
  lua_replace(L, -3);
  lua_pop(L, 1);
  lua_pushvalue(L, -2);
  lua_call(L, 1, 1);
}

static void encode_object(lua_State *L, cJSON *item, int depth)
{
  int table = lua_gettop(L);
  push_keys(L);
  for (lua_Integer i = 1; lua_rawgeti(L, table + 1, i) == LUA_TSTRING; i++) {
    size_t length;
    lua_pushvalue(L, -1);
    lua_rawget(L, table);
    lua_insert(L, -2);
    const char *key = make_utf8(L, &length);
    lua_pushvalue(L, -2);
    encode(L, item, key, depth);
    lua_settop(L, table + 1);
  }
  lua_settop(L, table);
}

static void encode(lua_State *L, cJSON *parent, const char *key, int depth)
{
  luaL_checkstack(L, 12, "too deep for JSON");
  if (depth > DEEPEST) dryad_lua_fail(L, "a value nested more than %d deep cannot be written as JSON", DEEPEST);
  switch (lua_type(L, -1)) {
  case LUA_TBOOLEAN: attach(L, parent, key, cJSON_CreateBool(lua_toboolean(L, -1))); break;
  case LUA_TNUMBER: attach(L, parent, key, encode_number(L)); break;
  case LUA_TSTRING: {
    lua_pushvalue(L, -1);
    cJSON *item = encode_text(L);
    lua_pop(L, 1);
    attach(L, parent, key, item);
    break;
  }
  case LUA_TTABLE:
    if (is_array(L)) {
      cJSON *array = attach(L, parent, key, cJSON_CreateArray());
      for (lua_Integer i = 1, count = (lua_Integer)lua_rawlen(L, -1); i <= count; i++) {
        lua_rawgeti(L, -1, i);
        encode(L, array, NULL, depth + 1);
        lua_pop(L, 1);
      }
    } else {
      encode_object(L, attach(L, parent, key, cJSON_CreateObject()), depth + 1);
    }
    break;
  default: {
    dryad_lua_push_none(L);
    bool null = lua_isnil(L, -2) || lua_rawequal(L, -1, -2);
    lua_pop(L, 1);
    if (!null) dryad_lua_fail(L, "a %s cannot be written as JSON", luaL_typename(L, -1));
    attach(L, parent, key, cJSON_CreateNull());
    break;
  }
  }
}

/* core.json.encode(value, indented) */
static int json_encode(lua_State *L)
{
  luaL_checkany(L, 1);
  lua_settop(L, 2);
  holder *owner = push_holder(L);
  owner->tree = cJSON_CreateArray();
  if (!owner->tree) return dryad_lua_fail(L, "out of memory");
  lua_pushvalue(L, 1);
  encode(L, owner->tree, NULL, 0);
  const cJSON *item = cJSON_GetArrayItem(owner->tree, 0);
  owner->text = lua_toboolean(L, 2) ? cJSON_Print(item) : cJSON_PrintUnformatted(item);
  if (!owner->text) return dryad_lua_fail(L, "out of memory");
  lua_pushstring(L, owner->text);
  return 1;
}

/* ---- decoding ---- */

static void push_item(lua_State *L, const cJSON *item)
{
  luaL_checkstack(L, 4, "JSON nested too deep");
  if (cJSON_IsBool(item)) {
    lua_pushboolean(L, cJSON_IsTrue(item));
  } else if (cJSON_IsNumber(item)) {
    double number = item->valuedouble;
    if (number == floor(number) && fabs(number) <= 9007199254740992.0)
      lua_pushinteger(L, (lua_Integer)number);
    else
      lua_pushnumber(L, number);
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

/* core.json.decode(text): null is dryad.None; a whole number up to 2^53 an integer, any other a float. */
static int json_decode(lua_State *L)
{
  size_t length;
  const char *text = luaL_checklstring(L, 1, &length);
  holder *owner = push_holder(L);
  const char *end = NULL;
  owner->tree = cJSON_ParseWithLengthOpts(text, length + 1, &end, 1);
  if (!owner->tree) return dryad_lua_fail(L, "no JSON: error at byte %d", (int)(end ? end - text : 0) + 1);
  push_item(L, owner->tree);
  return 1;
}

void dryad_lua_open_json(lua_State *L)
{
  static const luaL_Reg functions[] = {{"encode", json_encode}, {"decode", json_decode}, {NULL, NULL}};
  luaL_newmetatable(L, HOLDER);
  lua_pushcfunction(L, holder_gc);
  lua_setfield(L, -2, "__gc");
  lua_pop(L, 1);
  luaL_newlib(L, functions);
  lua_setfield(L, -2, "json");
}
