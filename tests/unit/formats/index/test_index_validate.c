/* SPDX-License-Identifier: MIT */
/* The rules for an index: for each one, the valid case at its boundary, and a case that violates only that rule. */
#include "analysis/roots.h"
#include "formats/index/index_layout.h"
#include "graph/store.h"
#include "testing.h"

#define HUGE (UINT64_C(1) << 33)

/* The sections of details that some objects have, and of such as most have. */
#define SOME_IDS ((dryad_index_section)(DRYAD_INDEX_DETAIL_IDS + DRYAD_DETAIL_LINE))
#define SOME_VALUES ((dryad_index_section)(DRYAD_INDEX_DETAIL_VALUES + DRYAD_DETAIL_LINE))
#define ALL_IDS ((dryad_index_section)(DRYAD_INDEX_DETAIL_IDS + DRYAD_DETAIL_FILE))
#define ALL_VALUES ((dryad_index_section)(DRYAD_INDEX_DETAIL_VALUES + DRYAD_DETAIL_FILE))

/* A heap in which object i has the address 100 + i, refers to itself by a name, is a root and a given one, has a line
   and a file, and has no dominator. */
typedef struct scene {
  dryad_index_facts facts;
  dryad_index_block *blocks;
  uint32_t wraps[4];
} scene;

static void lay_out(scene *s)
{
  dryad_index_facts *f = &s->facts;
  assert_null(dryad_index_lay_out(&f->layout, &f->header));
  free(s->blocks);
  s->blocks = calloc(f->layout.block_count + 1, sizeof *s->blocks);
  f->blocks = s->blocks;
  f->child_offsets.wraps = f->parent_offsets.wraps = s->wraps;
  for (dryad_index_section section = 0; section < DRYAD_INDEX_SECTIONS; section++)
    for (uint64_t k = 0; k < dryad_index_block_count(&f->layout, section); k++) {
      uint64_t from = k * (DRYAD_INDEX_BLOCK / dryad_index_element_size(section));
      uint64_t *first = &s->blocks[f->layout.sections[section].first_block + k].first;
      if (section == SOME_IDS) *first = from;
      switch (section) {
      case DRYAD_INDEX_ADDRESSES: *first = 100 + from; break;
      case DRYAD_INDEX_CHILD_OFFSETS:
      case DRYAD_INDEX_PARENT_OFFSETS:
      case DRYAD_INDEX_ROOTS:
      case DRYAD_INDEX_GIVEN_ROOTS: *first = from; break;
      case DRYAD_INDEX_NAMED_REFS: *first = from << 32; break;
      default: break;
      }
    }
}

static void set_up(scene *s, uint64_t objects)
{
  static const dryad_index_section one_each[] = {DRYAD_INDEX_ADDRESSES,
                                                 DRYAD_INDEX_TYPES,
                                                 DRYAD_INDEX_SIZES,
                                                 DRYAD_INDEX_LENS,
                                                 DRYAD_INDEX_LABELS,
                                                 DRYAD_INDEX_CHILDREN,
                                                 DRYAD_INDEX_PARENTS,
                                                 DRYAD_INDEX_ROOTS,
                                                 DRYAD_INDEX_DOMINATORS,
                                                 DRYAD_INDEX_ROOT_REASONS,
                                                 DRYAD_INDEX_RETAINED,
                                                 DRYAD_INDEX_DOMINATED,
                                                 DRYAD_INDEX_NAMED_REFS,
                                                 DRYAD_INDEX_REF_NAMES,
                                                 DRYAD_INDEX_GIVEN_ROOTS,
                                                 DRYAD_INDEX_GIVEN_REASONS,
                                                 SOME_IDS,
                                                 SOME_VALUES,
                                                 ALL_VALUES};
  *s = (scene){.facts.header = {.has_roots = 1, .has_dominators = 1, .has_given_roots = 1}};
  uint64_t *counts = s->facts.header.counts;
  for (unsigned i = 0; i < sizeof one_each / sizeof *one_each; i++) counts[one_each[i]] = objects;
  counts[DRYAD_INDEX_CHILD_OFFSETS] = counts[DRYAD_INDEX_PARENT_OFFSETS] = objects + 1;
  counts[DRYAD_INDEX_TEXTS] = counts[DRYAD_INDEX_TYPE_TEXTS] = 16;
  counts[DRYAD_INDEX_TYPE_NAMES] = counts[DRYAD_INDEX_WIDE] = counts[DRYAD_INDEX_EXTRAS] = 2;
  lay_out(s);
  assert_null(dryad_index_facts_problem(&s->facts));
}

