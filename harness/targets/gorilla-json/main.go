// A server that reads JSON objects {"Num": n} and answers each with the same, as a tutorial on
// gorilla/websocket shows it. It looks at Origin by hand: who comes from elsewhere gets a 403.
package main

import (
	"flag"
	"fmt"
	"log"
	"net/http"

	"github.com/gorilla/websocket"
)

type message struct {
	Num int
}

func handle(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Origin") != "http://"+r.Host {
		http.Error(w, "Origin not allowed", http.StatusForbidden)
		return
	}
	connection, err := websocket.Upgrade(w, r, w.Header(), 1024, 1024)
	if err != nil {
		http.Error(w, "Could not open websocket connection", http.StatusBadRequest)
		return
	}
	go echo(connection)
}

func echo(connection *websocket.Conn) {
	defer connection.Close()
	for {
		m := message{}
		if err := connection.ReadJSON(&m); err != nil {
			fmt.Println("Error reading json.", err)
			return
		}
		fmt.Printf("Got message: %#v\n", m)
		if err := connection.WriteJSON(m); err != nil {
			fmt.Println(err)
			return
		}
	}
}

func main() {
	port := flag.Int("port", 9001, "the port to listen on")
	flag.Parse()
	http.HandleFunc("/ws", handle)
	log.Fatal(http.ListenAndServe(fmt.Sprintf("127.0.0.1:%d", *port), nil))
}
