/* SPDX-License-Identifier: MIT */
/* The tasks of asyncio, as its C module implements them. */
#ifndef DRYAD_SCANNER_TASKS_H
#define DRYAD_SCANNER_TASKS_H

#include "type_info.h"

/* Whether a type that was not created in Python is that of tasks, as known. */
bool dryad_is_task_type(const PyTypeObject *type);

/* What a task of such a type runs, and its name: a str, or the number of one that nobody named. NULL if there is none.
 */
PyObject *dryad_task_coroutine(const dryad_type_info *info, PyObject *task);
PyObject *dryad_task_name(const dryad_type_info *info, PyObject *task);

#endif
