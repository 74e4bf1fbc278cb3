/* SPDX-License-Identifier: MIT */
#include "attach/mappings.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/assert.h"
#include "base/error.h"

enum { CHUNK = 64 * 1024, LEAST_ROOM = 1024 };

typedef struct reader {
  dryad_mappings *mappings;
  const char *last_path;
  size_t text_used;
  dryad_error *error;
} reader;

/* A cursor over one line, without its newline. */
typedef struct cursor {
  const char *at, *end;
} cursor;

static int digit(char c, unsigned base)
{
  int value = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
  return value < (int)base ? value : -1;
}

static bool number(uint64_t *value, cursor *c, unsigned base)
{
  const char *start = c->at;
  *value = 0;
  for (int next; c->at < c->end && (next = digit(*c->at, base)) >= 0; c->at++) {
    if (*value > (UINT64_MAX - (unsigned)next) / base) return false;
    *value = *value * base + (unsigned)next;
  }
  return c->at > start;
}

static bool symbol(cursor *c, char expected) { return c->at < c->end && *c->at++ == expected; }

static bool right(bool *has, cursor *c, char yes, char no)
{
  if (c->at == c->end || (*c->at != yes && *c->at != no)) return false;
  *has = *c->at++ == yes;
  return true;
}

static bool parse(dryad_mapping *m, cursor *c)
{
  uint64_t major, minor;
  if (!number(&m->from, c, 16) || !symbol(c, '-') || !number(&m->to, c, 16) || !symbol(c, ' ')) return false;
  if (!right(&m->readable, c, 'r', '-') || !right(&m->writable, c, 'w', '-')) return false;
  if (!right(&m->executable, c, 'x', '-') || !right(&m->shared, c, 's', 'p') || !symbol(c, ' ')) return false;
  if (!number(&m->offset, c, 16) || !symbol(c, ' ') || !number(&major, c, 16) || !symbol(c, ':')) return false;
  if (!number(&minor, c, 16) || !symbol(c, ' ') || !number(&m->inode, c, 10)) return false;
  m->device = major << 32 | (minor & UINT32_MAX);
  while (c->at < c->end && *c->at == ' ') c->at++;
  return true;
}

/* Paths begin at c->at; a long one is cut at the front, as the file's own name is at the end. */
static bool keep_path(reader *r, dryad_mapping *m, const cursor *c)
{
  size_t length = (size_t)(c->end - c->at);
  const char *path = c->at;
  if (length >= DRYAD_MAPPING_PATH) {
    path += length - (DRYAD_MAPPING_PATH - 1);
    length = DRYAD_MAPPING_PATH - 1;
  }
  m->path = r->last_path;
  if (strlen(r->last_path) == length && !memcmp(r->last_path, path, length)) return true;
  if (length + 1 > DRYAD_MAPPINGS_TEXT - r->text_used) return false;
  char *to = r->mappings->text + r->text_used;
  memcpy(to, path, length);
  to[length] = 0;
  m->path = r->last_path = to;
  r->text_used += length + 1;
  return true;
}

static dryad_status too_many(reader *r)
{
  return dryad_fail(r->error, DRYAD_LIMIT, "the process has more than %d mappings, or their names are too long",
                    DRYAD_MAPPINGS_MAX);
}

static dryad_status make_room(reader *r)
{
  dryad_mappings *all = r->mappings;
  if (all->count < all->room) return DRYAD_OK;
  if (all->count >= DRYAD_MAPPINGS_MAX) return too_many(r);
  uint32_t room = all->room ? all->room * 2 : LEAST_ROOM;
  dryad_mapping *items = realloc(all->items, room * sizeof *items);
  if (!items) return dryad_fail_memory(r->error);
  all->items = items;
  all->room = room;
  return DRYAD_OK;
}

static dryad_status add_line(reader *r, const char *line, size_t length)
{
  cursor c = {line, line + length};
  dryad_mapping m;
  if (memchr(line, 0, length) || !parse(&m, &c) || m.from >= m.to)
    return dryad_fail(r->error, DRYAD_FORMAT, "the mappings of the process cannot be understood");
  /* The kernel writes page by page: a mapping that grew in between overlaps its predecessor. */
  dryad_mappings *all = r->mappings;
  uint64_t free_from = all->count ? all->items[all->count - 1].to : 0;
  if (m.from < free_from) m.from = free_from;
  if (m.from >= m.to) return DRYAD_OK;
  dryad_status status = make_room(r);
  if (status) return status;
  if (!keep_path(r, &m, &c)) return too_many(r);
  all->items[all->count++] = m;
  return DRYAD_OK;
}

/* Adds all lines of `bytes`; `used` receives the number of bytes up to the end of the last complete one. */
static dryad_status add_lines(reader *r, const char *bytes, size_t length, size_t *used)
{
  *used = 0;
  for (const char *end; (end = memchr(bytes + *used, '\n', length - *used));) {
    dryad_status status = add_line(r, bytes + *used, (size_t)(end - (bytes + *used)));
    if (status) return status;
    *used = (size_t)(end - bytes) + 1;
  }
  return DRYAD_OK;
}

static dryad_status read_all(reader *r, int fd, char *buffer)
{
  size_t held = 0, used;
  off_t offset = 0;
  for (;;) {
    ssize_t got = pread(fd, buffer + held, CHUNK - held, offset);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0)
      return dryad_fail(r->error, DRYAD_IO, "the mappings of the process cannot be read: %s", strerror(errno));
    if (!got) break;
    offset += got;
    held += (size_t)got;
    dryad_status status = add_lines(r, buffer, held, &used);
    if (status) return status;
    held -= used;
    memmove(buffer, buffer + used, held);
    if (held == CHUNK) break;
  }
  if (held) return dryad_fail(r->error, DRYAD_FORMAT, "the mappings of the process cannot be understood");
  if (!r->mappings->count) return dryad_fail(r->error, DRYAD_IO, "the process has no mappings: it has ended");
  return DRYAD_OK;
}

dryad_status dryad_mappings_read(dryad_mappings *mappings, int fd, dryad_error *error)
{
  DRYAD_ASSERT(mappings);
  reader r = {mappings, "", 0, error};
  char *buffer = malloc(CHUNK);
  mappings->count = 0;
  if (!mappings->text) mappings->text = malloc(DRYAD_MAPPINGS_TEXT);
  dryad_status status = buffer && mappings->text ? read_all(&r, fd, buffer) : dryad_fail_memory(error);
  if (status) mappings->count = 0;
  free(buffer);
  return status;
}

void dryad_mappings_deinit(dryad_mappings *mappings)
{
  free(mappings->items);
  free(mappings->text);
  *mappings = (dryad_mappings){0};
}

const dryad_mapping *dryad_mappings_find(const dryad_mappings *mappings, uint64_t address)
{
  uint32_t low = 0, high = mappings->count;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (mappings->items[middle].to <= address)
      low = middle + 1;
    else
      high = middle;
  }
  const dryad_mapping *found = mappings->items + low;
  return low < mappings->count && address >= found->from ? found : NULL;
}
