package discordsim

import (
	"strconv"
	"time"
)

const maxRequestLog = 5000 // the oldest are forgotten; the counts are not

// Request is one REST call the simulator answered.
type Request struct {
	Time      time.Time `json:"time"`
	Method    string    `json:"method"`
	Path      string    `json:"path"`
	Route     string    `json:"route"` // "POST /channels/{channel}/messages", "" when unknown
	Status    int       `json:"status"`
	MS        float64   `json:"ms"`
	ChannelID string    `json:"channel_id,omitempty"`
	Nonce     any       `json:"nonce,omitempty"`
	Fault     string    `json:"fault,omitempty"`
}

// RequestLog is what happened on the wire since the last reset.
type RequestLog struct {
	Requests   []Request      `json:"requests"`
	Counts     map[string]int `json:"counts"` // by status; "0": the connection was reset or the caller left
	Identifies int            `json:"identifies"`
	Resumes    int            `json:"resumes"`
	// ResumesElsewhere counts RESUMEs that didn't come to READY's resume_gateway_url.
	ResumesElsewhere int `json:"resumes_elsewhere"`
}

type requestLog struct{ RequestLog }

func (l *requestLog) reset() {
	l.RequestLog = RequestLog{Requests: []Request{}, Counts: map[string]int{}}
}

func (l *requestLog) add(r Request) {
	l.Counts[strconv.Itoa(r.Status)]++
	l.Requests = append(l.Requests, r)
	if len(l.Requests) > maxRequestLog {
		l.Requests = append([]Request(nil), l.Requests[len(l.Requests)-maxRequestLog*9/10:]...)
	}
}

// Requests tells what was called since the start or the last ResetRequests.
func (s *Simulator) Requests() RequestLog {
	s.mu.Lock()
	defer s.mu.Unlock()
	log := s.requests.RequestLog
	log.Requests = append([]Request{}, log.Requests...)
	counts := map[string]int{}
	for k, n := range log.Counts {
		counts[k] = n
	}
	log.Counts = counts
	return log
}

// ResetRequests starts the request log anew.
func (s *Simulator) ResetRequests() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests.reset()
}
