/* SPDX-License-Identifier: MIT */
/* Text as Python writes it. */
#ifndef DRYAD_RUNTIME_PYTHON_PYTHON_TEXT_H
#define DRYAD_RUNTIME_PYTHON_PYTHON_TEXT_H

#include "base/writer.h"
#include "dryad.h"

typedef enum dryad_python_kind {
  DRYAD_PYTHON_TEXT,  /* UTF-8; unprintable characters escaped */
  DRYAD_PYTHON_ASCII, /* UTF-8; everything beyond ASCII escaped, as Python 2 does */
  DRYAD_PYTHON_BYTES  /* bytes; everything beyond ASCII escaped */
} dryad_python_kind;

/* Whether a text is an identifier that is shown as it is, so that it can be typed as it is read. */
bool dryad_python_is_plain_name(dryad_text text);
/* `mark`: the quote to escape; 0: none. */
void dryad_put_escaped(dryad_writer *w, dryad_text text, char mark, dryad_python_kind kind);
/* A bool, integer or float; nothing for other kinds. */
void dryad_put_scalar(dryad_writer *w, dryad_value value);
/* In the quotes that Python would choose. */
void dryad_put_quoted(dryad_writer *w, const char *prefix, dryad_text text, dryad_python_kind kind);
/* The same for a label: text of more than DRYAD_LABEL_TEXT bytes is cut, as in `'beginning'...`; whether it is whole.
 */
bool dryad_put_quoted_label(dryad_writer *w, const char *prefix, dryad_text text, dryad_python_kind kind);

#endif
