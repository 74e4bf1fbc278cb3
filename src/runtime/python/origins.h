/* SPDX-License-Identifier: MIT */
/*
 * Whose code defines a class, as far as the modules of a dump tell.
 *
 * The module of a class is the longest one whose name starts the class's. A module
 * - called __main__ is the program's;
 * - with a __file__ below a folder of installed packages (site-packages, dist-packages) is a package's;
 * - with a __file__ in the folder of a module that every interpreter loads (os, codecs, abc, ...), or below it, or in
 *   sys.stdlib_module_names, is the standard library's;
 * - with any other __file__ is the program's;
 * - without one is the interpreter's if an importer made it; one that code made by hand tells nothing.
 *
 * A class without a module is built in, unless its instances refer to it and the dump does not show its dict, where
 * the module of a class of the program is. A class whose module tells nothing is the interpreter's if it is written in
 * C, where names of types begin with their modules, or one of those that the interpreter itself needs; else the
 * program's.
 */
#ifndef DRYAD_RUNTIME_PYTHON_ORIGINS_H
#define DRYAD_RUNTIME_PYTHON_ORIGINS_H

#include "runtime/classes.h"

/* Sets the origin and the module of each class. O(objects + attributes of modules + length of names). DRYAD_NO_MEMORY
   or DRYAD_LIMIT. */
dryad_status dryad_python_find_origins(dryad_classes *classes, dryad_error *error);

#endif
