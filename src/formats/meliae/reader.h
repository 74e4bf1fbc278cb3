/* SPDX-License-Identifier: MIT */
/* Dumps as Meliae writes them: one JSON object a line. */
#ifndef DRYAD_FORMATS_MELIAE_READER_H
#define DRYAD_FORMATS_MELIAE_READER_H

#include "formats/reader.h"

extern const dryad_reader dryad_meliae_reader;

#endif
