/* Loaded into a Python by LD_PRELOAD, this lies about what is loaded, in the structures that a tracer reads in memory.
 *
 * The loader itself never reads DT_DEBUG of the program again, nor its ELF headers, nor the auxiliary vector, so that the
 * program runs on as if nothing were. HOSTILE says which lie; HOSTILE_LOG is a file that tells that it was told. A word
 * "flicker" behind it: truth and lie alternate as fast as can be.
 */
#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define MANY (64ul << 20)
#define WILD 0x414141414141ul
#define KERNEL 0xffffffff81000000ul

static struct r_debug *debug, lie;
static ElfW(Dyn) *debug_entry;
static ElfW(Phdr) *headers;
static size_t header_count;

/* ---- memory */

static void *room(size_t size)
{
  void *block = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (block == MAP_FAILED) abort();
  return block;
}

static void *filled(size_t size, int byte) { return memset(room(size), byte, size); }

/* A block whose end is the end of what can be read. */
static void *at_edge(size_t size)
{
  char *block = room(3 * 4096);
  mprotect(block + 2 * 4096, 4096, PROT_NONE);
  return block + 2 * 4096 - size;
}

static void make_writable(void *address, size_t size)
{
  uintptr_t from = (uintptr_t)address & ~4095ul, to = ((uintptr_t)address + size + 4095) & ~4095ul;
  mprotect((void *)from, to - from, PROT_READ | PROT_WRITE);
}

/* ---- a false link map: its first entry is that of the program, as it should be */

static struct link_map *entry_like(const struct link_map *other)
{
  struct link_map *entry = calloc(1, 4096);
  if (other) *entry = (struct link_map){other->l_addr, other->l_name, other->l_ld, NULL, NULL};
  return entry;
}

static struct link_map *false_map(struct link_map *second)
{
  struct link_map *first = entry_like(debug->r_map);
  first->l_next = second;
  if (second) second->l_prev = first;
  lie.r_map = first;
  return first;
}

static const struct link_map *find_real(const char *part)
{
  for (struct link_map *entry = debug->r_map; entry; entry = entry->l_next) {
    if (strstr(entry->l_name, part)) return entry;
  }
  abort();
}

static void truth_follows(struct link_map *last) { last->l_next = debug->r_map->l_next; }

/* ---- a false object */

typedef struct object {
  ElfW(Ehdr) head;
  ElfW(Phdr) headers[8];
  ElfW(Dyn) dynamic[32];
  uint32_t hash[64];
  ElfW(Sym) symbols[64];
  char strings[256];
} object;

static uint32_t gnu_hash(const char *name)
{
  uint32_t value = 5381;
  for (; *name; name++) value = value * 33 + (unsigned char)*name;
  return value;
}

static void dynamic_entry(object *made, int at, long tag, uint64_t value)
{
  made->dynamic[at].d_tag = tag;
  made->dynamic[at].d_un.d_val = value;
}

