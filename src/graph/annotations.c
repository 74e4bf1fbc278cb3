/* SPDX-License-Identifier: MIT */
#include "graph/annotations.h"

#include "base/error.h"
#include "base/search.h"
#include "base/sort.h"

/* ---- life -------------------------------------------------------------------------------------- */

dryad_annotations *dryad_annotations_retain(dryad_annotations *annotations)
{
  if (annotations) annotations->references++;
  return annotations;
}

void dryad_annotations_release(dryad_annotations *annotations)
{
  if (!annotations || --annotations->references) return;
  const dryad_allocator *allocator = annotations->allocator;
  dryad_free(allocator, annotations->named, annotations->name_count, sizeof *annotations->named);
  dryad_free(allocator, annotations->names, annotations->name_count, sizeof *annotations->names);
  dryad_free(allocator, annotations->roots, annotations->root_count, sizeof *annotations->roots);
  dryad_free(allocator, annotations->reasons, annotations->root_count, sizeof *annotations->reasons);
  dryad_free(allocator, annotations, 1, sizeof *annotations);
}

uint64_t dryad_annotations_bytes(const dryad_annotations *annotations)
{
  if (!annotations) return 0;
  return annotations->name_count * (sizeof *annotations->named + sizeof *annotations->names) +
         annotations->root_count * (sizeof *annotations->roots + sizeof *annotations->reasons);
}

static uint64_t key_of(dryad_id id, uint64_t position) { return (uint64_t)id << 32 | position; }

