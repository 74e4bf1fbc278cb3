/* SPDX-License-Identifier: MIT */
/* Shorthands in SQL: whatever a text holds, it expands or is refused with a message, and what was quoted in it stays as
 * it was. See substitute.lua. */
#include "lua_target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  static lua_State *L;
  if (!L) L = lua_target_new("substitute.lua");
  lua_target_run(L, data, size);
  return 0;
}
