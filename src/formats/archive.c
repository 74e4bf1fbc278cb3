/* SPDX-License-Identifier: MIT */
#include "formats/archive.h"

#include <stdbool.h>
#include <string.h>

enum { TAR_HEADER = 512, TAR_CHECKSUM = 148, TAR_CHECKSUM_LENGTH = 8, TAR_MAGIC = 257 };

/* Where tar has its magic, a dump may have any text. Only a header sums up to its checksum, whose own bytes count as
   blanks. */
static bool is_tar(const unsigned char *head, size_t length)
{
  unsigned long sum = 0, checksum = 0;
  if (length < TAR_HEADER || memcmp(head + TAR_MAGIC, "ustar", strlen("ustar")) != 0) return false;
  for (unsigned i = 0; i < TAR_HEADER; i++) {
    bool is_checksum = i >= TAR_CHECKSUM && i < TAR_CHECKSUM + TAR_CHECKSUM_LENGTH;
    sum += is_checksum ? ' ' : head[i];
    if (is_checksum && head[i] >= '0' && head[i] <= '7') checksum = checksum * 8 + (head[i] - '0');
  }
  return sum == checksum;
}

const char *dryad_archive_kind(const unsigned char *head, size_t length)
{
  static const struct {
    size_t length;
    const char *magic, *kind;
  } kinds[] = {{4, "PK\3\4", "a zip archive"},
               {6, "7z\xbc\xaf\x27\x1c", "a 7z archive"},
               {6, "070701", "a cpio archive"},
               {6, "Rar!\x1a\7", "a RAR archive"}};
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
    if (length >= kinds[i].length && memcmp(head, kinds[i].magic, kinds[i].length) == 0) return kinds[i].kind;
  return is_tar(head, length) ? "a tar archive" : NULL;
}
