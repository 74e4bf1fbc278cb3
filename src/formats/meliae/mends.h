/* SPDX-License-Identifier: MIT */
/* The repairs of a line that is being read, and decoding that notes them and cuts what is too long. */
#ifndef DRYAD_FORMATS_MELIAE_MENDS_H
#define DRYAD_FORMATS_MELIAE_MENDS_H

#include "formats/json/json_value.h"

/* More than the kinds of repairs that one line can need. */
enum { DRYAD_MAX_MENDS = 32 };

typedef struct dryad_mends {
  const char **problems;                        /* DRYAD_MAX_MENDS + 1, in the order of the line, followed by NULL */
  const unsigned char *places[DRYAD_MAX_MENDS]; /* their positions in the line */
  unsigned count;
  bool is_lossy;      /* some took a size, references, or what decides about roots */
  size_t max_text;    /* bytes of a decoded string that are kept */
  uint64_t cut_texts; /* strings that were longer */
  uint64_t cut_bytes; /* and what they lost */
} dryad_mends;

/* A repeated kind keeps its first position. */
void dryad_mends_note(dryad_mends *mends, const unsigned char *at, const char *problem);
/* The same for a repair that loses a size, references, or what decides about roots. */
void dryad_mends_note_loss(dryad_mends *mends, const unsigned char *at, const char *problem);

/* Decodes a string of the line, unless there is none (.start NULL) or it is plain, and cuts it. False: no memory, which
   `json` says. */
bool dryad_mends_decode(dryad_mends *mends, dryad_json *json, dryad_json_span span, bool as_bytes,
                        dryad_json_decoded *decoded);
/* Cuts the string that was decoded last, at the end of a character, if it is too long. */
void dryad_mends_cut(dryad_mends *mends, dryad_json_scratch *scratch, dryad_json_decoded *decoded);
/* The text of a string that went through the first of these; .data NULL: there was none. Valid until the next is
   decoded, as long as the line and the scratch exist. */
dryad_text dryad_mended_text(const dryad_json *json, dryad_json_span span, const dryad_json_decoded *decoded);

#endif
