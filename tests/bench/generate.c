/* SPDX-License-Identifier: MIT */
#include "generate.h"

#include <string.h>

/*
 * The heap: a module holds a pool of lists, each of which holds a thousand sessions; a session is UNIT objects, an
 * instance with a dict, containers and atoms. The objects that all share come first: types, and the names used as keys.
 * Objects are numbered in the order of the dump; addresses are computed from numbers, so nothing needs to be stored.
 */
enum {
  UNIT = 10, /* objects of a session */
  SESSIONS_A_LIST = 1000,
  NUM_TYPES = 200,
  NUM_NAMES = 2000,
  NUM_LITTLE = 256,     /* small integers, shared by all */
  PAIRS = 10,           /* of a session's dict */
  ARENA_OBJECTS = 4096, /* objects within an arena are written in no particular order of addresses */
  SLOT = 64,            /* bytes */
};
#define FIRST_ADDRESS UINT64_C(139637976727552)
#define STATIC_ADDRESS UINT64_C(94677771900000)

/* Numbers of the shared objects, from 0; sessions follow. */
enum {
  MODULE,
  MODULE_DICT,
  POOL,
  TYPE_OF_TYPES,
  FIRST_TYPE,
  FIRST_NAME = FIRST_TYPE + NUM_TYPES,
  FIRST_LITTLE = FIRST_NAME + NUM_NAMES,
  FIRST_LIST = FIRST_LITTLE + NUM_LITTLE,
};

typedef struct generator {
  FILE *file;
  uint64_t seed, lists, sessions, first_session, count;
  size_t length;
  char buffer[1 << 20];
} generator;

/* ---- text ---------------------------------------------------------------------------------------- */

enum { LONGEST_PIECE = 256 };

static void put(generator *g, const char *text)
{
  size_t length = strlen(text);
  if (g->length + LONGEST_PIECE > sizeof g->buffer) {
    fwrite(g->buffer, 1, g->length, g->file);
    g->length = 0;
  }
  memcpy(g->buffer + g->length, text, length);
  g->length += length;
}

static void put_number(generator *g, uint64_t number)
{
  char digits[24];
  char *p = digits + sizeof digits - 1;
  *p = '\0';
  do {
    *--p = (char)('0' + number % 10);
  } while (number /= 10);
  put(g, p);
}

/* ---- chance and addresses ------------------------------------------------------------------------- */

/* A uniformly distributed number derived from two numbers and the seed. Source: S. Vigna, splitmix64. */
static uint64_t chance(const generator *g, uint64_t a, uint64_t b)
{
  uint64_t z = g->seed + a * UINT64_C(0x9e3779b97f4a7c15) + b * UINT64_C(0xd1b54a32d192ed03);
  z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
  z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
  return z ^ (z >> 31);
}

static uint64_t address_of(const generator *g, uint64_t number)
{
  if (number < FIRST_LIST) return STATIC_ADDRESS + number * SLOT;
  uint64_t arena = number / ARENA_OBJECTS, place = number % ARENA_OBJECTS;
  /* Odd multiples visit every slot of an arena. */
  place = (place * (chance(g, arena, 1) % ARENA_OBJECTS | 1) + chance(g, arena, 2)) % ARENA_OBJECTS;
  return FIRST_ADDRESS + (arena * ARENA_OBJECTS + place) * SLOT + 16 * (chance(g, number, 3) % 3);
}

/* ---- lines ---------------------------------------------------------------------------------------- */

static void begin(generator *g, uint64_t number, const char *type, uint64_t size)
{
  put(g, "{\"address\": ");
  put_number(g, address_of(g, number));
  put(g, ", \"type\": \"");
  put(g, type);
  put(g, "\", \"size\": ");
  put_number(g, size);
}

static void put_len(generator *g, uint64_t len)
{
  put(g, ", \"len\": ");
  put_number(g, len);
}

static void begin_refs(generator *g) { put(g, ", \"refs\": ["); }

/* Each is followed by a comma, and end() removes the last one. */
static void put_ref(generator *g, uint64_t number)
{
  put_number(g, address_of(g, number));
  put(g, ", ");
}

static void end(generator *g)
{
  if (g->buffer[g->length - 1] == ' ') g->length -= 2;
  put(g, "]}\n");
  g->count++;
}

static void put_text(generator *g, const char *key, const char *prefix, uint64_t number)
{
  put(g, ", \"");
  put(g, key);
  put(g, "\": \"");
  put(g, prefix);
  put_number(g, number);
  put(g, "\"");
}

static void write_atom(generator *g, uint64_t number, const char *type, uint64_t size)
{
  begin(g, number, type, size);
  begin_refs(g);
  end(g);
}

static void write_str(generator *g, uint64_t number, const char *prefix, uint64_t text)
{
  begin(g, number, "str", 52 + strlen(prefix));
  put_len(g, strlen(prefix) + 3);
  put_text(g, "value", prefix, text);
  begin_refs(g);
  end(g);
}

static void write_int(generator *g, uint64_t number, uint64_t value)
{
  begin(g, number, "int", 28);
  put(g, ", \"value\": ");
  put_number(g, value);
  begin_refs(g);
  end(g);
}

/* ---- shared objects -------------------------------------------------------------------------------- */

