/* SPDX-License-Identifier: MIT */
/* The location of the Lua files and recipes. */
#ifndef DRYAD_SCRIPT_BASE_DATA_DIRECTORY_H
#define DRYAD_SCRIPT_BASE_DATA_DIRECTORY_H

#include <stddef.h>

/* Writes the directory that holds lua/dryad/init.lua into `buffer` and returns it: share/dryad beside
   or above the file that this code was loaded from, else $DRYAD_HOME, else the configured install
   location. NULL when none of them has it. */
const char *dryad_data_directory(char *buffer, size_t capacity);

#endif
