package discordsim

import (
	"encoding/json"
	"net/http"
)

// viewer is one reader of /sim/events.
type viewer struct {
	userID string
	events chan []byte
}

// show sends an event to the pages that look on. onlyFor limits it to one
// person's pages. A reader that doesn't keep up is disconnected, so that it
// starts again from /sim/state instead of missing something.
func (s *Simulator) show(event, onlyFor string, data any) {
	if len(s.viewers) == 0 {
		return
	}
	raw, err := json.Marshal(data)
	if err != nil {
		s.log.Error("event can't be written as JSON", "event", event, "error", err)
		return
	}
	frame := []byte("event: " + event + "\ndata: " + string(raw) + "\n\n")
	for v := range s.viewers {
		if onlyFor != "" && v.userID != onlyFor {
			continue
		}
		select {
		case v.events <- frame:
		default:
			s.dropViewer(v)
		}
	}
}

func (s *Simulator) dropViewer(v *viewer) {
	if s.viewers[v] {
		delete(s.viewers, v)
		close(v.events)
	}
}

// serveEvents answers GET /sim/events with a stream that ends with the request.
func (s *Simulator) serveEvents(w http.ResponseWriter, r *http.Request) {
	flusher, ok := w.(http.Flusher)
	if !ok {
		writeControlError(w, controlRefuse(http.StatusInternalServerError, "this connection can't stream"))
		return
	}
	v := &viewer{userID: r.URL.Query().Get("user_id"), events: make(chan []byte, 512)}
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		writeControlError(w, controlRefuse(http.StatusServiceUnavailable, "%v", errClosed))
		return
	}
	if v.userID == "" {
		v.userID = s.you.ID
	}
	s.viewers[v] = true
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		s.dropViewer(v)
		s.mu.Unlock()
	}()
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusOK)
	flusher.Flush()
	for {
		select {
		case frame, ok := <-v.events:
			if !ok {
				return
			}
			if _, err := w.Write(frame); err != nil {
				return // the reader left
			}
			flusher.Flush()
		case <-r.Context().Done():
			return
		}
	}
}
