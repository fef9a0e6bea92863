// An echo server made with golang.org/x/net/websocket, which its own documentation advises against.
package main

import (
	"flag"
	"fmt"
	"log"
	"net/http"

	"golang.org/x/net/websocket"
)

// A message with its kind: the codecs that come with the package know the kind from the Go type.
type message struct {
	payload []byte
	kind    byte
}

var codec = websocket.Codec{
	Marshal: func(value any) ([]byte, byte, error) {
		m := value.(*message)
		return m.payload, m.kind, nil
	},
	Unmarshal: func(payload []byte, kind byte, value any) error {
		*value.(*message) = message{payload, kind}
		return nil
	},
}

func echo(connection *websocket.Conn) {
	for {
		var m message
		if err := codec.Receive(connection, &m); err != nil {
			return
		}
		if err := codec.Send(connection, &m); err != nil {
			return
		}
	}
}

func main() {
	port := flag.Int("port", 9001, "the port to listen on")
	flag.Parse()
	// A Server and not a Handler: a Handler wants an Origin.
	http.Handle("/", websocket.Server{Handler: echo})
	log.Fatal(http.ListenAndServe(fmt.Sprintf("127.0.0.1:%d", *port), nil))
}
