/* SPDX-License-Identifier: MIT */
/* Code that must not be re-entered, recognised by the names of functions and libraries. */
#ifndef DRYAD_ATTACH_DANGER_NAMES_H
#define DRYAD_ATTACH_DANGER_NAMES_H

#include <stdbool.h>

#include "attach/danger.h"

/* The danger of a C library function other than its malloc. Functions in which every thread begins are harmless. */
dryad_danger dryad_danger_of_function(const char *name);

/* Whether it is one of malloc's public functions, by standard name; or by that or an allocator's own name. */
bool dryad_is_malloc(const char *name);
bool dryad_is_any_malloc(const char *name);
/* Whether it is a private function of malloc that glibc still exports. */
bool dryad_is_private_malloc(const char *name);

/* Whether the file name of a library is that of an allocator. */
bool dryad_is_allocator_file(const char *base_name);

#endif
