# An echo server made with em-websocket, as its documentation shows it.
require 'em-websocket'

port = Integer(ARGV.fetch(1)) # --port N

EM.run do
  EM::WebSocket.run(host: '127.0.0.1', port: port) do |connection|
    connection.onmessage { |message| connection.send(message) }
    connection.onbinary { |message| connection.send_binary(message) }
    connection.onerror { |error| warn error.message }
  end
end
