package discordsim

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
)

// hijackGrabber remembers the connection a WebSocket takes over, so that it can
// be cut without a close frame.
type hijackGrabber struct {
	http.ResponseWriter
	conn net.Conn
}

// Hijack hands the connection over and remembers it.
func (g *hijackGrabber) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	h, ok := g.ResponseWriter.(http.Hijacker)
	if !ok {
		return nil, nil, fmt.Errorf("hijacking: %T can't", g.ResponseWriter)
	}
	conn, rw, err := h.Hijack()
	g.conn = conn
	return conn, rw, err
}
