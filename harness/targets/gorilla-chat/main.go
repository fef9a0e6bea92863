// A chat server in the manner of gorilla/websocket's best known example: a hub, and two goroutines a
// client. Blanks take the place of newlines in what comes in, everything goes out as text, and
// messages that wait in a client's queue are joined by newlines into one.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"log"
	"net/http"
	"time"

	"github.com/gorilla/websocket"
)

const (
	writePatience  = 10 * time.Second
	pongPatience   = 60 * time.Second
	pingPeriod     = pongPatience * 9 / 10
	largestMessage = 512 // octets
)

var upgrader = websocket.Upgrader{ReadBufferSize: 1024, WriteBufferSize: 1024}

type client struct {
	connection *websocket.Conn
	queue      chan []byte
}

type hub struct {
	clients   map[*client]bool
	enter     chan *client
	leave     chan *client
	broadcast chan []byte
}

func (h *hub) run() {
	for {
		select {
		case c := <-h.enter:
			h.clients[c] = true
		case c := <-h.leave:
			h.drop(c)
		case message := <-h.broadcast:
			for c := range h.clients {
				select {
				case c.queue <- message:
				default: // too slow
					h.drop(c)
				}
			}
		}
	}
}

func (h *hub) drop(c *client) {
	if h.clients[c] {
		delete(h.clients, c)
		close(c.queue)
	}
}

func (c *client) read(h *hub) {
	defer func() {
		h.leave <- c
		c.connection.Close()
	}()
	c.connection.SetReadLimit(largestMessage)
	c.connection.SetReadDeadline(time.Now().Add(pongPatience))
	c.connection.SetPongHandler(func(string) error {
		return c.connection.SetReadDeadline(time.Now().Add(pongPatience))
	})
	for {
		_, message, err := c.connection.ReadMessage()
		if err != nil {
			if websocket.IsUnexpectedCloseError(err, websocket.CloseGoingAway, websocket.CloseAbnormalClosure) {
				log.Printf("error: %v", err)
			}
			return
		}
		h.broadcast <- bytes.TrimSpace(bytes.ReplaceAll(message, []byte{'\n'}, []byte{' '}))
	}
}

func (c *client) write() {
	ticker := time.NewTicker(pingPeriod)
	defer func() {
		ticker.Stop()
		c.connection.Close()
	}()
	for {
		select {
		case message, open := <-c.queue:
			c.connection.SetWriteDeadline(time.Now().Add(writePatience))
			if !open {
				c.connection.WriteMessage(websocket.CloseMessage, nil)
				return
			}
			if err := c.send(message); err != nil {
				return
			}
		case <-ticker.C:
			c.connection.SetWriteDeadline(time.Now().Add(writePatience))
			if err := c.connection.WriteMessage(websocket.PingMessage, nil); err != nil {
				return
			}
		}
	}
}

// Sends the message, and with it whatever else waits.
func (c *client) send(message []byte) error {
	w, err := c.connection.NextWriter(websocket.TextMessage)
	if err != nil {
		return err
	}
	w.Write(message)
	for waiting := len(c.queue); waiting > 0; waiting-- {
		w.Write([]byte{'\n'})
		w.Write(<-c.queue)
	}
	return w.Close()
}

func main() {
	port := flag.Int("port", 9001, "the port to listen on")
	flag.Parse()
	h := &hub{
		clients:   make(map[*client]bool),
		enter:     make(chan *client),
		leave:     make(chan *client),
		broadcast: make(chan []byte),
	}
	go h.run()
	http.HandleFunc("/ws", func(w http.ResponseWriter, r *http.Request) {
		connection, err := upgrader.Upgrade(w, r, nil)
		if err != nil {
			log.Println(err)
			return
		}
		c := &client{connection, make(chan []byte, 256)}
		h.enter <- c
		go c.write()
		go c.read(h)
	})
	log.Fatal(http.ListenAndServe(fmt.Sprintf("127.0.0.1:%d", *port), nil))
}
