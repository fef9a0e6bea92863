/* Bring your own codec: the C interface by which any WebSocket codec is fuzzed with wsproof's targets.
 *
 * Implement wsproof_codec_under_test() in a file of your own (C or C++), link it with a target of fuzz/, and the fuzzer compares your
 * codec with the reference on every input: docs/fuzzing.md, "Your codec". A codec here is the receiving half: octets behind
 * the opening handshake go in, in any cut; what a user of the library would be told comes out.
 */
#ifndef WSPROOF_FUZZ_CODEC_H
#define WSPROOF_FUZZ_CODEC_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What a connection agreed on. */
struct wsproof_codec_settings {
  int from_server;      /* 1: the octets come from a server (unmasked), 0: from a client (masked) */
  int deflate;          /* 1: permessage-deflate was agreed on */
  int forgets;          /* 1: ... and the sender takes no context over */
  int window_bits;      /* ... and its window has 2^8 to 2^15 octets */
  size_t message_limit; /* a message with more octets fails the connection (1009) */
};

enum wsproof_event_kind {
  WSPROOF_MESSAGE = 1, /* a whole message: type, data */
  WSPROOF_PING,        /* data */
  WSPROOF_PONG,        /* data */
  WSPROOF_CLOSE,       /* a Close that is in order: code (0: it has none), data is the reason; nothing after it counts */
  WSPROOF_FAILURE      /* the connection is failed: code (0: not known), data may say why; nothing after it counts */
};

struct wsproof_event {
  enum wsproof_event_kind kind;
  int type;            /* of a message: 1 text, 2 binary */
  unsigned code;       /* of a Close and a failure */
  const uint8_t *data; /* as long as the call lasts */
  size_t size;
};

typedef void (*wsproof_report)(void *listener, const struct wsproof_event *event);

struct wsproof_codec {
  const char *name;
  int deflate;       /* 1: it can inflate; else inputs with deflate are left out */
  int window_bits;   /* ... with windows of at least this many bits (8: any; 15: only the full one) */
  int limits;        /* 1: it obeys message_limit; else inputs that come to the limit are left out */
  int whole;         /* 1: it may be told that the octets come in one piece only; cuts are then left out */
  int from_server;   /* 1: it can also read what servers send */
  void *(*create)(const struct wsproof_codec_settings *settings, wsproof_report report, void *listener);
  void (*feed)(void *codec, const uint8_t *octets, size_t size); /* reports what they bring */
  void (*destroy)(void *codec);
  /* Differences that are known, as the target names them ("accepts: reserved bit"), ended by NULL; may be NULL. "code: *"
   * stands for all that begin so. They are not reported again, and the rest of such an input is not compared. */
  const char *const *known;
};

/* The codec under test. */
const struct wsproof_codec *wsproof_codec_under_test(void);

#ifdef __cplusplus
}
#endif

#endif
