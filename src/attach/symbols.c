/* SPDX-License-Identifier: MIT */
#include "attach/symbols.h"

#include <elf.h>
#include <string.h>

enum { CHAIN_MAX = 4096, SYMBOLS_AT_ONCE = 128, BUCKETS_AT_ONCE = 512, HIDDEN_VERSION = 0x8000 };

static bool read_word(dryad_target_memory *memory, uint64_t address, uint32_t *word)
{
  return dryad_target_read(memory, address, word, sizeof *word);
}

static uint64_t entry_address(const dryad_elf_object *object, uint64_t index)
{
  return object->symbols + index * sizeof(Elf64_Sym);
}

static bool convert(dryad_symbol *symbol, const dryad_elf_object *object, const Elf64_Sym *entry)
{
  unsigned type = ELF64_ST_TYPE(entry->st_info);
  uint64_t bias = entry->st_shndx == SHN_ABS ? 0 : object->bias;
  if (entry->st_shndx == SHN_UNDEF || !entry->st_value || type == STT_TLS) return false;
  symbol->address = bias + entry->st_value;
  symbol->size = entry->st_size;
  symbol->is_indirect = type == STT_GNU_IFUNC;
  symbol->is_function = type == STT_FUNC || symbol->is_indirect;
  if (symbol->address < object->all.from || symbol->address >= object->all.to) return false;
  if (symbol->size > object->all.to - symbol->address) symbol->size = object->all.to - symbol->address;
  return true;
}

/* ---- by name -------------------------------------------------------------------------------- */

typedef struct search {
  dryad_target_memory *memory;
  const dryad_elf_object *object;
  const char *name;
  size_t size; /* of the name, NUL included */
  dryad_symbol *symbol;
} search;

static bool has_name(const search *s, const Elf64_Sym *entry)
{
  char name[DRYAD_SYMBOL_NAME];
  if (entry->st_name >= s->object->strings_size || s->size > s->object->strings_size - entry->st_name) return false;
  return dryad_target_read(s->memory, s->object->strings + entry->st_name, name, s->size) &&
         !memcmp(name, s->name, s->size);
}

static bool is_default_version(const search *s, uint64_t index)
{
  uint16_t version;
  return !s->object->versions ||
         !dryad_target_read(s->memory, s->object->versions + index * sizeof version, &version, sizeof version) ||
         !(version & HIDDEN_VERSION);
}

static bool try_symbol(const search *s, uint64_t index)
{
  Elf64_Sym entry;
  if (!dryad_target_read(s->memory, entry_address(s->object, index), &entry, sizeof entry)) return false;
  return has_name(s, &entry) && is_default_version(s, index) && convert(s->symbol, s->object, &entry);
}

/* DT_GNU_HASH: four words, a Bloom filter of `filter` 64-bit words, the buckets, and a chain of hashes parallel to the
 * symbols from number `first` on, in which a set lowest bit ends a bucket. */
typedef struct gnu_hash {
  uint32_t buckets, first, filter, shift;
} gnu_hash;

static uint64_t gnu_buckets(const dryad_elf_object *object, const gnu_hash *hash)
{
  return object->gnu_hash + sizeof *hash + (uint64_t)hash->filter * 8;
}

static uint64_t gnu_chain(const dryad_elf_object *object, const gnu_hash *hash, uint64_t symbol)
{
  return gnu_buckets(object, hash) + ((uint64_t)hash->buckets + (symbol - hash->first)) * 4;
}

static bool search_gnu(const search *s)
{
  gnu_hash hash;
  uint32_t wanted = 5381, at, other;
  for (const char *c = s->name; *c; c++) wanted = wanted * 33 + (unsigned char)*c;
  if (!dryad_target_read(s->memory, s->object->gnu_hash, &hash, sizeof hash) || !hash.buckets) return false;
  if (!read_word(s->memory, gnu_buckets(s->object, &hash) + (uint64_t)(wanted % hash.buckets) * 4, &at)) return false;
  if (at < hash.first) return false;
  for (uint64_t i = at; i < (uint64_t)at + CHAIN_MAX; i++) {
    if (!read_word(s->memory, gnu_chain(s->object, &hash, i), &other)) return false;
    if ((other | 1) == (wanted | 1) && try_symbol(s, i)) return true;
    if (other & 1) return false;
  }
  return false;
}

static uint32_t elf_hash(const char *name)
{
  uint32_t hash = 0;
  for (; *name; name++) {
    hash = (hash << 4) + (unsigned char)*name;
    hash = (hash ^ (hash & 0xf0000000) >> 24) & 0x0fffffff;
  }
  return hash;
}

