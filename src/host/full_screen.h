/* SPDX-License-Identifier: MIT */
/*
 * The signals of a program that fills the terminal through ncurses. Whatever ends the program gives the terminal back
 * first; Ctrl-Z gives it back until the program goes on. All of it is safe in a signal handler, which ncurses' own
 * handlers are not: those are never installed, since these are there before.
 */
#ifndef DRYAD_HOST_FULL_SCREEN_H
#define DRYAD_HOST_FULL_SCREEN_H

#include <stdbool.h>

/* Why the terminal of standard output cannot be filled; NULL if it can. For its type, TERM is asked. */
const char *dryad_full_screen_obstacle(void);

/* To call before ncurses takes the terminal: keeps how it is now, and handles signals from here on. Returns a
   descriptor of the terminal until dryad_full_screen_end, since the standard streams are held (host/held_output.h); or
   -1, and errno. */
int dryad_full_screen_begin(void);
/* To call when ncurses has taken it: from here on, signals give it back. */
void dryad_full_screen_taken(void);
/* To call when ncurses has given it back: handlers and streams are what they were before. */
void dryad_full_screen_end(void);

/* Whether the terminal reports its mouse, so that leaving must end that. */
void dryad_full_screen_set_mouse(bool is_on);

typedef enum dryad_screen_event { DRYAD_SCREEN_NONE, DRYAD_SCREEN_RESIZED, DRYAD_SCREEN_CONTINUED } dryad_screen_event;

/* What happened to the terminal since the last call; continuing after a stop means that nothing of it is left. */
dryad_screen_event dryad_full_screen_event(void);

/* Waits for input for so many milliseconds, or without end if negative. Any signal that is handled ends it, even if it
   arrived just before. */
void dryad_full_screen_wait(int milliseconds);

#endif
