/* SPDX-License-Identifier: MIT */
/* Loaded into a Python by LD_PRELOAD, this turns on whatever dumps it.
 *
 * A thread looks for pipes and files without a name among the descriptors from 3 on, which nobody but a dumper makes,
 * and does what HOSTILE says, as fast as it can. What it did is told in the file HOSTILE_LOG, a line each.
 *
 *   flood N     writes noise for ever into the N-th pipe (0: the first made; 2: all)
 *   repeat N    writes the bytes of HOSTILE_TEXT, given as hexadecimal digits, for ever into it
 *   drip        says in the place of the library that the copy is made, and writes a byte a second of it
 *   stutter     says each second in the place of the library that it waits
 *   silent      lets the library say nothing from some moment on
 *   trap        shows that something is in a pipe that blocks, and takes it away
 *   steal       reads what is meant for the dumper
 *   close       closes all of them as soon as they are there, and the files
 *   shrink      cuts files to nothing and seals them
 *   replace X   puts another descriptor in the place of all of them: socket, zero, fifo, end (of a
 *               pipe that others read from), folder, file, memory
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { FIRST = 3, LAST = 40, MOST = 8, OWN = 100 /* descriptors of this thread's own are from here on */ };

static const char *way, *what;
static char text[32768];
static size_t text_size;
static int log_file, null_file, other = -1, own_end = -1, others_end = -1;

static void tell(const char *line)
{
  if (write(log_file, line, strlen(line)) < 0) abort();
}

static int aside(int fd) { return fcntl(fd, F_DUPFD_CLOEXEC, OWN); }

/* ---- what is found */

typedef struct find {
  int ends[MOST], reads[MOST], files[MOST];
  int end_count, read_count, file_count;
} find;

static void look(find *found)
{
  memset(found, 0, sizeof *found);
  for (int fd = FIRST; fd < LAST; fd++) {
    struct stat facts;
    if (fstat(fd, &facts) != 0) continue;
    if (S_ISREG(facts.st_mode) && facts.st_nlink == 0 && found->file_count < MOST)
      found->files[found->file_count++] = fd;
    if (!S_ISFIFO(facts.st_mode)) continue;
    int mode = fcntl(fd, F_GETFL) & O_ACCMODE;
    if (mode == O_WRONLY && found->end_count < MOST) found->ends[found->end_count++] = fd;
    if (mode == O_RDONLY && found->read_count < MOST) found->reads[found->read_count++] = fd;
  }
}

static bool is_any(const find *found) { return found->end_count + found->read_count + found->file_count > 0; }

/* The write ends of both pipes are there, as descriptors of our own: until then this looks on. */
static int take_ends(int ends[MOST])
{
  int count = 0;
  find found;
  for (int i = 0; i < 100000 && count < 2; i++) {
    look(&found);
    if (found.end_count < 2) continue;
    for (; count < found.end_count; count++) ends[count] = aside(found.ends[count]);
  }
  return count;
}

/* ---- what is done */

static void write_for_ever(int ends[MOST], int count, const char *bytes, size_t size)
{
  int wanted = what ? atoi(what) : 2;
  for (int i = 0; i < count; i++) fcntl(ends[i], F_SETFL, O_NONBLOCK);
  for (bool alive = true; alive;) {
    alive = false;
    for (int i = 0; i < count; i++) {
      if (wanted != 2 && wanted != i) continue;
      if (write(ends[i], bytes, size) > 0 || errno == EAGAIN) alive = true;
    }
    sched_yield();
  }
}

/* The library stays as it is, but what it says from now on goes nowhere. */
static void take_from_library(void)
{
  find found;
  usleep(200000);
  look(&found);
  for (int i = 0; i < found.end_count; i++) dup2(null_file, found.ends[i]);
}

/* Until nobody listens any more. */
static void talk(const int ends[MOST], const char *into_dump, const char *into_status)
{
  for (bool alive = true; alive; sleep(1)) {
    alive = write(ends[0], into_dump, strlen(into_dump)) >= 0;
    alive = write(ends[1], into_status, strlen(into_status)) >= 0 && alive;
  }
}

typedef struct pipe_seen {
  ino_t number;
  int read_end;  /* the dumper's own, shared with it, or -1 */
  int write_end; /* the library's */
  int thief;     /* another read end */
} pipe_seen;

