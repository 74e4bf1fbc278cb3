/* SPDX-License-Identifier: MIT */
#include "formats/meliae/fast_path.h"

#include <string.h>

#include "analysis/root_reasons.h"
#include "formats/json/scan.h"
#include "formats/meliae/framing.h"
#include "formats/meliae/record.h"

#define SHORTEST_LINE "{\"address\": 1, \"type\": \"\", \"size\": 1, \"refs\": []}\n"

enum { SHORTEST_REF = 3 };

uint64_t dryad_fast_path_max_records(size_t bytes) { return bytes / (sizeof SHORTEST_LINE - 1) + 1; }
uint64_t dryad_fast_path_max_refs(size_t bytes) { return bytes / SHORTEST_REF + 1; }

/* Skips `text` if it is at p; the length is a constant, so this takes a few compares. */
#define SKIP(p, text) (memcmp(*(p), text, sizeof text - 1) == 0 ? (*(p) += sizeof text - 1, true) : false)

/* Reads a plain ASCII string with its quotes, the first of which is at *p. */
static inline bool plain_string(const char **p, const char *end, dryad_text *text)
{
  const char *start = *p + 1, *stop = dryad_scan_plain(start);
  if (**p != '"' || stop >= end || *stop != '"') return false;
  *text = (dryad_text){start, (size_t)(stop - start)};
  *p = stop + 1;
  return true;
}

/* Words that distinguish names of the same length of up to 32 bytes: their beginning, end and middle. */
static inline struct dryad_type_entry fingerprint(dryad_text name)
{
  struct dryad_type_entry entry = {
      .words = {dryad_load_word(name.data)}, .length = (uint32_t)name.length, .type = DRYAD_NONE};
  if (name.length < 8) {
    entry.words[0] &= name.length ? ~UINT64_C(0) >> (64 - 8 * name.length) : 0;
    return entry;
  }
  entry.words[1] = dryad_load_word(name.data + name.length - 8);
  if (name.length <= 16) return entry;
  entry.words[2] = dryad_load_word(name.data + 8);
  entry.words[3] = dryad_load_word(name.data + name.length - 16);
  return entry;
}

void dryad_type_cache_init(dryad_type_cache *types)
{
  for (size_t i = 0; i < DRYAD_TYPE_CACHE; i++) types->entries[i].type = DRYAD_NONE;
}

static dryad_status type_of(dryad_store *store, dryad_type_cache *types, dryad_text name, uint32_t *type,
                            dryad_error *error)
{
  struct dryad_type_entry entry = fingerprint(name);
  uint64_t hash = (entry.words[0] ^ (entry.words[1] << 7) ^ name.length) * UINT64_C(0x9e3779b97f4a7c15);
  struct dryad_type_entry *known = &types->entries[hash >> 55];
  if (name.length <= sizeof entry.words && known->length == entry.length && known->type != DRYAD_NONE &&
      memcmp(known->words, entry.words, sizeof entry.words) == 0) {
    *type = known->type;
    return DRYAD_OK;
  }
  dryad_status status = dryad_store_type(store, name.data, name.length, type, error);
  entry.type = *type;
  if (!status) *known = entry;
  return status;
}

/* The contents of a line, before anything is stored. */
typedef struct line {
  uint64_t address, size, len;
  dryad_text type, name, text;
  int64_t integer;
  bool has_len, has_name, has_text, has_integer;
  uint64_t ref_count;
} line;

/* Longer lists take the tolerant reader. */
enum { MOST_NAMES = 256, MOST_SITE_BYTES = 8192 };

/* The keys of Dryad's own scanner in a line. */
typedef struct details {
  unsigned kinds; /* bits, 1 << kind */
  bool has_root;
  uint32_t name_count;
  dryad_text root;
  uint64_t numbers[DRYAD_DETAIL_KINDS];
  dryad_text texts[DRYAD_DETAIL_KINDS];
  dryad_text names[MOST_NAMES];
  char sites[MOST_SITE_BYTES];
} details;

/* The text or integer after `"value": `. */
static inline bool value(const char **p, const char *end, line *l)
{
  if (**p == '"') return l->has_text = plain_string(p, end, &l->text);
  bool is_negative = **p == '-';
  uint64_t digits;
  *p += is_negative;
  if (!dryad_scan_number(p, &digits) || (is_negative && digits == 0)) return false;
  l->integer = is_negative ? -(int64_t)digits : (int64_t)digits;
  return l->has_integer = true;
}

static inline bool refs(const char **p, uint64_t *out, uint64_t *count)
{
  uint64_t n = 0;
  if (**p != ']') {
    do {
      if (!dryad_scan_number(p, &out[n])) return false;
      n++;
    } while (SKIP(p, ", "));
  }
  *count = n;
  return SKIP(p, "]");
}

