/* SPDX-License-Identifier: MIT */
/* The facts of layout.h from the headers of a Python: FACT(name, value) and LIST(name, values...). Included several
 * times, after layout_headers.h, so it has no guard. */

#define OFFSET(type, member) offsetof(type, member)

FACT(version, PY_VERSION_HEX >> 16)
#ifdef Py_GIL_DISABLED
FACT(free_threaded, 1)
#endif
#ifdef Py_DEBUG
FACT(debug, 1)
#endif

/* ---- objects and types */

FACT(object_size, sizeof(PyObject))
FACT(object_type, OFFSET(PyObject, ob_type))
FACT(object_count, OFFSET(PyVarObject, ob_size))
#ifdef Py_GIL_DISABLED
FACT(object_ref_local, OFFSET(PyObject, ob_ref_local))
FACT(object_ref_shared, OFFSET(PyObject, ob_ref_shared))
FACT(ref_local_immortal, _Py_IMMORTAL_REFCNT_LOCAL)
FACT(ref_shared_shift, _Py_REF_SHARED_SHIFT)
FACT(object_gc_bits, OFFSET(PyObject, ob_gc_bits))
FACT(gc_tracked, _PyGC_BITS_TRACKED)
FACT(gc_deferred, _PyGC_BITS_DEFERRED)
#else
FACT(object_refcount, OFFSET(PyObject, ob_refcnt))
FACT(gc_head, sizeof(PyGC_Head))
#endif

FACT(type_size, sizeof(PyTypeObject))
FACT(type_name, OFFSET(PyTypeObject, tp_name))
FACT(type_basicsize, OFFSET(PyTypeObject, tp_basicsize))
FACT(type_itemsize, OFFSET(PyTypeObject, tp_itemsize))
FACT(type_flags, OFFSET(PyTypeObject, tp_flags))
FACT(type_doc, OFFSET(PyTypeObject, tp_doc))
FACT(type_traverse, OFFSET(PyTypeObject, tp_traverse))
FACT(type_members, OFFSET(PyTypeObject, tp_members))
FACT(type_base, OFFSET(PyTypeObject, tp_base))
FACT(type_dict, OFFSET(PyTypeObject, tp_dict))
FACT(type_dictoffset, OFFSET(PyTypeObject, tp_dictoffset))
FACT(type_bases, OFFSET(PyTypeObject, tp_bases))
FACT(type_mro, OFFSET(PyTypeObject, tp_mro))
FACT(type_subclasses, OFFSET(PyTypeObject, tp_subclasses))
FACT(type_is_gc, OFFSET(PyTypeObject, tp_is_gc))
FACT(heap_type_size, sizeof(PyHeapTypeObject))
FACT(heap_type_name, OFFSET(PyHeapTypeObject, ht_name))
FACT(heap_type_qualname, OFFSET(PyHeapTypeObject, ht_qualname))
FACT(heap_type_slots, OFFSET(PyHeapTypeObject, ht_slots))
FACT(heap_type_keys, OFFSET(PyHeapTypeObject, ht_cached_keys))
#if PY_VERSION_HEX >= 0x030B0000
FACT(heap_type_own_name, OFFSET(PyHeapTypeObject, _ht_tpname))
#endif
#if PY_VERSION_HEX >= 0x030C0000
FACT(flag_managed_dict, Py_TPFLAGS_MANAGED_DICT)
FACT(flag_preheader, Py_TPFLAGS_PREHEADER)
FACT(flag_static_builtin, _Py_TPFLAGS_STATIC_BUILTIN)
#elif PY_VERSION_HEX >= 0x030B0000
FACT(flag_managed_dict, Py_TPFLAGS_MANAGED_DICT)
FACT(flag_preheader, Py_TPFLAGS_MANAGED_DICT)
#endif
#if PY_VERSION_HEX >= 0x030D0000
FACT(flag_inline_values, Py_TPFLAGS_INLINE_VALUES)
FACT(dict_before, -MANAGED_DICT_OFFSET)
#elif PY_VERSION_HEX >= 0x030C0000
FACT(dict_before, 3 * sizeof(void *))
FACT(values_before, 3 * sizeof(void *))
#elif PY_VERSION_HEX >= 0x030B0000
FACT(dict_before, 3 * sizeof(void *))
FACT(values_before, 4 * sizeof(void *))
#endif

/* ---- built-in containers */

