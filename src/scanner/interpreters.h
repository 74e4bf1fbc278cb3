/* SPDX-License-Identifier: MIT */
/* The interpreters of a process: the main one, and sub-interpreters. Each has its own modules, threads, and (from 3.9
 * on) objects of the collector; static types and immortal objects belong to all of them.
 *
 * From 3.12 on an interpreter may have a GIL of its own. Only a thread of the interpreter can take that, and an
 * interpreter that ends while it has another thread ends the process. So a copy of the process is made while the other
 * GILs are free, and the mutex in each of them keeps it free for as long. */
#ifndef DRYAD_SCANNER_INTERPRETERS_H
#define DRYAD_SCANNER_INTERPRETERS_H

#include "objects.h"

/* The main interpreter, then the others, newest first; NULL at the end. Those that are being created are left out. */
const void *dryad_interpreters_first(void);
const void *dryad_interpreters_next(const void *interpreter);

/* The interpreter that the calling thread runs in. */
const void *dryad_interpreters_own(void);

/* Its number in Python; 0 for the main one. */
uint64_t dryad_interpreters_number(const void *interpreter);

/* Whether the GIL that the calling thread holds guards the objects of all interpreters. Without GILs: whether there is
 * only one interpreter. */
bool dryad_interpreters_guarded(void);

/* Keeps the other GILs free until they are released, for which every thread that wants one waits; false if one of them
 * is taken, and always without GILs. */
bool dryad_interpreters_hold(void);
void dryad_interpreters_release(void);

#endif
