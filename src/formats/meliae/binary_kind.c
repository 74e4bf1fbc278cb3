/* SPDX-License-Identifier: MIT */
#include "formats/meliae/binary_kind.h"

#include <string.h>

static const struct {
  const char *magic;
  size_t length;
  const char *name;
} kinds[] = {{"\177ELF", 4, "an ELF program or core dump"},
             {"SQLite format 3", 15, "an SQLite database"},
             {"dryad\r\n\x1a", 8, "an index of Dryad, whose name has to end in .dryad"},
             {"\xfd"
              "7zXZ",
              5, "an xz stream"},
             {"BZh", 3, "a bzip2 stream"},
             {"\x89PNG", 4, "a PNG image"},
             {"%PDF", 4, "a PDF document"},
             {"JAVA PROFILE", 12, "a heap dump of a Java process"},
             {"\x80\x04\x95", 3, "a Python pickle"},
             {"\xff\xfe", 2, "UTF-16 text"},
             {"\xfe\xff", 2, "UTF-16 text"}};

const char *dryad_binary_kind(const unsigned char *head, size_t length)
{
  for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
    if (length >= kinds[k].length && memcmp(head, kinds[k].magic, kinds[k].length) == 0) return kinds[k].name;
  for (size_t i = 0; i < length && head[i] != '{' && head[i] != '['; i++)
    if (head[i] < ' ' && (head[i] < '\t' || head[i] > '\r')) return "binary data";
  return NULL;
}