FACT(list_size, sizeof(PyListObject))
FACT(list_items, OFFSET(PyListObject, ob_item))
FACT(list_allocated, OFFSET(PyListObject, allocated))
FACT(tuple_items, OFFSET(PyTupleObject, ob_item))
FACT(dict_size, sizeof(PyDictObject))
FACT(dict_used, OFFSET(PyDictObject, ma_used))
FACT(dict_keys, OFFSET(PyDictObject, ma_keys))
FACT(dict_values, OFFSET(PyDictObject, ma_values))
#if defined(Py_GIL_DISABLED) && PY_VERSION_HEX >= 0x030E0000
FACT(dict_unique_id, OFFSET(PyDictObject, _ma_watcher_tag) + DICT_UNIQUE_ID_SHIFT / 8)
#endif
FACT(keys_size, sizeof(PyDictKeysObject))
FACT(keys_refcount, OFFSET(PyDictKeysObject, dk_refcnt))
FACT(keys_usable, OFFSET(PyDictKeysObject, dk_usable))
FACT(keys_count, OFFSET(PyDictKeysObject, dk_nentries))
FACT(keys_indices, OFFSET(PyDictKeysObject, dk_indices))
#if PY_VERSION_HEX >= 0x030B0000
FACT(keys_log2_size, OFFSET(PyDictKeysObject, dk_log2_size))
FACT(keys_log2_index, OFFSET(PyDictKeysObject, dk_log2_index_bytes))
FACT(keys_kind, OFFSET(PyDictKeysObject, dk_kind))
FACT(values_items, OFFSET(PyDictValues, values))
#else
FACT(keys_table_size, OFFSET(PyDictKeysObject, dk_size))
#endif
#if PY_VERSION_HEX >= 0x030D0000
FACT(values_capacity, OFFSET(PyDictValues, capacity))
FACT(values_embedded, OFFSET(PyDictValues, embedded))
FACT(values_valid, OFFSET(PyDictValues, valid))
#endif
FACT(set_used, OFFSET(PySetObject, used))
FACT(set_mask, OFFSET(PySetObject, mask))
FACT(set_table, OFFSET(PySetObject, table))
FACT(set_own_table, OFFSET(PySetObject, smalltable))
FACT(set_entry_size, sizeof(setentry))

/* ---- built-in values */

FACT(str_size, sizeof(PyUnicodeObject))
FACT(str_ascii_size, sizeof(PyASCIIObject))
FACT(str_compact_size, sizeof(PyCompactUnicodeObject))
FACT(str_length, OFFSET(PyASCIIObject, length))
FACT(str_state, OFFSET(PyASCIIObject, state))
FACT(str_utf8_length, OFFSET(PyCompactUnicodeObject, utf8_length))
FACT(str_utf8, OFFSET(PyCompactUnicodeObject, utf8))
FACT(str_data, OFFSET(PyUnicodeObject, data))
/* Bit fields have no offsets: tests/python/layout.c finds their positions. */
#if defined(Py_GIL_DISABLED) && PY_VERSION_HEX >= 0x030E0000
FACT(str_kind_shift, 8)
FACT(str_compact, 1 << 11)
FACT(str_ascii, 1 << 12)
#else
FACT(str_kind_shift, 2)
FACT(str_compact, 1 << 5)
FACT(str_ascii, 1 << 6)
#endif
#if PY_VERSION_HEX < 0x030C0000
FACT(str_ready, 1 << 7)
FACT(str_wide, OFFSET(PyASCIIObject, wstr))
FACT(str_wide_length, OFFSET(PyCompactUnicodeObject, wstr_length))
#endif
FACT(bytes_data, OFFSET(PyBytesObject, ob_sval))
FACT(float_value, OFFSET(PyFloatObject, ob_fval))
#if PY_VERSION_HEX >= 0x030C0000
FACT(int_tag, OFFSET(PyLongObject, long_value.lv_tag))
FACT(int_digits, OFFSET(PyLongObject, long_value.ob_digit))
#else
FACT(int_digits, OFFSET(PyLongObject, ob_digit))
#endif

/* ---- other objects */

