/* SPDX-License-Identifier: MIT */
#include "attach/dwarf_cursor.h"

#include <assert.h>
#include <string.h>

#include "base/assert.h"

enum { LEB_BYTES = 10 }; /* the most that 64 bits take */

void dryad_dwarf_start(dryad_dwarf_cursor *cursor, dryad_target_memory *memory, uint64_t from, uint64_t to)
{
  DRYAD_ASSERT(cursor && memory);
  cursor->memory = memory;
  cursor->at = from;
  cursor->end = to;
  cursor->failed = from > to;
  cursor->window_size = 0;
}

static bool is_held(const dryad_dwarf_cursor *c, size_t bytes)
{
  return c->window_size >= bytes && c->at >= c->window_at && c->at - c->window_at <= c->window_size - bytes;
}

static bool hold(dryad_dwarf_cursor *c, size_t bytes)
{
  uint64_t left = c->end - c->at;
  if (c->failed || left < bytes) return false;
  if (is_held(c, bytes)) return true;
  c->window_at = c->at;
  c->window_size = left < sizeof c->window ? (size_t)left : sizeof c->window;
  if (dryad_target_read(c->memory, c->at, c->window, c->window_size)) return true;
  c->window_size = bytes; /* the mapping may end before the window does */
  return dryad_target_read(c->memory, c->at, c->window, bytes);
}

static void take(dryad_dwarf_cursor *c, void *to, size_t bytes)
{
  if (!hold(c, bytes)) {
    c->failed = true;
    c->window_size = 0;
    memset(to, 0, bytes);
    return;
  }
  memcpy(to, c->window + (c->at - c->window_at), bytes);
  c->at += bytes;
}

uint64_t dryad_dwarf_unsigned(dryad_dwarf_cursor *cursor, size_t bytes)
{
  DRYAD_ASSERT(bytes == 1 || bytes == 2 || bytes == 4 || bytes == 8);
  uint64_t value = 0; /* both machines are little-endian */
  assert(bytes <= sizeof value);
  take(cursor, &value, bytes);
  return value;
}

static int64_t extend(uint64_t value, unsigned bits)
{
  uint64_t sign = UINT64_C(1) << (bits - 1);
  return bits == 64 ? (int64_t)value : (int64_t)((value ^ sign) - sign);
}

int64_t dryad_dwarf_signed(dryad_dwarf_cursor *cursor, size_t bytes)
{
  return extend(dryad_dwarf_unsigned(cursor, bytes), (unsigned)bytes * 8);
}

/* Returns the number of bits read. */
static unsigned leb(dryad_dwarf_cursor *c, uint64_t *value)
{
  *value = 0;
  for (unsigned i = 0; i < LEB_BYTES; i++) {
    uint64_t byte = dryad_dwarf_unsigned(c, 1);
    *value |= (byte & 0x7f) << 7 * i;
    if (!(byte & 0x80)) return 7 * (i + 1);
  }
  c->failed = true;
  *value = 0;
  return 64;
}

uint64_t dryad_dwarf_uleb(dryad_dwarf_cursor *cursor)
{
  uint64_t value;
  leb(cursor, &value);
  return value;
}

int64_t dryad_dwarf_sleb(dryad_dwarf_cursor *cursor)
{
  uint64_t value;
  unsigned bits = leb(cursor, &value);
  return extend(value, bits < 64 ? bits : 64);
}

void dryad_dwarf_skip(dryad_dwarf_cursor *cursor, uint64_t bytes)
{
  if (cursor->failed || bytes > cursor->end - cursor->at)
    cursor->failed = true;
  else
    cursor->at += bytes;
}

/* The low four bits encode the size and signedness. */
static uint64_t plain_pointer(dryad_dwarf_cursor *c, unsigned format)
{
  switch (format) {
  case 0x0: return dryad_dwarf_unsigned(c, 8);
  case 0x1: return dryad_dwarf_uleb(c);
  case 0x2: return dryad_dwarf_unsigned(c, 2);
  case 0x3: return dryad_dwarf_unsigned(c, 4);
  case 0x4: return dryad_dwarf_unsigned(c, 8);
  case 0x9: return (uint64_t)dryad_dwarf_sleb(c);
  case 0xa: return (uint64_t)dryad_dwarf_signed(c, 2);
  case 0xb: return (uint64_t)dryad_dwarf_signed(c, 4);
  case 0xc: return (uint64_t)dryad_dwarf_signed(c, 8);
  default: c->failed = true; return 0;
  }
}

uint64_t dryad_dwarf_pointer(dryad_dwarf_cursor *cursor, unsigned encoding, uint64_t data)
{
  uint64_t here = cursor->at;
  if (encoding == DRYAD_ENCODING_OMITTED) return 0;
  uint64_t value = plain_pointer(cursor, encoding & DRYAD_ENCODING_FORMAT);
  switch (encoding & DRYAD_ENCODING_BASE) {
  case DRYAD_ENCODING_ABSOLUTE: return value;
  case DRYAD_ENCODING_PC_RELATIVE: return here + value;
  case DRYAD_ENCODING_DATA_RELATIVE: return data + value;
  default: cursor->failed = true; return 0;
  }
}