static void tear_down(scene *s) { free(s->blocks); }

static dryad_index_block *block_of(scene *s, dryad_index_section section, uint64_t block)
{
  return &s->blocks[s->facts.layout.sections[section].first_block + block];
}

static bool is_refused(const scene *s) { return dryad_index_facts_problem(&s->facts) != NULL; }

/* ---- the header ----------------------------------------------------------------------------------- */

static void counts_that_do_not_fit_each_other_are_refused(void **state)
{
  (void)state;
  enum { OBJECTS = 4, MAX_PAYLOAD = DRYAD_LABEL_PAYLOAD };
  static const struct {
    dryad_index_section section;
    uint64_t count;
  } cases[] = {
      {DRYAD_INDEX_ADDRESSES, OBJECTS - 1},
      {DRYAD_INDEX_ADDRESSES, UINT64_C(1) << 32},
      {DRYAD_INDEX_SIZES, OBJECTS - 1},
      {DRYAD_INDEX_SIZES, OBJECTS + 1},
      {DRYAD_INDEX_LENS, OBJECTS - 1},
      {DRYAD_INDEX_LENS, OBJECTS + 1},
      {DRYAD_INDEX_LABELS, OBJECTS - 1},
      {DRYAD_INDEX_LABELS, OBJECTS + 1},
      {DRYAD_INDEX_CHILD_OFFSETS, OBJECTS},
      {DRYAD_INDEX_CHILD_OFFSETS, OBJECTS + 2},
      {DRYAD_INDEX_PARENT_OFFSETS, OBJECTS},
      {DRYAD_INDEX_PARENT_OFFSETS, OBJECTS + 2},
      {DRYAD_INDEX_PARENTS, OBJECTS + 1},
      {DRYAD_INDEX_TEXTS, 17},
      {DRYAD_INDEX_TYPE_TEXTS, 17},
      {DRYAD_INDEX_TYPE_TEXTS, 8},
      {DRYAD_INDEX_TYPE_NAMES, 0},
      {DRYAD_INDEX_TYPE_NAMES, 3},
      {DRYAD_INDEX_WIDE, UINT64_C(0x40000000)},
      {DRYAD_INDEX_EXTRAS, UINT64_C(0x40000000)},
      {DRYAD_INDEX_ROOT_REASONS, OBJECTS - 1},
      {DRYAD_INDEX_ROOT_REASONS, OBJECTS + 1},
      {DRYAD_INDEX_RETAINED, OBJECTS - 1},
      {DRYAD_INDEX_RETAINED, OBJECTS + 1},
      {DRYAD_INDEX_DOMINATORS, OBJECTS - 1},
      {DRYAD_INDEX_DOMINATORS, OBJECTS + 1},
      {DRYAD_INDEX_DOMINATED, OBJECTS + 1},
      {DRYAD_INDEX_REF_NAMES, OBJECTS - 1},
      {DRYAD_INDEX_REF_NAMES, OBJECTS + 1},
      {DRYAD_INDEX_GIVEN_REASONS, OBJECTS - 1},
      {DRYAD_INDEX_GIVEN_REASONS, OBJECTS + 1},
      {SOME_IDS, OBJECTS - 1},
      {SOME_IDS, OBJECTS + 1},
      {SOME_VALUES, OBJECTS - 1},
      {SOME_VALUES, OBJECTS + 1},
      {SOME_VALUES, 0},
      {ALL_IDS, 1},
      {ALL_VALUES, OBJECTS - 1},
      {ALL_VALUES, OBJECTS + 1},
  };
  for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
    scene s;
    set_up(&s, OBJECTS);
    s.facts.header.counts[cases[i].section] = cases[i].count;
    lay_out(&s);
    if (!is_refused(&s)) fail_msg("section %u with %llu", cases[i].section, (unsigned long long)cases[i].count);
    tear_down(&s);
  }
}

