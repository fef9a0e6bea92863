// An echo server made with Bun's own server (uWebSockets inside), as its documentation shows it.
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  args: Bun.argv.slice(2),
  options: { port: { type: 'string', default: '9001' } },
});

Bun.serve({
  hostname: '127.0.0.1',
  port: Number(values.port),
  fetch(request, server) {
    if (server.upgrade(request)) return undefined;
    return new Response('this is a WebSocket endpoint', { status: 426 });
  },
  websocket: {
    perMessageDeflate: true,
    maxPayloadLength: 32 << 20, // octets
    message(socket, message) {
      socket.send(message);
    },
  },
});