FACT(module_dict, OFFSET(PyModuleObject, md_dict))
#if PY_VERSION_HEX < 0x030F0000
FACT(module_definition, OFFSET(PyModuleObject, md_def))
#endif
FACT(module_state, OFFSET(PyModuleObject, md_state))
FACT(module_name, OFFSET(PyModuleObject, md_name))
FACT(definition_copy, OFFSET(PyModuleDef, m_base.m_copy))
FACT(function_name, OFFSET(PyFunctionObject, func_name))
FACT(function_defaults, OFFSET(PyFunctionObject, func_defaults))
FACT(function_kwdefaults, OFFSET(PyFunctionObject, func_kwdefaults))
FACT(function_dict, OFFSET(PyFunctionObject, func_dict))
FACT(function_annotations, OFFSET(PyFunctionObject, func_annotations))
FACT(function_closure, OFFSET(PyFunctionObject, func_closure))
#if PY_VERSION_HEX >= 0x030C0000
FACT(function_type_params, OFFSET(PyFunctionObject, func_typeparams))
#endif
#if PY_VERSION_HEX >= 0x030E0000
FACT(function_annotate, OFFSET(PyFunctionObject, func_annotate))
#endif
FACT(builtin_definition, OFFSET(PyCFunctionObject, m_ml))
FACT(builtin_self, OFFSET(PyCFunctionObject, m_self))
FACT(traceback_next, OFFSET(PyTracebackObject, tb_next))
FACT(weakref_callback, OFFSET(PyWeakReference, wr_callback))
FACT(descriptor_name, OFFSET(PyDescrObject, d_name))
FACT(descriptor_qualname, OFFSET(PyDescrObject, d_qualname))
FACT(descriptor_method, OFFSET(PyMethodDescrObject, d_method))
FACT(exception_args, OFFSET(PyBaseExceptionObject, args))
FACT(exception_traceback, OFFSET(PyBaseExceptionObject, traceback))
FACT(exception_context, OFFSET(PyBaseExceptionObject, context))
FACT(exception_cause, OFFSET(PyBaseExceptionObject, cause))
FACT(code_size, sizeof(PyCodeObject))
FACT(code_name, OFFSET(PyCodeObject, co_name))
FACT(code_file, OFFSET(PyCodeObject, co_filename))
FACT(code_first_line, OFFSET(PyCodeObject, co_firstlineno))
#if PY_VERSION_HEX >= 0x030A0000
FACT(code_lines, OFFSET(PyCodeObject, co_linetable))
#else
FACT(code_lines, OFFSET(PyCodeObject, co_lnotab))
#endif
#if PY_VERSION_HEX >= 0x030B0000
LIST(code_variables, OFFSET(PyCodeObject, co_localsplusnames))
FACT(code_instructions, OFFSET(PyCodeObject, co_code_adaptive))
#else
LIST(code_variables, OFFSET(PyCodeObject, co_varnames), OFFSET(PyCodeObject, co_cellvars),
     OFFSET(PyCodeObject, co_freevars))
#endif
#if PY_VERSION_HEX >= 0x030E0000 && defined(Py_GIL_DISABLED)
FACT(code_copies, OFFSET(PyCodeObject, co_tlbc))
#endif
#if PY_VERSION_HEX >= 0x030C0000
FACT(code_cached, OFFSET(PyCodeObject, _co_cached))
FACT(cached_size, sizeof(_PyCoCached))
#endif
#if PY_VERSION_HEX >= 0x030B0000
FACT(code_num_locals, OFFSET(PyCodeObject, co_nlocalsplus))
FACT(code_stack_size, OFFSET(PyCodeObject, co_stacksize))
#if PY_VERSION_HEX < 0x030C0000
LIST(code_objects, OFFSET(PyCodeObject, co_consts), OFFSET(PyCodeObject, co_names), OFFSET(PyCodeObject, co_filename),
     OFFSET(PyCodeObject, co_name), OFFSET(PyCodeObject, co_linetable), OFFSET(PyCodeObject, co_qualname),
     OFFSET(PyCodeObject, co_exceptiontable), OFFSET(PyCodeObject, co_localsplusnames),
     OFFSET(PyCodeObject, co_localspluskinds), OFFSET(PyCodeObject, _co_code))
#else
LIST(code_objects, OFFSET(PyCodeObject, co_consts), OFFSET(PyCodeObject, co_names), OFFSET(PyCodeObject, co_filename),
     OFFSET(PyCodeObject, co_name), OFFSET(PyCodeObject, co_linetable), OFFSET(PyCodeObject, co_qualname),
     OFFSET(PyCodeObject, co_exceptiontable), OFFSET(PyCodeObject, co_localsplusnames),
     OFFSET(PyCodeObject, co_localspluskinds))
