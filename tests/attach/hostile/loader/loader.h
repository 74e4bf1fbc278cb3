/* SPDX-License-Identifier: MIT */
/* Lies about what is loaded, told in the structures that a tracer reads in the memory of a process.
 *
 * The loader itself never reads DT_DEBUG of the program again, nor its ELF headers, nor the auxiliary vector, so that
 * the program runs on as if nothing were. */
#ifndef HOSTILE_LOADER_H
#define HOSTILE_LOADER_H

#include <link.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MANY (64ul << 20)
#define WILD 0x414141414141ul
#define KERNEL 0xffffffff81000000ul

/* The truth, and what is put in its place. */
extern struct r_debug *debug, lie;
extern ElfW(Dyn) * debug_entry; /* DT_DEBUG of the program */
extern ElfW(Phdr) * headers;    /* of the program */
extern size_t header_count;

/* An object with one symbol, dlopen, which jumps somewhere; its tables are sound. */
typedef struct object {
  ElfW(Ehdr) head;
  ElfW(Phdr) headers[8];
  ElfW(Dyn) dynamic[32];
  uint32_t hash[64];
  ElfW(Sym) symbols[64];
  char strings[256];
  uint8_t code[32];
} object;

/* ---- objects.c */

void *room(size_t size);
void *filled(size_t size, int byte);
void *at_edge(size_t size); /* a block whose end is the end of what can be read */
void make_writable(void *address, size_t size);

/* A false link map: its first entry is that of the program, as it should be. */
struct link_map *entry_like(const struct link_map *other);
struct link_map *false_map(struct link_map *second);
const struct link_map *find_real(const char *part);
void truth_follows(struct link_map *last);

object *make_object(uint64_t target, bool whole); /* whole: its text is all that lies above */
struct link_map *entry_of(object *made);
void lie_object(object *made);
void instead(object *made, long tag, uint64_t value);
object *odd_hash(uint32_t buckets, uint32_t first, uint32_t bloom, uint32_t shift);
object *odd_old_hash(uint32_t buckets, uint32_t chains);

/* What a thread would be made to run. */
void spin_in_dlopen(void);
void exit_in_dlopen(void);
long lie_in_dlopen(void);

/* ---- the lies: of objects in map.c, of unwinding in frames.c, of headers and the auxiliary vector in headers.c */

/* clang-format off */
#define LIES(EACH) \
  EACH(circle) EACH(itself) EACH(wild) EACH(kernel) EACH(odd) EACH(edge) EACH(long) EACH(names) EACH(escapes) \
  EACH(endless_dynamic) EACH(gnu_chain) EACH(gnu_no_buckets) EACH(gnu_no_bloom) EACH(gnu_all_buckets) \
  EACH(hash_circle) EACH(hash_no_buckets) EACH(hash_all_buckets) EACH(wild_tables) EACH(many_headers) \
  EACH(whole_space) EACH(endless_expression) EACH(growing_expression) EACH(remembering) EACH(same_frame) \
  EACH(spin) EACH(exit) EACH(result) EACH(nowhere) EACH(kernel_function) EACH(resolver) EACH(changing) \
  EACH(no_map) EACH(debug_wild) EACH(debug_edge) EACH(headers_gone) EACH(headers_wild) EACH(image) \
  EACH(aux_headers) EACH(aux_kernel) EACH(aux_count) EACH(aux_entry_size) EACH(aux_none) EACH(aux_loader) \
  EACH(aux_vdso)
/* clang-format on */

#define DECLARE(name) void lie_##name(void);
LIES(DECLARE)

#endif