/* An object with one symbol, dlopen, which is at `target`; its tables are sound. The whole address space may be its text. */
static object *make_object(uint64_t target, bool whole)
{
  object *made = room(1 << 20);
  memcpy(made->head.e_ident, ELFMAG "\2\1\1", 7);
  made->head.e_type = ET_DYN;
  made->head.e_machine = ((ElfW(Ehdr) *)find_real("libc.so.6")->l_addr)->e_machine;
  made->head.e_phoff = offsetof(object, headers);
  made->head.e_phentsize = sizeof(ElfW(Phdr));
  made->head.e_phnum = 3;
  made->headers[0] = (ElfW(Phdr)){PT_LOAD, PF_R | PF_X, 0, 0, 0, sizeof *made, sizeof *made, 4096};
  made->headers[1] = (ElfW(Phdr)){PT_DYNAMIC, PF_R, 0, offsetof(object, dynamic), 0, sizeof made->dynamic,
                                  sizeof made->dynamic, 8};
  made->headers[2] = (ElfW(Phdr)){PT_NULL, 0, 0, 0, 0, 0, 0, 0};
  if (whole) {
    made->headers[0].p_vaddr = 4096 - (uint64_t)made;
    made->headers[0].p_memsz = made->headers[0].p_filesz = (1ul << 47) - 8192;
  }
  strcpy(made->strings + 1, "dlopen");
  made->symbols[1] = (ElfW(Sym)){1, ELF64_ST_INFO(STB_GLOBAL, STT_FUNC), 0, 1, target - (uint64_t)made, 64};
  uint32_t table[] = {1, 1, 1, 0, 0xffffffff, 0xffffffff, 1, gnu_hash("dlopen") | 1};
  memcpy(made->hash, table, sizeof table);
  dynamic_entry(made, 0, DT_SYMTAB, (uint64_t)made->symbols);
  dynamic_entry(made, 1, DT_STRTAB, (uint64_t)made->strings);
  dynamic_entry(made, 2, DT_STRSZ, sizeof made->strings);
  dynamic_entry(made, 3, DT_SYMENT, sizeof(ElfW(Sym)));
  dynamic_entry(made, 4, DT_GNU_HASH, (uint64_t)made->hash);
  return made;
}

static struct link_map *entry_of(object *made)
{
  struct link_map *entry = entry_like(NULL);
  entry->l_addr = (uint64_t)made;
  entry->l_name = "/usr/lib/libodd.so.1";
  entry->l_ld = made->dynamic;
  truth_follows(entry);
  return entry;
}

static void lie_object(object *made) { false_map(entry_of(made)); }

static void instead(object *made, long tag, uint64_t value)
{
  for (int i = 0; i < 32; i++) {
    if (made->dynamic[i].d_tag == tag || made->dynamic[i].d_tag == DT_NULL) {
      dynamic_entry(made, i, tag, value);
      return;
    }
  }
}

/* A GNU hash table with these four numbers, and a chain that never ends, each link with the hash of dlopen. */
static object *odd_hash(uint32_t buckets, uint32_t first, uint32_t bloom, uint32_t shift)
{
  object *made = make_object(WILD, false);
  uint32_t *table = room(MANY);
  table[0] = buckets, table[1] = first, table[2] = bloom, table[3] = shift;
  for (size_t i = 4; i < MANY / 4; i++) table[i] = gnu_hash("dlopen") & ~1u;
  if (bloom == 1) table[4] = table[5] = 0xffffffff, table[6] = first;
  instead(made, DT_GNU_HASH, (uint64_t)table);
  instead(made, DT_SYMTAB, (uint64_t)filled(MANY, 1));
  instead(made, DT_STRTAB, (uint64_t)filled(MANY, 'd'));
  instead(made, DT_STRSZ, MANY);
  return made;
}

/* The old hash table: its chain is a circle. */
static object *odd_old_hash(uint32_t buckets, uint32_t chains)
{
  object *made = make_object(WILD, false);
  uint32_t *table = room(MANY);
  table[0] = buckets, table[1] = chains;
  for (size_t i = 2; i < MANY / 4; i++) table[i] = 1;
  instead(made, DT_GNU_HASH, 0);
  instead(made, DT_HASH, (uint64_t)table);
  strcpy(made->strings + 1, "another");
  return made;
}

/* ---- what a borrowed thread would be made to run */

static void spin_in_dlopen(void)
{
  for (;;) {
  }
}

static void exit_in_dlopen(void) { _exit(9); }

static long lie_in_dlopen(void) { return -1; }

/* ---- lies */

static void lie_circle(void)
{
  struct link_map *second = entry_like(find_real("libc.so.6")), *third = entry_like(find_real("libm"));
  false_map(second);
  second->l_next = third;
  third->l_next = second;
}

static void lie_itself(void)
{
  struct link_map *second = entry_like(find_real("libc.so.6"));
  second->l_next = second;
  false_map(second);
}

