// An echo server made with Jetty's own WebSocket API, as its documentation shows it.
import java.nio.ByteBuffer;

import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.api.annotations.OnWebSocketMessage;
import org.eclipse.jetty.websocket.api.annotations.WebSocket;
import org.eclipse.jetty.websocket.server.WebSocketUpgradeHandler;

public class Server {
    private static final int LARGEST_MESSAGE = 32 << 20; // octets; the default is 64 KiB

    @WebSocket
    public static class Echo {
        @OnWebSocketMessage
        public void onText(Session session, String message) {
            session.sendText(message, Callback.NOOP);
        }

        @OnWebSocketMessage
        public void onBinary(Session session, ByteBuffer message, Callback callback) {
            session.sendBinary(message, callback);
        }
    }

    public static void main(String[] arguments) throws Exception {
        org.eclipse.jetty.server.Server server = new org.eclipse.jetty.server.Server();
        ServerConnector connector = new ServerConnector(server);
        connector.setHost("127.0.0.1");
        connector.setPort(Integer.parseInt(arguments[1])); // --port N
        server.addConnector(connector);
        server.setHandler(WebSocketUpgradeHandler.from(server, container -> {
            container.setMaxTextMessageSize(LARGEST_MESSAGE);
            container.setMaxBinaryMessageSize(LARGEST_MESSAGE);
            container.setMaxFrameSize(LARGEST_MESSAGE);
            container.addMapping("/*", (request, response, callback) -> new Echo());
        }));
        server.start();
        server.join();
    }
}
