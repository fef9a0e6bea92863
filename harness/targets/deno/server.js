// An echo server made with Deno's own server, as its documentation shows it.
const port = Number(Deno.args[Deno.args.indexOf('--port') + 1] ?? 9001);

Deno.serve({ hostname: '127.0.0.1', port, onListen() {} }, (request) => {
  if (request.headers.get('upgrade')?.toLowerCase() !== 'websocket') {
    return new Response('this is a WebSocket endpoint', { status: 426 });
  }
  const { socket, response } = Deno.upgradeWebSocket(request);
  socket.binaryType = 'arraybuffer';
  socket.addEventListener('message', (event) => socket.send(event.data));
  return response;
});
