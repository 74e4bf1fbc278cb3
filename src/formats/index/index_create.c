/* SPDX-License-Identifier: MIT */
/* Chooses the file for an index: it may replace an older index of the same dump, and nothing else. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "formats/index/index_layout.h"

static bool is_beside(const char *path, const char *dump)
{
  size_t length = dump ? strlen(dump) : 0;
  return length > 0 && !strncmp(path, dump, length) && !strcmp(path + length, DRYAD_INDEX_ENDING);
}

static bool is_of(const dryad_index_header *header, const dryad_index_origin *origin)
{
  return origin->is_known && header->byte_order == DRYAD_INDEX_BYTE_ORDER && header->version == DRYAD_INDEX_VERSION &&
         header->is_known && header->dump_size == origin->size && header->dump_hash == origin->hash &&
         header->dump_time == origin->time;
}

/* Whether an open file is an index of that dump. */
static bool is_same(int file, const char *path, const char *dump, const dryad_index_origin *origin)
{
  dryad_index_header header;
  ssize_t got = pread(file, &header, sizeof header, 0);
  if (got < (ssize_t)sizeof header.magic || memcmp(header.magic, DRYAD_INDEX_MAGIC, sizeof header.magic) != 0)
    return false;
  return is_beside(path, dump) || (got == sizeof header && is_of(&header, origin));
}

/* The existing index of the same dump, if there is one. */
static dryad_file_id find_same(const char *path, const char *dump, const dryad_index_origin *origin)
{
  struct stat status;
  dryad_file_id found = {0};
  if (stat(path, &status) != 0 || !S_ISREG(status.st_mode)) return found;
  int file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  if (file < 0) return found;
  if (fstat(file, &status) == 0 && is_same(file, path, dump, origin))
    found = (dryad_file_id){status.st_dev, status.st_ino};
  close(file);
  return found;
}

dryad_status dryad_index_create(dryad_sink **out, const char *path, const char *dump, const dryad_index_origin *origin,
                                const dryad_sink_options *options, const dryad_allocator *allocator, dryad_error *error)
{
  dryad_sink_options own = options ? *options : (dryad_sink_options){0};
  own.output.regular_only = true;
  own.output.replaces = find_same(path, dump, origin);
  dryad_status status = dryad_sink_open(out, path, &own, allocator, error);
  /* A heap loaded from an index may be saved there again: all of it is read before it is replaced. */
  if (!status && dump && !dryad_index_is_path(dump)) status = dryad_sink_check_input(*out, dump, error);
  if (status) {
    dryad_sink_abandon(*out);
    *out = NULL;
  }
  return status;
}
