// An echo server made with gobwas/ws: its wsutil reader and writer, and wsflate between them.
package main

import (
	"compress/flate"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"

	"github.com/gobwas/ws"
	"github.com/gobwas/ws/wsflate"
	"github.com/gobwas/ws/wsutil"
)

const largestMessage = 32 << 20 // octets; the library has no limit of its own

type session struct {
	state    ws.State
	reader   wsutil.Reader
	writer   *wsutil.Writer
	deflate  wsflate.MessageState
	inflater *wsflate.Reader
	deflater *wsflate.Writer
}

func newSession(connection net.Conn, compressed bool) *session {
	s := &session{state: ws.StateServerSide}
	if compressed {
		s.state |= ws.StateExtended
	}
	s.reader = wsutil.Reader{
		Source:         connection,
		State:          s.state,
		CheckUTF8:      !compressed, // it would look at the compressed octets
		OnIntermediate: wsutil.ControlFrameHandler(connection, ws.StateServerSide),
		MaxFrameSize:   largestMessage,
	}
	s.writer = wsutil.NewWriter(connection, s.state, 0)
	if compressed {
		s.reader.Extensions = []wsutil.RecvExtension{&s.deflate}
		s.writer.SetExtensions(&s.deflate)
	}
	s.inflater = wsflate.NewReader(nil, func(r io.Reader) wsflate.Decompressor { return flate.NewReader(r) })
	s.deflater = wsflate.NewWriter(nil, func(w io.Writer) wsflate.Compressor {
		compressor, _ := flate.NewWriter(w, flate.DefaultCompression)
		return compressor
	})
	return s
}

// The message that the reader stands at.
func (s *session) read() ([]byte, error) {
	var in io.Reader = &s.reader
	if s.deflate.IsCompressed() {
		s.inflater.Reset(in)
		in = s.inflater
	}
	message, err := io.ReadAll(io.LimitReader(in, largestMessage+1))
	if err == nil && len(message) > largestMessage {
		err = errors.New("the message is too long")
	}
	return message, err
}

// Sends it back, compressed if it came so.
func (s *session) write(kind ws.OpCode, message []byte) error {
	s.writer.ResetOp(kind)
	if !s.deflate.IsCompressed() {
		if _, err := s.writer.Write(message); err != nil {
			return err
		}
		return s.writer.Flush()
	}
	s.deflater.Reset(s.writer)
	if _, err := s.deflater.Write(message); err != nil {
		return err
	}
	if err := s.deflater.Close(); err != nil {
		return err
	}
	return s.writer.Flush()
}

func (s *session) echo() error {
	for {
		header, err := s.reader.NextFrame()
		if err != nil {
			return err
		}
		if header.OpCode.IsControl() {
			if err := s.reader.OnIntermediate(header, &s.reader); err != nil {
				return err
			}
			continue
		}
		message, err := s.read()
		if err != nil {
			return err
		}
		if err := s.write(header.OpCode, message); err != nil {
			return err
		}
	}
}

func handle(w http.ResponseWriter, r *http.Request) {
	extension := wsflate.Extension{Parameters: wsflate.DefaultParameters}
	upgrader := ws.HTTPUpgrader{Negotiate: extension.Negotiate}
	connection, _, _, err := upgrader.Upgrade(r, w)
	if err != nil {
		if connection != nil {
			connection.Close() // Upgrade has answered with an HTTP error
		}
		return
	}
	defer connection.Close()
	_, compressed := extension.Accepted()
	newSession(connection, compressed).echo()
}

func main() {
	port := flag.Int("port", 9001, "the port to listen on")
	flag.Parse()
	http.HandleFunc("/", handle)
	log.Fatal(http.ListenAndServe(fmt.Sprintf("127.0.0.1:%d", *port), nil))
}