static inline bool number(const char **p, details *d, dryad_detail_kind kind)
{
  d->kinds |= 1u << kind;
  return dryad_scan_number(p, &d->numbers[kind]);
}

static inline bool text(const char **p, const char *end, details *d, dryad_detail_kind kind)
{
  d->kinds |= 1u << kind;
  return plain_string(p, end, &d->texts[kind]);
}

/* The array after `"allocated": [`. */
static bool sites(const char **p, const char *end, details *d)
{
  size_t length = 0;
  unsigned count = 0;
  do {
    dryad_text site;
    if (!plain_string(p, end, &site)) return false;
    if (site.length == 0 || ++count > DRYAD_MAX_SITES || length + site.length >= MOST_SITE_BYTES) return false;
    memcpy(d->sites + length, site.data, site.length);
    length += site.length;
    d->sites[length++] = '\0';
  } while (SKIP(p, ", "));
  d->kinds |= 1u << DRYAD_DETAIL_ALLOCATED;
  d->texts[DRYAD_DETAIL_ALLOCATED] = (dryad_text){d->sites, length - 1};
  return SKIP(p, "]");
}

/* The array after `"names": [`. */
static bool names(const char **p, const char *end, details *d)
{
  do {
    if (d->name_count == MOST_NAMES) return false;
    dryad_text *name = &d->names[d->name_count++];
    *name = (dryad_text){0};
    if (!SKIP(p, "null") && !plain_string(p, end, name)) return false;
  } while (SKIP(p, ", "));
  return SKIP(p, "]}\n");
}

static bool read_details(const char **p, const char *end, details *d)
{
  if (SKIP(p, ", \"qualname\": ") && !text(p, end, d, DRYAD_DETAIL_QUALNAME)) return false;
  if (SKIP(p, ", \"refcount\": ") && !number(p, d, DRYAD_DETAIL_REFCOUNT)) return false;
  if (SKIP(p, ", \"root\": ")) {
    if (!plain_string(p, end, &d->root)) return false;
    d->has_root = true;
  }
  if (SKIP(p, ", \"interpreter\": ") && !number(p, d, DRYAD_DETAIL_INTERPRETER)) return false;
  if (SKIP(p, ", \"mapped\": ") && !number(p, d, DRYAD_DETAIL_MAPPED)) return false;
  if (SKIP(p, ", \"file\": ") && !text(p, end, d, DRYAD_DETAIL_FILE)) return false;
  if (SKIP(p, ", \"line\": ") && !number(p, d, DRYAD_DETAIL_LINE)) return false;
  return !SKIP(p, ", \"allocated\": [") || sites(p, end, d);
}

/* Reads one line; false: it is not canonical. */
static inline bool read_line(const char **p, const char *end, line *l, details *d, uint64_t *ref_out)
{
  *l = (line){0};
  d->kinds = d->name_count = 0;
  d->has_root = false;
  if (!SKIP(p, "{\"address\": ") || !dryad_scan_number(p, &l->address)) return false;
  if (!SKIP(p, ", \"type\": ") || !plain_string(p, end, &l->type)) return false;
  if (!SKIP(p, ", \"size\": ") || !dryad_scan_number(p, &l->size)) return false;
  if (SKIP(p, ", \"name\": ")) {
    if (!plain_string(p, end, &l->name)) return false;
    l->has_name = true;
  }
  if (SKIP(p, ", \"len\": ")) {
    if (!dryad_scan_number(p, &l->len)) return false;
    l->has_len = true;
  }
  if (SKIP(p, ", \"value\": ") && !value(p, end, l)) return false;
  if (!SKIP(p, ", \"refs\": [") && !(read_details(p, end, d) && SKIP(p, ", \"refs\": ["))) return false;
  if (!refs(p, ref_out, &l->ref_count)) return false;
  if (SKIP(p, "}\n")) return true;
  return SKIP(p, ", \"names\": [") && names(p, end, d) && d->name_count == l->ref_count;
}

static bool has_long_text(const line *l, const details *d, size_t max_text)
{
  bool is_long = l->type.length > max_text || l->name.length > max_text || l->text.length > max_text ||
                 (d->has_root && d->root.length > max_text);
  for (unsigned kinds = d->kinds; kinds && !is_long; kinds &= kinds - 1) {
    dryad_detail_kind kind = (unsigned)__builtin_ctz(kinds);
    is_long = dryad_detail_is_text(kind) && d->texts[kind].length > max_text;
  }
  for (uint32_t i = 0; i < d->name_count && !is_long; i++) is_long = d->names[i].length > max_text;
  return is_long;
}

/* Values and names whose slots in the hash table are being prefetched while later lines are read. They are added in the
   order of their lines. */
enum { WAITING = 8 };

