/* SPDX-License-Identifier: MIT */
/* Where there is room below a thread's stack, and whether it stands in a restartable sequence. */
#include "attach/stack_room.h"

#include <pthread.h>
#include <sched.h>
#include <sys/syscall.h>

#include "attach.h"
#include "attach/restartable.h"

enum { PAGE = 4096, WANTED = 8 * PAGE };

static uint64_t number(const void *address) { return (uint64_t)(uintptr_t)address; }

/* ---- room ----------------------------------------------------------------------------------- */

/* As a thread's stack: a page that cannot be read, and 16 that can. */
static unsigned char *make_stack(void)
{
  unsigned char *all = mmap(NULL, 17 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  assert_true(all != MAP_FAILED);
  assert_int_equal(mprotect(all, PAGE, PROT_NONE), 0);
  return all + PAGE;
}

static void room_ends_where_the_own_stack_does(void **state)
{
  (void)state;
  unsigned char *stack = make_stack(), *other = make_stack();
  const uint64_t from = number(stack), pointer = from + 16 * PAGE - 64;
  looked l;
  look(&l, getpid());
#define ROOM(sp, thread, main) dryad_stack_room_find(&l.mappings, l.memory, sp, thread, main, WANTED)
  assert_int_equal(ROOM(from + WANTED, pointer, 0), DRYAD_STACK_ROOM_ENOUGH);
  assert_int_equal(ROOM(from + WANTED - 1, pointer, 0), DRYAD_STACK_ROOM_LITTLE);
  assert_int_equal(ROOM(from, pointer, 0), DRYAD_STACK_ROOM_LITTLE);
  assert_int_equal(ROOM(from + WANTED, number(other), 0), DRYAD_STACK_ROOM_FOREIGN);
  assert_int_equal(ROOM(pointer + 8, pointer, 0), DRYAD_STACK_ROOM_FOREIGN);
  assert_int_equal(ROOM(from + WANTED, 0, 0), DRYAD_STACK_ROOM_FOREIGN);
  assert_int_equal(ROOM(0, 0, 0), DRYAD_STACK_ROOM_FOREIGN);
  assert_int_equal(ROOM(from - 8, pointer, 0), DRYAD_STACK_ROOM_FOREIGN);
  /* The first thread's grows. */
  assert_int_equal(ROOM(from, pointer, from + 8 * PAGE), DRYAD_STACK_ROOM_ENOUGH);
  assert_int_equal(ROOM(from + WANTED, pointer, number(other)), DRYAD_STACK_ROOM_ENOUGH);
  /* What guards it may be told to be part of the mapping: it cannot be read all the same. */
  assert_int_equal(munmap(stack - PAGE, PAGE), 0);
  for (uint32_t i = 0; i < l.mappings.count; i++)
    if (l.mappings.items[i].from == from) l.mappings.items[i].from -= WANTED;
  assert_int_equal(ROOM(from + WANTED - PAGE, pointer, 0), DRYAD_STACK_ROOM_LITTLE);
#undef ROOM
  look_away(&l);
}

/* ---- restartable sequences ------------------------------------------------------------------ */

#if defined(__x86_64__) && defined(__GLIBC__) && __GLIBC_PREREQ(2, 35)
#include <sys/rseq.h>

static struct rseq_cs sequence __attribute__((aligned(32)));

/* From `begin` to `end` it is one; then the loop goes on outside, until the sequence was not begun anew. */
extern char begin_loop[], end_loop[], abort_loop[];
static void loop_in_sequence(void *area)
{
  __asm__ volatile("movq %1, 8(%0)\n"
                   ".globl begin_loop\nbegin_loop:\n"
                   "1: pause\n jmp 1b\n"
                   ".globl end_loop\nend_loop:\n"
                   ".byte 0x0f, 0xb9, 0x3d\n .long 0x53053053\n" /* the signature that glibc registers */
                   ".globl abort_loop\nabort_loop:\n"
                   "movq %1, 8(%0)\n jmp 1b\n"
                   :
                   : "r"(area), "r"(&sequence)
                   : "memory");
}

static void a_sequence_is_known_while_it_runs(void **state)
{
  (void)state;
  if (__rseq_size == 0) skip();
  sequence = (struct rseq_cs){.start_ip = number(begin_loop),
                              .post_commit_offset = number(end_loop) - number(begin_loop),
                              .abort_ip = number(abort_loop)};
  int status;
  pid_t child = fork();
  if (child == 0) loop_in_sequence((char *)__builtin_thread_pointer() + __rseq_offset);
  usleep(50000);
  assert_int_equal(ptrace(PTRACE_SEIZE, child, NULL, NULL), 0);
  assert_int_equal(ptrace(PTRACE_INTERRUPT, child, NULL, NULL), 0);
  assert_int_equal(waitpid(child, &status, 0), child);
  struct user_regs_struct registers;
  assert_int_equal(ptrace(PTRACE_GETREGS, child, NULL, &registers), 0);
  dryad_target_memory *memory = dryad_target_memory_new(open_of(child, "mem"), MEGABYTE);
  assert_true(dryad_is_restartable(child, memory, number(begin_loop)));
  assert_false(dryad_is_restartable(child, memory, number(begin_loop) - 1));
  assert_false(dryad_is_restartable(child, memory, number(end_loop)));
  dryad_target_memory_free(memory);
  kill(child, SIGKILL);
  waitpid(child, &status, 0);
}
#else
static void a_sequence_is_known_while_it_runs(void **state)
{
  (void)state;
  skip();
}
#endif

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(room_ends_where_the_own_stack_does),
      cmocka_unit_test(a_sequence_is_known_while_it_runs),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