static void roots_and_dominators_that_are_not_there_have_no_elements(void **state)
{
  (void)state;
  scene s;
  set_up(&s, 4);
  s.facts.header.has_dominators = 0;
  assert_true(is_refused(&s));
  uint64_t *counts = s.facts.header.counts;
  counts[DRYAD_INDEX_RETAINED] = counts[DRYAD_INDEX_DOMINATORS] = counts[DRYAD_INDEX_DOMINATED] = 0;
  lay_out(&s);
  assert_false(is_refused(&s));
  s.facts.header.has_roots = 0;
  assert_true(is_refused(&s));
  counts[DRYAD_INDEX_ROOTS] = counts[DRYAD_INDEX_ROOT_REASONS] = 0;
  lay_out(&s);
  assert_false(is_refused(&s));
  tear_down(&s);
  set_up(&s, 4);
  s.facts.header.has_given_roots = 0;
  assert_true(is_refused(&s));
  s.facts.header.counts[DRYAD_INDEX_GIVEN_ROOTS] = s.facts.header.counts[DRYAD_INDEX_GIVEN_REASONS] = 0;
  lay_out(&s);
  assert_false(is_refused(&s));
  tear_down(&s);
  set_up(&s, 4); /* more given roots than objects */
  s.facts.header.counts[DRYAD_INDEX_GIVEN_ROOTS] = s.facts.header.counts[DRYAD_INDEX_GIVEN_REASONS] = 5;
  lay_out(&s);
  assert_true(is_refused(&s));
  tear_down(&s);
  set_up(&s, 4); /* more named references than references */
  s.facts.header.counts[DRYAD_INDEX_NAMED_REFS] = s.facts.header.counts[DRYAD_INDEX_REF_NAMES] = 5;
  lay_out(&s);
  assert_true(is_refused(&s));
  tear_down(&s);
  set_up(&s, 4); /* more roots than objects */
  s.facts.header.counts[DRYAD_INDEX_ROOTS] = s.facts.header.counts[DRYAD_INDEX_ROOT_REASONS] = 5;
  lay_out(&s);
  assert_true(is_refused(&s));
  tear_down(&s);
}

static void details_are_of_some_objects_of_all_or_of_none(void **state)
{
  (void)state;
  static const struct {
    uint64_t ids, values;
    bool is_sound;
  } cases[] = {{0, 0, true},  {0, 4, true},  {1, 1, true},  {4, 4, true},
               {0, 3, false}, {3, 4, false}, {3, 0, false}, {5, 5, false}};
  for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
    scene s;
    set_up(&s, 4);
    s.facts.header.counts[SOME_IDS] = cases[i].ids;
    s.facts.header.counts[SOME_VALUES] = cases[i].values;
    lay_out(&s);
    assert_int_equal(is_refused(&s), !cases[i].is_sound);
    tear_down(&s);
  }
}

static void facts_have_a_mebibyte_at_most(void **state)
{
  (void)state;
  dryad_index_layout layout;
  dryad_index_header header = {.facts_length = DRYAD_MAX_FACTS};
  assert_null(dryad_index_lay_out(&layout, &header));
  assert_number(layout.directory_size, sizeof(dryad_index_report) + DRYAD_MAX_FACTS);
  header.facts_length++;
  assert_non_null(dryad_index_lay_out(&layout, &header));
}

static void totals_that_cannot_be_are_refused(void **state)
{
  (void)state;
  scene s;
  set_up(&s, 4);
  s.facts.header.total_size = INT64_MAX;
  s.facts.header.reachable_size = INT64_MAX;
  s.facts.header.dangling_refs = 4;
  assert_false(is_refused(&s));
  s.facts.header.total_size++;
  assert_true(is_refused(&s));
  s.facts.header.total_size = 0;
  s.facts.header.reachable_size++;
  assert_true(is_refused(&s));
  s.facts.header.reachable_size = 0;
  s.facts.header.dangling_refs++;
  assert_true(is_refused(&s));
  tear_down(&s);
}

static void counts_whose_bytes_would_overflow_are_refused(void **state)
{
  (void)state;
  dryad_index_layout layout;
  for (dryad_index_section section = 0; section < DRYAD_INDEX_SECTIONS; section++) {
    dryad_index_header header = {0};
    header.counts[section] = (UINT64_C(1) << 48) / dryad_index_element_size(section);
    assert_null(dryad_index_lay_out(&layout, &header));
    header.counts[section]++;
    assert_non_null(dryad_index_lay_out(&layout, &header));
    header.counts[section] = UINT64_MAX;
    assert_non_null(dryad_index_lay_out(&layout, &header));
  }
}

