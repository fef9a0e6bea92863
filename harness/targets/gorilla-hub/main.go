// A broadcast server as chat tutorials write it: a map of clients behind a mutex, and what one client
// sends goes to all of them, the sender too.
package main

import (
	"flag"
	"fmt"
	"log"
	"net/http"
	"sync"

	"github.com/gorilla/websocket"
)

type message struct {
	kind    int
	payload []byte
}

var (
	upgrader  = websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}
	mutex     sync.Mutex
	clients   = make(map[*websocket.Conn]bool)
	broadcast = make(chan message)
)

func handle(w http.ResponseWriter, r *http.Request) {
	connection, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		log.Println("upgrade:", err)
		return
	}
	defer connection.Close()
	mutex.Lock()
	clients[connection] = true
	mutex.Unlock()
	for {
		kind, payload, err := connection.ReadMessage()
		if err != nil {
			mutex.Lock()
			delete(clients, connection)
			mutex.Unlock()
			return
		}
		broadcast <- message{kind, payload}
	}
}

func sendToAll() {
	for m := range broadcast {
		mutex.Lock()
		for client := range clients {
			if err := client.WriteMessage(m.kind, m.payload); err != nil {
				client.Close()
				delete(clients, client)
			}
		}
		mutex.Unlock()
	}
}

func main() {
	port := flag.Int("port", 9001, "the port to listen on")
	flag.Parse()
	go sendToAll()
	http.HandleFunc("/ws", handle)
	log.Fatal(http.ListenAndServe(fmt.Sprintf("127.0.0.1:%d", *port), nil))
}
