/* SPDX-License-Identifier: MIT */
/* Text in the cells of the screen of ncurses: the one way for text to get there. */
#ifndef DRYAD_HOST_CELLS_H
#define DRYAD_HOST_CELLS_H

#include "dryad.h"

typedef struct dryad_cells {
  int row, column, width; /* from 0; within the screen */
  unsigned attributes;    /* of ncurses, without colours */
  short colour;           /* a pair of ncurses; 0: none */
  bool is_ascii;          /* whether the terminal shows nothing else */
} dryad_cells;

/* Shows a text as one printable line (base/printable.h) in exactly these cells: cut to them, with a sign at its end, or
   filled with blanks. Wide characters are never cut in half. Returns the columns that the text takes. Its cost does not
   depend on what is beyond the width. */
int dryad_put_cells(dryad_cells cells, dryad_text text);

#endif
