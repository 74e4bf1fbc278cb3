/* SPDX-License-Identifier: MIT */
#include "formats/archive.h"

#include <stdbool.h>
#include <string.h>

const char *dryad_archive_kind(const unsigned char *head, size_t length)
{
  static const struct {
    size_t offset, length;
    const char *magic, *kind;
  } kinds[] = {{257, 5, "ustar", "a tar archive"},
               {0, 4, "PK\3\4", "a zip archive"},
               {0, 6, "7z\xbc\xaf\x27\x1c", "a 7z archive"},
               {0, 6, "070701", "a cpio archive"},
               {0, 6, "Rar!\x1a\7", "a RAR archive"}};
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
    bool has_magic = length >= kinds[i].offset + kinds[i].length &&
                     memcmp(head + kinds[i].offset, kinds[i].magic, kinds[i].length) == 0;
    if (has_magic) return kinds[i].kind;
  }
  return NULL;
}
