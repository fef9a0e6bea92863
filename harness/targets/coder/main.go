// An echo server made with coder/websocket, as its documentation shows it.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"net/http"

	"github.com/coder/websocket"
)

const largestMessage = 32 << 20 // octets; the library's default is 32 KiB

func echo(w http.ResponseWriter, r *http.Request) {
	connection, err := websocket.Accept(w, r, &websocket.AcceptOptions{
		InsecureSkipVerify: true, // any Origin
		CompressionMode:    websocket.CompressionContextTakeover,
	})
	if err != nil {
		return // Accept has answered with an HTTP error
	}
	defer connection.CloseNow()
	connection.SetReadLimit(largestMessage)
	for {
		kind, message, err := connection.Read(context.Background())
		if err != nil {
			return
		}
		if err := connection.Write(context.Background(), kind, message); err != nil {
			return
		}
	}
}

func main() {
	port := flag.Int("port", 9001, "the port to listen on")
	flag.Parse()
	http.HandleFunc("/", echo)
	log.Fatal(http.ListenAndServe(fmt.Sprintf("127.0.0.1:%d", *port), nil))
}
