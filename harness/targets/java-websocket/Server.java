// An echo server made with Java-WebSocket, as its documentation shows it.
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;

import org.java_websocket.WebSocket;
import org.java_websocket.drafts.Draft;
import org.java_websocket.drafts.Draft_6455;
import org.java_websocket.extensions.permessage_deflate.PerMessageDeflateExtension;
import org.java_websocket.handshake.ClientHandshake;
import org.java_websocket.server.WebSocketServer;

public class Server extends WebSocketServer {
    private static final Draft DEFLATE = new Draft_6455(new PerMessageDeflateExtension());

    public Server(int port) {
        super(new InetSocketAddress("127.0.0.1", port), List.of(DEFLATE));
        setReuseAddr(true);
    }

    @Override
    public void onMessage(WebSocket connection, String message) {
        connection.send(message);
    }

    @Override
    public void onMessage(WebSocket connection, ByteBuffer message) {
        connection.send(message);
    }

    @Override
    public void onOpen(WebSocket connection, ClientHandshake handshake) {}

    @Override
    public void onClose(WebSocket connection, int code, String reason, boolean remote) {}

    @Override
    public void onError(WebSocket connection, Exception error) {}

    @Override
    public void onStart() {}

    public static void main(String[] arguments) {
        new Server(Integer.parseInt(arguments[1])).run(); // --port N
    }
}
