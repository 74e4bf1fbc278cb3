/* SPDX-License-Identifier: MIT */
#include "sql/error_place.h"

#include <stdio.h>
#include <string.h>

enum { BEFORE = 60, AFTER = 40 }; /* the most bytes that are shown on either side */

static bool is_continued(char byte) { return ((unsigned char)byte & 0xc0) == 0x80; }

/* The columns of a terminal up to `to`, counting one for each character. */
static int columns(const char *from, const char *to)
{
  int count = 0;
  for (; from < to; from++) count += !is_continued(*from);
  return count;
}

void dryad_error_place_show(dryad_error *error, const char *sql, size_t length, int offset)
{
  if (!error || offset < 0 || (size_t)offset >= length) return;
  const char *place = sql + offset, *from = place, *to = place, *end = sql + length;
  while (from > sql && from[-1] != '\n' && place - from < BEFORE) from--;
  while (to < end && *to != '\n' && to - place < AFTER) to++;
  while (from < place && is_continued(*from)) from++;
  while (to < end && to > place && is_continued(*to)) to--;
  char line[BEFORE + AFTER + 1];
  size_t bytes = (size_t)(to - from), used = strlen(error->text);
  memcpy(line, from, bytes);
  line[bytes] = '\0';
  for (char *byte = line; *byte; byte++)
    if (*byte == '\t' || *byte == '\r') *byte = ' ';
  snprintf(error->text + used, sizeof error->text - used, "\n  %s\n  %*s^", line, columns(from, place), "");
}