/* ---- the directory -------------------------------------------------------------------------------- */

static void wraps_stand_where_offsets_of_that_size_can_be(void **state)
{
  (void)state;
  scene s;
  set_up(&s, 4);
  s.wraps[0] = 4;
  s.facts.child_offsets.wrap_count = 1; /* with four references */
  assert_true(is_refused(&s));
  s.facts.child_offsets.wrap_count = 0;
  s.facts.parent_offsets.wrap_count = 1;
  assert_true(is_refused(&s));
  s.facts.parent_offsets.wrap_count = 0;
  s.facts.header.counts[DRYAD_INDEX_CHILDREN] = HUGE;
  lay_out(&s);
  s.wraps[0] = 2, s.wraps[1] = 4;
  s.facts.child_offsets.wrap_count = 2;
  assert_false(is_refused(&s));
  s.wraps[1] = 5; /* beyond the last offset */
  assert_true(is_refused(&s));
  s.wraps[0] = 3, s.wraps[1] = 2;
  assert_true(is_refused(&s));
  tear_down(&s);
}

static void addresses_need_room_to_ascend(void **state)
{
  (void)state;
  const uint64_t each = DRYAD_INDEX_BLOCK / sizeof(uint64_t);
  scene s;
  set_up(&s, 4);
  block_of(&s, DRYAD_INDEX_ADDRESSES, 0)->first = UINT64_MAX - 3;
  assert_false(is_refused(&s));
  block_of(&s, DRYAD_INDEX_ADDRESSES, 0)->first = UINT64_MAX - 2;
  assert_true(is_refused(&s));
  tear_down(&s);
  set_up(&s, each + 4); /* two blocks */
  block_of(&s, DRYAD_INDEX_ADDRESSES, 1)->first = 100 + each - 1;
  assert_true(is_refused(&s));
  block_of(&s, DRYAD_INDEX_ADDRESSES, 1)->first = 99;
  assert_true(is_refused(&s));
  s.facts.header.counts[DRYAD_INDEX_ADDRESSES] = each * 2 + 4; /* missing ones start within the second block */
  lay_out(&s);
  block_of(&s, DRYAD_INDEX_ADDRESSES, 2)->first = each - 4;
  assert_false(is_refused(&s));
  block_of(&s, DRYAD_INDEX_ADDRESSES, 2)->first--;
  assert_true(is_refused(&s));
  tear_down(&s);
}

static void offsets_start_at_0_and_ascend(void **state)
{
  (void)state;
  static const dryad_index_section sections[] = {DRYAD_INDEX_CHILD_OFFSETS, DRYAD_INDEX_PARENT_OFFSETS};
  const uint64_t each = DRYAD_INDEX_BLOCK / sizeof(uint32_t);
  for (unsigned i = 0; i < 2; i++) {
    scene s;
    set_up(&s, 2 * each + 4);
    block_of(&s, sections[i], 0)->first = 1;
    assert_true(is_refused(&s));
    block_of(&s, sections[i], 0)->first = 0;
    block_of(&s, sections[i], 1)->first = 2 * each;
    assert_false(is_refused(&s));
    block_of(&s, sections[i], 1)->first = 2 * each + 1; /* the next block's is less */
    assert_true(is_refused(&s));
    block_of(&s, sections[i], 1)->first = each;
    block_of(&s, sections[i], 2)->first = 2 * each + 5; /* more than there are references */
    assert_true(is_refused(&s));
    block_of(&s, sections[i], 2)->first = 2 * each;
    block_of(&s, sections[i], 1)->first |= UINT64_C(1) << 32; /* without a wrap */
    assert_true(is_refused(&s));
    tear_down(&s);
  }
}

static void ids_of_a_block_fit_below_the_next_one(void **state)
{
  (void)state;
  static const dryad_index_section sections[] = {DRYAD_INDEX_ROOTS, DRYAD_INDEX_GIVEN_ROOTS, SOME_IDS};
  for (unsigned i = 0; i < 3; i++) {
    scene s;
    set_up(&s, 4);
    block_of(&s, sections[i], 0)->first = 1; /* four from 1 on, of four objects */
    assert_true(is_refused(&s));
    block_of(&s, sections[i], 0)->first = 4;
    assert_true(is_refused(&s));
    block_of(&s, sections[i], 0)->first = UINT64_MAX;
    assert_true(is_refused(&s));
    tear_down(&s);
  }
}

