// An echo server made with wslay: its event API over non-blocking sockets and one poll loop. wslay
// knows nothing of HTTP, so the handshake is this program's: enough of it for a browser, no more.
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>
#include <wslay/wslay.h>

enum { most_connections = 4000, largest_head = 65536 };

struct connection {
  int socket;
  wslay_event_context_ptr frames;  // NULL during the handshake
  char* head;                      // the request as far as it has come
  size_t size, taken;              // of head; taken: what has been handed on
};

static ssize_t receive(wslay_event_context_ptr context, uint8_t* into, size_t size, int flags,
                       void* user) {
  struct connection* c = user;
  (void)flags;
  if (c->taken < c->size) {  // came together with the request
    size_t part = c->size - c->taken < size ? c->size - c->taken : size;
    memcpy(into, c->head + c->taken, part);
    c->taken += part;
    return (ssize_t)part;
  }
  const ssize_t got = recv(c->socket, into, size, 0);
  if (got > 0) return got;
  wslay_event_set_error(context, got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)
                                     ? WSLAY_ERR_WOULDBLOCK
                                     : WSLAY_ERR_CALLBACK_FAILURE);
  return -1;
}

static ssize_t transmit(wslay_event_context_ptr context, const uint8_t* octets, size_t size,
                        int flags, void* user) {
  struct connection* c = user;
  const ssize_t sent =
      send(c->socket, octets, size, MSG_NOSIGNAL | (flags & WSLAY_MSG_MORE ? MSG_MORE : 0));
  if (sent >= 0) return sent;
  wslay_event_set_error(context, errno == EAGAIN || errno == EWOULDBLOCK
                                     ? WSLAY_ERR_WOULDBLOCK
                                     : WSLAY_ERR_CALLBACK_FAILURE);
  return -1;
}

static void echo(wslay_event_context_ptr context, const struct wslay_event_on_msg_recv_arg* arg,
                 void* user) {
  (void)user;
  if (wslay_is_ctrl_frame(arg->opcode)) return;
  const struct wslay_event_msg message = {arg->opcode, arg->msg, arg->msg_length};
  wslay_event_queue_msg(context, &message);
}

// The value of a field in a request that ends with a NUL, or NULL; `size` becomes its length.
static const char* field(const char* head, const char* name, size_t* size) {
  for (const char* line = strstr(head, "\r\n"); line; line = strstr(line, "\r\n")) {
    line += 2;
    if (strncasecmp(line, name, strlen(name)) || line[strlen(name)] != ':') continue;
    const char* value = line + strlen(name) + 1;
    value += strspn(value, " \t");
    *size = strcspn(value, "\r");
    while (*size && isspace((unsigned char)value[*size - 1])) --*size;
    return value;
  }
  return NULL;
}

// Whether a list of words apart by commas has this one.
static int lists(const char* list, size_t size, const char* word) {
  for (const char* at = list; at < list + size;) {
    at += strspn(at, " \t,");
    size_t length = strcspn(at, " \t,\r");
    if (length == strlen(word) && !strncasecmp(at, word, length)) return 1;
    at += length ? length : 1;
  }
  return 0;
}

static int answer(struct connection* c, const char* text) {
  return send(c->socket, text, strlen(text), MSG_NOSIGNAL) == (ssize_t)strlen(text) ? 0 : -1;
}