uint64_t dryad_annotations_seek(const dryad_annotations *annotations, dryad_id id, uint64_t position)
{
  if (!annotations) return 0;
  uint64_t key = key_of(id, position), low = 0, high = annotations->name_count;
  while (low < high) {
    uint64_t middle = low + (high - low) / 2;
    if (annotations->named[middle] < key)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

dryad_text_ref dryad_annotations_name(const dryad_annotations *annotations, dryad_id id, uint64_t position)
{
  if (!annotations) return DRYAD_NO_TEXT;
  uint64_t i = dryad_annotations_seek(annotations, id, position);
  bool is_named = i < annotations->name_count && annotations->named[i] == key_of(id, position);
  return is_named ? annotations->names[i] : DRYAD_NO_TEXT;
}

dryad_root_reason dryad_annotations_root(const dryad_annotations *annotations, dryad_id id)
{
  if (!annotations) return DRYAD_ROOT_NONE;
  uint64_t place = dryad_lower_bound(annotations->roots, annotations->root_count, id);
  bool is_root = place < annotations->root_count && annotations->roots[place] == id;
  return is_root ? annotations->reasons[place] : DRYAD_ROOT_NONE;
}

/* ---- making ------------------------------------------------------------------------------------ */

void dryad_annotations_builder_init(dryad_annotations_builder *builder, const dryad_allocator *allocator)
{
  *builder = (dryad_annotations_builder){.allocator = allocator};
}

void dryad_annotations_builder_deinit(dryad_annotations_builder *builder)
{
  dryad_column_free(&builder->named, builder->allocator, sizeof(uint64_t));
  dryad_column_free(&builder->names, builder->allocator, sizeof(dryad_text_ref));
  dryad_column_free(&builder->roots, builder->allocator, sizeof(uint64_t));
  dryad_column_free(&builder->reasons, builder->allocator, sizeof(uint32_t));
}

bool dryad_annotations_expect(dryad_annotations_builder *builder, uint64_t names)
{
  return dryad_column_reserve(&builder->named, builder->allocator, builder->name_count + names, sizeof(uint64_t)) &&
         dryad_column_reserve(&builder->names, builder->allocator, builder->name_count + names, sizeof(dryad_text_ref));
}

bool dryad_annotations_add_name(dryad_annotations_builder *builder, dryad_id id, uint64_t position, dryad_text_ref name)
{
  uint64_t i = builder->name_count;
  if (!dryad_annotations_expect(builder, 1)) return false;
  ((uint64_t *)builder->named.data)[i] = key_of(id, position);
  ((dryad_text_ref *)builder->names.data)[i] = name;
  builder->name_count++;
  return true;
}

bool dryad_annotations_add_root(dryad_annotations_builder *builder, dryad_id id, bool is_part, dryad_root_reason reason)
{
  uint64_t i = builder->root_count;
  if (!dryad_column_reserve(&builder->roots, builder->allocator, i + 1, sizeof(uint64_t)) ||
      !dryad_column_reserve(&builder->reasons, builder->allocator, i + 1, sizeof(uint32_t)))
    return false;
  ((uint64_t *)builder->roots.data)[i] = (uint64_t)id << 1 | is_part;
  ((uint32_t *)builder->reasons.data)[i] = reason;
  builder->root_count++;
  return true;
}

static uint64_t distinct_names(const dryad_annotations_builder *builder)
{
  const uint64_t *named = builder->named.data;
  uint64_t count = 0;
  for (uint64_t i = 0; i < builder->name_count; i++) count += i == 0 || named[i] != named[i - 1];
  return count;
}

static uint32_t distinct_roots(const dryad_annotations_builder *builder)
{
  const uint64_t *roots = builder->roots.data;
  uint32_t count = 0;
  for (uint64_t i = 0; i < builder->root_count; i++) count += i == 0 || roots[i] >> 1 != roots[i - 1] >> 1;
  return count;
}

/* Both copy the first of equals from the sorted input. */
static void fill_names(dryad_annotations *annotations, const dryad_annotations_builder *builder)
{
  const uint64_t *named = builder->named.data;
  const dryad_text_ref *names = builder->names.data;
  uint64_t next = 0;
  for (uint64_t i = 0; i < builder->name_count; i++) {
    if (i > 0 && named[i] == named[i - 1]) continue;
    annotations->named[next] = named[i];
    annotations->names[next++] = names[i];
  }
}

static void fill_roots(dryad_annotations *annotations, const dryad_annotations_builder *builder)
{
  const uint64_t *roots = builder->roots.data;
  const uint32_t *reasons = builder->reasons.data;
  uint32_t next = 0;
  for (uint64_t i = 0; i < builder->root_count; i++) {
    if (i > 0 && roots[i] >> 1 == roots[i - 1] >> 1) continue;
    annotations->roots[next] = (dryad_id)(roots[i] >> 1);
    annotations->reasons[next++] = (unsigned char)reasons[i];
  }
}

static dryad_annotations *make(const dryad_annotations_builder *builder)
{
  const dryad_allocator *allocator = builder->allocator;
  dryad_annotations *made = dryad_calloc(allocator, 1, sizeof *made);
  if (!made) return NULL;
  *made = (dryad_annotations){.allocator = allocator,
                              .references = 1,
                              .name_count = distinct_names(builder),
                              .has_roots = builder->has_roots,
                              .root_count = distinct_roots(builder)};
  made->named = dryad_alloc(allocator, made->name_count, sizeof *made->named);
  made->names = dryad_alloc(allocator, made->name_count, sizeof *made->names);
  made->roots = dryad_alloc(allocator, made->root_count, sizeof *made->roots);
  made->reasons = dryad_alloc(allocator, made->root_count, sizeof *made->reasons);
  if (made->named && made->names && made->roots && made->reasons) {
    fill_names(made, builder);
    fill_roots(made, builder);
    return made;
  }
  dryad_annotations_release(made);
  return NULL;
}

dryad_status dryad_annotations_finish(dryad_annotations **out, dryad_annotations_builder *builder, dryad_error *error)
{
  *out = NULL;
  if (builder->name_count == 0 && !builder->has_roots) return DRYAD_OK;
  dryad_status status =
      dryad_sort(builder->allocator, builder->named.data, builder->names.data, builder->name_count, error);
  if (!status)
    status = dryad_sort(builder->allocator, builder->roots.data, builder->reasons.data, builder->root_count, error);
  if (status) return status;
  *out = make(builder);
  return *out ? DRYAD_OK : dryad_fail_memory(error);
}

/* ---- for another graph --------------------------------------------------------------------------- */

static bool add_moved(dryad_annotations_builder *builder, const dryad_annotations *from,
                      const dryad_annotations_move *move)
{
  for (uint64_t i = 0; i < from->name_count; i++) {
    dryad_id id = (dryad_id)(from->named[i] >> 32);
    uint64_t position = (uint32_t)from->named[i];
    if (!move->reference(move->context, &id, &position)) continue;
    if (!dryad_annotations_add_name(builder, id, position, from->names[i])) return false;
  }
  for (uint32_t i = 0; i < from->root_count; i++) {
    bool is_part = false;
    dryad_id id = move->object(move->context, from->roots[i], &is_part);
    if (id == DRYAD_NONE) continue;
    if (!dryad_annotations_add_root(builder, id, is_part, (dryad_root_reason)from->reasons[i])) return false;
  }
  return true;
}

dryad_status dryad_annotations_moved(dryad_annotations **out, const dryad_annotations *annotations,
                                     const dryad_annotations_move *move, const dryad_allocator *allocator,
                                     dryad_error *error)
{
  dryad_annotations_builder builder;
  *out = NULL;
  if (!annotations && !move->add) return DRYAD_OK;
  dryad_annotations_builder_init(&builder, allocator);
  builder.has_roots = annotations && annotations->has_roots;
  bool ok = !annotations || add_moved(&builder, annotations, move);
  dryad_status status = ok ? DRYAD_OK : dryad_fail_memory(error);
  if (!status && move->add) status = move->add(move->context, &builder, error);
  if (!status) status = dryad_annotations_finish(out, &builder, error);
  dryad_annotations_builder_deinit(&builder);
  return status;
}
