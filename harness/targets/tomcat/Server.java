// An echo server made with embedded Tomcat and the Jakarta WebSocket API.
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;

import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import jakarta.websocket.CloseReason;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.OnMessage;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerContainer;
import jakarta.websocket.server.ServerEndpoint;
import org.apache.catalina.Context;
import org.apache.catalina.servlets.DefaultServlet;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.websocket.server.WsSci;

public class Server {
    private static final int LARGEST_MESSAGE = 32 << 20; // octets

    // Tomcat sets aside the largest whole message for each connection, so messages come in parts.
    @ServerEndpoint("/")
    public static class Echo {
        private final StringBuilder text = new StringBuilder();
        private final ByteArrayOutputStream binary = new ByteArrayOutputStream();

        @OnMessage
        public void onText(Session session, String part, boolean last) throws IOException {
            if (text.length() + part.length() > LARGEST_MESSAGE) {
                session.close(new CloseReason(CloseReason.CloseCodes.TOO_BIG, ""));
                return;
            }
            text.append(part);
            if (!last) return;
            session.getBasicRemote().sendText(text.toString());
            text.setLength(0);
        }

        @OnMessage
        public void onBinary(Session session, byte[] part, boolean last) throws IOException {
            if (binary.size() + part.length > LARGEST_MESSAGE) {
                session.close(new CloseReason(CloseReason.CloseCodes.TOO_BIG, ""));
                return;
            }
            binary.write(part, 0, part.length);
            if (!last) return;
            session.getBasicRemote().sendBinary(ByteBuffer.wrap(binary.toByteArray()));
            binary.reset();
        }
    }

    public static class Endpoints implements ServletContextListener {
        @Override
        public void contextInitialized(ServletContextEvent event) {
            ServerContainer container = (ServerContainer) event.getServletContext()
                .getAttribute(ServerContainer.class.getName());
            try {
                container.addEndpoint(Echo.class);
            } catch (DeploymentException error) {
                throw new IllegalStateException(error);
            }
        }
    }

    public static void main(String[] arguments) throws Exception {
        File folder = Files.createTempDirectory("wsproof-tomcat").toFile();
        folder.deleteOnExit();
        Tomcat tomcat = new Tomcat();
        tomcat.setBaseDir(folder.getPath());
        tomcat.setHostname("127.0.0.1");
        tomcat.setPort(Integer.parseInt(arguments[1])); // --port N
        tomcat.getConnector().setProperty("address", "127.0.0.1");
        Context context = tomcat.addContext("", folder.getPath());
        context.addServletContainerInitializer(new WsSci(), null);
        context.addApplicationListener(Endpoints.class.getName());
        Tomcat.addServlet(context, "default", new DefaultServlet());
        context.addServletMappingDecoded("/", "default");
        tomcat.start();
        tomcat.getServer().await();
    }
}
