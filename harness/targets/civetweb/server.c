// An echo server made with CivetWeb. The library hands over single frames; putting messages
// together is left to the program, and so it is done here.
#include <civetweb.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { largest_message = 32 << 20, continuation = 0 };

struct session {
  char* part;  // of the message that is coming in
  size_t size;
  int opcode;
};

static int enter(const struct mg_connection* connection, void* unused) {
  (void)unused;
  struct session* session = calloc(1, sizeof *session);
  mg_set_user_connection_data(connection, session);
  return session ? 0 : 1;
}

static void ready(struct mg_connection* connection, void* unused) {
  (void)connection, (void)unused;
}

static int receive(struct mg_connection* connection, int head, char* octets, size_t size,
                   void* unused) {
  (void)unused;
  struct session* session = mg_get_user_connection_data(connection);
  const int opcode = head & 0x0f;
  if (opcode == MG_WEBSOCKET_OPCODE_PING) {
    mg_websocket_write(connection, MG_WEBSOCKET_OPCODE_PONG, octets, size);
    return 1;
  }
  if (opcode == MG_WEBSOCKET_OPCODE_CONNECTION_CLOSE) {
    mg_websocket_write(connection, MG_WEBSOCKET_OPCODE_CONNECTION_CLOSE, octets, size);
    return 0;
  }
  if (opcode != continuation && opcode != MG_WEBSOCKET_OPCODE_TEXT &&
      opcode != MG_WEBSOCKET_OPCODE_BINARY)
    return 1;
  if (opcode != continuation) session->opcode = opcode;
  if (session->size + size > largest_message) return 0;
  char* part = realloc(session->part, session->size + size + 1);
  if (!part) return 0;
  if (size) memcpy(part + session->size, octets, size);
  session->part = part;
  session->size += size;
  if (!(head & 0x80)) return 1;  // FIN
  mg_websocket_write(connection, session->opcode, session->part, session->size);
  session->size = 0;
  return 1;
}

static void leave(const struct mg_connection* connection, void* unused) {
  (void)unused;
  struct session* session = mg_get_user_connection_data(connection);
  if (session) free(session->part);
  free(session);
}

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  char address[32];
  snprintf(address, sizeof address, "127.0.0.1:%s", argv[2]);  // --port N
  const char* options[] = {"listening_ports", address, "num_threads", "1200", NULL};
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGTERM);
  sigaddset(&ends, SIGINT);
  sigprocmask(SIG_BLOCK, &ends, NULL);
  mg_init_library(0);
  struct mg_context* context = mg_start(NULL, NULL, options);
  if (!context) return 1;
  // Without a list of its own, the library agrees to any subprotocol, and in 1.15 forgets it so badly
  // that the next client of the same thread gets octets from a buffer in its place.
  const char* names[] = {"echo"};
  struct mg_websocket_subprotocols subprotocols = {1, names};
  mg_set_websocket_handler_with_subprotocols(context, "/", &subprotocols, enter, ready, receive,
                                             leave, NULL);
  int signal_number;
  sigwait(&ends, &signal_number);
  mg_stop(context);
}