typedef struct waiting {
  dryad_text text; /* data NULL: none */
  uint64_t hash, record;
  dryad_label_kind kind;
} waiting;

typedef struct queue {
  waiting texts[WAITING];
  unsigned oldest;
} queue;

static dryad_status add_oldest(queue *q, dryad_batch *batch, dryad_error *error)
{
  waiting *w = &q->texts[q->oldest++ % WAITING];
  dryad_text_ref ref = 0;
  if (!w->text.data) return DRYAD_OK;
  dryad_status status = dryad_string_pool_add_expected(&batch->store->texts, w->text, w->hash, &ref, error);
  ((uint32_t *)batch->labels.data)[w->record] = dryad_label_make(w->kind, ref);
  w->text.data = NULL;
  return status;
}

static dryad_status add_all(queue *q, dryad_batch *batch, dryad_error *error)
{
  dryad_status status = DRYAD_OK;
  for (unsigned i = 0; i < WAITING && !status; i++) status = add_oldest(q, batch, error);
  return status;
}

static dryad_status label_of(dryad_batch *batch, const line *l, queue *q, uint32_t *label, dryad_error *error)
{
  dryad_store *store = batch->store;
  *label = DRYAD_NO_LABEL;
  if (l->has_text || l->has_name) {
    dryad_text text = l->has_text ? l->text : l->name;
    waiting last = {text, dryad_string_pool_expect(&store->texts, text.data, text.length), batch->count,
                    l->has_text ? DRYAD_LABEL_VALUE : DRYAD_LABEL_NAME};
    dryad_status status = add_oldest(q, batch, error);
    q->texts[(q->oldest - 1) % WAITING] = last;
    return status;
  }
  return l->has_integer ? dryad_store_integer(store, l->integer, label, error) : DRYAD_OK;
}

static dryad_status append(dryad_batch *batch, dryad_type_cache *types, const line *l, queue *q, dryad_error *error)
{
  uint64_t n = batch->count;
  uint32_t *lens = batch->lens.data;
  dryad_status status = type_of(batch->store, types, l->type, (uint32_t *)batch->types.data + n, error);
  if (!status) status = label_of(batch, l, q, (uint32_t *)batch->labels.data + n, error);
  if (!status) status = dryad_store_narrow(batch->store, l->size, (uint32_t *)batch->sizes.data + n, error);
  lens[n] = DRYAD_NONE;
  if (!status && l->has_len) status = dryad_store_narrow(batch->store, l->len, &lens[n], error);
  if (status) return status;
  ((uint64_t *)batch->addresses.data)[n] = l->address;
  ((uint32_t *)batch->ref_counts.data)[n] = (uint32_t)l->ref_count;
  batch->address_bits |= l->address;
  batch->ref_count += l->ref_count;
  batch->count++;
  return DRYAD_OK;
}

/* For the record appended last. */
static dryad_status append_details(dryad_batch *batch, const details *d, dryad_error *error)
{
  dryad_status status = DRYAD_OK;
  if (d->has_root) status = dryad_batch_add_root(batch, dryad_root_reason_named(d->root), error);
  for (unsigned kinds = d->kinds; kinds && !status; kinds &= kinds - 1) {
    dryad_detail_kind kind = (unsigned)__builtin_ctz(kinds);
    status = dryad_detail_is_text(kind) ? dryad_batch_add_text(batch, kind, d->texts[kind], error)
                                        : dryad_batch_add_number(batch, kind, d->numbers[kind], error);
  }
  for (uint32_t i = 0; i < d->name_count && !status; i++)
    if (d->names[i].data) status = dryad_batch_name_ref(batch, i, d->names[i], error);
  return status;
}

dryad_status dryad_fast_path_read(dryad_batch *batch, dryad_type_cache *types, const char **p, const char *end,
                                  size_t max_text, uint64_t *lines, dryad_error *error)
{
  line l;
  details d;
  queue q = {0};
  while (*p < end) {
    const char *next = *p;
    uint64_t *ref_out = (uint64_t *)batch->refs.data + batch->ref_count;
    if (!read_line(&next, end, &l, &d, ref_out) || next > end) break;
    if ((size_t)(next - *p) > max_text && has_long_text(&l, &d, max_text)) break;
    if (l.has_name && (l.has_text || l.has_integer)) break;
    if (l.address <= DRYAD_LAST_FRAMING_ADDRESS) break;
    if (l.has_text && dryad_record_is_nan(l.type, l.has_len, l.text)) break;
    dryad_status status = append(batch, types, &l, &q, error);
    if (!status && (d.kinds || d.has_root || d.name_count)) status = append_details(batch, &d, error);
    if (status) return status;
    *p = next;
    ++*lines;
  }
  return add_all(&q, batch, error);
}
