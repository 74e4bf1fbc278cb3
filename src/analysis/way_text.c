/* SPDX-License-Identifier: MIT */
#include "analysis/way_text.h"

#include <string.h>

#include "analysis/ways.h"
#include "base/assert.h"
#include "base/utf8.h"
#include "graph/graph.h"

/* A label that is longer may stand for a text that the dump has cut, so that several look alike. */
enum { LONGEST_DISTINCT = 99 };
/* The references of an object among which names that the dump gives are compared. */
enum { MOST_NAMES = 1024 };
enum { PREFIX_BYTES = 1280 };
enum { STEP_BYTES = DRYAD_LABEL_BYTES + 32 }; /* a label with `#2` */
static const char gap[] = " ... ";
enum { HEAD_BYTES = (DRYAD_WAY_BYTES - (sizeof gap - 1)) / 2, TAIL_BYTES = HEAD_BYTES };

/* ---- labels -------------------------------------------------------------------------------------- */

static int compare_text(dryad_text a, dryad_text b)
{
  size_t shorter = a.length < b.length ? a.length : b.length;
  int order = shorter ? memcmp(a.data, b.data, shorter) : 0;
  return order ? order : (a.length > b.length) - (a.length < b.length);
}

typedef struct label {
  char room[DRYAD_LABEL_BYTES];
} label;

static dryad_text label_of(label *l, const dryad_graph *graph, const dryad_known_types *known, const dryad_edge *edge)
{
  size_t length = dryad_edge_text(l->room, sizeof l->room, graph, known, edge);
  DRYAD_ASSERT(length < sizeof l->room);
  return (dryad_text){l->room, length};
}

/* Whether the edge's label is surely another one, at no cost: a text is at least as long in its label as without, and
   the label of a text that is cut is long. */
static bool differs(const dryad_graph *graph, const dryad_edge *edge, dryad_text wanted)
{
  if ((edge->kind != DRYAD_EDGE_KEY && edge->kind != DRYAD_EDGE_ATTRIBUTE) || edge->key >= graph->count) return false;
  dryad_value value = dryad_graph_value(graph, edge->key);
  return value.kind == DRYAD_VALUE_TEXT && wanted.length < DRYAD_LABEL_TEXT / 2 &&
         value.text.length + 1 > wanted.length;
}

static bool has_label(const dryad_graph *graph, const dryad_known_types *known, dryad_id id, uint64_t position,
                      dryad_text wanted)
{
  label l;
  dryad_edge edge = dryad_edge_of(graph, known, id, position);
  if (differs(graph, &edge, wanted)) return false;
  return compare_text(label_of(&l, graph, known, &edge), wanted) == 0;
}

/* The index in a label such as `[3]`; DRYAD_NO_POSITION: it is another one. */
static uint64_t index_in(dryad_text text)
{
  uint64_t index = 0;
  if (text.length < 3 || text.length > 12 || text.data[0] != '[' || text.data[text.length - 1] != ']')
    return DRYAD_NO_POSITION;
  for (size_t i = 1; i + 1 < text.length; i++) {
    if (text.data[i] < '0' || text.data[i] > '9') return DRYAD_NO_POSITION;
    index = 10 * index + (uint64_t)(text.data[i] - '0');
  }
  return index;
}

uint64_t dryad_way_find_step(const dryad_graph *graph, const dryad_known_types *known, dryad_id id, dryad_text wanted,
                             uint64_t n)
{
  DRYAD_ASSERT(id < graph->count && n > 0);
  uint64_t count = dryad_children(graph, id).count, index = index_in(wanted);
  if (n == 1 && index < count && dryad_edge_of(graph, known, id, index).kind == DRYAD_EDGE_ITEM &&
      has_label(graph, known, id, index, wanted))
    return index;
  for (uint64_t i = 0; i < count; i++)
    if (has_label(graph, known, id, i, wanted) && --n == 0) return i;
  return DRYAD_NO_POSITION;
}

