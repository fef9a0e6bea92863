// An echo server made with ws, as its documentation shows it.
import { parseArgs } from 'node:util';

import { WebSocketServer } from 'ws';

const { values } = parseArgs({ options: { port: { type: 'string', default: '9001' } } });

const server = new WebSocketServer({
  host: '127.0.0.1',
  port: Number(values.port),
  perMessageDeflate: true,
});

server.on('connection', (socket) => {
  socket.on('error', () => {}); // ws closes the connection by itself
  socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
});