static void write_shared(generator *g)
{
  begin(g, MODULE, "module", 72);
  put(g, ", \"name\": \"service\"");
  begin_refs(g);
  put_ref(g, MODULE_DICT);
  end(g);
  begin(g, MODULE_DICT, "dict", 1184);
  put_len(g, 1);
  begin_refs(g);
  put_ref(g, FIRST_NAME);
  put_ref(g, POOL);
  end(g);
  begin(g, POOL, "list", 56 + 8 * g->lists);
  put_len(g, g->lists);
  begin_refs(g);
  for (uint64_t i = 0; i < g->lists; i++) put_ref(g, FIRST_LIST + i);
  end(g);
  for (uint64_t i = TYPE_OF_TYPES; i < FIRST_NAME; i++) {
    begin(g, i, "type", 1064);
    put_text(g, "name", "Class", i - TYPE_OF_TYPES);
    begin_refs(g);
    put_ref(g, TYPE_OF_TYPES);
    end(g);
  }
  for (uint64_t i = 0; i < NUM_NAMES; i++) write_str(g, FIRST_NAME + i, "attribute_", i);
  for (uint64_t i = 0; i < NUM_LITTLE; i++) write_int(g, FIRST_LITTLE + i, i);
}

static void write_lists(generator *g)
{
  for (uint64_t i = 0; i < g->lists; i++) {
    uint64_t first = i * SESSIONS_A_LIST, after = first + SESSIONS_A_LIST;
    if (i == g->lists - 1) after = g->sessions;
    begin(g, FIRST_LIST + i, "list", 56 + 8 * (after - first));
    put_len(g, after - first);
    begin_refs(g);
    for (uint64_t s = first; s < after; s++) put_ref(g, g->first_session + s * UNIT);
    end(g);
  }
}

/* ---- a session ------------------------------------------------------------------------------------- */

enum { INSTANCE, DICT, TEXT, NUMBER, LIST, TUPLE, FLOAT, INNER_DICT, METHOD, LOCK };

static void write_dict(generator *g, uint64_t session, uint64_t start, uint64_t class)
{
  begin(g, start + DICT, "dict", 360);
  put_len(g, PAIRS);
  begin_refs(g);
  for (unsigned i = 0; i < PAIRS; i++) {
    uint64_t dice = chance(g, session, 100 + i);
    put_ref(g, FIRST_NAME + (class * PAIRS + i) % NUM_NAMES);
    if (TEXT + i <= LOCK)
      put_ref(g, start + TEXT + i);
    else
      put_ref(g, dice % 8 ? FIRST_LITTLE + dice / 8 % NUM_LITTLE : g->first_session + dice / 8 % g->sessions * UNIT);
  }
  end(g);
}

static void write_containers(generator *g, uint64_t session, uint64_t start)
{
  begin(g, start + LIST, "list", 88);
  put_len(g, 4);
  begin_refs(g);
  put_ref(g, start + TUPLE);
  put_ref(g, start + TEXT);
  put_ref(g, start + FLOAT);
  put_ref(g, FIRST_LITTLE + session % NUM_LITTLE);
  end(g);
  begin(g, start + TUPLE, "tuple", 56);
  put_len(g, 2);
  begin_refs(g);
  put_ref(g, start + NUMBER);
  put_ref(g, start + TEXT);
  end(g);
  write_atom(g, start + FLOAT, "float", 24);
  begin(g, start + INNER_DICT, "dict", 232);
  put_len(g, 1);
  begin_refs(g);
  put_ref(g, FIRST_NAME + session % NUM_NAMES);
  put_ref(g, start + LOCK);
  end(g);
  begin(g, start + METHOD, "builtin_function_or_method", 72);
  begin_refs(g);
  put_ref(g, start + LOCK);
  end(g);
  write_atom(g, start + LOCK, "_thread.lock", 40);
}

/* Few classes have most of the sessions. */
static uint64_t class_of(const generator *g, uint64_t session)
{
  return chance(g, session, 4) % (1 + chance(g, session, 7) % (NUM_TYPES - 1));
}

static void write_session(generator *g, uint64_t session)
{
  uint64_t start = g->first_session + session * UNIT, class = class_of(g, session);
  char name[32];
  snprintf(name, sizeof name, "Class%llu", (unsigned long long)class + 1);
  begin(g, start + INSTANCE, name, 48);
  begin_refs(g);
  put_ref(g, start + DICT);
  put_ref(g, FIRST_TYPE + class); /* named Class<class + 1>, as TYPE_OF_TYPES comes first */
  end(g);
  write_dict(g, session, start, class);
  /* One text in four repeats another session's. */
  write_str(g, start + TEXT, "/api/v1/users/session-", session % 4 ? session : chance(g, session, 5) % 1000);
  write_int(g, start + NUMBER, 1000 + chance(g, session, 6) % 1000000);
  write_containers(g, session, start);
}

bool generate_dump(FILE *file, uint64_t count, uint64_t seed)
{
  static generator g;
  g = (generator){.file = file, .seed = seed};
  uint64_t own = count > GENERATE_SMALLEST ? count : GENERATE_SMALLEST;
  own -= FIRST_LIST;
  g.lists = own / (UNIT * SESSIONS_A_LIST + 1);
  g.sessions = (own - g.lists) / UNIT; /* the remainder goes into the last list */
  g.first_session = FIRST_LIST + g.lists;
  write_shared(&g);
  write_lists(&g);
  for (uint64_t s = 0; s < g.sessions; s++) write_session(&g, s);
  for (uint64_t i = g.count; i < count; i++) write_atom(&g, i, "object", 16);
  fwrite(g.buffer, 1, g.length, file);
  return fflush(file) == 0 && !ferror(file);
}
