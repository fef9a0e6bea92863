// An echo server with the page that talks to it, on one port: GET / is the page, /echo the endpoint.
import http from 'node:http';
import { parseArgs } from 'node:util';

import { WebSocketServer } from 'ws';

const { values } = parseArgs({ options: { port: { type: 'string', default: '9001' } } });

const page = `<!doctype html>
<title>Echo</title>
<input id="line" autofocus> <ol id="log"></ol>
<script>
  const socket = new WebSocket(\`ws://\${location.host}/echo\`);
  socket.onmessage = (event) => {
    const item = document.createElement('li');
    item.textContent = event.data;
    log.append(item);
  };
  line.onchange = () => { socket.send(line.value); line.value = ''; };
</script>
`;

const server = http.createServer((request, response) => {
  if (request.url !== '/') {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' }).end(page);
});

const sockets = new WebSocketServer({ server, path: '/echo' });

sockets.on('connection', (socket) => {
  socket.on('error', console.error);
  socket.on('message', (data) => {
    socket.send(data.toString()); // text, whatever came: the page wants text
  });
});

server.listen(Number(values.port), '127.0.0.1');