/* ---- blocks --------------------------------------------------------------------------------------- */

static bool is_sound(const scene *s, dryad_index_section section, const void *data)
{
  return dryad_index_block_problem(&s->facts, section, 0, data) == NULL;
}

/* Puts each number alone at each position of an otherwise valid block. */
static void check_numbers(dryad_index_section section, const uint32_t *sound, uint32_t sound_count,
                          const uint32_t *unsound, uint32_t unsound_count)
{
  scene s;
  set_up(&s, 4);
  uint32_t count = (uint32_t)s.facts.header.counts[section];
  assert_in_range(count, 1, 4);
  for (uint32_t place = 0; place < count; place++) {
    for (uint32_t i = 0; i < sound_count + unsound_count; i++) {
      uint32_t numbers[4] = {sound[0], sound[0], sound[0], sound[0]};
      numbers[place] = i < sound_count ? sound[i] : unsound[i - sound_count];
      if (is_sound(&s, section, numbers) != (i < sound_count))
        fail_msg("section %u: %u at %u", section, numbers[place], place);
    }
  }
  tear_down(&s);
}

#define NUMBERS(...) (const uint32_t[]){__VA_ARGS__}, sizeof((const uint32_t[]){__VA_ARGS__}) / sizeof(uint32_t)

static void numbers_are_below_what_they_number(void **state)
{
  (void)state;
  static const dryad_index_section of_objects[] = {DRYAD_INDEX_CHILDREN, DRYAD_INDEX_PARENTS, DRYAD_INDEX_DOMINATED};
  for (unsigned i = 0; i < 3; i++) check_numbers(of_objects[i], NUMBERS(0, 3), NUMBERS(4, UINT32_MAX));
  check_numbers(DRYAD_INDEX_TYPES, NUMBERS(0, 1), NUMBERS(2, UINT32_MAX));
  check_numbers(DRYAD_INDEX_TYPE_NAMES, NUMBERS(0, 1), NUMBERS(2, UINT32_MAX));
  check_numbers(DRYAD_INDEX_REF_NAMES, NUMBERS(0, 1), NUMBERS(2, UINT32_MAX));
  check_numbers(DRYAD_INDEX_DOMINATORS, NUMBERS(0, 3, DRYAD_NONE), NUMBERS(4, DRYAD_NONE - 1));
  check_numbers(DRYAD_INDEX_SIZES, NUMBERS(0, DRYAD_WIDE - 1, DRYAD_WIDE + 1), NUMBERS(DRYAD_WIDE + 2, DRYAD_NONE));
  check_numbers(DRYAD_INDEX_LENS, NUMBERS(0, DRYAD_WIDE + 1, DRYAD_NONE), NUMBERS(DRYAD_WIDE + 2, DRYAD_NONE - 1));
  check_numbers(SOME_VALUES, NUMBERS(0, DRYAD_WIDE + 1, DRYAD_NONE), NUMBERS(DRYAD_WIDE + 2, DRYAD_NONE - 1));
  check_numbers(ALL_VALUES, NUMBERS(0, 1, DRYAD_NO_TEXT), NUMBERS(2, DRYAD_NO_TEXT - 1));
}

static void labels_lead_to_texts_and_extras_that_are_there(void **state)
{
  (void)state;
  const uint32_t value = (uint32_t)DRYAD_LABEL_VALUE << 30, name = (uint32_t)DRYAD_LABEL_NAME << 30;
  const uint32_t integer = (uint32_t)DRYAD_LABEL_INTEGER << 30, extra = (uint32_t)DRYAD_LABEL_EXTRA << 30;
  check_numbers(DRYAD_INDEX_LABELS,
                NUMBERS(value + 1, name + 1, integer, integer + DRYAD_LABEL_PAYLOAD, extra + 1, DRYAD_NO_LABEL),
                NUMBERS(value + 2, name + 2, extra + 2, DRYAD_NO_LABEL - 1));
}

