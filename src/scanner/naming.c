/* SPDX-License-Identifier: MIT */
#include "naming.h"

static void add(dryad_naming *naming, PyObject *object, const char *name)
{
  if (object == NULL) return;
  naming->known[naming->num_known].object = object;
  naming->known[naming->num_known++].name = name;
}

/* A frame object; from 3.11 on one that owns its frame, which is visited with it. */
static void add_frame_object(dryad_naming *naming, const PyObject *object)
{
  const dryad_frame *frame = dryad_frame_owned(object);
  naming->slots = dryad_frame_object_slots(object);
  if (frame == NULL) return;
  add(naming, dryad_frame_function(frame), "f_func");
  add(naming, dryad_frame_locals(frame), "f_locals");
  add(naming, (PyObject *)(uintptr_t)dryad_frame_code(frame), "f_code");
}

static void add_generator(dryad_naming *naming, const PyObject *object)
{
  const struct {
    const PyTypeObject *type;
    const char *frame, *code, *awaited;
  } names[] = {{&PyGen_Type, "gi_frame", "gi_code", "gi_yieldfrom"},
               {&PyCoro_Type, "cr_frame", "cr_code", "cr_await"},
               {&PyAsyncGen_Type, "ag_frame", "ag_code", "ag_await"}};
  size_t i = 0;
  while (i < sizeof names / sizeof *names - 1 && names[i].type != dryad_type_of(object)) i++;
  const dryad_frame *frame = dryad_generator_frame(object);
  add(naming, dryad_field_object(object, dryad_here.generator_name), "__name__");
  add(naming, dryad_field_object(object, dryad_here.generator_qualname), "__qualname__");
  if (frame != NULL) add(naming, dryad_frame_object(frame), names[i].frame);
  if (frame != NULL) add(naming, dryad_frame_function(frame), "f_func");
  add(naming, (PyObject *)(uintptr_t)dryad_generator_code(object), names[i].code);
  naming->slots = dryad_generator_slots(object);
  naming->awaited_slot = dryad_generator_awaited(object);
  naming->awaited = names[i].awaited;
}

/* Whether the order of its references tells the names: a built-in function has its object, then its module's name. */
static bool is_told_by_order(const dryad_type_info *info, const PyObject *object)
{
  if (info->shape == DRYAD_SHAPE_BUILTIN) return dryad_field_object(object, dryad_here.builtin_self) != NULL;
  return info->members.count == 0 && info->shape != DRYAD_SHAPE_GENERATOR;
}

bool dryad_naming_init(dryad_naming *naming, const dryad_type_info *info, const PyObject *object)
{
  if (is_told_by_order(info, object)) return false;
  naming->num_known = naming->next_slot = 0;
  naming->slots = (dryad_slots){0};
  naming->awaited_slot = DRYAD_NO_SLOT;
  naming->lru_entry = NULL;
  for (size_t i = 0; i < info->members.count; i++)
    add(naming, dryad_field_object(object, info->members.list[i].offset), info->members.list[i].name);
  if (info->shape == DRYAD_SHAPE_FRAME) add_frame_object(naming, object);
  if (info->shape == DRYAD_SHAPE_GENERATOR) add_generator(naming, object);
  if (info->shape == DRYAD_SHAPE_LRU_CACHE) naming->lru_entry = dryad_field_pointer(object, dryad_here.lru_first);
  return true;
}

/* An lru_cache visits the keys and results of its entries first, in the order of their list. */
static const char *lru_name(dryad_naming *naming, const PyObject *referent)
{
  const void *entry = naming->lru_entry;
  if (entry == NULL) return NULL;
  if (referent == dryad_field_object(entry, dryad_here.lru_entry_key)) return "key";
  if (referent != dryad_field_object(entry, dryad_here.lru_entry_result)) return NULL;
  naming->lru_entry = dryad_field_pointer(entry, dryad_here.lru_entry_next);
  return "result";
}

dryad_reference_name dryad_naming_next(dryad_naming *naming, const PyObject *referent)
{
  const char *of_entry = lru_name(naming, referent);
  if (of_entry != NULL) return (dryad_reference_name){.text = of_entry};
  for (size_t i = 0; i < naming->num_known; i++) {
    if (naming->known[i].object != referent) continue;
    naming->known[i].object = NULL;
    return (dryad_reference_name){.text = naming->known[i].name};
  }
  /* Slots are visited in order, and most of them are. */
  for (size_t i = naming->next_slot; i < naming->slots.count; i++) {
    if (dryad_slots_get(&naming->slots, i) != referent) continue;
    naming->next_slot = i + 1;
    if (i == naming->awaited_slot) return (dryad_reference_name){.text = naming->awaited};
    return (dryad_reference_name){.object = dryad_slots_name(&naming->slots, i)};
  }
  return (dryad_reference_name){0};
}
