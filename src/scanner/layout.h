/* SPDX-License-Identifier: MIT */
/* The scanner's facts about a CPython's structures: offsets and sizes in bytes, flags and values.
 *
 * dryad.scanner is built for one Python and takes the facts from its headers: `dryad_here` is constant, and the
 * compiler folds the decisions that depend on it. The library for other processes is built without any Python: it has a
 * table of facts for each version and variant (layouts/, layouts.c), and `dryad_here` is the matching one
 * (layout_detect.h).
 *
 * A fact that a version does not have is 0, and so is a flag: code may ask for the fact instead of the version. Lists
 * end with 0. */
#ifndef DRYAD_SCANNER_LAYOUT_H
#define DRYAD_SCANNER_LAYOUT_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The facts that Python 3.13 and newer publish in _Py_DebugOffsets, and which must match: the fact, and the name of the
 * field there. Leaves out sizes of structures that releases of one version extend at their ends. */
#define DRYAD_LAYOUT_SAID(SAID)                                                                                        \
  SAID(runtime_interpreters, runtime_state.interpreters_head)                                                          \
  SAID(interp_next, interpreter_state.next)                                                                            \
  SAID(interp_threads, interpreter_state.threads_head)                                                                 \
  SAID(interp_gc, interpreter_state.gc)                                                                                \
  SAID(interp_modules, interpreter_state.imports_modules)                                                              \
  SAID(thread_next, thread_state.next)                                                                                 \
  SAID(thread_id, thread_state.thread_id)                                                                              \
  SAID(thread_chunk, thread_state.datastack_chunk)                                                                     \
  SAID(thread_frame, thread_state.current_frame)                                                                       \
  SAID(frame_size, interpreter_frame.size)                                                                             \
  SAID(frame_previous, interpreter_frame.previous)                                                                     \
  SAID(frame_code, interpreter_frame.executable)                                                                       \
  SAID(frame_slots, interpreter_frame.localsplus)                                                                      \
  SAID(frame_owner, interpreter_frame.owner)                                                                           \
  SAID(code_size, code_object.size)                                                                                    \
  SAID(code_name, code_object.name)                                                                                    \
  SAID(object_size, pyobject.size)                                                                                     \
  SAID(object_type, pyobject.ob_type)                                                                                  \
  SAID(type_size, type_object.size)                                                                                    \
  SAID(type_name, type_object.tp_name)                                                                                 \
  SAID(type_flags, type_object.tp_flags)                                                                               \
  SAID(tuple_items, tuple_object.ob_item)                                                                              \
  SAID(object_count, tuple_object.ob_size)                                                                             \
  SAID(list_size, list_object.size)                                                                                    \
  SAID(list_items, list_object.ob_item)                                                                                \
  SAID(dict_size, dict_object.size)                                                                                    \
  SAID(dict_keys, dict_object.ma_keys)                                                                                 \
  SAID(dict_values, dict_object.ma_values)                                                                             \
  SAID(float_value, float_object.ob_fval)                                                                              \
  SAID(int_tag, long_object.lv_tag)                                                                                    \
  SAID(int_digits, long_object.ob_digit)                                                                               \
  SAID(bytes_data, bytes_object.ob_sval)                                                                               \
  SAID(str_size, unicode_object.size)                                                                                  \
  SAID(str_state, unicode_object.state)                                                                                \
  SAID(str_length, unicode_object.length)                                                                              \
  SAID(str_ascii_size, unicode_object.asciiobject_size)

enum {
  DRYAD_LAYOUT_LIST = 48, /* capacity of a list */
  /* The interpreter's state contains two of the C library's mutexes; only their size differs between machines. */
  DRYAD_LAYOUT_MUTEXES = 2 * sizeof(pthread_mutex_t),
  DRYAD_LAYOUT_DEBUG = sizeof(void *) /* a field that only debug builds have */
};