/* Whether other references of the object may have the same label. */
static bool may_repeat(const dryad_graph *graph, dryad_id id, const dryad_edge *edge, dryad_text text)
{
  switch (edge->kind) {
  case DRYAD_EDGE_FRAME: return true;
  case DRYAD_EDGE_NAMED: return dryad_children(graph, id).count <= MOST_NAMES;
  case DRYAD_EDGE_ATTRIBUTE:
  case DRYAD_EDGE_KEY:
    return text.length > LONGEST_DISTINCT || memmem(text.data, text.length, "nan", 3) == text.data + 1;
  default: return false;
  }
}

/* ---- writing ------------------------------------------------------------------------------------- */

static dryad_text start_name(const dryad_way_text *text, const dryad_start *start)
{
  return dryad_start_name(text->graph, text->known, start->id);
}

static void write_named_start(dryad_writer *w, const dryad_way_text *text, const dryad_start *start)
{
  if (start->kind != DRYAD_START_NONE) {
    dryad_start_write(w, text->known, start->kind, start_name(text, start));
  } else if (start->reason == DRYAD_ROOT_MODULES) {
    dryad_put_ascii(w, "sys.modules");
  } else {
    dryad_put_ascii(w, "<");
    dryad_put_ascii(w, dryad_root_reason_name(start->reason));
    dryad_put_ascii(w, ">");
  }
  if (start->number > 1) dryad_put_format(w, "#%u", start->number);
}

void dryad_way_start_write(dryad_writer *w, const dryad_way_text *text, dryad_id id)
{
  uint32_t place = dryad_levels_start(text->levels, id);
  if (place == DRYAD_NONE)
    dryad_put_format(w, "<0x%llx>", (unsigned long long)dryad_addresses(text->graph)[id]);
  else
    write_named_start(w, text, &text->levels->starts[place]);
}

/* The dotted name that a way has so far, as long as it is one. */
typedef struct prefix {
  char text[PREFIX_BYTES];
  size_t length; /* 0: none */
} prefix;

/* The first module of a name; DRYAD_NONE: none. Modules are the first starts, in the order of their names. */
static dryad_id find_module(const dryad_way_text *text, dryad_text name)
{
  const dryad_levels *levels = text->levels;
  uint32_t low = 0, high = levels->start_count;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    const dryad_start *start = &levels->starts[middle];
    if (start->kind == DRYAD_START_MODULE && compare_text(start_name(text, start), name) < 0)
      low = middle + 1;
    else
      high = middle;
  }
  if (low == levels->start_count || levels->starts[low].kind != DRYAD_START_MODULE) return DRYAD_NONE;
  return compare_text(start_name(text, &levels->starts[low]), name) == 0 ? levels->starts[low].id : DRYAD_NONE;
}

/* Adds `.name` to the prefix; whether that is the name of another module than `child`. */
static bool collides(const dryad_way_text *text, prefix *before, dryad_text step, dryad_id child)
{
  bool is_name = step.data[0] == '.' && dryad_utf8_is_identifier((dryad_text){step.data + 1, step.length - 1});
  if (!is_name || before->length == 0 || before->length + step.length > sizeof before->text) {
    before->length = 0;
    return false;
  }
  memcpy(before->text + before->length, step.data, step.length);
  before->length += step.length;
  dryad_id module = find_module(text, (dryad_text){before->text, before->length});
  return module != DRYAD_NONE && module != child;
}

static void write_text(dryad_writer *w, dryad_text text)
{
  const unsigned char *p = (const unsigned char *)text.data, *end = p + text.length;
  while (p < end) {
    bool is_valid;
    unsigned length = dryad_utf8_sequence(p, end, &is_valid);
    dryad_put(w, p, length);
    p += length;
  }
}