static pipe_seen *seen_pipe(pipe_seen *all, int *count, int fd)
{
  struct stat facts;
  if (fstat(fd, &facts) != 0) return NULL;
  for (int i = 0; i < *count; i++) {
    if (all[i].number == facts.st_ino) return &all[i];
  }
  if (*count == MOST) return NULL;
  all[*count] = (pipe_seen){facts.st_ino, -1, -1, -1};
  return &all[(*count)++];
}

static void see_pipes(const find *found, pipe_seen *all, int *count)
{
  char path[32];
  for (int i = 0; i < found->read_count; i++) {
    pipe_seen *pipe = seen_pipe(all, count, found->reads[i]);
    if (!pipe || pipe->read_end >= 0) continue;
    pipe->read_end = aside(found->reads[i]);
  }
  for (int i = 0; i < found->end_count; i++) {
    pipe_seen *pipe = seen_pipe(all, count, found->ends[i]);
    if (!pipe || pipe->write_end >= 0) continue;
    pipe->write_end = aside(found->ends[i]);
    snprintf(path, sizeof path, "/proc/self/fd/%d", found->ends[i]);
    pipe->thief = aside(open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    fcntl(pipe->thief, F_SETPIPE_SZ, 4096);
  }
}

static void let_go(pipe_seen *all, int count)
{
  for (int i = 0; i < count; i++) {
    close(all[i].read_end);
    close(all[i].write_end);
    close(all[i].thief);
  }
}

static void steal(void)
{
  char taken[4096];
  pipe_seen all[MOST];
  int count = 0;
  find found;
  time_t end = time(NULL) + 10;
  for (look(&found); time(NULL) < end && is_any(&found); look(&found)) {
    see_pipes(&found, all, &count);
    for (int i = 0; i < count; i++) {
      if (all[i].read_end >= 0) fcntl(all[i].read_end, F_SETFL, 0);
      if (all[i].thief >= 0 && read(all[i].thief, taken, sizeof taken) < 0) continue;
    }
  }
  let_go(all, count);
}

/* A dumper that reads what it was told is there waits for ever, if its descriptor blocks and the text was taken away.
 */
static void trap(void)
{
  char taken[4096];
  pipe_seen all[MOST];
  int count = 0;
  find found;
  for (look(&found); is_any(&found) && (count < 2 || all[0].write_end < 0 || all[1].write_end < 0); look(&found))
    see_pipes(&found, all, &count);
  if (count < 2) return;
  const pipe_seen *dump = &all[all[0].number > all[1].number], *status = &all[all[0].number < all[1].number];
  usleep(200000);
  if (write(status->write_end, "copied 1\n", 9) < 0) return let_go(all, count);
  tell("trap\n");
  if (dump->read_end >= 0) fcntl(dump->read_end, F_SETFL, 0);
  while (write(dump->write_end, "w", 1) > 0 && read(dump->thief, taken, 1) <= 1) continue;
  let_go(all, count);
}

static void shrink(const find *found)
{
  for (int i = 0; i < found->file_count; i++) {
    int file = found->files[i];
    if (ftruncate(file, 0) == 0) tell("cut\n");
    if (fcntl(file, F_ADD_SEALS, F_SEAL_GROW | F_SEAL_WRITE) == 0) tell("sealed\n");
  }
}

static void replace(const find *found)
{
  for (int i = 0; i < found->end_count; i++) dup2(other, found->ends[i]);
  for (int i = 0; i < found->read_count; i++) dup2(other, found->reads[i]);
  /* The library would be read from what others read from. */
  for (int i = 0; i < found->file_count && others_end < 0; i++) dup2(other, found->files[i]);
  int waiting;
  if (others_end >= 0 && ioctl(others_end, FIONREAD, &waiting) == 0 && waiting < (int)sizeof text) {
    tell("PWNED: what is for others was read\n");
    abort();
  }
  if (own_end < 0) return;
  char bytes[256], control[CMSG_SPACE(sizeof(struct ucred))];
  struct iovec part = {bytes, sizeof bytes};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
  if (recvmsg(own_end, &message, MSG_DONTWAIT) < 0) return;
  struct cmsghdr *head = CMSG_FIRSTHDR(&message);
  struct ucred from;
  if (!head || head->cmsg_type != SCM_CREDENTIALS) return;
  memcpy(&from, CMSG_DATA(head), sizeof from);
  if (from.uid != getuid()) tell("PWNED: another user wrote into our socket\n");
}

static int open_other(void)
{
  if (strcmp(what, "zero") == 0) return open("/dev/zero", O_RDWR | O_CLOEXEC);
  if (strcmp(what, "folder") == 0) return open(".", O_RDONLY | O_CLOEXEC);
  if (strcmp(what, "file") == 0) return open(getenv("HOSTILE_FILE"), O_RDWR | O_CREAT | O_CLOEXEC, 04777);
  if (strcmp(what, "memory") == 0) return open("/proc/self/mem", O_RDWR | O_CLOEXEC);
  if (strcmp(what, "fifo") == 0) {
    int ends[2];
    return pipe2(ends, O_CLOEXEC) == 0 ? aside(ends[0]) : -1; /* nothing ever comes out of it */
  }
  if (strcmp(what, "end") == 0) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0 || write(ends[1], text, sizeof text) != sizeof text) return -1;
    others_end = aside(ends[0]);
    return aside(ends[1]);
  }
  int ends[2], on = 1;
  if (socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, ends) != 0) return -1;
  setsockopt(ends[1], SOL_SOCKET, SO_PASSCRED, &on, sizeof on);
  own_end = aside(ends[1]);
  close(ends[1]);
  return ends[0];
}

