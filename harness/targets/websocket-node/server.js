// An echo server made with the package websocket (WebSocket-Node), as its documentation shows it.
import http from 'node:http';
import { parseArgs } from 'node:util';

import websocket from 'websocket';

const { values } = parseArgs({ options: { port: { type: 'string', default: '9001' } } });

const page = http.createServer((request, response) => {
  response.writeHead(404);
  response.end();
});
page.listen(Number(values.port), '127.0.0.1');

const server = new websocket.server({
  httpServer: page,
  autoAcceptConnections: false,
  maxReceivedFrameSize: 32 << 20, // octets; the library's default is 64 KiB
  maxReceivedMessageSize: 32 << 20,
});

server.on('request', (request) => {
  const connection = request.accept(null, request.origin);
  connection.on('message', (message) => {
    if (message.type === 'utf8') connection.sendUTF(message.utf8Data);
    else connection.sendBytes(message.binaryData);
  });
});
