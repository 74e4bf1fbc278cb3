/* SPDX-License-Identifier: MIT */
/* Closing descriptors in a process that was made of another by clone. */
#ifndef DRYAD_BASE_CLOSE_OTHERS_H
#define DRYAD_BASE_CLOSE_OTHERS_H

/* Closes all descriptors but the `count` in `kept`, in any order; -1 stands for none. Neither locks nor allocates, and
 * needs nothing but C: the producer for Python is built with it too. */
void dryad_close_others(const int *kept, int count);

#endif
