/* SPDX-License-Identifier: MIT */
/*
 * Holds back what is written to the standard streams while a full screen has the terminal: warnings, traces, commands
 * that Lua runs. It goes to a file without a name, can be read from there, and comes out when the screen is gone.
 */
#ifndef DRYAD_HOST_HELD_OUTPUT_H
#define DRYAD_HOST_HELD_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

/* From now on, standard output is held, and standard error if it is a terminal. Returns a descriptor of the terminal
   that standard output was, which stays until dryad_held_output_end; or -1, and nothing has changed. */
int dryad_held_output_begin(void);
/* Copies at most `size` bytes of what was written since the last call. */
size_t dryad_held_output_take(char *bytes, size_t size);
/* The streams are what they were, and get what nobody has taken. Safe in a signal handler. */
void dryad_held_output_end(void);

#endif
