/* SPDX-License-Identifier: MIT */
/* Checks the tables of src/scanner/layouts against the headers of a Python; built with these, once for each variant.
 *
 * usage: layout          compares; prints differences and exits with status 1 if there are any
 *        layout print    writes the correct table */
#include "../../src/scanner/layout_headers.h"

#include "../../src/scanner/layout.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const dryad_layout expected = {
#define FACT(name, value) .name = (uint32_t)(value),
#define LIST(name, ...) .name = {__VA_ARGS__},
#include "../../src/scanner/layout_facts.h"
#undef FACT
#undef LIST
};

/* ---- bits of a str's state */

static uint32_t state_with(void (*set)(PyASCIIObject *))
{
  PyASCIIObject text;
  uint32_t state;
  memset(&text, 0, sizeof text);
  set(&text);
  memcpy(&state, &text.state, sizeof state);
  return state;
}

static void set_kind(PyASCIIObject *text) { text->state.kind = 7; }
static void set_compact(PyASCIIObject *text) { text->state.compact = 1; }
static void set_ascii(PyASCIIObject *text) { text->state.ascii = 1; }

static bool check_bits(void)
{
  bool good = state_with(set_kind) == 7u << expected.str_kind_shift &&
              state_with(set_compact) == expected.str_compact && state_with(set_ascii) == expected.str_ascii;
#if PY_VERSION_HEX < 0x030C0000
  PyASCIIObject text = {.state = {.ready = 1}};
  uint32_t state;
  memcpy(&state, &text.state, sizeof state);
  good = good && state == expected.str_ready;
#endif
  if (!good)
    printf("layout_facts.h is wrong about the bits of a str's state: kind %#x, compact %#x, ascii %#x\n",
           state_with(set_kind), state_with(set_compact), state_with(set_ascii));
  return good;
}

/* ---- facts, one by one */

static void print_list(const char *name, const uint32_t *list)
{
  printf(".%s = {", name);
  for (DRYAD_LAYOUT_EACH(list, i)) printf("%s%" PRIu32, i > 0 ? ", " : "", list[i]);
  printf("},\n");
}

static void print_all(void)
{
#define FACT(name, value)                                                                                              \
  if (strcmp(#name, "version") != 0 && strcmp(#name, "debug") != 0 && strcmp(#name, "free_threaded") != 0)             \
    printf(".%s = %" PRIu32 ",\n", #name, (uint32_t)expected.name);
#define LIST(name, ...) print_list(#name, expected.name);
#include "../../src/scanner/layout_facts.h"
#undef FACT
#undef LIST
}

/* Two offsets may be near those in the table (world.c). */
static bool agree(const char *name, uint32_t table, uint32_t headers)
{
  const uint32_t around = 128;
  bool searched = strcmp(name, "runtime_world_lock") == 0 || strcmp(name, "world_lock") == 0;
  return table == headers || (searched && table < headers + around && headers < table + around);
}

static int compare(const dryad_layout *table)
{
  int different = 0;
  dryad_layout rest = *table;
#define FACT(name, value)                                                                                              \
  if (!agree(#name, (uint32_t)table->name, (uint32_t)expected.name)) {                                                 \
    printf("%s: %" PRIu32 " in the table, %" PRIu32 " in the headers\n", #name, (uint32_t)table->name,                 \
           (uint32_t)expected.name);                                                                                   \
    different++;                                                                                                       \
  }                                                                                                                    \
  rest.name = expected.name;
#define LIST(name, ...)                                                                                                \
  if (memcmp(table->name, expected.name, sizeof expected.name) != 0) {                                                 \
    print_list(#name, table->name);                                                                                    \
    print_list(#name, expected.name);                                                                                  \
    different++;                                                                                                       \
  }                                                                                                                    \
  memcpy(rest.name, expected.name, sizeof expected.name);
#include "../../src/scanner/layout_facts.h"
#undef FACT
#undef LIST
  /* The table must not have facts that the headers lack. */
  return different == 0 && memcmp(&rest, &expected, sizeof expected) != 0 ? -1 : different;
}

int main(int argc, char **argv)
{
  if (!check_bits()) return 1;
  if (argc > 1 && strcmp(argv[1], "print") == 0) {
    print_all();
    return 0;
  }
  int least = -1;
  for (size_t i = 0; dryad_layouts_get(i) != NULL; i++) {
    const dryad_layout *table = dryad_layouts_get(i);
    if (table->version != expected.version || table->debug != expected.debug ||
        table->free_threaded != expected.free_threaded)
      continue;
    least = compare(table);
    if (least == 0) return 0;
  }
  puts(least < 0 ? "there is no table, or it has facts that the headers lack" : "no table matches the headers");
  return 1;
}