static void attack(const find *found)
{
  int ends[MOST];
  if (strcmp(way, "close") == 0) {
    for (int fd = FIRST; fd < LAST; fd++) {
      struct stat facts;
      if (fstat(fd, &facts) == 0 && (S_ISFIFO(facts.st_mode) || facts.st_nlink == 0)) close(fd);
    }
  } else if (strcmp(way, "steal") == 0) {
    steal();
  } else if (strcmp(way, "trap") == 0) {
    trap();
  } else if (strcmp(way, "shrink") == 0) {
    shrink(found);
  } else if (strcmp(way, "replace") == 0) {
    replace(found);
  } else {
    int count = take_ends(ends);
    if (count == 0) return;
    tell("ends\n");
    if (strcmp(way, "flood") == 0 || strcmp(way, "repeat") == 0) {
      write_for_ever(ends, count, text, text_size);
    } else {
      take_from_library();
      if (strcmp(way, "silent") == 0) {
        sleep(60);
      } else if (strcmp(way, "stutter") == 0) {
        talk(ends, "", "waiting\n");
      } else if (write(ends[1], "copied 1\n", 9) > 0) {
        talk(ends, "w", "");
      }
    }
    for (int i = 0; i < count; i++) close(ends[i]);
  }
}

static void *watch(void *unused)
{
  (void)unused;
  bool told = false;
  for (;;) {
    find found;
    look(&found);
    if (is_any(&found)) {
      if (!told) tell("found\n");
      told = true;
      attack(&found);
    }
  }
  return NULL;
}

/* ---- beginning */

static void read_text(const char *digits)
{
  for (unsigned byte; digits && sscanf(digits, "%2x", &byte) == 1 && text_size < sizeof text; digits += 2)
    text[text_size++] = (char)byte;
  for (unsigned state = 1; text_size == 0 || (!digits && text_size < sizeof text);) {
    state = state * 1103515245 + 12345;
    text[text_size++] = (char)(state >> 16);
  }
}

__attribute__((constructor)) static void begin(void)
{
  static char words[256];
  const char *given = getenv("HOSTILE");
  if (!given || !getenv("HOSTILE_LOG")) return;
  if (strcmp(program_invocation_short_name, "setpriv") == 0) return; /* it must have one thread */
  way = strtok(strncpy(words, given, sizeof words - 1), " ");
  what = strtok(NULL, " ");
  unsetenv("LD_PRELOAD"); /* its children mean no harm */
  signal(SIGPIPE, SIG_IGN);
  log_file = aside(open(getenv("HOSTILE_LOG"), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666));
  null_file = aside(open("/dev/null", O_WRONLY | O_CLOEXEC));
  if (strcmp(way, "replace") == 0) {
    int opened = open_other();
    if (opened < 0) abort();
    other = aside(opened);
  }
  for (int fd = FIRST; fd < OWN; fd++) close(fd);
  read_text(getenv("HOSTILE_TEXT"));
  pthread_t thread;
  pthread_create(&thread, NULL, watch, NULL);
}

/* Keeps the GIL, if called with it, and counts, until told to stop. */
__attribute__((visibility("default"))) void hostile_hold(volatile uint64_t *count, const volatile char *stop)
{
  for (; !*stop; ++*count) usleep(10000);
}
