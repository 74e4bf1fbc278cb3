/* SPDX-License-Identifier: MIT */
/* What comes out of the sandbox: any bytes are refused, or are a value that can be printed and sent on. See parcel.lua.
 */
#include "lua_target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  static lua_State *L;
  if (!L) L = lua_target_new("parcel.lua");
  lua_target_run(L, data, size);
  return 0;
}
