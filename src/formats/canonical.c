#include "formats/canonical.h"

#include <string.h>

#define SHORTEST_LINE "{\"address\": 1, \"type\": \"\", \"size\": 1, \"refs\": []}\n"
#define EACH_BYTE UINT64_C(0x0101010101010101)
#define HIGH_BITS UINT64_C(0x8080808080808080)

enum { SHORTEST_REF = 3, MAX_DIGITS = 18 };

uint64_t dryad_canonical_max_records(size_t bytes) { return bytes / (sizeof SHORTEST_LINE - 1) + 1; }
uint64_t dryad_canonical_max_refs(size_t bytes) { return bytes / SHORTEST_REF + 1; }

static inline uint64_t load(const char *p)
{
  uint64_t word;
  memcpy(&word, p, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  word = __builtin_bswap64(word);
#endif
  return word;
}

/* Steps over `text` when it is there; the length is a constant, so this is a few compares. */
#define SKIP(p, text) (memcmp(*(p), text, sizeof text - 1) == 0 ? (*(p) += sizeof text - 1, true) : false)

/* The value of up to eight digits at p; *digits is how many there are. */
static inline uint64_t eight_digits(const char *p, unsigned *digits)
{
  uint64_t word = load(p) ^ (EACH_BYTE * '0');
  uint64_t others = ((word + EACH_BYTE * 0x76) | word) & HIGH_BITS;
  *digits = others ? (unsigned)__builtin_ctzll(others) / 8 : 8;
  if (*digits == 0) return 0;
  word <<= 64 - 8 * *digits;
  word = word * 10 + (word >> 8);
  uint64_t low = (word & UINT64_C(0x000000ff000000ff)) * UINT64_C(0x000f424000000064);
  uint64_t high = ((word >> 16) & UINT64_C(0x000000ff000000ff)) * UINT64_C(0x0000271000000001);
  return (low + high) >> 32;
}

static const uint64_t powers[] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000};

/* An unsigned number of at most MAX_DIGITS digits without a leading zero; false: something else. */
static inline bool number(const char **p, uint64_t *value)
{
  const char *start = *p;
  unsigned digits, more;
  uint64_t v = eight_digits(start, &digits);
  if (digits == 8) {
    uint64_t next = eight_digits(start + 8, &more);
    v = v * powers[more] + next;
    digits += more;
    if (more == 8) {
      next = eight_digits(start + 16, &more);
      if (more > MAX_DIGITS - 16) return false;
      v = v * powers[more] + next;
      digits += more;
    }
  }
  if (digits == 0 || (*start == '0' && digits > 1)) return false;
  *p = start + digits;
  *value = v;
  return true;
}

/* The first byte from p on that is a quote, a backslash, a control character or not ASCII. */
static inline const char *plain_end(const char *p)
{
  for (;; p += 8) {
    uint64_t word = load(p);
    uint64_t quote = word ^ (EACH_BYTE * '"'), backslash = word ^ (EACH_BYTE * '\\');
    uint64_t found = ((quote - EACH_BYTE) & ~quote) | ((backslash - EACH_BYTE) & ~backslash) |
                     ((word - EACH_BYTE * 0x20) & ~word) | word;
    found &= HIGH_BITS;
    if (found) return p + __builtin_ctzll(found) / 8;
  }
}

/* A string in plain ASCII with its quotes, the first of which is at *p. */
static inline bool plain_string(const char **p, const char *end, dryad_text *text)
{
  const char *start = *p + 1, *stop = plain_end(start);
  if (**p != '"' || stop >= end || *stop != '"') return false;
  *text = (dryad_text){start, (size_t)(stop - start)};
  *p = stop + 1;
  return true;
}

/* Words that tell names of up to 32 bytes of one length apart: its ends, and what lies between. */
static inline dryad_type_entry fingerprint(dryad_text name)
{
  dryad_type_entry entry = {.words = {load(name.data)}, .length = (uint32_t)name.length, .type = DRYAD_NONE};
  if (name.length < 8) {
    entry.words[0] &= name.length ? ~UINT64_C(0) >> (64 - 8 * name.length) : 0;
    return entry;
  }
  entry.words[1] = load(name.data + name.length - 8);
  if (name.length <= 16) return entry;
  entry.words[2] = load(name.data + 8);
  entry.words[3] = load(name.data + name.length - 16);
  return entry;
}

