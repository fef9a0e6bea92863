// An echo server made with Qt WebSockets, after Qt's own example.
#include <QtCore/QCoreApplication>
#include <QtNetwork/QHostAddress>
#include <QtWebSockets/QWebSocket>
#include <QtWebSockets/QWebSocketServer>

int main(int argc, char** argv) {
  QCoreApplication app(argc, argv);
  if (argc != 3) return 2;
  QWebSocketServer server("echo", QWebSocketServer::NonSecureMode);
  QObject::connect(&server, &QWebSocketServer::newConnection, [&server] {
    QWebSocket* connection = server.nextPendingConnection();
    QObject::connect(
        connection, &QWebSocket::textMessageReceived, connection,
        [connection](const QString& message) { connection->sendTextMessage(message); });
    QObject::connect(
        connection, &QWebSocket::binaryMessageReceived, connection,
        [connection](const QByteArray& message) { connection->sendBinaryMessage(message); });
    QObject::connect(connection, &QWebSocket::disconnected, connection, &QObject::deleteLater);
  });
  if (!server.listen(QHostAddress::LocalHost, QString(argv[2]).toUShort())) return 1;  // --port N
  return app.exec();
}