#endif
#elif PY_VERSION_HEX >= 0x030A0000
LIST(code_objects, OFFSET(PyCodeObject, co_consts), OFFSET(PyCodeObject, co_names), OFFSET(PyCodeObject, co_filename),
     OFFSET(PyCodeObject, co_name), OFFSET(PyCodeObject, co_linetable), OFFSET(PyCodeObject, co_code),
     OFFSET(PyCodeObject, co_varnames), OFFSET(PyCodeObject, co_freevars), OFFSET(PyCodeObject, co_cellvars))
#else
LIST(code_objects, OFFSET(PyCodeObject, co_consts), OFFSET(PyCodeObject, co_names), OFFSET(PyCodeObject, co_filename),
     OFFSET(PyCodeObject, co_name), OFFSET(PyCodeObject, co_lnotab), OFFSET(PyCodeObject, co_code),
     OFFSET(PyCodeObject, co_varnames), OFFSET(PyCodeObject, co_freevars), OFFSET(PyCodeObject, co_cellvars))
#endif

FACT(proxy_mapping, sizeof(PyObject))
FACT(context_previous, OFFSET(PyContext, ctx_prev))
FACT(context_variables, OFFSET(PyContext, ctx_vars))
FACT(token_context, OFFSET(PyContextToken, tok_ctx))
FACT(token_variable, OFFSET(PyContextToken, tok_var))
FACT(token_old_value, OFFSET(PyContextToken, tok_oldval))
FACT(lru_first, OFFSET(dryad_lru_cache, root.next))
FACT(lru_cache, OFFSET(dryad_lru_cache, cache))
FACT(lru_function, OFFSET(dryad_lru_cache, function))
FACT(lru_entry_next, OFFSET(dryad_lru_entry, next))
FACT(lru_entry_key, OFFSET(dryad_lru_entry, key))
FACT(lru_entry_result, OFFSET(dryad_lru_entry, result))

FACT(future_size, sizeof(dryad_future))
FACT(future_loop, OFFSET(dryad_future, loop))
FACT(future_callback, OFFSET(dryad_future, callback0))
FACT(future_callback_context, OFFSET(dryad_future, context0))
FACT(future_callbacks, OFFSET(dryad_future, callbacks))
FACT(future_exception, OFFSET(dryad_future, exception))
FACT(future_result, OFFSET(dryad_future, result))
FACT(future_source, OFFSET(dryad_future, source_traceback))
#if PY_VERSION_HEX >= 0x03090000
FACT(future_cancel_message, OFFSET(dryad_future, cancel_message))
#endif
#if PY_VERSION_HEX >= 0x030A0000
FACT(future_exception_traceback, OFFSET(dryad_future, exception_traceback))
#endif
#if PY_VERSION_HEX >= 0x030E0000
FACT(future_awaited_by, OFFSET(dryad_future, awaited_by))
#endif
FACT(task_size, sizeof(dryad_task))
FACT(task_waiter, OFFSET(dryad_task, waiter))
FACT(task_coroutine, OFFSET(dryad_task, coroutine))
FACT(task_name, OFFSET(dryad_task, name))
FACT(task_context, OFFSET(dryad_task, context))

/* ---- frames and threads */