static void extras_have_known_kinds_and_texts_that_are_there(void **state)
{
  (void)state;
  const dryad_extra none = {.text = DRYAD_NO_TEXT, .name = DRYAD_NO_TEXT};
  scene s;
  set_up(&s, 4);
  for (unsigned place = 0; place < 2; place++) {
    dryad_extra extras[2] = {none, none}, *e = &extras[place];
    const int beyond[] = {-1, DRYAD_VALUE_BIG_INTEGER + 1, INT32_MAX, INT32_MIN};
    assert_true(is_sound(&s, DRYAD_INDEX_EXTRAS, extras));
    for (unsigned i = 0; i < sizeof beyond / sizeof *beyond; i++) {
      memcpy(&e->kind, &beyond[i], sizeof beyond[i]);
      assert_false(is_sound(&s, DRYAD_INDEX_EXTRAS, extras));
    }
    for (dryad_value_kind kind = DRYAD_VALUE_NONE; kind <= DRYAD_VALUE_BIG_INTEGER; kind++) {
      bool has_text = kind == DRYAD_VALUE_TEXT || kind == DRYAD_VALUE_BIG_INTEGER;
      *e = (dryad_extra){.kind = kind, .text = 1, .name = 1};
      assert_true(is_sound(&s, DRYAD_INDEX_EXTRAS, extras));
      e->text = 2;
      assert_int_equal(is_sound(&s, DRYAD_INDEX_EXTRAS, extras), !has_text);
      *e = (dryad_extra){.kind = kind, .text = 1, .name = 2};
      assert_false(is_sound(&s, DRYAD_INDEX_EXTRAS, extras));
    }
  }
  tear_down(&s);
}

static void addresses_ascend_from_the_first_on(void **state)
{
  (void)state;
  scene s;
  set_up(&s, 4);
  assert_true(is_sound(&s, DRYAD_INDEX_ADDRESSES, (const uint64_t[]){100, 101, 200, 300}));
  assert_false(is_sound(&s, DRYAD_INDEX_ADDRESSES, (const uint64_t[]){99, 101, 200, 300}));
  assert_false(is_sound(&s, DRYAD_INDEX_ADDRESSES, (const uint64_t[]){100, 100, 200, 300}));
  assert_false(is_sound(&s, DRYAD_INDEX_ADDRESSES, (const uint64_t[]){100, 101, 200, 199}));
  s.facts.header.counts[DRYAD_INDEX_ADDRESSES] = 6; /* two missing ones, which ascend separately */
  lay_out(&s);
  assert_true(is_sound(&s, DRYAD_INDEX_ADDRESSES, (const uint64_t[]){100, 101, 200, 300, 8, 9}));
  assert_false(is_sound(&s, DRYAD_INDEX_ADDRESSES, (const uint64_t[]){100, 101, 200, 300, 8, 8}));
  tear_down(&s);
}

static void a_block_of_addresses_ends_below_the_next(void **state)
{
  (void)state;
  const uint64_t each = DRYAD_INDEX_BLOCK / sizeof(uint64_t);
  uint64_t *addresses = malloc(each * sizeof *addresses);
  scene s;
  set_up(&s, each + 4);
  for (uint64_t i = 0; i < each; i++) addresses[i] = 100 + i;
  assert_true(is_sound(&s, DRYAD_INDEX_ADDRESSES, addresses));
  addresses[each - 1] = 100 + each;
  assert_false(is_sound(&s, DRYAD_INDEX_ADDRESSES, addresses));
  free(addresses);
  tear_down(&s);
}

static void offsets_ascend_to_the_number_of_references(void **state)
{
  (void)state;
  static const dryad_index_section sections[] = {DRYAD_INDEX_CHILD_OFFSETS, DRYAD_INDEX_PARENT_OFFSETS};
  for (unsigned i = 0; i < 2; i++) {
    scene s;
    set_up(&s, 4);
    assert_true(is_sound(&s, sections[i], (const uint32_t[]){0, 0, 3, 3, 4}));
    assert_false(is_sound(&s, sections[i], (const uint32_t[]){1, 1, 3, 3, 4}));
    assert_false(is_sound(&s, sections[i], (const uint32_t[]){0, 3, 2, 3, 4}));
    assert_false(is_sound(&s, sections[i], (const uint32_t[]){0, 0, 3, 3, 3}));
    assert_false(is_sound(&s, sections[i], (const uint32_t[]){0, 0, 3, 3, 5}));
    tear_down(&s);
  }
}

