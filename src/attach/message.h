/* SPDX-License-Identifier: MIT */
/* What the helper tells the program that started it, over a socket that keeps messages apart.
 *
 * The helper may be at the mercy of the process it traces, so whoever receives takes nothing for granted: lengths are
 * checked, texts end, and anything else than what is expected ends it all. */
#ifndef DRYAD_ATTACH_MESSAGE_H
#define DRYAD_ATTACH_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum dryad_message_kind {
  DRYAD_MESSAGE_PIPES = 1, /* the ends of the two pipes come along */
  DRYAD_MESSAGE_STARTED,   /* the library runs: the last message */
  DRYAD_MESSAGE_REFUSED,   /* a sentence for the user: the last message */
  DRYAD_MESSAGE_NOTE       /* what was decided of a thread, where that is traced */
} dryad_message_kind;

enum { DRYAD_MESSAGE_TEXT = 480, DRYAD_MESSAGE_PIPES_SENT = 2 };

typedef struct dryad_message {
  uint32_t kind;     /* dryad_message_kind */
  uint32_t attempts; /* threads that were looked at */
  uint64_t held;     /* nanoseconds that threads were held in all */
  char text[DRYAD_MESSAGE_TEXT];
} dryad_message;
_Static_assert(offsetof(dryad_message, held) == 8 && offsetof(dryad_message, text) == 16 &&
                   sizeof(dryad_message) == 16 + DRYAD_MESSAGE_TEXT,
               "a message has no padding, so that none of the helper's memory goes along");

/* `pipes`: those that go along, or NULL. False: nobody listens any more. */
bool dryad_message_send(int socket, const dryad_message *message, const int pipes[DRYAD_MESSAGE_PIPES_SENT]);

typedef enum dryad_received {
  DRYAD_RECEIVED,
  DRYAD_RECEIVED_NOTHING,
  DRYAD_RECEIVED_END,
  DRYAD_RECEIVED_NONSENSE
} dryad_received;

/* Without waiting. `pipes` are set for DRYAD_MESSAGE_PIPES alone, and then the caller's to close. */
dryad_received dryad_message_receive(int socket, dryad_message *message, int pipes[DRYAD_MESSAGE_PIPES_SENT]);

#endif