/* DT_HASH: numbers of buckets and of symbols, the buckets, and for each symbol the next one in its bucket. */
static bool search_sysv(const search *s)
{
  uint32_t head[2], at;
  uint64_t buckets = s->object->hash + sizeof head;
  if (!dryad_target_read(s->memory, s->object->hash, head, sizeof head) || !head[0]) return false;
  if (!read_word(s->memory, buckets + (uint64_t)(elf_hash(s->name) % head[0]) * 4, &at)) return false;
  for (int i = 0; i < CHAIN_MAX && at && at < head[1]; i++) {
    if (try_symbol(s, at)) return true;
    if (!read_word(s->memory, buckets + ((uint64_t)head[0] + at) * 4, &at)) return false;
  }
  return false;
}

bool dryad_symbol_find(dryad_symbol *symbol, dryad_target_memory *memory, const dryad_elf_object *object,
                       const char *name)
{
  search s = {memory, object, name, strlen(name) + 1, symbol};
  if (!object->symbols || s.size > DRYAD_SYMBOL_NAME) return false;
  return object->gnu_hash ? search_gnu(&s) : object->hash && search_sysv(&s);
}

/* ---- all functions -------------------------------------------------------------------------- */

/* The highest number in the buckets; 0: none. */
static bool highest_in_buckets(uint32_t *highest, dryad_target_memory *memory, uint64_t buckets, uint32_t count)
{
  uint32_t some[BUCKETS_AT_ONCE];
  *highest = 0;
  for (uint32_t i = 0, part; i < count; i += part) {
    part = count - i < BUCKETS_AT_ONCE ? count - i : BUCKETS_AT_ONCE;
    if (!dryad_target_read(memory, buckets + (uint64_t)i * 4, some, part * sizeof *some)) return false;
    for (uint32_t j = 0; j < part; j++)
      if (some[j] > *highest) *highest = some[j];
  }
  return true;
}

/* A DT_GNU_HASH does not hold the number of symbols: the end of the last bucket's chain gives it. */
static bool count_gnu(uint32_t *count, dryad_target_memory *memory, const dryad_elf_object *object)
{
  gnu_hash hash;
  uint32_t highest, word;
  if (!dryad_target_read(memory, object->gnu_hash, &hash, sizeof hash) || hash.buckets > DRYAD_SYMBOLS_MAX)
    return false;
  if (!highest_in_buckets(&highest, memory, gnu_buckets(object, &hash), hash.buckets)) return false;
  *count = hash.first;
  if (!highest) return *count <= DRYAD_SYMBOLS_MAX;
  if (highest < hash.first) return false;
  for (uint32_t i = highest; i < DRYAD_SYMBOLS_MAX; i++) {
    if (!read_word(memory, gnu_chain(object, &hash, i), &word)) return false;
    *count = i + 1;
    if (word & 1) return true;
  }
  return false;
}

static bool count_symbols(uint32_t *count, dryad_target_memory *memory, const dryad_elf_object *object)
{
  if (!object->symbols) return false;
  if (object->hash) return read_word(memory, object->hash + 4, count) && *count <= DRYAD_SYMBOLS_MAX;
  return object->gnu_hash && count_gnu(count, memory, object);
}

static bool name_of(char name[DRYAD_SYMBOL_NAME], dryad_target_memory *memory, const dryad_elf_object *object,
                    const Elf64_Sym *entry)
{
  return entry->st_name < object->strings_size &&
         dryad_target_read_text(memory, object->strings + entry->st_name, name, DRYAD_SYMBOL_NAME);
}

bool dryad_symbol_each_function(dryad_target_memory *memory, const dryad_elf_object *object, dryad_symbol_visit *visit,
                                void *context)
{
  Elf64_Sym some[SYMBOLS_AT_ONCE];
  char name[DRYAD_SYMBOL_NAME];
  dryad_symbol symbol;
  uint32_t count;
  if (!count_symbols(&count, memory, object)) return false;
  for (uint32_t i = 0, part; i < count; i += part) {
    part = count - i < SYMBOLS_AT_ONCE ? count - i : SYMBOLS_AT_ONCE;
    if (!dryad_target_read(memory, entry_address(object, i), some, part * sizeof *some)) return false;
    for (uint32_t j = 0; j < part; j++) {
      if (!convert(&symbol, object, &some[j]) || !symbol.is_function) continue;
      if (!name_of(name, memory, object, &some[j])) return false;
      if (!visit(context, name, &symbol)) return true;
    }
  }
  return true;
}
