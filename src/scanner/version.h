/* SPDX-License-Identifier: MIT */
/* Dryad's version, without the rest of its public header, whose names are also those of the scanner's own types. */
#ifndef DRYAD_SCANNER_VERSION_H
#define DRYAD_SCANNER_VERSION_H

extern const char dryad_scanner_version[];

#endif
