#include "core/part.h"

#include "core/error.h"

bool dryad_part_init(dryad_part *part, const dryad_allocator *allocator)
{
  *part = (dryad_part){.allocator = allocator, .store = dryad_store_new(allocator)};
  return part->store != NULL;
}

void dryad_part_deinit(dryad_part *part)
{
  const dryad_allocator *allocator = part->allocator;
  dryad_store_release(part->store);
  dryad_column_free(&part->addresses, allocator, sizeof(uint64_t));
  dryad_column_free(&part->types, allocator, sizeof(uint32_t));
  dryad_column_free(&part->sizes, allocator, sizeof(uint32_t));
  dryad_column_free(&part->lens, allocator, sizeof(uint32_t));
  dryad_column_free(&part->labels, allocator, sizeof(uint32_t));
  dryad_column_free(&part->ref_counts, allocator, sizeof(uint32_t));
  dryad_column_free(&part->refs, allocator, sizeof(uint64_t));
  *part = (dryad_part){.allocator = allocator};
}

bool dryad_part_reserve(dryad_part *part, uint64_t records, uint64_t refs)
{
  const dryad_allocator *allocator = part->allocator;
  uint64_t count = part->count + records;
  return dryad_column_reserve(&part->addresses, allocator, count, sizeof(uint64_t)) &&
         dryad_column_reserve(&part->types, allocator, count, sizeof(uint32_t)) &&
         dryad_column_reserve(&part->sizes, allocator, count, sizeof(uint32_t)) &&
         dryad_column_reserve(&part->lens, allocator, count, sizeof(uint32_t)) &&
         dryad_column_reserve(&part->labels, allocator, count, sizeof(uint32_t)) &&
         dryad_column_reserve(&part->ref_counts, allocator, count, sizeof(uint32_t)) &&
         dryad_column_reserve(&part->refs, allocator, part->ref_count + refs, sizeof(uint64_t));
}

/* From the numbers of one store to those of another. */
typedef struct renumbering {
  const dryad_allocator *allocator;
  uint32_t *types;
  uint32_t type_count;
  dryad_text_ref *texts; /* indexed by the old reference */
  uint64_t text_count;
  uint32_t *wide;
  uint32_t wide_count;
  uint32_t *extras; /* labels */
  uint32_t extra_count;
} renumbering;

static bool renumbering_init(renumbering *map, const dryad_store *from)
{
  *map = (renumbering){.allocator = from->allocator,
                       .type_count = from->type_count,
                       .text_count = from->texts.used / 8,
                       .wide_count = from->wide_count,
                       .extra_count = from->extra_count};
  map->types = dryad_alloc(map->allocator, map->type_count, sizeof *map->types);
  map->texts = dryad_alloc(map->allocator, map->text_count, sizeof *map->texts);
  map->wide = dryad_alloc(map->allocator, map->wide_count, sizeof *map->wide);
  map->extras = dryad_alloc(map->allocator, map->extra_count, sizeof *map->extras);
  return map->types && map->texts && map->wide && map->extras;
}

static void renumbering_deinit(renumbering *map)
{
  dryad_free(map->allocator, map->types, map->type_count, sizeof *map->types);
  dryad_free(map->allocator, map->texts, map->text_count, sizeof *map->texts);
  dryad_free(map->allocator, map->wide, map->wide_count, sizeof *map->wide);
  dryad_free(map->allocator, map->extras, map->extra_count, sizeof *map->extras);
}

static dryad_status move_store(renumbering *map, dryad_store *to, const dryad_store *from, dryad_error *error)
{
  dryad_status status = DRYAD_OK;
  for (uint32_t i = 0; i < from->type_count && !status; i++) {
    dryad_text name = dryad_store_type_name(from, i);
    status = dryad_store_type(to, name.data, name.length, &map->types[i], error);
  }
  for (dryad_text_ref ref = 0; ref < map->text_count && !status;) {
    dryad_text text = dryad_texts_get(&from->texts, ref);
    status = dryad_texts_add(&to->texts, text.data, text.length, &map->texts[ref], error);
    ref = dryad_texts_next(&from->texts, text);
  }
  for (uint32_t i = 0; i < from->wide_count && !status; i++)
    status = dryad_store_narrow(to, from->wide[i], &map->wide[i], error);
  for (uint32_t i = 0; i < from->extra_count && !status; i++) {
    dryad_extra extra = from->extras[i];
    if (extra.text != DRYAD_NO_TEXT) extra.text = map->texts[extra.text];
    if (extra.name != DRYAD_NO_TEXT) extra.name = map->texts[extra.name];
    status = dryad_store_extra(to, extra, &map->extras[i], error);
  }
  return status;
}

static uint32_t new_label(const renumbering *map, uint32_t label)
{
  uint32_t payload = label & DRYAD_LABEL_PAYLOAD;
  if (label == DRYAD_NO_LABEL) return label;
  switch (dryad_label_kind_of(label)) {
  case DRYAD_LABEL_INTEGER: return label;
  case DRYAD_LABEL_EXTRA: return map->extras[payload];
  default: return dryad_label_make(dryad_label_kind_of(label), map->texts[payload]);
  }
}

static uint32_t new_narrow(const renumbering *map, uint32_t narrow)
{
  return narrow < DRYAD_WIDE || narrow == DRYAD_NONE ? narrow : map->wide[narrow & ~DRYAD_WIDE];
}

static void renumber(const renumbering *map, dryad_part *part)
{
  uint32_t *types = part->types.data, *sizes = part->sizes.data, *lens = part->lens.data, *labels = part->labels.data;
  for (uint64_t i = 0; i < part->count; i++) types[i] = map->types[types[i]];
  for (uint64_t i = 0; i < part->count; i++) labels[i] = new_label(map, labels[i]);
  for (uint64_t i = 0; map->wide_count && i < part->count; i++) {
    sizes[i] = new_narrow(map, sizes[i]);
    lens[i] = new_narrow(map, lens[i]);
  }
}

dryad_status dryad_parts_join(dryad_part *parts, uint32_t part_count, dryad_error *error)
{
  for (uint32_t p = 1; p < part_count; p++) {
    renumbering map;
    dryad_status status = renumbering_init(&map, parts[p].store) ? DRYAD_OK : dryad_fail_memory(error);
    if (!status) status = move_store(&map, parts[0].store, parts[p].store, error);
    if (!status) {
      renumber(&map, &parts[p]);
      dryad_store_release(parts[p].store);
      parts[p].store = dryad_store_retain(parts[0].store);
    }
    renumbering_deinit(&map);
    if (status) return status;
  }
  return DRYAD_OK;
}
