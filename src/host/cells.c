/* SPDX-License-Identifier: MIT */
#include "host/cells.h"

#include <wchar.h>

#include <curses.h>

#include "base/assert.h"
#include "base/characters.h"
#include "base/printable.h"
#include "base/utf8.h"

enum { MOST_BYTES_OF_COLUMN = 4 * (1 + 8) /* of UTF-8: a character and the marks that base/printable.h leaves it */ };

typedef struct pen {
  int row, column; /* of the next character */
  int end;         /* of the columns to fill */
  int last;        /* where the last character begins */
  attr_t attributes;
  short colour;
  wchar_t character[CCHARW_MAX + 1]; /* the pending one, with its marks */
  size_t length;
  bool is_cut;
} pen;

/* Shows the pending character. */
static void draw(pen *p)
{
  cchar_t cell;
  if (p->length == 0) return;
  p->character[p->length] = L'\0';
  p->length = 0;
  if (setcchar(&cell, p->character, p->attributes, p->colour, NULL) == OK) mvadd_wch(p->row, p->last, &cell);
}

/* A character that takes at least a column becomes the pending one. */
static bool begin_character(pen *p, wchar_t character, int columns)
{
  draw(p);
  if (p->column + columns > p->end) {
    p->is_cut = true;
    return false;
  }
  p->last = p->column;
  p->column += columns;
  p->character[0] = character;
  p->length = 1;
  return true;
}

/* One that ncurses takes for wider or narrower than it is, because libc knows an older Unicode, would shift what
   follows it; a question mark stands for it. */
static bool add_character(pen *p, uint32_t point)
{
  const int columns = (int)dryad_character_columns(point);
  const bool is_agreed = wcwidth((wchar_t)point) == columns;
  if (columns == 0) {
    if (is_agreed && p->length > 0 && p->length < CCHARW_MAX) p->character[p->length++] = (wchar_t)point;
    return true;
  }
  if (is_agreed) return begin_character(p, (wchar_t)point, columns);
  return begin_character(p, L'?', 1) && (columns == 1 || begin_character(p, L' ', 1));
}

static bool add_text(void *context, const char *bytes, size_t length)
{
  const unsigned char *at = (const unsigned char *)bytes, *end = at + length;
  while (at < end) {
    bool is_valid;
    const unsigned taken = dryad_utf8_sequence(at, end, &is_valid);
    if (!add_character(context, dryad_utf8_code_point(at, taken))) return false;
    at += taken;
  }
  return true;
}

static void mark_cut(pen *p, bool is_ascii)
{
  p->column = p->column == p->end ? p->last : p->column;
  begin_character(p, is_ascii ? L'>' : L'\u2026', 1);
}

int dryad_put_cells(dryad_cells cells, dryad_text text)
{
  DRYAD_ASSERT(cells.width > 0 && cells.column >= 0 && cells.row >= 0);
  const int end = cells.column + cells.width;
  pen p = {.row = cells.row, .column = cells.column, .end = end, .last = cells.column};
  p.attributes = cells.attributes;
  p.colour = cells.colour;
  /* What is beyond cannot show, however many marks there are. */
  const size_t most = ((size_t)cells.width + 2) * MOST_BYTES_OF_COLUMN;
  if (text.length > most) text.length = most;
  dryad_put_printable(text, cells.is_ascii ? DRYAD_ASCII_LINE : DRYAD_ONE_LINE, add_text, &p);
  if (p.is_cut) mark_cut(&p, cells.is_ascii);
  const int taken = p.column - cells.column;
  while (p.column < p.end) begin_character(&p, L' ', 1);
  draw(&p);
  return taken;
}
