/* SPDX-License-Identifier: MIT */
/* Validates an index: counts that agree with each other, and blocks that are safe to follow. */
#include <string.h>

#include "analysis/roots.h"
#include "formats/index/index_layout.h"
#include "graph/graph.h"

/* A block of one section: elements from .. from + count - 1 of the section. */
typedef struct piece {
  const dryad_index_facts *facts;
  dryad_index_section section;
  uint64_t from, count;
  uint64_t first; /* from the directory */
  uint64_t next;  /* the first element of the next block; for the last block, an upper bound */
} piece;

static uint64_t count_of(const dryad_index_facts *facts, dryad_index_section section)
{
  return facts->header.counts[section];
}

/* The upper bound of an ascending section. */
static uint64_t bound_of(const dryad_index_facts *facts, dryad_index_section section)
{
  switch (dryad_index_kind(section)) {
  case DRYAD_INDEX_CHILD_OFFSETS: return count_of(facts, DRYAD_INDEX_CHILDREN);
  case DRYAD_INDEX_PARENT_OFFSETS: return count_of(facts, DRYAD_INDEX_PARENTS);
  case DRYAD_INDEX_ROOTS:
  case DRYAD_INDEX_GIVEN_ROOTS:
  case DRYAD_INDEX_DETAIL_IDS: return count_of(facts, DRYAD_INDEX_TYPES);
  case DRYAD_INDEX_NAMED_REFS: return count_of(facts, DRYAD_INDEX_TYPES) << 32;
  default: return UINT64_MAX;
  }
}

static piece piece_of(const dryad_index_facts *facts, dryad_index_section section, uint64_t block)
{
  uint64_t each = DRYAD_INDEX_BLOCK / dryad_index_element_size(section), all = count_of(facts, section);
  const dryad_index_block *entry = facts->blocks + facts->layout.sections[section].first_block + block;
  piece p = {.facts = facts, .section = section, .from = block * each, .first = entry->first};
  p.count = all - p.from < each ? all - p.from : each;
  p.next = p.from + p.count < all ? entry[1].first : bound_of(facts, section);
  return p;
}

/* ---- the whole index --------------------------------------------------------------------------- */

/* Whether the wraps lie where offsets of that size can wrap. */
static bool are_wraps_sound(const dryad_offsets *wraps, uint64_t objects, uint64_t edges)
{
  if (wraps->wrap_count > edges >> 32) return false;
  for (uint32_t i = 0; i < wraps->wrap_count; i++)
    if (wraps->wraps[i] > objects || (i > 0 && wraps->wraps[i] < wraps->wraps[i - 1])) return false;
  return true;
}

static const dryad_offsets *wraps_of(const dryad_index_facts *facts, dryad_index_section section)
{
  return section == DRYAD_INDEX_CHILD_OFFSETS ? &facts->child_offsets : &facts->parent_offsets;
}

/* Whether substitute addresses can ascend from this block's first to the next one's. The missing ones, from `objects`
   on, ascend separately. */
static bool has_room_for_addresses(const piece *p)
{
  uint64_t objects = count_of(p->facts, DRYAD_INDEX_TYPES), end = p->from + p->count;
  bool starts_anew = p->from < objects && objects < end;
  uint64_t before = starts_anew ? objects - p->from : p->count;
  if (p->first > UINT64_MAX - (before - 1)) return false;
  if (end == count_of(p->facts, DRYAD_INDEX_ADDRESSES) || end == objects) return true;
  return starts_anew ? p->next >= end - objects : p->next > p->first && p->next - p->first >= p->count;
}

