# An echo server made with faye-websocket on Puma, as its documentation shows it.
require 'faye/websocket'

Faye::WebSocket.load_adapter('puma') rescue nil

run(lambda do |env|
  if Faye::WebSocket.websocket?(env)
    connection = Faye::WebSocket.new(env)
    connection.on(:message) { |event| connection.send(event.data) }
    connection.rack_response
  else
    [426, { 'Upgrade' => 'websocket' }, []]
  end
end)