static void roots_ascend_and_are_objects(void **state)
{
  (void)state;
  scene s;
  set_up(&s, 4);
  s.facts.header.counts[DRYAD_INDEX_ROOTS] = s.facts.header.counts[DRYAD_INDEX_ROOT_REASONS] = 3;
  lay_out(&s);
  assert_true(is_sound(&s, DRYAD_INDEX_ROOTS, (const uint32_t[]){0, 1, 3}));
  assert_false(is_sound(&s, DRYAD_INDEX_ROOTS, (const uint32_t[]){1, 2, 3}));
  assert_false(is_sound(&s, DRYAD_INDEX_ROOTS, (const uint32_t[]){0, 0, 3}));
  assert_false(is_sound(&s, DRYAD_INDEX_ROOTS, (const uint32_t[]){0, 2, 1}));
  assert_false(is_sound(&s, DRYAD_INDEX_ROOTS, (const uint32_t[]){0, 1, 4}));
  assert_false(is_sound(&s, DRYAD_INDEX_ROOTS, (const uint32_t[]){0, 1, UINT32_MAX}));
  tear_down(&s);
}

static void named_references_ascend_and_are_of_objects(void **state)
{
  (void)state;
  const uint64_t one = UINT64_C(1) << 32;
  scene s;
  set_up(&s, 4);
  assert_true(is_sound(&s, DRYAD_INDEX_NAMED_REFS, (const uint64_t[]){0, 1, one, 4 * one - 1}));
  assert_false(is_sound(&s, DRYAD_INDEX_NAMED_REFS, (const uint64_t[]){1, 2, one, 3 * one}));
  assert_false(is_sound(&s, DRYAD_INDEX_NAMED_REFS, (const uint64_t[]){0, one, one, 3 * one}));
  assert_false(is_sound(&s, DRYAD_INDEX_NAMED_REFS, (const uint64_t[]){0, 1, one, 4 * one}));
  tear_down(&s);
}

static void reasons_and_sizes_are_ones_that_there_are(void **state)
{
  (void)state;
  scene s;
  set_up(&s, 4);
  for (unsigned place = 0; place < 4; place++) {
    unsigned char reasons[4] = {1, 1, 1, 1};
    uint64_t sizes[4] = {0};
    for (unsigned reason = 0; reason < 256; reason++) {
      reasons[place] = (unsigned char)reason;
      assert_int_equal(is_sound(&s, DRYAD_INDEX_ROOT_REASONS, reasons), reason >= 1 && reason <= DRYAD_ROOT_LAST);
    }
    sizes[place] = INT64_MAX;
    assert_true(is_sound(&s, DRYAD_INDEX_RETAINED, sizes));
    sizes[place]++;
    assert_false(is_sound(&s, DRYAD_INDEX_RETAINED, sizes));
  }
  tear_down(&s);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(counts_that_do_not_fit_each_other_are_refused),
      cmocka_unit_test(roots_and_dominators_that_are_not_there_have_no_elements),
      cmocka_unit_test(totals_that_cannot_be_are_refused),
      cmocka_unit_test(counts_whose_bytes_would_overflow_are_refused),
      cmocka_unit_test(wraps_stand_where_offsets_of_that_size_can_be),
      cmocka_unit_test(addresses_need_room_to_ascend),
      cmocka_unit_test(offsets_start_at_0_and_ascend),
      cmocka_unit_test(ids_of_a_block_fit_below_the_next_one),
      cmocka_unit_test(details_are_of_some_objects_of_all_or_of_none),
      cmocka_unit_test(facts_have_a_mebibyte_at_most),
      cmocka_unit_test(numbers_are_below_what_they_number),
      cmocka_unit_test(labels_lead_to_texts_and_extras_that_are_there),
      cmocka_unit_test(extras_have_known_kinds_and_texts_that_are_there),
      cmocka_unit_test(addresses_ascend_from_the_first_on),
      cmocka_unit_test(a_block_of_addresses_ends_below_the_next),
      cmocka_unit_test(offsets_ascend_to_the_number_of_references),
      cmocka_unit_test(roots_ascend_and_are_objects),
      cmocka_unit_test(named_references_ascend_and_are_of_objects),
      cmocka_unit_test(reasons_and_sizes_are_ones_that_there_are),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
