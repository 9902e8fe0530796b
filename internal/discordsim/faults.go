package discordsim

import (
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Fault is a misbehaviour to come. REST faults hit the next Count requests
// (default 1) whose "METHOD /path" (without /api/v10) starts with Route; gateway
// faults act at once on the open connections and on the next Count attempts
// (default 0, or 1 when no connection is open).
//
// REST kinds:
//
//	commit_then_502    carried out, answered 502
//	http_502           not carried out, answered 502
//	hang               not answered until the caller leaves; with MS: carried out that much later
//	commit_then_hang   carried out, not answered until the caller leaves or MS have passed
//	html_429           429 with a page of HTML, as from the proxy before Discord
//	global_429         429 of the global limit (MS to wait, default 1,000)
//	user_429           429 of the route's bucket (MS)
//	shared_429         429 of a shared resource (MS)
//	reset              connection reset, not carried out
//	commit_then_reset  carried out, connection reset
//	media              a message's picture is refused by its address, as one that Discord can't make sense of; what has none passes
//
// Gateway kinds:
//
//	op7                RECONNECT; on attempts: after READY
//	op7_before_ready   attempts only: RECONNECT instead of READY
//	op9                INVALID_SESSION with Resumable; on attempts: instead of READY or RESUMED
//	silence            nothing is sent any more, for MS or until the connection ends; on attempts: not even HELLO
//	no_ack             heartbeats are not acknowledged, for MS or until the connection ends
//	tcp_cut            connection reset without a close frame; on attempts: after IDENTIFY
//	slow_ready         attempts only: READY comes MS later (default 5,000)
//	close              closed with Code; on attempts: after IDENTIFY or RESUME
type Fault struct {
	Kind      string `json:"kind"`
	Route     string `json:"route,omitempty"`
	Count     int    `json:"count,omitempty"`
	MS        int    `json:"ms,omitempty"`
	Code      int    `json:"code,omitempty"`
	Resumable bool   `json:"resumable,omitempty"`
}

var (
	restFaults = []string{"commit_then_502", "http_502", "hang", "commit_then_hang", "html_429", "global_429", "user_429",
		"shared_429", "reset", "commit_then_reset", "media"}
	gatewayFaults = []string{"op7", "op7_before_ready", "op9", "silence", "no_ack", "tcp_cut", "slow_ready", "close"}
)

// Fault orders a misbehaviour.
func (s *Simulator) Fault(f Fault) error {
	if f.Count < 0 || f.MS < 0 {
		return controlRefuse(http.StatusBadRequest, "count and ms can't be negative")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case slices.Contains(restFaults, f.Kind):
		f.Count = max(f.Count, 1)
		s.faults = append(s.faults, &f)
		return nil
	case !slices.Contains(gatewayFaults, f.Kind):
		return controlRefuse(http.StatusBadRequest, "there is no fault %q; there are %s, %s", f.Kind,
			strings.Join(restFaults, ", "), strings.Join(gatewayFaults, ", "))
	}
	if f.Kind == "close" && (f.Code < 1000 || f.Code > 4999) {
		return controlRefuse(http.StatusBadRequest, "close needs a code from 1000 to 4999")
	}
	hit := 0
	for c := range s.gateway.conns {
		if c.strike(f) {
			hit++
		}
	}
	if hit == 0 {
		f.Count = max(f.Count, 1)
	}
	if f.Count > 0 {
		s.gateway.faults = append(s.gateway.faults, &f)
	}
	return nil
}

// ClearFaults forgets what was ordered and has not happened yet.
func (s *Simulator) ClearFaults() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults, s.gateway.faults = nil, nil
}

// restFault takes the fault that a request runs into, nil for none.
func (s *Simulator) restFault(method, path string) *Fault {
	for _, f := range s.faults {
		if f.Count > 0 && f.Kind != "media" && strings.HasPrefix(method+" "+path, f.Route) {
			f.Count--
			hit := *f
			s.faults = slices.DeleteFunc(s.faults, func(f *Fault) bool { return f.Count == 0 })
			return &hit
		}
	}
	return nil
}

// mediaFault reports whether a picture is to be refused.
func (s *Simulator) mediaFault() bool {
	i := slices.IndexFunc(s.faults, func(f *Fault) bool { return f.Kind == "media" })
	if i < 0 {
		return false
	}
	if s.faults[i].Count--; s.faults[i].Count == 0 {
		s.faults = slices.Delete(s.faults, i, i+1)
	}
	return true
}

// connFault takes the next gateway fault of one of the kinds, nil for none.
func (s *Simulator) connFault(kinds ...string) *Fault {
	for _, f := range s.gateway.faults {
		if f.Count > 0 && slices.Contains(kinds, f.Kind) {
			f.Count--
			hit := *f
			s.gateway.faults = slices.DeleteFunc(s.gateway.faults, func(f *Fault) bool { return f.Count == 0 })
			return &hit
		}
	}
	return nil
}

func (f *Fault) wait(fallback time.Duration) time.Duration {
	if f.MS == 0 {
		return fallback
	}
	return time.Duration(f.MS) * time.Millisecond
}

// resetConnection ends a request's connection with a TCP reset, so that the
// caller reads no answer.
func resetConnection(w http.ResponseWriter) {
	h, ok := w.(http.Hijacker)
	if !ok {
		panic(http.ErrAbortHandler)
	}
	conn, _, err := h.Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	cut(conn)
}

func cut(conn net.Conn) {
	if tcp, ok := conn.(*net.TCPConn); ok {
		// Only makes the end a reset rather than a FIN.
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
}

const badGatewayPage = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n" +
	"<hr><center>cloudflare</center>\r\n</body>\r\n</html>\r\n"

const rateLimitedPage = "<!DOCTYPE html>\n<html lang=\"en-US\">\n<head><title>Access denied | discord.com used Cloudflare to restrict access</title></head>\n" +
	"<body><h1>Error 1015</h1><h2>You are being rate limited</h2></body>\n</html>\n"

func writeHTML(w http.ResponseWriter, status int, page string, wait time.Duration) {
	w.Header().Set("Content-Type", "text/html; charset=UTF-8")
	if wait > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(wait.Round(time.Second).Seconds())))
	}
	w.WriteHeader(status)
	// The caller may be gone; there is nobody left to tell.
	_, _ = w.Write([]byte(page))
}