static int upgrade(struct connection* c) {
  size_t upgrade_size, connection_size, key_size, version_size, host_size;
  const char* upgrade = field(c->head, "Upgrade", &upgrade_size);
  const char* connection = field(c->head, "Connection", &connection_size);
  const char* key = field(c->head, "Sec-WebSocket-Key", &key_size);
  const char* version = field(c->head, "Sec-WebSocket-Version", &version_size);
  if (strncmp(c->head, "GET ", 4) || !strstr(c->head, " HTTP/1.1\r\n") ||
      !field(c->head, "Host", &host_size) || !upgrade || !connection ||
      !lists(upgrade, upgrade_size, "websocket") ||
      !lists(connection, connection_size, "upgrade") || !key || key_size != 24) {
    answer(c, "HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
    return -1;
  }
  if (!version || version_size != 2 || strncmp(version, "13", 2)) {
    answer(c,
           "HTTP/1.1 426 Upgrade Required\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
           "Connection: Upgrade, close\r\nContent-Length: 0\r\n\r\n");
    return -1;
  }
  char joined[64], text[256];
  unsigned char digest[SHA_DIGEST_LENGTH], accept[32];
  snprintf(joined, sizeof joined, "%.24s258EAFA5-E914-47DA-95CA-C5AB0DC85B11", key);
  SHA1((const unsigned char*)joined, strlen(joined), digest);
  EVP_EncodeBlock(accept, digest, sizeof digest);
  snprintf(text, sizeof text,
           "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
           "Sec-WebSocket-Accept: %s\r\n\r\n",
           (const char*)accept);
  if (answer(c, text)) return -1;
  const struct wslay_event_callbacks callbacks = {receive, transmit, NULL, NULL, NULL, NULL, echo};
  return wslay_event_context_server_init(&c->frames, &callbacks, c);
}

// Reads on in the request, and upgrades when all of it is there.
static int handshake(struct connection* c) {
  char* grown = realloc(c->head, c->size + 4097);
  if (!grown) return -1;
  c->head = grown;
  const ssize_t got = recv(c->socket, c->head + c->size, 4096, 0);
  if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return 0;
  if (got <= 0 || c->size + (size_t)got > largest_head) return -1;
  c->size += (size_t)got;
  c->head[c->size] = 0;
  const char* end = strstr(c->head, "\r\n\r\n");
  if (!end) return 0;
  c->taken = (size_t)(end - c->head) + 4;
  const char after = c->head[c->taken];  // early frames are no part of the fields
  c->head[c->taken] = 0;
  if (upgrade(c)) return -1;
  c->head[c->taken] = after;
  return wslay_event_recv(c->frames);
}

static int serve(struct connection* c, short events) {
  if (!c->frames) return handshake(c);
  if (events & (POLLIN | POLLHUP | POLLERR) && wslay_event_recv(c->frames)) return -1;
  return events & POLLOUT && wslay_event_send(c->frames) ? -1 : 0;
}

static short wants(const struct connection* c) {
  if (!c->frames) return POLLIN;
  return (short)((wslay_event_want_read(c->frames) ? POLLIN : 0) |
                 (wslay_event_want_write(c->frames) ? POLLOUT : 0));
}

static void end(struct connection* c) {
  if (c->frames) wslay_event_context_free(c->frames);
  shutdown(c->socket, SHUT_WR);
  close(c->socket);
  free(c->head);
  free(c);
}

static void enter(int listener, struct connection** connections, size_t* count) {
  const int socket = accept(listener, NULL, NULL);
  if (socket < 0) return;
  struct connection* c = *count < most_connections ? calloc(1, sizeof *c) : NULL;
  if (!c) {
    close(socket);
    return;
  }
  const int yes = 1;
  setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  fcntl(socket, F_SETFL, O_NONBLOCK);
  c->socket = socket;
  connections[(*count)++] = c;
}

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  struct sockaddr_in address = {.sin_family = AF_INET,
                                .sin_port = htons((uint16_t)atoi(argv[2])),  // --port N
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  const int listener = socket(AF_INET, SOCK_STREAM, 0), yes = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (bind(listener, (struct sockaddr*)&address, sizeof address) || listen(listener, 128)) {
    perror("cannot listen");
    return 1;
  }
  static struct connection* connections[most_connections];
  static struct pollfd polled[most_connections + 1];
  size_t count = 0;
  while (1) {
    polled[0] = (struct pollfd){listener, POLLIN, 0};
    for (size_t i = 0; i < count; ++i)
      polled[i + 1] = (struct pollfd){connections[i]->socket, wants(connections[i]), 0};
    const size_t before = count;
    if (poll(polled, before + 1, -1) < 0) continue;
    if (polled[0].revents) enter(listener, connections, &count);
    size_t kept = 0;
    for (size_t i = 0; i < count; ++i) {
      struct connection* c = connections[i];
      const short events = i < before ? polled[i + 1].revents : 0;
      const int over = (events && serve(c, events)) || !wants(c);
      if (over)
        end(c);
      else
        connections[kept++] = c;
    }
    count = kept;
  }
}
