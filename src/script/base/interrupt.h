/* SPDX-License-Identifier: MIT */
/*
 * Stops the work of a Lua state from a signal handler. The request is one flag of the process, like a
 * signal: long C work sees it through its progress callback, Lua code through a debug hook. Either
 * way the work ends with the Lua error "interrupted!".
 */
#ifndef DRYAD_SCRIPT_BASE_INTERRUPT_H
#define DRYAD_SCRIPT_BASE_INTERRUPT_H

#include <stdbool.h>

#include "dryad.h"

struct lua_State;

#define DRYAD_INTERRUPTED "interrupted!"

/* Asks L to stop. Safe in a signal handler, like lua_sethook in the stock interpreter. */
void dryad_interrupt(struct lua_State *L);
/* Whether a request is pending. */
bool dryad_interrupt_pending(void);
/* The same, and clears it. */
bool dryad_interrupt_take(void);
/* Reports no progress, and stops the work when a request is pending. */
extern const dryad_progress dryad_interruptible;

#endif