FACT(frame_object_back, OFFSET(PyFrameObject, f_back))
FACT(frame_object_trace, OFFSET(PyFrameObject, f_trace))
#if PY_VERSION_HEX >= 0x030B0000
FACT(frame_object_frame, OFFSET(PyFrameObject, f_frame))
FACT(frame_size, sizeof(_PyInterpreterFrame))
FACT(frame_previous, OFFSET(_PyInterpreterFrame, previous))
FACT(frame_object, OFFSET(_PyInterpreterFrame, frame_obj))
FACT(frame_locals, OFFSET(_PyInterpreterFrame, f_locals))
FACT(frame_owner, OFFSET(_PyInterpreterFrame, owner))
FACT(frame_slots, OFFSET(_PyInterpreterFrame, localsplus))
FACT(owned_by_frame_object, FRAME_OWNED_BY_FRAME_OBJECT)
#if PY_VERSION_HEX >= 0x030D0000
FACT(frame_code, OFFSET(_PyInterpreterFrame, f_executable))
#else
FACT(frame_code, OFFSET(_PyInterpreterFrame, f_code))
#endif
#if PY_VERSION_HEX >= 0x030C0000
FACT(frame_function, OFFSET(_PyInterpreterFrame, f_funcobj))
#else
FACT(frame_function, OFFSET(_PyInterpreterFrame, f_func))
#endif
#if PY_VERSION_HEX >= 0x030E0000
FACT(frame_stack_end, OFFSET(_PyInterpreterFrame, stackpointer))
FACT(owned_by_interpreter, FRAME_OWNED_BY_INTERPRETER)
FACT(reference_tags, Py_INT_TAG)
FACT(reference_int, Py_INT_TAG)
#else
FACT(frame_stack_count, OFFSET(_PyInterpreterFrame, stacktop))
#if PY_VERSION_HEX >= 0x030C0000
FACT(owned_by_interpreter, FRAME_OWNED_BY_CSTACK)
#endif
#endif
#if PY_VERSION_HEX >= 0x030D0000
FACT(frame_instruction, OFFSET(_PyInterpreterFrame, instr_ptr))
#else
FACT(frame_instruction, OFFSET(_PyInterpreterFrame, prev_instr))
#endif
#if PY_VERSION_HEX >= 0x030E0000 && defined(Py_GIL_DISABLED)
FACT(frame_copy, OFFSET(_PyInterpreterFrame, tlbc_index))
#endif
#else
FACT(frame_object_code, OFFSET(PyFrameObject, f_code))
FACT(frame_object_instruction, OFFSET(PyFrameObject, f_lasti))
FACT(frame_object_slots, OFFSET(PyFrameObject, f_localsplus))
FACT(frame_object_locals, OFFSET(PyFrameObject, f_locals))
FACT(thread_frame, OFFSET(PyThreadState, frame))
#endif

#if PY_VERSION_HEX < 0x030C0000
FACT(generator_code, OFFSET(PyGenObject, gi_code))
#endif
FACT(generator_name, OFFSET(PyGenObject, gi_name))
FACT(generator_qualname, OFFSET(PyGenObject, gi_qualname))
#if PY_VERSION_HEX >= 0x030B0000
FACT(generator_frame, OFFSET(PyGenObject, gi_iframe))
FACT(generator_state, OFFSET(PyGenObject, gi_frame_state))
FACT(generator_ended, FRAME_CLEARED)
#if PY_VERSION_HEX >= 0x030D0000
FACT(generator_awaits, FRAME_SUSPENDED_YIELD_FROM)
#else
FACT(generator_awaits, FRAME_SUSPENDED)
#endif
#else
FACT(generator_frame_object, OFFSET(PyGenObject, gi_frame))
#endif
#if PY_VERSION_HEX >= 0x030C0000 && PY_VERSION_HEX < 0x030D0000
LIST(opcodes_resume, RESUME, INSTRUMENTED_RESUME)
#elif PY_VERSION_HEX >= 0x030B0000 && PY_VERSION_HEX < 0x030C0000
LIST(opcodes_resume, RESUME, RESUME_QUICK)
#endif

FACT(thread_next, OFFSET(PyThreadState, next))
FACT(thread_id, OFFSET(PyThreadState, thread_id))
#if PY_VERSION_HEX >= 0x030B0000
FACT(thread_native_id, OFFSET(PyThreadState, native_thread_id))
#endif
FACT(thread_interpreter, OFFSET(PyThreadState, interp))
FACT(thread_exceptions, OFFSET(PyThreadState, exc_info))
FACT(exception_previous, OFFSET(_PyErr_StackItem, previous_item))
#if PY_VERSION_HEX >= 0x030D0000
FACT(thread_frame, OFFSET(PyThreadState, current_frame))
FACT(thread_chunk, OFFSET(PyThreadState, datastack_chunk))
#elif PY_VERSION_HEX >= 0x030B0000
FACT(thread_cframe, OFFSET(PyThreadState, cframe))
FACT(cframe_frame, OFFSET(_PyCFrame, current_frame))
#endif
#define HELD_BY_THREADS                                                                                                \
  OFFSET(PyThreadState, dict), OFFSET(PyThreadState, context), OFFSET(PyThreadState, async_exc),                       \
      OFFSET(PyThreadState, async_gen_firstiter), OFFSET(PyThreadState, async_gen_finalizer),                          \
      OFFSET(PyThreadState, c_profileobj), OFFSET(PyThreadState, c_traceobj)