static void lie_wild(void) { false_map(NULL)->l_next = (void *)WILD; }
static void lie_kernel(void) { false_map(NULL)->l_next = (void *)KERNEL; }
static void lie_odd(void) { false_map(NULL)->l_next = (void *)~0ul; }

static void lie_edge(void)
{
  struct link_map *second = at_edge(sizeof *second / 2);
  memset(second, 0, sizeof *second / 2);
  false_map(NULL)->l_next = second;
}

static void lie_long(void)
{
  size_t count = 1000000;
  struct link_map *all = room(count * sizeof *all);
  const struct link_map *real = find_real("libc.so.6");
  for (size_t i = 0; i < count; i++) {
    all[i] = (struct link_map){real->l_addr, real->l_name, real->l_ld, i + 1 < count ? &all[i + 1] : NULL, NULL};
  }
  false_map(all);
}

static void lie_names(void)
{
  char *name = filled(MANY, 'A');
  size_t count = 4000;
  struct link_map *all = room(count * sizeof *all);
  const struct link_map *real = find_real("libc.so.6");
  for (size_t i = 0; i < count; i++) {
    all[i] = (struct link_map){real->l_addr, i % 2 ? name + i : (void *)WILD, real->l_ld, &all[i + 1], NULL};
  }
  truth_follows(&all[count - 1]);
  false_map(all);
}

static void lie_escapes(void)
{
  object *made = make_object(WILD, false);
  struct link_map *entry = entry_of(made);
  entry->l_name = "/\33]0;PWNED\7\33[2J\n\r/libpython3.11.so.1.0\233";
  false_map(entry);
}

static void lie_endless_dynamic(void)
{
  object *made = make_object(WILD, false);
  ElfW(Dyn) *endless = room(MANY);
  for (size_t i = 0; i < MANY / sizeof *endless; i++) endless[i].d_tag = DT_NEEDED;
  struct link_map *entry = entry_of(made);
  entry->l_ld = endless;
  made->headers[1].p_vaddr = (uint64_t)endless - (uint64_t)made;
  made->headers[1].p_memsz = made->headers[1].p_filesz = ~0ul;
  false_map(entry);
}

static void lie_gnu_chain(void) { lie_object(odd_hash(1, 1, 1, 0)); }
static void lie_gnu_no_buckets(void) { lie_object(odd_hash(0, 1, 1, 0)); }
static void lie_gnu_no_bloom(void) { lie_object(odd_hash(1, 1, 0, 255)); }
static void lie_gnu_all_buckets(void) { lie_object(odd_hash(0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff)); }
static void lie_hash_circle(void) { lie_object(odd_old_hash(1, 0xffffffff)); }
static void lie_hash_no_buckets(void) { lie_object(odd_old_hash(0, 0)); }
static void lie_hash_all_buckets(void) { lie_object(odd_old_hash(0xffffffff, 0xffffffff)); }

static void lie_wild_tables(void)
{
  static const long tags[] = {DT_SYMTAB, DT_STRTAB, DT_GNU_HASH, DT_HASH, DT_VERSYM, DT_VERDEF, DT_SONAME};
  static const uint64_t values[] = {0, 1, WILD, KERNEL, ~0ul, 1ul << 63};
  struct link_map *first = NULL, *last = NULL;
  for (int tag = 0; tag < 7; tag++) {
    for (int value = 0; value < 6; value++) {
      object *made = make_object(WILD, false);
      instead(made, tags[tag], values[value]);
      instead(made, DT_STRSZ, value % 2 ? ~0ul : 0);
      struct link_map *entry = entry_of(made);
      if (last) last->l_next = entry;
      else first = entry;
      last = entry;
    }
  }
  false_map(first);
}

static void lie_many_headers(void)
{
  object *made = make_object(WILD, false);
  made->head.e_phnum = 0xffff;
  made->head.e_phoff = ~0ul - 10;
  lie_object(made);
}

