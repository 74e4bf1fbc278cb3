/* SPDX-License-Identifier: MIT */
#include "base/sized_struct.h"

#include <string.h>

#include "base/assert.h"
#include "base/error.h"

enum { LARGEST = 4096 }; /* bytes; a larger size was never set */

static bool is_zero(const unsigned char *bytes, size_t size)
{
  for (size_t i = 0; i < size; i++)
    if (bytes[i]) return false;
  return true;
}

dryad_status dryad_sized_struct_copy(void *own, size_t own_size, const void *given, const char *name,
                                     dryad_error *error)
{
  DRYAD_ASSERT(own && own_size > sizeof(size_t) && own_size % sizeof(size_t) == 0);
  size_t size = sizeof size;
  memset(own, 0, own_size);
  if (given) memcpy(&size, given, sizeof size);
  /* Every version's struct is whole words, so that a size never cuts a member. */
  if (given && (size <= sizeof size || size > LARGEST || size % sizeof size))
    return dryad_fail(error, DRYAD_ARGUMENT, "%s: its size cannot be %zu; set it to sizeof(%s)", name, size, name);
  if (size > own_size && !is_zero((const unsigned char *)given + own_size, size - own_size))
    return dryad_fail(error, DRYAD_ARGUMENT, "%s: sets members that Dryad %s does not have", name, DRYAD_VERSION);
  if (given) memcpy(own, given, size < own_size ? size : own_size);
  memcpy(own, &own_size, sizeof own_size);
  return DRYAD_OK;
}