#if PY_VERSION_HEX >= 0x030C0000
LIST(thread_objects, HELD_BY_THREADS, OFFSET(PyThreadState, current_exception))
#else
LIST(thread_objects, HELD_BY_THREADS, OFFSET(PyThreadState, curexc_value), OFFSET(PyThreadState, curexc_type),
     OFFSET(PyThreadState, curexc_traceback))
#endif
#undef HELD_BY_THREADS

/* ---- the interpreter and the runtime */

FACT(runtime_interpreters, OFFSET(_PyRuntimeState, interpreters.head))
FACT(interp_next, OFFSET(PyInterpreterState, next))
FACT(interp_id, OFFSET(PyInterpreterState, id))
#if PY_VERSION_HEX >= 0x030C0000 && !defined(Py_GIL_DISABLED)
FACT(interp_gil, OFFSET(PyInterpreterState, ceval.gil))
FACT(gil_locked, OFFSET(struct _gil_runtime_state, locked))
FACT(gil_mutex, OFFSET(struct _gil_runtime_state, mutex))
#endif
#if PY_VERSION_HEX >= 0x030B0000
FACT(interp_threads, OFFSET(PyInterpreterState, threads.head))
#else
FACT(interp_threads, OFFSET(PyInterpreterState, tstate_head))
#endif
#if PY_VERSION_HEX >= 0x030C0000
FACT(interp_modules, OFFSET(PyInterpreterState, imports.modules))
FACT(interp_importlib, OFFSET(PyInterpreterState, imports.importlib))
#else
FACT(interp_modules, OFFSET(PyInterpreterState, modules))
FACT(interp_importlib, OFFSET(PyInterpreterState, importlib))
#endif
FACT(interp_builtins, OFFSET(PyInterpreterState, builtins))

/* What the interpreter holds before its configuration, after it, and after the count of all references; a debug build
 * has more in these two. */
#if PY_VERSION_HEX >= 0x030C0000
#define EARLY (OFFSET(PyInterpreterState, sysdict) - sizeof(void *))
#else
#define EARLY OFFSET(PyInterpreterState, modules)
#endif
#define LATE (OFFSET(PyInterpreterState, dict) - sizeof(void *))
#if PY_VERSION_HEX >= 0x030A0000
#define LAST (OFFSET(PyInterpreterState, exc_state) - sizeof(void *))
#endif
FACT(interp_early, EARLY)
#if defined(Py_DEBUG) && PY_VERSION_HEX >= 0x030D0000
FACT(interp_late, LATE - DRYAD_LAYOUT_DEBUG)
FACT(interp_last, LAST - 2 * DRYAD_LAYOUT_DEBUG)
#elif defined(Py_DEBUG) && PY_VERSION_HEX >= 0x030C0000
FACT(interp_late, LATE)
FACT(interp_last, LAST - 2 * DRYAD_LAYOUT_DEBUG)
#elif PY_VERSION_HEX >= 0x030A0000
FACT(interp_late, LATE)
FACT(interp_last, LAST)
#else
FACT(interp_late, LATE)
#endif

#define FROM_TO(base, first, last)                                                                                     \
  OFFSET(PyInterpreterState, first) - (base), OFFSET(PyInterpreterState, last) + sizeof(void *) - (base)
#define ONE(base, member) FROM_TO(base, member, member)
#define WHOLE(base, member)                                                                                            \
  OFFSET(PyInterpreterState, member) - (base),                                                                         \
      OFFSET(PyInterpreterState, member) + sizeof(((PyInterpreterState *)0)->member) - (base)

#if PY_VERSION_HEX >= 0x030D0000
#define HELD_FOR_CODECS FROM_TO(EARLY, codecs.search_path, codecs.error_registry)
#else
#define HELD_FOR_CODECS FROM_TO(EARLY, codec_search_path, codec_error_registry)
#endif
#if PY_VERSION_HEX >= 0x030F0000
#define HELD_FOR_IMPORTS                                                                                               \
  FROM_TO(EARLY, imports.modules_by_index, imports.importlib), ONE(EARLY, imports.import_func),                        \
      ONE(EARLY, imports.lazy_import_func), ONE(EARLY, imports.lazy_imports_filter), ONE(EARLY, imports.lazy_modules)
#elif PY_VERSION_HEX >= 0x030C0000
#define HELD_FOR_IMPORTS FROM_TO(EARLY, imports.modules_by_index, imports.importlib), ONE(EARLY, imports.import_func)
#else
#define HELD_FOR_IMPORTS ONE(EARLY, modules_by_index), ONE(EARLY, importlib)
#endif
LIST(held_early, ONE(EARLY, sysdict), HELD_FOR_IMPORTS, HELD_FOR_CODECS)

