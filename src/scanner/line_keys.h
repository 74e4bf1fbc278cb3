/* SPDX-License-Identifier: MIT */
/* What a line says of an object from looking at the object alone, as `, "KEY": VALUE` each. */
#ifndef DRYAD_SCANNER_LINE_KEYS_H
#define DRYAD_SCANNER_LINE_KEYS_H

#include "privacy.h"
#include "sink.h"
#include "type_info.h"

/* `len`, `name` or `value`, `qualname` and `refcount`; and those that come after `root` and `interpreter`: `mapped`,
 * `file` and `line`. Each only where the object has it. */
void dryad_line_keys_put(dryad_sink *sink, const dryad_privacy *privacy, const dryad_type_info *info, PyObject *object);
void dryad_line_keys_put_rest(dryad_sink *sink, const dryad_type_info *info, PyObject *object);

/* Of a frame, which executes the code, or nothing if that is NULL: its function as `value`; `file` and `line`. */
void dryad_line_keys_put_function(dryad_sink *sink, const PyObject *code);
void dryad_line_keys_put_place(dryad_sink *sink, const PyObject *code, Py_ssize_t instruction);

#endif
