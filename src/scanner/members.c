/* SPDX-License-Identifier: MIT */
#include "members.h"

/* Adds a member unless another one has its offset. */
static bool add(dryad_members *members, dryad_pool *pool, size_t offset, const char *name)
{
  for (size_t i = 0; i < members->count; i++)
    if (members->list[i].offset == offset) return true;
  if (members->count == DRYAD_MOST_MEMBERS) return true;
  if (members->list == NULL) {
    members->list = dryad_pool_alloc(pool, DRYAD_MOST_MEMBERS * sizeof *members->list);
    if (members->list == NULL) return false;
  }
  members->list[members->count++] = (dryad_member){offset, name};
  return true;
}

/* Members that tp_members does not declare, or not in all versions. */
static bool add_known(dryad_members *members, dryad_pool *pool, const PyTypeObject *type)
{
  const struct {
    const PyTypeObject *type;
    size_t offset; /* 0: this version has none */
    const char *name;
  } known[] = {
      {&PyFunction_Type, dryad_here.function_defaults, "__defaults__"},
      {&PyFunction_Type, dryad_here.function_kwdefaults, "__kwdefaults__"},
      {&PyFunction_Type, dryad_here.function_dict, "__dict__"},
      {&PyFunction_Type, dryad_here.function_closure, "__closure__"},
      {&PyFunction_Type, dryad_here.function_annotations, "__annotations__"},
      {&PyFunction_Type, dryad_here.function_annotate, "__annotate__"},
      {&PyFunction_Type, dryad_here.function_type_params, "__type_params__"},
      {&PyCFunction_Type, dryad_here.builtin_self, "__self__"},
      {&_PyWeakref_RefType, dryad_here.weakref_callback, "__callback__"},
      {&_PyWeakref_ProxyType, dryad_here.weakref_callback, "__callback__"},
      {&_PyWeakref_CallableProxyType, dryad_here.weakref_callback, "__callback__"},
      {&PyTraceBack_Type, dryad_here.traceback_next, "tb_next"},
      {&PyFrame_Type, dryad_here.frame_object_back, "f_back"},
      {&PyFrame_Type, dryad_here.frame_object_trace, "f_trace"},
      {&PyFrame_Type, dryad_here.frame_object_locals, "f_locals"},
      {&PyGen_Type, dryad_here.generator_frame_object, "gi_frame"},
      {&PyGen_Type, dryad_here.generator_code, "gi_code"},
      {&PyCoro_Type, dryad_here.generator_frame_object, "cr_frame"},
      {&PyCoro_Type, dryad_here.generator_code, "cr_code"},
      {&PyAsyncGen_Type, dryad_here.generator_frame_object, "ag_frame"},
      {&PyAsyncGen_Type, dryad_here.generator_code, "ag_code"},
  };
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    if (known[i].type == type && known[i].offset != 0 && !add(members, pool, known[i].offset, known[i].name))
      return false;
  return true;
}

/* All others of a function are always there, so that their order tells the names. */
static bool add_declared(dryad_members *members, dryad_pool *pool, const PyTypeObject *type)
{
  if (type == &PyFunction_Type) return true;
  const PyMemberDef *member = dryad_field_pointer(type, dryad_here.type_members);
  for (; member != NULL && member->name != NULL; member++) {
    bool holds_object = member->type == T_OBJECT_EX || member->type == T_OBJECT;
    if (holds_object && !add(members, pool, (size_t)member->offset, member->name)) return false;
  }
  return true;
}

bool dryad_members_find(dryad_members *members, dryad_pool *pool, const PyTypeObject *type)
{
  for (; type != NULL; type = dryad_type_base(type))
    if (!add_known(members, pool, type) || !add_declared(members, pool, type)) return false;
  return true;
}