#ifdef HAVE_FORK
#define HELD_FOR_FORKS FROM_TO(LATE, before_forkers, after_forkers_child),
#else
#define HELD_FOR_FORKS
#endif
#define HELD_LATE                                                                                                      \
  ONE(LATE, dict), HELD_FOR_FORKS FROM_TO(LATE, warnings.filters, warnings.default_action), ONE(LATE, audit_hooks)
#if PY_VERSION_HEX >= 0x030E0000
LIST(held_late, HELD_LATE, ONE(LATE, sysdict_copy), WHOLE(LATE, xi.exceptions))
#elif PY_VERSION_HEX >= 0x030D0000
LIST(held_late, HELD_LATE, ONE(LATE, sysdict_copy), ONE(LATE, xi.PyExc_NotShareableError))
#elif PY_VERSION_HEX >= 0x030C0000
LIST(held_late, HELD_LATE, ONE(LATE, sysdict_copy))
#else
LIST(held_late, HELD_LATE, ONE(LATE, import_func))
#endif

#define HELD_LAST ONE(LAST, exc_state.errnomap), WHOLE(LAST, ast)
#define HELD_LAST_3_12                                                                                                 \
  HELD_LAST, ONE(LAST, exc_state.PyExc_ExceptionGroup), WHOLE(LAST, monitoring_callables),                             \
      WHOLE(LAST, monitoring_tool_names), WHOLE(LAST, cached_objects)
#if PY_VERSION_HEX >= 0x030E0000
LIST(held_last, HELD_LAST_3_12, WHOLE(LAST, common_consts))
#elif PY_VERSION_HEX >= 0x030D0000
LIST(held_last, HELD_LAST_3_12)
#elif PY_VERSION_HEX >= 0x030C0000
LIST(held_last, HELD_LAST_3_12, ONE(LAST, interpreter_trampoline))
#elif PY_VERSION_HEX >= 0x030B0000
LIST(held_last, HELD_LAST, ONE(LAST, exc_state.PyExc_ExceptionGroup))
#elif PY_VERSION_HEX >= 0x030A0000
LIST(held_last, HELD_LAST)
#endif

#if PY_VERSION_HEX >= 0x030D0000
LIST(static_types, WHOLE(LAST, types.builtins.initialized), WHOLE(LAST, types.for_extensions.initialized))
FACT(static_type_size, sizeof(managed_static_type_state))
FACT(static_type_subclasses, OFFSET(managed_static_type_state, tp_subclasses))
#elif PY_VERSION_HEX >= 0x030C0000
LIST(static_types, WHOLE(LAST, types.builtins))
FACT(static_type_size, sizeof(static_builtin_state))
FACT(static_type_subclasses, OFFSET(static_builtin_state, tp_subclasses))
#endif

FACT(builtins_copy, OFFSET(PyInterpreterState, builtins_copy) - LATE)
#if PY_VERSION_HEX >= 0x030E0000
FACT(exit_list, OFFSET(PyInterpreterState, atexit.callbacks) - LATE)
#elif PY_VERSION_HEX >= 0x030A0000
FACT(exit_functions, OFFSET(PyInterpreterState, atexit.callbacks) - LATE)
#else
FACT(exit_module, OFFSET(PyInterpreterState, pyexitmodule) - LATE)
#endif
#if PY_VERSION_HEX >= 0x030C0000
FACT(interp_modules_by_index, OFFSET(PyInterpreterState, imports.modules_by_index))
#else
FACT(interp_modules_by_index, OFFSET(PyInterpreterState, modules_by_index))
#endif
#undef EARLY
#undef LATE
#undef LAST
#undef FROM_TO
#undef ONE
#undef WHOLE
#undef HELD_FOR_CODECS
#undef HELD_FOR_IMPORTS
#undef HELD_FOR_FORKS
#undef HELD_LATE
#undef HELD_LAST
#undef HELD_LAST_3_12

