// An echo server by hand, as "WebSocket in 100 lines of Go" teaches it: the handshake, reading and
// writing frames, nothing but the standard library. The slips are the usual ones and left in: the
// version and the Connection field are not looked at, nor the reserved bits, the MASK bit, the order
// of fragments, the limits of control frames, UTF-8, or close codes; a length is believed.
package main

import (
	"bufio"
	"crypto/sha1"
	"encoding/base64"
	"encoding/binary"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
)

const guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

const (
	continuation = 0
	text         = 1
	binaryData   = 2
	closeFrame   = 8
	ping         = 9
	pong         = 10
)

type frame struct {
	final   bool
	opcode  byte
	payload []byte
}

func acceptKey(key string) string {
	sum := sha1.Sum([]byte(key + guid))
	return base64.StdEncoding.EncodeToString(sum[:])
}

func upgrade(w http.ResponseWriter, r *http.Request) (net.Conn, *bufio.ReadWriter, error) {
	key := r.Header.Get("Sec-WebSocket-Key")
	if r.Header.Get("Upgrade") != "websocket" || key == "" {
		http.Error(w, "this is a WebSocket endpoint", http.StatusBadRequest)
		return nil, nil, fmt.Errorf("not a handshake")
	}
	hijacker, ok := w.(http.Hijacker)
	if !ok {
		return nil, nil, fmt.Errorf("the server cannot be hijacked")
	}
	connection, buffered, err := hijacker.Hijack()
	if err != nil {
		return nil, nil, err
	}
	buffered.WriteString("HTTP/1.1 101 Switching Protocols\r\n")
	buffered.WriteString("Upgrade: websocket\r\n")
	buffered.WriteString("Connection: Upgrade\r\n")
	buffered.WriteString("Sec-WebSocket-Accept: " + acceptKey(key) + "\r\n\r\n")
	return connection, buffered, buffered.Flush()
}

func readFrame(in *bufio.ReadWriter) (frame, error) {
	var head [2]byte
	if _, err := io.ReadFull(in, head[:]); err != nil {
		return frame{}, err
	}
	out := frame{final: head[0]&0x80 != 0, opcode: head[0] & 0x0f}
	length := uint64(head[1] & 0x7f)
	switch length {
	case 126:
		var extended [2]byte
		if _, err := io.ReadFull(in, extended[:]); err != nil {
			return frame{}, err
		}
		length = uint64(binary.BigEndian.Uint16(extended[:]))
	case 127:
		var extended [8]byte
		if _, err := io.ReadFull(in, extended[:]); err != nil {
			return frame{}, err
		}
		length = binary.BigEndian.Uint64(extended[:])
	}
	var mask [4]byte
	if _, err := io.ReadFull(in, mask[:]); err != nil {
		return frame{}, err
	}
	out.payload = make([]byte, length)
	if _, err := io.ReadFull(in, out.payload); err != nil {
		return frame{}, err
	}
	for i := range out.payload {
		out.payload[i] ^= mask[i%4]
	}
	return out, nil
}

func writeFrame(out *bufio.ReadWriter, opcode byte, payload []byte) error {
	head := []byte{0x80 | opcode}
	switch length := len(payload); {
	case length < 126:
		head = append(head, byte(length))
	case length < 1<<16:
		head = append(head, 126)
		head = binary.BigEndian.AppendUint16(head, uint16(length))
	default:
		head = append(head, 127)
		head = binary.BigEndian.AppendUint64(head, uint64(length))
	}
	out.Write(head)
	out.Write(payload)
	return out.Flush()
}

func echo(w http.ResponseWriter, r *http.Request) {
	connection, buffered, err := upgrade(w, r)
	if err != nil {
		return
	}
	defer connection.Close()
	var message []byte
	var kind byte
	for {
		f, err := readFrame(buffered)
		if err != nil {
			return
		}
		switch f.opcode {
		case text, binaryData, continuation:
			if f.opcode != continuation {
				kind = f.opcode
			}
			message = append(message, f.payload...)
			if f.final {
				if err := writeFrame(buffered, kind, message); err != nil {
					return
				}
				message = nil
			}
		case ping:
			if err := writeFrame(buffered, pong, f.payload); err != nil {
				return
			}
		case closeFrame:
			writeFrame(buffered, closeFrame, f.payload)
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
