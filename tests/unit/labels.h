/* SPDX-License-Identifier: MIT */
/* Hand-made heaps in one string constant, and the names of their references. */
#ifndef DRYAD_TESTS_LABELS_H
#define DRYAD_TESTS_LABELS_H

#include "feed.h"
#include "runtime/runtime.h"

#define OBJECT(address, type, rest) "{\"address\": " #address ", \"type\": \"" type "\", \"size\": 8, " rest "}\n"
#define REFS(...) "\"refs\": [" #__VA_ARGS__ "]"
#define NO_REFS "\"refs\": []"
#define LEN(len) "\"len\": " #len ", "
#define NAME(name) "\"name\": \"" name "\", "
#define VALUE(json) "\"value\": " json ", "
#define STR(address, value) OBJECT(address, "str", VALUE("\"" value "\"") NO_REFS)
#define INT(address, value) OBJECT(address, "int", VALUE(#value) NO_REFS)

typedef struct looked_at {
  dryad_heap *heap;
  const dryad_graph *graph;
  dryad_known_types known;
} looked_at;

static inline looked_at look_at(const char *dump, bool raw)
{
  looked_at l;
  const dump_text text = text_of(dump);
  l.heap = load_text(&text, &(dryad_load_options){.size = sizeof(dryad_load_options), .raw = raw, .threads = 1});
  l.graph = dryad_heap_graph(l.heap);
  dryad_known_types_init(&l.known, l.graph);
  return l;
}

static inline dryad_id id_at(const looked_at *l, uint64_t address)
{
  dryad_id id = dryad_graph_find(l->graph, address);
  assert_true(id != DRYAD_NONE);
  return id;
}

/* The objects at some addresses; 0 ends the list. */
enum { MOST_ADDRESSES = 8 };
#define ADDRESSES(...) ((const uint64_t[MOST_ADDRESSES]){__VA_ARGS__})
static inline unsigned ids_at(const looked_at *l, const uint64_t addresses[MOST_ADDRESSES],
                              dryad_id ids[MOST_ADDRESSES])
{
  unsigned count = 0;
  for (; count < MOST_ADDRESSES && addresses[count]; count++) ids[count] = id_at(l, addresses[count]);
  return count;
}

enum { MOST_LABELS = 16 };

static inline void assert_label(const looked_at *l, uint64_t address, uint64_t position, const char *expected)
{
  char text[2 * DRYAD_LABEL_BYTES];
  dryad_edge edge = dryad_edge_of(l->graph, &l->known, id_at(l, address), position);
  size_t length = dryad_edge_text(text, sizeof text, l->graph, &l->known, &edge);
  if (strcmp(text, expected) || length != strlen(expected))
    fail_msg("%d at %d: %s, not %s", (int)address, (int)position, text, expected);
}

/* `labels` are those of all references of the object, in order. */
static inline void assert_labels(const looked_at *l, uint64_t address, const char *const labels[MOST_LABELS])
{
  dryad_ids refs = dryad_graph_children(l->graph, id_at(l, address));
  assert_true(refs.count == MOST_LABELS || labels[refs.count] == NULL);
  for (uint64_t i = 0; i < refs.count; i++) {
    assert_non_null(labels[i]);
    assert_label(l, address, i, labels[i]);
  }
}
#define ASSERT_LABELS(l, address, ...) assert_labels(l, address, (const char *const[MOST_LABELS]){__VA_ARGS__})

#endif