#if PY_VERSION_HEX < 0x03090000
#define GC(member) OFFSET(_PyRuntimeState, gc.member)
#else
FACT(interp_gc, OFFSET(PyInterpreterState, gc))
#define GC(member) OFFSET(PyInterpreterState, gc.member)
#endif
#ifndef Py_GIL_DISABLED
LIST(gc_lists, GC(generations[0]), GC(generations[1]), GC(generations[2]), GC(permanent_generation))
#endif
#if defined(Py_GIL_DISABLED) && PY_VERSION_HEX >= 0x030E0000
LIST(gc_thresholds, GC(young.threshold), GC(old[0].threshold), GC(old[1].threshold))
#else
LIST(gc_thresholds, GC(generations[0].threshold), GC(generations[1].threshold), GC(generations[2].threshold))
#endif
FACT(gc_enabled, GC(enabled))
FACT(gc_garbage, GC(garbage))
#undef GC

#if PY_VERSION_HEX >= 0x030C0000 && !defined(Py_GIL_DISABLED)
#if defined(Py_DEBUG) && PY_VERSION_HEX >= 0x030D0000
FACT(interp_allocator, OFFSET(PyInterpreterState, obmalloc) - DRYAD_LAYOUT_DEBUG)
#else
FACT(interp_allocator, OFFSET(PyInterpreterState, obmalloc))
#endif
FACT(allocator_arenas, OFFSET(struct _obmalloc_state, mgmt.arenas))
FACT(allocator_num_arenas, OFFSET(struct _obmalloc_state, mgmt.maxarenas))
FACT(arena_size, sizeof(struct arena_object))
FACT(arena_address, OFFSET(struct arena_object, address))
FACT(arena_next_pool, OFFSET(struct arena_object, pool_address))
FACT(arena_num_pools, OFFSET(struct arena_object, ntotalpools))
FACT(pool_size, POOL_SIZE)
FACT(pool_num_blocks, OFFSET(struct pool_header, ref.count))
FACT(pool_class, OFFSET(struct pool_header, szidx))
#endif

#if PY_VERSION_HEX >= 0x030C0000
FACT(runtime_mem_allocator, OFFSET(_PyRuntimeState, allocators.standard.mem))
FACT(runtime_object_allocator, OFFSET(_PyRuntimeState, allocators.standard.obj))
#endif
#ifdef Py_GIL_DISABLED
FACT(runtime_interpreters_lock, OFFSET(_PyRuntimeState, interpreters.mutex))
FACT(runtime_world_lock, OFFSET(_PyRuntimeState, stoptheworld_mutex))
FACT(world_lock, OFFSET(PyInterpreterState, stoptheworld.mutex) - DRYAD_LAYOUT_MUTEXES)
#endif

/* ---- tracemalloc */

FACT(traces_count, OFFSET(_Py_hashtable_t, nentries))
FACT(traces_num_buckets, OFFSET(_Py_hashtable_t, nbuckets))
FACT(traces_buckets, OFFSET(_Py_hashtable_t, buckets))
FACT(trace_entry_size, sizeof(_Py_hashtable_entry_t))
FACT(trace_entry_key, OFFSET(_Py_hashtable_entry_t, key))
#if PY_VERSION_HEX >= 0x03090000
FACT(trace_entry_trace, OFFSET(_Py_hashtable_entry_t, value))
#else
FACT(traces_key_size, OFFSET(_Py_hashtable_t, key_size))
FACT(traces_data_size, OFFSET(_Py_hashtable_t, data_size))
#endif
FACT(trace_size, sizeof(dryad_trace))
FACT(trace_bytes, OFFSET(dryad_trace, size))
FACT(trace_traceback, OFFSET(dryad_trace, traceback))
FACT(traceback_count, OFFSET(struct tracemalloc_traceback, nframe))
FACT(traceback_frames, OFFSET(struct tracemalloc_traceback, frames))
FACT(traced_frame_size, sizeof(struct tracemalloc_frame))
FACT(traced_frame_file, OFFSET(struct tracemalloc_frame, filename))
FACT(traced_frame_line, OFFSET(struct tracemalloc_frame, lineno))
#if PY_VERSION_HEX >= 0x030F0000
FACT(traced_files_are_texts, 1)
#endif
#if PY_VERSION_HEX >= 0x030C0000
FACT(tracemalloc_config,
     OFFSET(struct _tracemalloc_runtime_state, allocators.obj) - OFFSET(struct _tracemalloc_runtime_state, config))
#endif

#if PY_VERSION_HEX >= 0x030D0000
#define SAID(fact, field) FACT(said_##fact, OFFSET(struct _Py_DebugOffsets, field))
DRYAD_LAYOUT_SAID(SAID)
#undef SAID
#endif

#undef OFFSET