static bool is_entry_sound(const piece *p)
{
  switch (dryad_index_kind(p->section)) {
  case DRYAD_INDEX_ADDRESSES: return has_room_for_addresses(p);
  case DRYAD_INDEX_CHILD_OFFSETS:
  case DRYAD_INDEX_PARENT_OFFSETS:
    return p->first >> 32 == dryad_offset_high(wraps_of(p->facts, p->section), p->from) && p->first <= p->next &&
           (p->from > 0 || p->first == 0);
  case DRYAD_INDEX_ROOTS:
  case DRYAD_INDEX_GIVEN_ROOTS:
  case DRYAD_INDEX_DETAIL_IDS:
  case DRYAD_INDEX_NAMED_REFS: return p->first < p->next && p->next - p->first >= p->count;
  default: return true;
  }
}

/* Units of 8 bytes; the last text may be of any length. */
#define MOST_TEXTS ((uint64_t)DRYAD_MAX_TEXT_REF << 1)

/* The values of a kind are those of its ids or, without ids, those of all objects, if there are any. */
static bool are_detail_counts_sound(const uint64_t *counts, uint64_t objects)
{
  for (unsigned kind = 0; kind < DRYAD_DETAIL_KINDS; kind++) {
    uint64_t ids = counts[DRYAD_INDEX_DETAIL_IDS + kind], values = counts[DRYAD_INDEX_DETAIL_VALUES + kind];
    if (ids ? values != ids : values != 0 && values != objects) return false;
  }
  return true;
}

static const char *counts_problem(const dryad_index_facts *facts)
{
  const uint64_t *counts = facts->header.counts;
  uint64_t objects = counts[DRYAD_INDEX_TYPES], roots = counts[DRYAD_INDEX_ROOTS];
  uint64_t dominators = facts->header.has_dominators ? objects : 0;
  bool sound = counts[DRYAD_INDEX_ADDRESSES] <= UINT32_MAX && counts[DRYAD_INDEX_ADDRESSES] >= objects &&
               counts[DRYAD_INDEX_SIZES] == objects && counts[DRYAD_INDEX_LENS] == objects &&
               counts[DRYAD_INDEX_LABELS] == objects && counts[DRYAD_INDEX_CHILD_OFFSETS] == objects + 1 &&
               counts[DRYAD_INDEX_PARENT_OFFSETS] == objects + 1 &&
               counts[DRYAD_INDEX_PARENTS] <= counts[DRYAD_INDEX_CHILDREN] &&
               (objects > 0 || counts[DRYAD_INDEX_CHILDREN] == 0) && facts->header.total_size <= INT64_MAX &&
               facts->header.dangling_refs <= counts[DRYAD_INDEX_CHILDREN];
  bool texts_sound =
      counts[DRYAD_INDEX_TEXTS] % 8 == 0 && counts[DRYAD_INDEX_TEXTS] / 8 <= MOST_TEXTS &&
      counts[DRYAD_INDEX_TYPE_TEXTS] % 8 == 0 && counts[DRYAD_INDEX_TYPE_NAMES] <= counts[DRYAD_INDEX_TYPE_TEXTS] / 8 &&
      (objects == 0 || counts[DRYAD_INDEX_TYPE_NAMES] > 0) && counts[DRYAD_INDEX_WIDE] <= DRYAD_LABEL_PAYLOAD &&
      counts[DRYAD_INDEX_TYPE_NAMES] <= DRYAD_LABEL_PAYLOAD && counts[DRYAD_INDEX_EXTRAS] <= DRYAD_LABEL_PAYLOAD;
  bool answers_sound = roots <= objects && counts[DRYAD_INDEX_ROOT_REASONS] == roots &&
                       (facts->header.has_roots || (roots == 0 && !facts->header.has_dominators)) &&
                       counts[DRYAD_INDEX_RETAINED] == dominators && counts[DRYAD_INDEX_DOMINATORS] == dominators &&
                       counts[DRYAD_INDEX_DOMINATED] <= dominators && facts->header.reachable_size <= INT64_MAX;
  uint64_t given = counts[DRYAD_INDEX_GIVEN_ROOTS];
  bool annotations_sound = counts[DRYAD_INDEX_NAMED_REFS] <= counts[DRYAD_INDEX_CHILDREN] &&
                           counts[DRYAD_INDEX_REF_NAMES] == counts[DRYAD_INDEX_NAMED_REFS] && given <= objects &&
                           counts[DRYAD_INDEX_GIVEN_REASONS] == given && (facts->header.has_given_roots || given == 0);
  return sound && texts_sound && answers_sound && annotations_sound && are_detail_counts_sound(counts, objects)
             ? NULL
             : "its header has counts that contradict each other";
}

