/* SPDX-License-Identifier: MIT */
#include "tasks.h"

/* A field of the task, if it has an object: no header declares the structure, so that only its tp_traverse proves it.
 */
static PyObject *held(const dryad_type_info *info, PyObject *task, size_t offset)
{
  PyObject *object = dryad_field_object(task, offset);
  return object != NULL && dryad_type_visits(info->base, task, object) ? object : NULL;
}

PyObject *dryad_task_coroutine(const dryad_type_info *info, PyObject *task)
{
  return held(info, task, dryad_here.task_coroutine);
}

PyObject *dryad_task_name(const dryad_type_info *info, PyObject *task)
{
  return held(info, task, dryad_here.task_name);
}