/* Writes a step to `child`, the reference at `position`. */
static void write_step(dryad_writer *w, const dryad_way_text *text, prefix *before, dryad_id id, uint64_t position,
                       const dryad_edge *edge, dryad_text step, dryad_id child)
{
  if (edge->kind == DRYAD_EDGE_CLASS) {
    before->length = 0;
    dryad_put_ascii(w, ".__class__");
    return;
  }
  if (collides(text, before, step, child)) {
    before->length = 0;
    dryad_put_ascii(w, ".__dict__['");
    write_text(w, (dryad_text){step.data + 1, step.length - 1});
    dryad_put_ascii(w, "']");
    return;
  }
  dryad_edge_write(w, text->graph, text->known, edge);
  if (!may_repeat(text->graph, id, edge, step)) return;
  uint64_t number = 1;
  for (uint64_t i = 0; i < position; i++) number += has_label(text->graph, text->known, id, i, step);
  if (number == 1) return;
  before->length = 0;
  dryad_put_format(w, "#%llu", (unsigned long long)number);
}

/* The name in the label of an entry, `['name']`, if it can follow a dot; .data NULL: it cannot. */
static dryad_text entry_name(dryad_text step)
{
  const dryad_text none = {0};
  if (step.length < 5 || memcmp(step.data, "['", 2) != 0) return none;
  dryad_text name = {step.data + 2, step.length - 4};
  return dryad_utf8_is_identifier(name) ? name : none;
}

/* Of the reference from path[i] to the next object. */
static uint64_t position_at(const dryad_way_text *text, uint64_t i)
{
  const dryad_id *path = text->path.ids;
  if (text->positions && text->positions[i + 1] != DRYAD_NONE) return text->positions[i + 1];
  return dryad_best_edge_between(text->graph, text->known, path[i], path[i + 1]);
}

/* Whether the step from path[i] leads to the dict of its own attributes, and the next one to one of those, which the
   object itself does not have as well: then that is an attribute of the object, which this writes. */
static bool write_attribute(dryad_writer *w, const dryad_way_text *text, prefix *before, uint64_t i, dryad_text step)
{
  static const char own[] = ".__dict__";
  const dryad_graph *graph = text->graph;
  const dryad_id *path = text->path.ids;
  if (step.length != sizeof own - 1 || memcmp(step.data, own, step.length) != 0 || i + 2 >= text->path.count)
    return false;
  if (dryad_children(graph, path[i]).count > MOST_NAMES) return false;
  uint64_t position = position_at(text, i + 1);
  if (position == DRYAD_NO_POSITION) return false;
  dryad_edge edge = dryad_edge_of(graph, text->known, path[i + 1], position);
  label l;
  dryad_text entry = label_of(&l, graph, text->known, &edge), name = entry_name(entry);
  if (edge.kind != DRYAD_EDGE_KEY || !name.data || entry.length > LONGEST_DISTINCT) return false;
  char attribute[LONGEST_DISTINCT + 1] = ".";
  memcpy(attribute + 1, name.data, name.length);
  dryad_text whole = {attribute, name.length + 1};
  if (dryad_way_find_step(graph, text->known, path[i], whole, 1) != DRYAD_NO_POSITION) return false;
  prefix trial = *before;
  if (collides(text, &trial, whole, path[i + 2])) return false;
  *before = trial;
  write_text(w, whole);
  return true;
}

/* Writes the step from path[i], or that and the next one if they read as one; returns their number. */
static uint64_t write_at(dryad_writer *w, const dryad_way_text *text, prefix *before, uint64_t i)
{
  const dryad_id *path = text->path.ids;
  uint64_t position = position_at(text, i);
  DRYAD_ASSERT(position != DRYAD_NO_POSITION);
  dryad_edge edge = dryad_edge_of(text->graph, text->known, path[i], position);
  label l;
  dryad_text step = label_of(&l, text->graph, text->known, &edge);
  if (write_attribute(w, text, before, i, step)) return 2;
  write_step(w, text, before, path[i], position, &edge, step, path[i + 1]);
  return 1;
}

/* Writes the last steps, from path[first] at most, so far as they fit into the end of `room`; returns where they begin.
   The prefix does not matter there: it is shorter than what is written before the gap. */
