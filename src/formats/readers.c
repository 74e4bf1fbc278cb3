/* SPDX-License-Identifier: MIT */
#include "formats/readers.h"

#include "formats/index/index.h"
#include "formats/meliae/reader.h"

/* In the order in which they are tried. The last one accepts any content, and reports what it is if it is not a
   dump. */
static const dryad_reader *const readers[] = {&dryad_index_reader, &dryad_meliae_reader};
enum { READERS = sizeof readers / sizeof *readers };

const dryad_reader *dryad_reader_of_path(const char *path)
{
  for (size_t i = 0; i < READERS; i++)
    if (readers[i]->is_path && readers[i]->is_path(path)) return readers[i];
  return NULL;
}

const dryad_reader *dryad_reader_of_content(const unsigned char *head, size_t length)
{
  size_t i = 0;
  while (i < READERS - 1 && !(readers[i]->sniff && readers[i]->sniff(head, length))) i++;
  return readers[i];
}
