/* SPDX-License-Identifier: MIT */
/* The release of Dryad, for code that does not know dryad.h, whose names the scanner has for its own types. */
#ifndef DRYAD_BASE_RELEASE_H
#define DRYAD_BASE_RELEASE_H

extern const char dryad_release[]; /* "1.2.3" */

#endif