static size_t write_tail(char room[static TAIL_BYTES], const dryad_way_text *text, uint64_t first)
{
  size_t from = TAIL_BYTES;
  for (uint64_t i = text->path.count - 1; i > first;) {
    char step[2 * STEP_BYTES];
    dryad_writer w = {.buffer = step, .capacity = sizeof step};
    prefix before = {.length = 0};
    uint64_t back = i >= first + 2 ? 2 : 1;
    if (write_at(&w, text, &before, i - back) != back) {
      w = (dryad_writer){.buffer = step, .capacity = sizeof step};
      write_at(&w, text, &before, i - 1);
      back = 1;
    }
    if (w.written > from) break;
    from -= w.written;
    memcpy(room + from, step, w.written);
    i -= back;
  }
  return from;
}

void dryad_way_write(dryad_writer *w, const void *what)
{
  const dryad_way_text *text = what;
  const dryad_id *path = text->path.ids;
  char room[DRYAD_WAY_BYTES + 1], tail[TAIL_BYTES];
  prefix before = {.length = 0};
  dryad_writer all = {.buffer = room, .capacity = sizeof room};
  dryad_writer start = {.buffer = before.text, .capacity = sizeof before.text};
  dryad_way_start_write(&all, text, path[0]);
  dryad_way_start_write(&start, text, path[0]);
  uint32_t place = dryad_levels_start(text->levels, path[0]);
  bool is_module = place != DRYAD_NONE && text->levels->starts[place].kind == DRYAD_START_MODULE;
  before.length = is_module && !start.is_full ? start.written : 0;
  size_t head = all.written;
  uint64_t i = 0, first = 0;
  while (i + 1 < text->path.count && !all.is_full) {
    i += write_at(&all, text, &before, i);
    if (all.needed > HEAD_BYTES) continue;
    head = all.written;
    first = i;
  }
  if (!all.is_full) {
    write_text(w, (dryad_text){room, all.written});
    return;
  }
  size_t from = write_tail(tail, text, first);
  write_text(w, (dryad_text){room, head});
  dryad_put_ascii(w, gap);
  write_text(w, (dryad_text){tail + from, TAIL_BYTES - from});
}

/* ---- reading ------------------------------------------------------------------------------------- */

static bool ends_there(dryad_text text, size_t length)
{
  return length == text.length || text.data[length] == '.' || text.data[length] == '[' || text.data[length] == '(';
}

/* `<0x7f..>` */
static dryad_id find_address(const dryad_way_text *where, dryad_text text, size_t *length)
{
  uint64_t address = 0;
  size_t i = 3;
  if (text.length < 5 || memcmp(text.data, "<0x", 3) != 0) return DRYAD_NONE;
  for (; i < text.length && i < 3 + 16; i++) {
    char c = text.data[i];
    unsigned digit = c >= '0' && c <= '9' ? (unsigned)(c - '0') : ((unsigned)c | 32u) - 'a' + 10u;
    if (digit > 15) break;
    address = address << 4 | digit;
  }
  if (i == 3 || i >= text.length || text.data[i] != '>') return DRYAD_NONE;
  *length = i + 1;
  return dryad_graph_find(where->graph, address);
}

dryad_id dryad_way_find_start(const dryad_way_text *where, dryad_text text, size_t *length)
{
  DRYAD_ASSERT(length);
  *length = 0;
  dryad_id found = find_address(where, text, length);
  if (*length) return found;
  char room[DRYAD_LABEL_BYTES];
  for (uint32_t i = 0; i < where->levels->start_count; i++) {
    dryad_writer w = {.buffer = room, .capacity = sizeof room};
    write_named_start(&w, where, &where->levels->starts[i]);
    if (w.is_full || w.written <= *length || w.written > text.length) continue;
    if (memcmp(room, text.data, w.written) != 0 || !ends_there(text, w.written)) continue;
    *length = w.written;
    found = where->levels->starts[i].id;
  }
  return found;
}
