/* SPDX-License-Identifier: MIT */
/* What the names of functions and libraries tell of what must not be entered again. */
#ifndef DRYAD_ATTACH_DANGER_NAMES_H
#define DRYAD_ATTACH_DANGER_NAMES_H

#include <stdbool.h>

#include "attach/danger.h"

/* Of a function of the C library, its malloc left out. The functions that every thread begins in are no danger. */
dryad_danger dryad_danger_of_function(const char *name);

/* Whether it is one of malloc's public functions, by their standard names; or by those or an allocator's own. */
bool dryad_is_malloc(const char *name);
bool dryad_is_any_malloc(const char *name);
/* Whether it is one that glibc still exports from among its malloc's private functions. */
bool dryad_is_private_malloc(const char *name);

/* Whether the file name of a library is that of an allocator. */
bool dryad_is_allocator_file(const char *base_name);

#endif
