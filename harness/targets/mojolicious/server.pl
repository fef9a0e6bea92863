# An echo server made with Mojolicious, as its documentation shows it.
use Mojolicious::Lite -signatures;

app->log->level('error');

websocket '/' => sub ($c) {
  $c->inactivity_timeout(60);
  $c->tx->max_websocket_size(32 << 20);    # octets; the default is 256 KiB
  $c->tx->with_compression;
  $c->on(text   => sub ($c, $octets) { $c->send({text   => $octets}) });
  $c->on(binary => sub ($c, $octets) { $c->send({binary => $octets}) });
};

app->start;
