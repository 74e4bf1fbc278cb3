/* SPDX-License-Identifier: MIT */
/* Code objects: the names of a function's variables, and the lines of its instructions. */
#ifndef DRYAD_SCANNER_CODE_H
#define DRYAD_SCANNER_CODE_H

#include "objects.h"

/* The name of the function, and the file that has its source. */
static inline PyObject *dryad_code_name(const PyObject *code) { return dryad_field_object(code, dryad_here.code_name); }
static inline PyObject *dryad_code_file(const PyObject *code) { return dryad_field_object(code, dryad_here.code_file); }

/* The number of its variables: locals, then cells, then free variables; and the name of one, NULL beyond the last. */
size_t dryad_code_num_variables(const PyObject *code);
PyObject *dryad_code_variable(const PyObject *code, size_t i);

enum { DRYAD_NO_LINE = -1 };

/* The line of the instruction at an offset in bytes, the function's first line for a negative one; DRYAD_NO_LINE if
 * the compiler assigned none. O(the size of the code). */
int dryad_code_line(const PyObject *code, Py_ssize_t instruction);

/* Visits the objects that a code object holds; its type has no tp_traverse. */
int dryad_code_visit(const PyObject *code, visitproc visit, void *context);

#endif