static void lie_whole_space(void) { lie_object(make_object((uint64_t)lie_in_dlopen, true)); }

/* What a frame of such text says of itself: a program that never ends, or needs more and more room. */
static void lie_frames(const uint8_t *program, size_t size)
{
  object *made = make_object((uint64_t)lie_in_dlopen, true);
  uint8_t *block = room(1 << 20), *at = block + 4096;
  struct __attribute__((packed)) {
    uint32_t length, id;
    uint8_t version, augmentation[3], code, data, register_, size, encoding;
  } common = {0, 0, 1, {'z', 'R', 0}, 1, 0x78, 16, 1, 0x00 /* absolute, 8 bytes */};
  common.length = sizeof common - 4;
  memcpy(at, &common, sizeof common);
  uint8_t *frame = at + sizeof common;
  uint32_t length = (uint32_t)(4 + 8 + 8 + 1 + size), back = (uint32_t)(frame + 4 - at);
  uint64_t from = 4096, to = 1ul << 47;
  memcpy(frame, &length, 4);
  memcpy(frame + 4, &back, 4);
  memcpy(frame + 8, &from, 8);
  memcpy(frame + 16, &to, 8);
  frame[24] = 0;
  memcpy(frame + 25, program, size);
  struct __attribute__((packed)) {
    uint8_t version, frames, count, table;
    uint64_t start, number;
    struct {
      uint64_t from, frame;
    } entries[1];
  } *head = (void *)block;
  *head = (typeof(*head)){1, 0x00, 0x04, 0x04, (uint64_t)at, 1, {{4096, (uint64_t)frame}}};
  made->headers[2] = (ElfW(Phdr)){PT_GNU_EH_FRAME, PF_R, 0, (uint64_t)block - (uint64_t)made, 0, 4096, 4096, 4};
  lie_object(made);
}

static void lie_endless_expression(void)
{
  /* DW_CFA_def_cfa_expression of 3 bytes: DW_OP_skip -3 */
  static const uint8_t program[] = {0x0f, 3, 0x2f, 0xfd, 0xff, 0, 0, 0};
  lie_frames(program, sizeof program);
}

static void lie_growing_expression(void)
{
  /* DW_OP_lit0, DW_OP_dup ..., DW_OP_skip back: a stack that grows for ever */
  static const uint8_t program[] = {0x0f, 6, 0x30, 0x12, 0x12, 0x2f, 0xfa, 0xff, 0, 0, 0};
  lie_frames(program, sizeof program);
}

static void lie_remembering(void)
{
  static uint8_t program[60000];
  memset(program, 0x0a, sizeof program); /* DW_CFA_remember_state */
  lie_frames(program, sizeof program);
}

static void lie_same_frame(void)
{
  /* The caller's frame is this one again: DW_CFA_def_cfa rsp + 0, the return address is undefined no more */
  static const uint8_t program[] = {0x0c, 7, 0, 0x80 | 16, 0, 0, 0};
  lie_frames(program, sizeof program);
}

static void lie_spin(void) { lie_object(make_object((uint64_t)spin_in_dlopen, false)); }
static void lie_exit(void) { lie_object(make_object((uint64_t)exit_in_dlopen, false)); }
static void lie_result(void) { lie_object(make_object((uint64_t)lie_in_dlopen, false)); }
static void lie_nowhere(void) { lie_object(make_object(0x10, false)); }
static void lie_kernel_function(void) { lie_object(make_object(KERNEL, false)); }

static void lie_resolver(void)
{
  object *made = make_object((uint64_t)spin_in_dlopen, false);
  made->symbols[1].st_info = ELF64_ST_INFO(STB_GLOBAL, STT_GNU_IFUNC);
  lie_object(made);
}

static void lie_changing(void)
{
  false_map(debug->r_map->l_next);
  lie.r_state = RT_ADD;
}

