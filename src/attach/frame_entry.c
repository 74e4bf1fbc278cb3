/* SPDX-License-Identifier: MIT */
#include "attach/frame_entry.h"

#include <string.h>

#include "attach/dwarf_cursor.h"

enum {
  ENTRY_MAX = 1024 * 1024, /* bytes of an entry */
  AUGMENTATION = 8,        /* its letters, NUL included */
  TABLE_ENCODING = 0x3b    /* signed 32 bits relative to .eh_frame_hdr, as all linkers write it */
};

typedef struct reader {
  dryad_frame_entry *entry;
  dryad_target_memory *memory;
  const dryad_elf_object *object;
  bool has_data; /* the CIE says that each FDE gives the length of its augmentation data */
} reader;

typedef struct table_line {
  int32_t code, entry; /* relative to .eh_frame_hdr */
} table_line;

/* The address of the last FDE whose code begins at or before `address`; 0: none. */
static uint64_t search(reader *r, uint64_t table, uint64_t count, uint64_t address)
{
  uint64_t base = r->object->frames.from, low = 0, high = count;
  table_line line, best = {0, 0};
  while (low < high) {
    uint64_t middle = low + (high - low) / 2;
    if (!dryad_target_read(r->memory, table + middle * sizeof line, &line, sizeof line)) return 0;
    if (base + (uint64_t)(int64_t)line.code <= address) {
      best = line;
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low ? base + (uint64_t)(int64_t)best.entry : 0;
}

static dryad_frame_found find_in_table(reader *r, uint64_t address, uint64_t *found)
{
  dryad_dwarf_cursor c;
  const dryad_span *frames = &r->object->frames;
  dryad_dwarf_start(&c, r->memory, frames->from, frames->to);
  unsigned version = (unsigned)dryad_dwarf_unsigned(&c, 1), frame_encoding = (unsigned)dryad_dwarf_unsigned(&c, 1);
  unsigned count_encoding = (unsigned)dryad_dwarf_unsigned(&c, 1);
  unsigned table_encoding = (unsigned)dryad_dwarf_unsigned(&c, 1);
  if (c.failed || version != 1) return DRYAD_FRAME_DAMAGED;
  if (table_encoding != TABLE_ENCODING || count_encoding == DRYAD_ENCODING_OMITTED) return DRYAD_FRAME_NONE;
  dryad_dwarf_pointer(&c, frame_encoding, frames->from);
  uint64_t count = dryad_dwarf_pointer(&c, count_encoding, frames->from);
  if (c.failed || count > (frames->to - c.at) / sizeof(table_line)) return DRYAD_FRAME_DAMAGED;
  *found = search(r, c.at, count, address);
  return *found ? DRYAD_FRAME_FOUND : DRYAD_FRAME_NONE;
}

/* Leaves the cursor after the length, with its end at the end of the entry. */
static bool start_entry(dryad_dwarf_cursor *c, reader *r, uint64_t address)
{
  const dryad_span *all = &r->object->all;
  if (address < all->from || address >= all->to) return false;
  dryad_dwarf_start(c, r->memory, address, all->to);
  uint64_t length = dryad_dwarf_unsigned(c, 4);
  if (c->failed || !length || length > ENTRY_MAX || length > c->end - c->at) return false;
  c->end = c->at + length;
  return true;
}

/* `letters`: those after the z. */
static bool read_augmentation(dryad_dwarf_cursor *c, reader *r, const char *letters)
{
  for (; *letters; letters++) {
    switch (*letters) {
    case 'R': r->entry->encoding = (unsigned)dryad_dwarf_unsigned(c, 1); break;
    case 'L': dryad_dwarf_unsigned(c, 1); break;
    case 'P': dryad_dwarf_pointer(c, (unsigned)dryad_dwarf_unsigned(c, 1), 0); break;
    case 'S': r->entry->is_signal = true; break;
    case 'B':        /* return addresses are signed with the other key */
    case 'G': break; /* the stack is tagged */
    default: return false;
    }
  }
  return true;
}

static bool read_letters(dryad_dwarf_cursor *c, char letters[AUGMENTATION])
{
  for (int i = 0; i < AUGMENTATION; i++)
    if (!(letters[i] = (char)dryad_dwarf_unsigned(c, 1))) return !c->failed;
  return false;
}

static bool read_common(reader *r, uint64_t address)
{
  dryad_dwarf_cursor c;
  char letters[AUGMENTATION];
  dryad_frame_entry *e = r->entry;
  if (!start_entry(&c, r, address) || dryad_dwarf_unsigned(&c, 4)) return false;
  uint64_t version = dryad_dwarf_unsigned(&c, 1);
  if ((version != 1 && version != 3) || !read_letters(&c, letters)) return false;
  e->code_factor = dryad_dwarf_uleb(&c);
  e->data_factor = dryad_dwarf_sleb(&c);
  e->return_register = version == 1 ? dryad_dwarf_unsigned(&c, 1) : dryad_dwarf_uleb(&c);
  r->has_data = letters[0] == 'z';
  if (r->has_data) {
    uint64_t length = dryad_dwarf_uleb(&c), start = c.at;
    if (c.failed || length > c.end - start || !read_augmentation(&c, r, letters + 1)) return false;
    c.at = start + length;
  } else if (letters[0]) {
    return false;
  }
  e->common = (dryad_span){c.at, c.end};
  return !c.failed;
}

static bool read_entry(reader *r, uint64_t address)
{
  dryad_dwarf_cursor c;
  dryad_frame_entry *e = r->entry;
  if (!start_entry(&c, r, address)) return false;
  uint64_t here = c.at, back = dryad_dwarf_unsigned(&c, 4);
  if (c.failed || !back || back > here || !read_common(r, here - back)) return false;
  e->from = dryad_dwarf_pointer(&c, e->encoding, r->object->frames.from);
  e->to = e->from + dryad_dwarf_pointer(&c, e->encoding & DRYAD_ENCODING_FORMAT, 0);
  if (r->has_data) dryad_dwarf_skip(&c, dryad_dwarf_uleb(&c));
  e->own = (dryad_span){c.at, c.end};
  return !c.failed && !(e->encoding & DRYAD_ENCODING_INDIRECT) && e->from <= e->to;
}

dryad_frame_found dryad_frame_entry_find(dryad_frame_entry *entry, dryad_target_memory *memory,
                                         const dryad_elf_object *object, uint64_t address)
{
  reader r = {entry, memory, object, false};
  uint64_t at;
  memset(entry, 0, sizeof *entry);
  if (object->frames.from == object->frames.to) return DRYAD_FRAME_NONE;
  dryad_frame_found found = find_in_table(&r, address, &at);
  if (found != DRYAD_FRAME_FOUND) return found;
  if (!read_entry(&r, at)) return DRYAD_FRAME_DAMAGED;
  return address >= entry->from && address < entry->to ? DRYAD_FRAME_FOUND : DRYAD_FRAME_NONE;
}
