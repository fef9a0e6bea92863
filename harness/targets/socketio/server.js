// A Socket.IO server that answers "echo" events. Below it Engine.IO, spoken over WebSocket from the start:
// the server greets first ('0{…}'), pings by messages of its own ('2'), and never echoes a message as it is.
import http from 'node:http';
import { parseArgs } from 'node:util';

import { Server } from 'socket.io';

const { values } = parseArgs({ options: { port: { type: 'string', default: '9001' } } });

const page = http.createServer();
const server = new Server(page, { cors: { origin: '*' }, perMessageDeflate: true });

server.on('connection', (socket) => {
  socket.on('echo', (value) => socket.emit('echo', value));
});

page.listen(Number(values.port), '127.0.0.1');