static void lie_no_map(void) { lie.r_map = NULL; }

static void lie_debug_wild(void) { debug_entry->d_un.d_ptr = WILD; }
static void lie_debug_edge(void) { debug_entry->d_un.d_ptr = (uint64_t)at_edge(8); }

/* The program's own headers, as they lie in memory. */
static void lie_headers_gone(void)
{
  make_writable(headers, header_count * sizeof *headers);
  memset(headers, 0, header_count * sizeof *headers);
}

static void lie_headers_wild(void)
{
  make_writable(headers, header_count * sizeof *headers);
  for (size_t i = 0; i < header_count; i++) {
    headers[i].p_vaddr = i % 2 ? ~0ul - 100 : WILD;
    headers[i].p_memsz = headers[i].p_filesz = ~0ul - i;
  }
}

static void lie_image(void)
{
  ElfW(Ehdr) *head = (void *)find_real("libc.so.6")->l_addr;
  make_writable(head, sizeof *head);
  head->e_phoff = WILD;
  head->e_phnum = 0xffff;
  head->e_phentsize = 0;
}

static void set_auxiliary(unsigned long type, unsigned long value, bool gone)
{
  unsigned long vector[128];
  int file = open("/proc/self/auxv", O_RDONLY | O_CLOEXEC);
  long size = read(file, vector, sizeof vector);
  close(file);
  for (long i = 0; i < size / (long)sizeof *vector; i += 2) {
    if (vector[i] == type) {
      vector[i + 1] = value;
      if (gone) vector[i] = AT_IGNORE;
    }
  }
  struct prctl_mm_map map = {0};
  FILE *stat = fopen("/proc/self/stat", "re");
  unsigned long long fields[64] = {0};
  char text[4096];
  text[fread(text, 1, sizeof text - 1, stat)] = 0;
  fclose(stat);
  int n = 2;
  for (char *word = strtok(strrchr(text, ')') + 2, " "); word; word = strtok(NULL, " ")) fields[++n] = strtoull(word, NULL, 10);
  map.start_code = fields[26], map.end_code = fields[27], map.start_stack = fields[28];
  map.start_data = fields[45], map.end_data = fields[46], map.start_brk = fields[47];
  map.arg_start = fields[48], map.arg_end = fields[49], map.env_start = fields[50], map.env_end = fields[51];
  map.brk = (unsigned long)sbrk(0);
  map.auxv = (void *)vector, map.auxv_size = (uint32_t)size;
  map.exe_fd = (uint32_t)-1;
  if (prctl(PR_SET_MM, PR_SET_MM_MAP, &map, sizeof map, 0) != 0) {
    perror("PR_SET_MM_MAP");
    abort();
  }
}

static void lie_aux_headers(void) { set_auxiliary(AT_PHDR, WILD, false); }
static void lie_aux_kernel(void) { set_auxiliary(AT_PHDR, KERNEL, false); }
static void lie_aux_count(void) { set_auxiliary(AT_PHNUM, ~0ul, false); }
static void lie_aux_entry_size(void) { set_auxiliary(AT_PHENT, 0, false); }
static void lie_aux_none(void) { set_auxiliary(AT_PHDR, 0, true); }
static void lie_aux_loader(void) { set_auxiliary(AT_BASE, WILD, false); }
static void lie_aux_vdso(void) { set_auxiliary(AT_SYSINFO_EHDR, WILD, false); }