typedef struct dryad_layout {
  uint32_t version; /* 0x30B is 3.11 */
  bool free_threaded, debug;

  /* Objects. Variable-size ones have a count of items, which may be negative. */
  uint32_t object_size, object_type, object_count;
  uint32_t object_refcount;                     /* with a GIL */
  uint32_t object_ref_local, object_ref_shared; /* free-threaded: the two parts of the count, and their form */
  uint32_t ref_local_immortal, ref_shared_shift;
  uint32_t object_gc_bits, gc_tracked, gc_deferred; /* free-threaded: a byte, and its bits for objects that the
                                                       collector tracks, and for those that are not always counted */
  uint32_t gc_head;                                 /* before objects of the collector; none in free-threaded builds */

  /* Types, and the additional fields of heap types. */
  uint32_t type_size, type_name, type_basicsize, type_itemsize, type_flags, type_doc, type_traverse, type_members,
      type_base, type_dict, type_dictoffset, type_bases, type_mro, type_subclasses, type_is_gc;
  uint32_t heap_type_size, heap_type_name, heap_type_qualname, heap_type_slots, heap_type_keys;
  uint32_t heap_type_own_name; /* the copy of a name, if any (3.11 and newer) */
  uint32_t flag_managed_dict, flag_inline_values, flag_preheader, flag_static_builtin;

  /* Instances with a managed dict: the distances to the pointers before them, to the dict and to the values (3.11; in
   * 3.12 it is one pointer, odd for values). */
  uint32_t dict_before, values_before;

  /* Built-in containers. */
  uint32_t list_size, list_items, list_allocated;
  uint32_t tuple_items;
  uint32_t dict_size, dict_used, dict_keys, dict_values;
  uint32_t dict_unique_id; /* free-threaded, 3.14 and newer: not 0 if each thread has its own count of the dict */
  uint32_t keys_size, keys_refcount, keys_usable, keys_count, keys_indices;
  uint32_t keys_table_size;                                              /* 3.8 to 3.10: a number */
  uint32_t keys_log2_size, keys_log2_index, keys_kind;                   /* 3.11 and newer: bytes */
  uint32_t values_items, values_capacity, values_embedded, values_valid; /* the latter three from 3.13 on: bytes */
  uint32_t set_used, set_mask, set_table, set_own_table;                 /* the one in the object */
  uint32_t set_entry_size;

  /* Built-in values. A str's state has its kind in three bits from `str_kind_shift` on, and a bit for "ready" (3.8 to
   * 3.11). */
  uint32_t str_size, str_ascii_size, str_compact_size, str_length, str_state, str_utf8_length, str_utf8, str_data;
  uint32_t str_wide, str_wide_length; /* the wchar_t form, 3.8 to 3.11 */
  uint32_t str_kind_shift, str_compact, str_ascii, str_ready;
  uint32_t bytes_data, float_value;
  uint32_t int_tag, int_digits; /* 3.8 to 3.11 without a tag */

  /* Other objects. */
  uint32_t function_defaults, function_kwdefaults, function_closure, function_dict, function_annotations,
      function_annotate, function_type_params;
  uint32_t builtin_self, traceback_next, weakref_callback, proxy_mapping;
  uint32_t context_previous, context_variables, token_context, token_variable, token_old_value;
  uint32_t lru_first, lru_cache, lru_function, lru_entry_next, lru_entry_key, lru_entry_result;
  uint32_t future_size, future_loop, future_callback, future_callback_context, future_callbacks, future_exception,
      future_exception_traceback, future_result, future_source, future_cancel_message, future_awaited_by;
  uint32_t task_size, task_waiter, task_coroutine, task_name, task_context;
  uint32_t module_dict, module_definition, module_state, module_name, definition_copy;
  uint32_t function_name, builtin_definition, descriptor_name, descriptor_qualname, descriptor_method;
  uint32_t exception_args, exception_traceback, exception_context, exception_cause;
  uint32_t code_size, code_name, code_num_locals, code_stack_size, code_objects[DRYAD_LAYOUT_LIST];
  uint32_t code_cached, cached_size; /* a pointer to a block of objects (3.12) */
  uint32_t code_file, code_first_line, code_lines, code_variables[DRYAD_LAYOUT_LIST]; /* tuples of names */
  uint32_t code_instructions;                                                         /* in the object (3.11) */
  uint32_t code_copies; /* a pointer to an array of pointers to copies of them (free-threaded, 3.14) */

  /* Frames: from 3.11 on, not objects. A reference on a frame's stack may be tagged (3.14). */
  uint32_t frame_object_frame; /* of the object, from 3.11 on */
  uint32_t frame_object_code;  /* of the object, before */
  uint32_t frame_size, frame_previous, frame_object, frame_code, frame_function, frame_locals, frame_owner;
  uint32_t frame_stack_count, frame_stack_end; /* the end of the stack: a count up to 3.13, then a pointer */
  uint32_t frame_slots;
  uint32_t frame_instruction, frame_copy; /* a pointer; the index of the copy that has it */
  uint32_t frame_object_back, frame_object_trace, frame_object_locals; /* the last one up to 3.10 */
  uint32_t frame_object_instruction, frame_object_slots;               /* up to 3.10: a number; and the variables */
  uint32_t owned_by_frame_object, owned_by_interpreter; /* 3.12 and newer: the lowest owner without code */
  uint32_t reference_tags, reference_int; /* bits that are not part of the address; all set: not a reference */

  /* Generators: one has a frame object up to 3.10, and a frame in it from 3.11 on. Its state is a signed byte: one that
   * means that it waits for another, or up to 3.12 that it is suspended, and the lowest one without a frame. */
  uint32_t generator_frame_object, generator_frame, generator_code, generator_name, generator_qualname;
  uint32_t generator_state, generator_awaits, generator_ended;
  uint32_t opcodes_resume[DRYAD_LAYOUT_LIST]; /* 3.11 and 3.12: the argument says what came before */

  /* Threads, and the stack of exceptions that they handle: an exception lies before the pointer to the next one. A
   * thread's frame is an object up to 3.10. */
  uint32_t thread_next, thread_interpreter, thread_frame, thread_cframe, cframe_frame, thread_exceptions;
  uint32_t thread_id, thread_native_id; /* the latter from 3.11 on */
  uint32_t thread_chunk;                /* only compared: all fields that are read lie before it */
  uint32_t thread_objects[DRYAD_LAYOUT_LIST];
  uint32_t exception_previous;

  /* The interpreter, and the runtime. The collector's lists belong to the interpreter, in 3.8 to the runtime. */
  uint32_t runtime_interpreters;
  uint32_t interp_next, interp_id, interp_threads, interp_gc, interp_modules, interp_importlib;
  uint32_t interp_gil, gil_locked, gil_mutex; /* 3.12 and newer: a pointer to its GIL; none if free-threaded */
  uint32_t interp_modules_by_index, interp_builtins;
  /* What else it holds, in three parts of its state. The lists are pairs of offsets from a place in each: between them
   * lie pointers to objects that it counts, and things that are not pointers to objects. In a debug build, one or two
   * fields before the later places are there in addition (roots.c). */
  uint32_t interp_early, interp_late, interp_last;
  uint32_t held_early[DRYAD_LAYOUT_LIST], held_late[DRYAD_LAYOUT_LIST], held_last[DRYAD_LAYOUT_LIST];
  /* 3.12 and newer: what it knows of static types, as pairs from the last place. */
  uint32_t static_types[DRYAD_LAYOUT_LIST], static_type_size, static_type_subclasses;
  uint32_t builtins_copy;                          /* from `interp_late` */
  uint32_t exit_module, exit_functions, exit_list; /* of atexit, from `interp_late`: up to 3.9; up to 3.13; 3.14 on */
  uint32_t gc_lists[DRYAD_LAYOUT_LIST];
  uint32_t gc_enabled, gc_thresholds[DRYAD_LAYOUT_LIST], gc_garbage; /* a count follows each threshold */
  uint32_t runtime_mem_allocator, runtime_object_allocator;          /* 3.12 and newer */

  /* The allocator of small objects (3.12 and newer, not free-threaded), in the interpreter or, from 3.13 on, behind a
   * pointer there, which lies DRYAD_LAYOUT_DEBUG further on in debug builds. Its arenas are divided into pools of
   * one size, each for blocks of one class of sizes. */
  uint32_t interp_allocator, allocator_arenas, allocator_num_arenas;
  uint32_t arena_size, arena_address, arena_next_pool, arena_num_pools, pool_size, pool_num_blocks, pool_class;

  /* tracemalloc's table of traces, from the address of a block to its trace. In 3.8 the table says how long its keys
   * and traces are, and an entry contains the trace, after the key; later, it points to the trace. The files of a
   * traceback are strs, in 3.15 UTF-8 texts. */
  uint32_t traces_count, traces_num_buckets, traces_buckets, traces_key_size, traces_data_size;
  uint32_t trace_entry_size, trace_entry_key, trace_entry_trace;
  uint32_t trace_size, trace_bytes, trace_traceback;
  uint32_t traceback_count, traceback_frames, traced_frame_size, traced_frame_file, traced_frame_line;
  uint32_t traced_files_are_texts;
  uint32_t tracemalloc_config; /* 3.12 and newer: how far before its allocator of objects */

  /* Free-threaded: the locks that are held while the world is stopped, at their offsets in one release; they may be
   * some words off in others (world.c). The last one lies DRYAD_LAYOUT_MUTEXES further on. */
  uint32_t runtime_interpreters_lock, runtime_world_lock, world_lock;

  /* The offsets of these facts in _Py_DebugOffsets. */
#define SAID(fact, field) uint32_t said_##fact;
  DRYAD_LAYOUT_SAID(SAID)
#undef SAID
} dryad_layout;

/* Distinguishes a list's end from its first fact, which is never 0. */
#define DRYAD_LAYOUT_EACH(list, i)                                                                                     \
  size_t i = 0;                                                                                                        \
  i < DRYAD_LAYOUT_LIST && (list)[i] != 0;                                                                             \
  i++

#ifdef DRYAD_LIBRARY

extern dryad_layout dryad_here;

/* The known layouts; NULL for an index beyond the last. */
const dryad_layout *dryad_layouts_get(size_t index);

#else

#include "layout_headers.h"

#define FACT(name, value) .name = (uint32_t)(value),
#define LIST(name, ...) .name = {__VA_ARGS__},
static const dryad_layout dryad_here = {
#include "layout_facts.h"
};
#undef FACT
#undef LIST

#endif

#endif
