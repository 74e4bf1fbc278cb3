/* SPDX-License-Identifier: MIT */
/* Closing inherited descriptors in a process made by clone. */
#ifndef DRYAD_SCANNER_SHARED_CLOSE_OTHERS_H
#define DRYAD_SCANNER_SHARED_CLOSE_OTHERS_H

/* Closes all descriptors except the `count` in `kept`, which may be in any order; entries of -1 are ignored. Neither
   locks nor allocates. */
void dryad_close_others(const int *kept, int count);

#endif
