/* SPDX-License-Identifier: MIT */
/* Closing inherited descriptors in a process made by clone. */
#ifndef DRYAD_BASE_CLOSE_OTHERS_H
#define DRYAD_BASE_CLOSE_OTHERS_H

/* Closes all descriptors except the `count` in `kept`, which may be in any order; entries of -1 are ignored. Neither
   locks nor allocates. Needs nothing but C: the scanner is built with it too. */
void dryad_close_others(const int *kept, int count);

#endif