const char *dryad_index_facts_problem(const dryad_index_facts *facts)
{
  const char *problem = counts_problem(facts);
  uint64_t objects = count_of(facts, DRYAD_INDEX_TYPES);
  if (problem) return problem;
  if (!are_wraps_sound(&facts->child_offsets, objects, count_of(facts, DRYAD_INDEX_CHILDREN)) ||
      !are_wraps_sound(&facts->parent_offsets, objects, count_of(facts, DRYAD_INDEX_PARENTS)))
    return "its directory has impossible offsets";
  for (dryad_index_section s = 0; s < DRYAD_INDEX_SECTIONS; s++) {
    uint64_t blocks = dryad_index_block_count(&facts->layout, s);
    for (uint64_t k = 0; k < blocks; k++) {
      piece p = piece_of(facts, s, k);
      if (!is_entry_sound(&p)) return "its directory has blocks out of order";
    }
  }
  return NULL;
}

/* ---- a block ----------------------------------------------------------------------------------- */

/* Loops without an early exit, which compilers vectorize: these check most of the data. */
static bool all_below(const uint32_t *numbers, uint64_t count, uint64_t bound)
{
  uint32_t largest = 0;
  for (uint64_t i = 0; i < count; i++) largest = numbers[i] > largest ? numbers[i] : largest;
  return count == 0 || largest < bound;
}

/* DRYAD_NONE is allowed. */
static bool all_below_or_none(const uint32_t *numbers, uint64_t count, uint64_t bound)
{
  bool beyond = false;
  for (uint64_t i = 0; i < count; i++) beyond |= numbers[i] != DRYAD_NONE && numbers[i] >= bound;
  return !beyond;
}

static bool are_narrow(const uint32_t *numbers, uint64_t count, uint64_t wide, bool may_be_none)
{
  bool beyond = false;
  for (uint64_t i = 0; i < count; i++)
    beyond |=
        numbers[i] >= DRYAD_WIDE && (numbers[i] & ~DRYAD_WIDE) >= wide && !(may_be_none && numbers[i] == DRYAD_NONE);
  return !beyond;
}

static bool are_labels(const uint32_t *labels, uint64_t count, uint64_t texts, uint64_t extras)
{
  bool beyond = false;
  for (uint64_t i = 0; i < count; i++) {
    uint32_t payload = labels[i] & DRYAD_LABEL_PAYLOAD;
    dryad_label_kind kind = dryad_label_kind_of(labels[i]);
    beyond |= (kind == DRYAD_LABEL_VALUE || kind == DRYAD_LABEL_NAME) && payload >= texts;
    beyond |= kind == DRYAD_LABEL_EXTRA && payload >= extras && labels[i] != DRYAD_NO_LABEL;
  }
  return !beyond;
}

static bool are_extras(const dryad_extra *extras, uint64_t count, uint64_t texts)
{
  for (uint64_t i = 0; i < count; i++) {
    int kind;
    memcpy(&kind, &extras[i].kind, sizeof kind);
    if (kind < DRYAD_VALUE_NONE || kind > DRYAD_VALUE_BIG_INTEGER) return false;
    bool has_text = kind == DRYAD_VALUE_TEXT || kind == DRYAD_VALUE_BIG_INTEGER;
    if (has_text && extras[i].text >= texts) return false;
    if (extras[i].name != DRYAD_NO_TEXT && extras[i].name >= texts) return false;
  }
  return true;
}

