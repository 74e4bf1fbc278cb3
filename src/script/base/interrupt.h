/* SPDX-License-Identifier: MIT */
/*
 * Stopping what a Lua state does, from a signal handler. The request is one flag of the process, as
 * signals are: long C work sees it through its progress callback, Lua code through a debug hook.
 * Either way what runs ends with the Lua error "interrupted!".
 */
#ifndef DRYAD_SCRIPT_BASE_INTERRUPT_H
#define DRYAD_SCRIPT_BASE_INTERRUPT_H

#include <stdbool.h>

#include "dryad.h"

struct lua_State;

#define DRYAD_INTERRUPTED "interrupted!"

/* Asks L to stop. To be called from a signal handler, like lua_sethook in the stock interpreter. */
void dryad_interrupt(struct lua_State *L);
/* Whether a request waits that nothing has seen yet. */
bool dryad_interrupt_pending(void);
/* The same, and forgets it. */
bool dryad_interrupt_take(void);
/* Progress that is reported to nobody and stops what runs when a request waits. */
extern const dryad_progress dryad_interruptible;

#endif