#define LIE(name) {#name, lie_##name}
static const struct {
  const char *name;
  void (*tell)(void);
} lies[] = {
  LIE(circle), LIE(itself), LIE(wild), LIE(kernel), LIE(odd), LIE(edge), LIE(long), LIE(names), LIE(escapes),
  LIE(endless_dynamic), LIE(gnu_chain), LIE(gnu_no_buckets), LIE(gnu_no_bloom), LIE(gnu_all_buckets), LIE(hash_circle),
  LIE(hash_no_buckets), LIE(hash_all_buckets), LIE(wild_tables), LIE(many_headers), LIE(whole_space),
  LIE(endless_expression), LIE(growing_expression), LIE(remembering), LIE(same_frame), LIE(spin), LIE(exit), LIE(result),
  LIE(nowhere), LIE(kernel_function), LIE(resolver), LIE(changing), LIE(no_map), LIE(debug_wild), LIE(debug_edge),
  LIE(headers_gone), LIE(headers_wild), LIE(image), LIE(aux_headers), LIE(aux_kernel), LIE(aux_count), LIE(aux_entry_size),
  LIE(aux_none), LIE(aux_loader), LIE(aux_vdso),
};

/* ---- beginning */

static void find_debug(void)
{
  headers = (void *)getauxval(AT_PHDR);
  header_count = getauxval(AT_PHNUM);
  uint64_t bias = 0;
  for (size_t i = 0; i < header_count; i++) {
    if (headers[i].p_type == PT_PHDR) bias = (uint64_t)headers - headers[i].p_vaddr;
  }
  for (size_t i = 0; i < header_count; i++) {
    if (headers[i].p_type != PT_DYNAMIC) continue;
    ElfW(Dyn) *dynamic = (void *)(bias + headers[i].p_vaddr);
    for (; dynamic->d_tag != DT_NULL; dynamic++) {
      if (dynamic->d_tag == DT_DEBUG) debug_entry = dynamic;
    }
  }
  if (!debug_entry) abort();
  debug = (void *)debug_entry->d_un.d_ptr;
  make_writable(debug_entry, sizeof *debug_entry);
  lie = *debug;
}

static void *flicker(void *unused)
{
  (void)unused;
  for (;;) {
    debug_entry->d_un.d_ptr = (uint64_t)debug;
    for (volatile int i = 0; i < 2000; i++) {
    }
    debug_entry->d_un.d_ptr = (uint64_t)&lie;
    for (volatile int i = 0; i < 2000; i++) {
    }
  }
  return NULL;
}

/* Called by the program itself once all that it wants is loaded. */
__attribute__((visibility("default"))) void hostile_begin(void)
{
  char name[64] = "", more[64] = "";
  sscanf(getenv("HOSTILE"), "%63s %63s", name, more);
  find_debug();
  for (size_t i = 0; i < sizeof lies / sizeof *lies; i++) {
    if (strcmp(lies[i].name, name) != 0) continue;
    lies[i].tell();
    if (lie.r_map != debug->r_map || lie.r_state != debug->r_state) debug_entry->d_un.d_ptr = (uint64_t)&lie;
    pthread_t thread;
    if (more[0] && pthread_create(&thread, NULL, flicker, NULL) != 0) abort();
    int log = open(getenv("HOSTILE_LOG"), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (write(log, "told\n", 5) != 5) abort();
    close(log);
    return;
  }
  abort();
}

__attribute__((visibility("default"))) const char *hostile_names(void)
{
  static char all[4096];
  for (size_t i = 0; all[0] == 0 || i < sizeof lies / sizeof *lies; i++) strcat(strcat(all, lies[i].name), " ");
  return all;
}

/* The calling thread sleeps for some ten milliseconds with a stack pointer that leads nowhere. */
__attribute__((visibility("default"))) void hostile_stackless(uint64_t stack)
{
#ifdef __x86_64__
  static const struct timespec a_bit = {0, 1000000};
  for (int i = 0; i < 30; i++) {
    register long number __asm__("rax") = SYS_nanosleep;
    __asm__ volatile("mov %%rsp, %%rbx\n mov %3, %%rsp\n syscall\n mov %%rbx, %%rsp"
                     : "+a"(number)
                     : "D"(&a_bit), "S"(0), "r"(stack)
                     : "rbx", "rcx", "r11", "memory");
  }
#else
  (void)stack;
  usleep(30000);
#endif
}