static bool are_addresses(const piece *p, const uint64_t *addresses)
{
  uint64_t objects = count_of(p->facts, DRYAD_INDEX_TYPES), end = p->from + p->count;
  if (addresses[0] != p->first) return false;
  for (uint64_t i = 1; i < p->count; i++)
    if (addresses[i] <= addresses[i - 1] && p->from + i != objects) return false;
  return end == count_of(p->facts, DRYAD_INDEX_ADDRESSES) || end == objects || addresses[p->count - 1] < p->next;
}

static bool are_offsets(const piece *p, const uint32_t *low)
{
  const dryad_offsets *wraps = wraps_of(p->facts, p->section);
  uint64_t high = dryad_offset_high(wraps, p->from), before = p->first;
  if (low[0] != (uint32_t)p->first) return false;
  for (uint64_t i = 0; i < p->count; i++) {
    while (high < wraps->wrap_count && wraps->wraps[high] <= p->from + i) high++;
    uint64_t offset = high << 32 | low[i];
    if (offset < before) return false;
    before = offset;
  }
  return before <= p->next && (p->from + p->count < count_of(p->facts, p->section) || before == p->next);
}

static bool are_roots(const piece *p, const dryad_id *ids)
{
  if (ids[0] != p->first) return false;
  for (uint64_t i = 1; i < p->count; i++)
    if (ids[i] <= ids[i - 1]) return false;
  return ids[p->count - 1] < p->next;
}

static bool are_named_refs(const piece *p, const uint64_t *named)
{
  if (named[0] != p->first) return false;
  for (uint64_t i = 1; i < p->count; i++)
    if (named[i] <= named[i - 1]) return false;
  return named[p->count - 1] < p->next;
}

static bool are_reasons(const unsigned char *reasons, uint64_t count)
{
  bool beyond = false;
  for (uint64_t i = 0; i < count; i++) beyond |= reasons[i] <= DRYAD_ROOT_NONE || reasons[i] > DRYAD_ROOT_LAST;
  return !beyond;
}

static bool are_sizes(const uint64_t *sizes, uint64_t count)
{
  bool beyond = false;
  for (uint64_t i = 0; i < count; i++) beyond |= sizes[i] > INT64_MAX;
  return !beyond;
}

static bool is_sound(const piece *p, const void *data)
{
  const uint64_t *counts = p->facts->header.counts;
  uint64_t objects = counts[DRYAD_INDEX_TYPES], texts = counts[DRYAD_INDEX_TEXTS] / 8;
  switch (dryad_index_kind(p->section)) {
  case DRYAD_INDEX_ADDRESSES: return are_addresses(p, data);
  case DRYAD_INDEX_TYPES: return all_below(data, p->count, counts[DRYAD_INDEX_TYPE_NAMES]);
  case DRYAD_INDEX_SIZES: return are_narrow(data, p->count, counts[DRYAD_INDEX_WIDE], false);
  case DRYAD_INDEX_LENS: return are_narrow(data, p->count, counts[DRYAD_INDEX_WIDE], true);
  case DRYAD_INDEX_LABELS: return are_labels(data, p->count, texts, counts[DRYAD_INDEX_EXTRAS]);
  case DRYAD_INDEX_CHILD_OFFSETS:
  case DRYAD_INDEX_PARENT_OFFSETS: return are_offsets(p, data);
  case DRYAD_INDEX_CHILDREN: return all_below(data, p->count, counts[DRYAD_INDEX_ADDRESSES]);
  case DRYAD_INDEX_PARENTS:
  case DRYAD_INDEX_DOMINATED: return all_below(data, p->count, objects);
  case DRYAD_INDEX_TYPE_NAMES: return all_below(data, p->count, counts[DRYAD_INDEX_TYPE_TEXTS] / 8);
  case DRYAD_INDEX_EXTRAS: return are_extras(data, p->count, texts);
  case DRYAD_INDEX_ROOTS:
  case DRYAD_INDEX_GIVEN_ROOTS:
  case DRYAD_INDEX_DETAIL_IDS: return are_roots(p, data);
  case DRYAD_INDEX_DETAIL_VALUES: return all_below_or_none(data, p->count, texts);
  case DRYAD_INDEX_NAMED_REFS: return are_named_refs(p, data);
  case DRYAD_INDEX_REF_NAMES: return all_below(data, p->count, texts);
  case DRYAD_INDEX_ROOT_REASONS:
  case DRYAD_INDEX_GIVEN_REASONS: return are_reasons(data, p->count);
  case DRYAD_INDEX_RETAINED: return are_sizes(data, p->count);
  case DRYAD_INDEX_DOMINATORS: return all_below_or_none(data, p->count, objects);
  case DRYAD_INDEX_TEXTS: /* any bytes are safe: see dryad_string_pool_get */
  case DRYAD_INDEX_TYPE_TEXTS:
  case DRYAD_INDEX_WIDE:
  case DRYAD_INDEX_SECTIONS: break;
  }
  return true;
}

