/* SPDX-License-Identifier: MIT */
#include "members.h"

/* Adds a member unless another one has its offset. */
static void add(dryad_members *members, size_t offset, const char *name)
{
  for (size_t i = 0; i < members->count; i++)
    if (members->list[i].offset == offset) return;
  if (members->count < DRYAD_MOST_MEMBERS) members->list[members->count++] = (dryad_member){offset, name};
}

/* Members that tp_members does not declare, or not in all versions. */
static void add_known(dryad_members *members, const PyTypeObject *type)
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
      {&PyDictProxy_Type, dryad_here.proxy_mapping, "mapping"},
      {&PyContext_Type, dryad_here.context_previous, "ctx_prev"},
      {&PyContext_Type, dryad_here.context_variables, "ctx_vars"},
      {&PyContextToken_Type, dryad_here.token_context, "context"},
      {&PyContextToken_Type, dryad_here.token_variable, "var"},
      {&PyContextToken_Type, dryad_here.token_old_value, "old_value"},
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
    if (known[i].type == type && known[i].offset != 0) add(members, known[i].offset, known[i].name);
}

/* Members of types that CPython's modules do not export, if their structures are as large as known. */
static void add_of_modules(dryad_members *members, const PyTypeObject *type)
{
  const struct {
    const char *type;
    size_t size; /* 0: any */
    size_t offset;
    const char *name;
  } known[] = {
      {"_asyncio.Future", dryad_here.future_size, dryad_here.future_loop, "_loop"},
      {"_asyncio.Future", dryad_here.future_size, dryad_here.future_callback, "_callback0"},
      {"_asyncio.Future", dryad_here.future_size, dryad_here.future_callback_context, "_context0"},
      {"_asyncio.Future", dryad_here.future_size, dryad_here.future_callbacks, "_callbacks"},
      {"_asyncio.Future", dryad_here.future_size, dryad_here.future_exception, "_exception"},
      {"_asyncio.Future", dryad_here.future_size, dryad_here.future_exception_traceback, "_exception_tb"},
      {"_asyncio.Future", dryad_here.future_size, dryad_here.future_result, "_result"},
      {"_asyncio.Future", dryad_here.future_size, dryad_here.future_source, "_source_traceback"},
      {"_asyncio.Future", dryad_here.future_size, dryad_here.future_cancel_message, "_cancel_message"},
      {"_asyncio.Future", dryad_here.future_size, dryad_here.future_awaited_by, "_asyncio_awaited_by"},
      {"_asyncio.Task", dryad_here.task_size, dryad_here.task_waiter, "_fut_waiter"},
      {"_asyncio.Task", dryad_here.task_size, dryad_here.task_coroutine, "_coro"},
      {"_asyncio.Task", dryad_here.task_size, dryad_here.task_name, "_name"},
      {"_asyncio.Task", dryad_here.task_size, dryad_here.task_context, "_context"},
      {"functools._lru_cache_wrapper", 0, dryad_here.lru_function, "__wrapped__"},
      {"functools._lru_cache_wrapper", 0, dryad_here.lru_cache, "cache"},
  };
  const size_t size = (size_t)dryad_type_basicsize(type);
  for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
    if (strcmp(known[i].type, dryad_type_name(type)) != 0 || known[i].offset == 0) continue;
    bool as_known = known[i].size == 0 || known[i].size == size;
    if (as_known) add(members, known[i].offset, known[i].name);
  }
}

static void add_dict(dryad_members *members, const PyTypeObject *type)
{
  Py_ssize_t offset = dryad_field_size(type, dryad_here.type_dictoffset);
  if (offset > 0) add(members, (size_t)offset, "__dict__");
}

/* All others of a function are always there, so that their order tells the names. */
static void add_declared(dryad_members *members, const PyTypeObject *type)
{
  if (type == &PyFunction_Type) return;
  const PyMemberDef *member = dryad_field_pointer(type, dryad_here.type_members);
  for (; member != NULL && member->name != NULL; member++) {
    bool holds_object = member->type == T_OBJECT_EX || member->type == T_OBJECT;
    if (holds_object) add(members, (size_t)member->offset, member->name);
  }
}

bool dryad_members_find(dryad_members *members, dryad_pool *pool, const PyTypeObject *type)
{
  dryad_member list[DRYAD_MOST_MEMBERS];
  dryad_members found = {list, 0};
  for (; type != NULL; type = dryad_type_base(type)) {
    add_known(&found, type);
    add_of_modules(&found, type);
    add_declared(&found, type);
    add_dict(&found, type);
  }
  *members = (dryad_members){NULL, found.count};
  if (found.count == 0) return true;
  members->list = dryad_pool_alloc(pool, found.count * sizeof *list);
  if (members->list != NULL) memcpy(members->list, list, found.count * sizeof *list);
  return members->list != NULL;
}
