/* SPDX-License-Identifier: MIT */
/* What a character does on a terminal: whether it shows, and how many columns it takes. By version 15.1 of Unicode. */
#ifndef DRYAD_BASE_CHARACTERS_H
#define DRYAD_BASE_CHARACTERS_H

#include <stdbool.h>
#include <stdint.h>

/* Whether a code point shows nothing of its own or changes how the text around it shows: controls, C1 included (Cc);
   bidirectional, zero-width and other format characters (Cf); line and paragraph separators (Zl, Zp); surrogates (Cs);
   private use (Co); noncharacters; and whatever has the property Default_Ignorable_Code_Point, such as fillers and
   variation selectors; and the blank Braille pattern. All of these must be escaped wherever text is shown. O(log n) in
   a small table. */
bool dryad_is_hidden(uint32_t point);

/* Whether a code point is white space: the property White_Space. Some of it is hidden too. */
bool dryad_is_space(uint32_t point);

/* The columns of a code point that is not hidden: 0 for a mark that combines with the character before it (Mn, Me, and
   the vowels and final consonants of conjoining Hangul), 2 for what East_Asian_Width calls wide or fullwidth, else 1.
 */
unsigned dryad_character_columns(uint32_t point);

#endif
