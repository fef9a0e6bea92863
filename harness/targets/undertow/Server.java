// An echo server made with Undertow's core API, as its example shows it.
import java.io.IOException;
import java.nio.ByteBuffer;

import io.undertow.Handlers;
import io.undertow.Undertow;
import io.undertow.websockets.WebSocketProtocolHandshakeHandler;
import io.undertow.websockets.core.AbstractReceiveListener;
import io.undertow.websockets.core.BufferedBinaryMessage;
import io.undertow.websockets.core.BufferedTextMessage;
import io.undertow.websockets.core.WebSocketChannel;
import io.undertow.websockets.core.WebSockets;
import io.undertow.websockets.extensions.PerMessageDeflateHandshake;
import org.xnio.Pooled;

public class Server {
    private static class Echo extends AbstractReceiveListener {
        @Override
        protected void onFullTextMessage(WebSocketChannel channel, BufferedTextMessage message) {
            WebSockets.sendText(message.getData(), channel, null);
        }

        @Override
        protected void onFullBinaryMessage(WebSocketChannel channel, BufferedBinaryMessage message)
                throws IOException {
            Pooled<ByteBuffer[]> data = message.getData();
            try {
                WebSockets.sendBinaryBlocking(WebSockets.mergeBuffers(data.getResource()), channel);
            } finally {
                data.free();
            }
        }
    }

    public static void main(String[] arguments) {
        WebSocketProtocolHandshakeHandler endpoint = Handlers.websocket((exchange, channel) -> {
            channel.getReceiveSetter().set(new Echo());
            channel.resumeReceives();
        });
        endpoint.addExtension(new PerMessageDeflateHandshake());
        Undertow.builder()
            .addHttpListener(Integer.parseInt(arguments[1]), "127.0.0.1") // --port N
            .setHandler(endpoint)
            .build()
            .start();
    }
}
