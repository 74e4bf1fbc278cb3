/* SPDX-License-Identifier: MIT */
/* The one way to make text from outside safe for a terminal, and the columns that it takes there. */
#ifndef DRYAD_BASE_PRINTABLE_H
#define DRYAD_BASE_PRINTABLE_H

#include "dryad.h"

typedef enum dryad_text_form {
  DRYAD_ONE_LINE,     /* newlines and tabs are escaped as \n and \t */
  DRYAD_LINES,        /* newlines and tabs stay */
  DRYAD_STYLED_LINES, /* these and Dryad's own styles stay: ESC [ n m, where n is 0 to 2 or 31 to 36. For text that is
                         put together from escaped parts; it catches a part that somebody forgot. */
  DRYAD_ASCII_LINE    /* as DRYAD_ONE_LINE, with everything beyond ASCII escaped too */
} dryad_text_form;

/* Takes the next bytes of the result; false ends the writing. */
typedef bool dryad_put_bytes(void *context, const char *bytes, size_t length);

/* Writes a text as printable, valid UTF-8. Hidden code points (base/characters.h) become \xNN, \uNNNN or \UNNNNNNNN,
   and each byte that is not part of well-formed UTF-8 becomes \xNN; lone surrogates count as code points. A combining
   mark is escaped if it has no character to combine with, or follows 8 others: no language needs that, and such stacks
   would cover other lines. Backslashes stay, so the result does not tell an escape from the same text; applied to its
   own result, it changes nothing. False: `put` ended it. O(length), without allocation. */
bool dryad_put_printable(dryad_text text, dryad_text_form form, dryad_put_bytes *put, void *context);
/* Whether dryad_put_printable would leave the text as it is. */
bool dryad_is_printable(dryad_text text, dryad_text_form form);

/* The columns of a printable text of one line. */
size_t dryad_text_columns(dryad_text text);
/* The bytes of the longest beginning of such a text that takes at most so many columns, and in *taken those columns:
   one less than asked for if a wide character is in the way. Marks stay with their character. */
size_t dryad_text_beginning(dryad_text text, size_t columns, size_t *taken);

#endif
