// An echo server made with libsoup, GNOME's HTTP library.
#include <libsoup/soup.h>
#include <stdlib.h>

static void on_message(SoupWebsocketConnection* connection, SoupWebsocketDataType type,
                       GBytes* message, gpointer unused) {
  (void)unused;
  if (soup_websocket_connection_get_state(connection) == SOUP_WEBSOCKET_STATE_OPEN)
    soup_websocket_connection_send_message(connection, type, message);
}

static void on_closed(SoupWebsocketConnection* connection, gpointer unused) {
  (void)unused;
  g_object_unref(connection);
}

static void on_websocket(SoupServer* server, SoupServerMessage* request, const char* path,
                         SoupWebsocketConnection* connection, gpointer unused) {
  (void)server, (void)request, (void)path, (void)unused;
  g_object_ref(connection);
  soup_websocket_connection_set_max_incoming_payload_size(connection, 32 << 20);
  g_signal_connect(connection, "message", G_CALLBACK(on_message), NULL);
  g_signal_connect(connection, "closed", G_CALLBACK(on_closed), NULL);
}

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  GError* error = NULL;
  SoupServer* server = soup_server_new("server-header", "libsoup", NULL);
  soup_server_add_websocket_handler(server, "/", NULL, NULL, on_websocket, NULL, NULL);
  if (!soup_server_listen_local(server, (guint)atoi(argv[2]),  // --port N
                                SOUP_SERVER_LISTEN_IPV4_ONLY, &error)) {
    g_printerr("%s\n", error->message);
    return 1;
  }
  g_main_loop_run(g_main_loop_new(NULL, FALSE));
}