static dryad_status type_of(dryad_parser *parser, dryad_text name, uint32_t *type, dryad_error *error)
{
  dryad_type_entry entry = fingerprint(name);
  uint64_t hash = (entry.words[0] ^ (entry.words[1] << 7) ^ name.length) * UINT64_C(0x9e3779b97f4a7c15);
  dryad_type_entry *known = &parser->cache[hash >> 55];
  if (name.length <= sizeof entry.words && known->length == entry.length && known->type != DRYAD_NONE &&
      memcmp(known->words, entry.words, sizeof entry.words) == 0) {
    *type = known->type;
    return DRYAD_OK;
  }
  dryad_status status = dryad_store_type(parser->part.store, name.data, name.length, type, error);
  entry.type = *type;
  if (!status) *known = entry;
  return status;
}

/* What a line says, before anything is stored. */
typedef struct line {
  uint64_t address, size, len;
  dryad_text type, name, text;
  int64_t integer;
  bool has_len, has_name, has_text, has_integer;
  uint64_t ref_count;
} line;

/* The text or integer after `"value": `. */
static inline bool value(const char **p, const char *end, line *l)
{
  if (**p == '"') return l->has_text = plain_string(p, end, &l->text);
  bool is_negative = **p == '-';
  uint64_t digits;
  *p += is_negative;
  if (!number(p, &digits) || (is_negative && digits == 0)) return false;
  l->integer = is_negative ? -(int64_t)digits : (int64_t)digits;
  return l->has_integer = true;
}

static inline bool refs(const char **p, uint64_t *out, uint64_t *count)
{
  uint64_t n = 0;
  if (**p != ']') {
    do {
      if (!number(p, &out[n])) return false;
      n++;
    } while (SKIP(p, ", "));
  }
  *count = n;
  return SKIP(p, "]}\n");
}

/* Reads one line; false: it is not canonical. */
static inline bool read_line(const char **p, const char *end, line *l, uint64_t *ref_out)
{
  *l = (line){0};
  if (!SKIP(p, "{\"address\": ") || !number(p, &l->address)) return false;
  if (!SKIP(p, ", \"type\": ") || !plain_string(p, end, &l->type)) return false;
  if (!SKIP(p, ", \"size\": ") || !number(p, &l->size)) return false;
  if (SKIP(p, ", \"name\": ")) {
    if (!plain_string(p, end, &l->name)) return false;
    l->has_name = true;
  }
  if (SKIP(p, ", \"len\": ")) {
    if (!number(p, &l->len)) return false;
    l->has_len = true;
  }
  if (SKIP(p, ", \"value\": ") && !value(p, end, l)) return false;
  return SKIP(p, ", \"refs\": [") && refs(p, ref_out, &l->ref_count);
}

static dryad_status label_of(dryad_parser *parser, const line *l, uint32_t *label, dryad_error *error)
{
  dryad_store *store = parser->part.store;
  dryad_text_ref ref;
  *label = DRYAD_NO_LABEL;
  if (l->has_text || l->has_name) {
    dryad_text text = l->has_text ? l->text : l->name;
    dryad_status status = dryad_texts_add(&store->texts, text.data, text.length, &ref, error);
    *label = dryad_label_make(l->has_text ? DRYAD_LABEL_VALUE : DRYAD_LABEL_NAME, ref);
    return status;
  }
  return l->has_integer ? dryad_store_integer(store, l->integer, label, error) : DRYAD_OK;
}

static dryad_status append(dryad_parser *parser, const line *l, dryad_error *error)
{
  dryad_part *part = &parser->part;
  uint64_t n = part->count;
  uint32_t *lens = part->lens.data;
  dryad_status status = type_of(parser, l->type, (uint32_t *)part->types.data + n, error);
  if (!status) status = label_of(parser, l, (uint32_t *)part->labels.data + n, error);
  if (!status) status = dryad_store_narrow(part->store, l->size, (uint32_t *)part->sizes.data + n, error);
  lens[n] = DRYAD_NONE;
  if (!status && l->has_len) status = dryad_store_narrow(part->store, l->len, &lens[n], error);
  if (status) return status;
  ((uint64_t *)part->addresses.data)[n] = l->address;
  ((uint32_t *)part->ref_counts.data)[n] = (uint32_t)l->ref_count;
  part->address_bits |= l->address;
  part->ref_count += l->ref_count;
  part->count++;
  return DRYAD_OK;
}

dryad_status dryad_canonical_read(dryad_parser *parser, const char **p, const char *end, uint64_t *lines,
                                  dryad_error *error)
{
  line l;
  while (*p < end) {
    const char *next = *p;
    uint64_t *ref_out = (uint64_t *)parser->part.refs.data + parser->part.ref_count;
    if (!read_line(&next, end, &l, ref_out) || next > end) return DRYAD_OK;
    if (l.has_name && (l.has_text || l.has_integer)) return DRYAD_OK;
    dryad_status status = append(parser, &l, error);
    if (status) return status;
    *p = next;
    ++*lines;
  }
  return DRYAD_OK;
}
