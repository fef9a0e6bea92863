// An echo server made with faye-websocket, as its documentation shows it.
import http from 'node:http';
import { parseArgs } from 'node:util';

import WebSocket from 'faye-websocket';
import deflate from 'permessage-deflate';

const { values } = parseArgs({ options: { port: { type: 'string', default: '9001' } } });

const server = http.createServer((request, response) => {
  response.writeHead(426, { Upgrade: 'websocket' });
  response.end();
});

server.on('upgrade', (request, socket, head) => {
  if (!WebSocket.isWebSocket(request)) return socket.end('HTTP/1.1 400 Bad Request\r\n\r\n');
  const connection = new WebSocket(request, socket, head, [], { extensions: [deflate] });
  connection.on('message', (event) => connection.send(event.data));
});

server.listen(Number(values.port), '127.0.0.1');
