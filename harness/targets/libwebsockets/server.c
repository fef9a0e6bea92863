// An echo server made with libwebsockets, after its minimal examples: whole messages are collected,
// queued and sent when the connection can be written to.
#include <libwebsockets.h>
#include <stdlib.h>
#include <string.h>

enum { largest_message = 32 << 20 };

struct message {
  struct message* next;
  size_t size;
  int binary;
  unsigned char octets[];  // LWS_PRE to spare, then the payload
};

struct session {
  unsigned char* part;  // of the message that is coming in
  size_t size;
  struct message *first, *last;
  struct message* leaving;  // lws_write compresses piece by piece, and reads it until it asks for more
};

static int collect(struct lws* wsi, struct session* session, const void* in, size_t size) {
  if (session->size + size > largest_message) {
    lws_close_reason(wsi, LWS_CLOSE_STATUS_MESSAGE_TOO_LARGE, NULL, 0);
    return -1;
  }
  unsigned char* part = realloc(session->part, session->size + size + 1);
  if (!part) return -1;
  if (size) memcpy(part + session->size, in, size);
  session->part = part;
  session->size += size;
  if (!lws_is_final_fragment(wsi) || lws_remaining_packet_payload(wsi)) return 0;
  struct message* message = malloc(sizeof *message + LWS_PRE + session->size);
  if (!message) return -1;
  *message = (struct message){NULL, session->size, lws_frame_is_binary(wsi)};
  memcpy(message->octets + LWS_PRE, session->part, session->size);
  session->size = 0;
  if (session->last)
    session->last->next = message;
  else
    session->first = message;
  session->last = message;
  lws_callback_on_writable(wsi);
  return 0;
}

static int send_next(struct lws* wsi, struct session* session) {
  struct message* message = session->first;
  free(session->leaving);
  session->leaving = message;
  if (!message) return 0;
  session->first = message->next;
  if (!session->first) session->last = NULL;
  const int sent = lws_write(wsi, message->octets + LWS_PRE, message->size,
                             message->binary ? LWS_WRITE_BINARY : LWS_WRITE_TEXT);
  if (session->first) lws_callback_on_writable(wsi);
  return sent < 0 ? -1 : 0;
}

static int handle(struct lws* wsi, enum lws_callback_reasons reason, void* user, void* in,
                  size_t size) {
  struct session* session = user;
  switch (reason) {
    case LWS_CALLBACK_RECEIVE:
      return collect(wsi, session, in, size);
    case LWS_CALLBACK_SERVER_WRITEABLE:
      return send_next(wsi, session);
    case LWS_CALLBACK_CLOSED:
      free(session->part);
      free(session->leaving);
      while (session->first) {
        struct message* next = session->first->next;
        free(session->first);
        session->first = next;
      }
      return 0;
    default:
      return lws_callback_http_dummy(wsi, reason, user, in, size);
  }
}

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  const struct lws_protocols protocols[] = {
      {"echo", handle, sizeof(struct session), 65536, 0, NULL, 0},
      {NULL, NULL, 0, 0, 0, NULL, 0},
  };
  const struct lws_extension extensions[] = {
      {"permessage-deflate", lws_extension_callback_pm_deflate, "permessage-deflate"},
      {NULL, NULL, NULL},
  };
  struct lws_context_creation_info info;
  memset(&info, 0, sizeof info);
  info.port = atoi(argv[2]);  // --port N
  info.iface = "127.0.0.1";
  info.protocols = protocols;
  info.extensions = extensions;
  info.options = LWS_SERVER_OPTION_VALIDATE_UTF8;
  lws_set_log_level(LLL_ERR | LLL_WARN, NULL);
  struct lws_context* context = lws_create_context(&info);
  if (!context) return 1;
  while (lws_service(context, 0) >= 0) continue;
  lws_context_destroy(context);
}