const char *dryad_index_block_problem(const dryad_index_facts *facts, dryad_index_section section, uint64_t block,
                                      const void *data)
{
  piece p = piece_of(facts, section, block);
  return is_sound(&p, data) ? NULL : "its checksum is right, but it holds impossible values";
}

/* ---- substitute blocks ------------------------------------------------------------------------- */

static void make_addresses(const piece *p, uint64_t *addresses)
{
  uint64_t objects = count_of(p->facts, DRYAD_INDEX_TYPES);
  for (uint64_t i = 0; i < p->count; i++) {
    bool is_second_part = p->from < objects && p->from + i >= objects;
    addresses[i] = is_second_part ? p->from + i - objects : p->first + i;
  }
}

/* No edges, as far as the wraps allow. */
static void make_offsets(const piece *p, uint32_t *low)
{
  const dryad_offsets *wraps = wraps_of(p->facts, p->section);
  for (uint64_t i = 0; i < p->count; i++) {
    uint64_t least = dryad_offset_high(wraps, p->from + i) << 32;
    low[i] = p->first > least ? (uint32_t)p->first : 0;
  }
}

void dryad_index_make_safe(const dryad_index_facts *facts, dryad_index_section section, uint64_t block, void *data)
{
  piece p = piece_of(facts, section, block);
  dryad_id *ids = data;
  uint64_t *named = data;
  dryad_extra *extras = data;
  memset(data, 0, p.count * dryad_index_element_size(section));
  switch (dryad_index_kind(section)) {
  case DRYAD_INDEX_ADDRESSES: make_addresses(&p, data); break;
  case DRYAD_INDEX_CHILD_OFFSETS:
  case DRYAD_INDEX_PARENT_OFFSETS: make_offsets(&p, data); break;
  case DRYAD_INDEX_LENS:
  case DRYAD_INDEX_LABELS:
  case DRYAD_INDEX_DETAIL_VALUES:
  case DRYAD_INDEX_DOMINATORS: memset(data, 0xff, p.count * sizeof *ids); break;
  case DRYAD_INDEX_EXTRAS:
    for (uint64_t i = 0; i < p.count; i++) extras[i] = (dryad_extra){.text = DRYAD_NO_TEXT, .name = DRYAD_NO_TEXT};
    break;
  case DRYAD_INDEX_NAMED_REFS:
    for (uint64_t i = 0; i < p.count; i++) named[i] = p.first + i;
    break;
  case DRYAD_INDEX_ROOTS:
  case DRYAD_INDEX_GIVEN_ROOTS:
  case DRYAD_INDEX_DETAIL_IDS:
    for (uint64_t i = 0; i < p.count; i++) ids[i] = (dryad_id)(p.first + i);
    break;
  case DRYAD_INDEX_ROOT_REASONS:
  case DRYAD_INDEX_GIVEN_REASONS: memset(data, DRYAD_ROOT_GIVEN, p.count); break;
  default: break;
  }
}
