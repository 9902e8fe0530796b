package discord

import (
	"context"
	"crypto/ed25519"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"newsbrief/internal/command"
)

// signer sends interactions over HTTP as Discord does.
type signer struct {
	t       *testing.T
	key     ed25519.PrivateKey
	address string
}

func overHTTP(t *testing.T, b *Bot) *signer {
	t.Helper()
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(b.Interactions(public))
	t.Cleanup(server.Close)
	return &signer{t, private, server.URL}
}

func (s *signer) send(body string, at time.Time, adjust func(http.Header)) (int, string) {
	s.t.Helper()
	req, err := http.NewRequest(http.MethodPost, s.address, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	stamp := strconv.FormatInt(at.Unix(), 10)
	req.Header.Set("X-Signature-Timestamp", stamp)
	req.Header.Set("X-Signature-Ed25519", hex.EncodeToString(ed25519.Sign(s.key, []byte(stamp+body))))
	if adjust != nil {
		adjust(req.Header)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return resp.StatusCode, strings.TrimSpace(string(answer))
}

func TestSignatures(t *testing.T) {
	t.Parallel()
	s := overHTTP(t, newBot(t, "http://127.0.0.1:1", nil))
	if status, answer := s.send(`{"type":1}`, time.Now(), nil); status != 200 || answer != `{"type":1}` {
		t.Errorf("a PING is answered %d %s", status, answer)
	}
	for name, c := range map[string]struct {
		at     time.Time
		adjust func(http.Header)
	}{
		"old":              {time.Now().Add(-10 * time.Second), nil},
		"from the future":  {time.Now().Add(10 * time.Second), nil},
		"no signature":     {time.Now(), func(h http.Header) { h.Del("X-Signature-Ed25519") }},
		"no timestamp":     {time.Now(), func(h http.Header) { h.Del("X-Signature-Timestamp") }},
		"not hexadecimal":  {time.Now(), func(h http.Header) { h.Set("X-Signature-Ed25519", strings.Repeat("z", 128)) }},
		"too short":        {time.Now(), func(h http.Header) { h.Set("X-Signature-Ed25519", "00") }},
		"another's":        {time.Now(), func(h http.Header) { h.Set("X-Signature-Ed25519", strings.Repeat("0", 128)) }},
		"a timestamp more": {time.Now(), func(h http.Header) { h.Set("X-Signature-Timestamp", strconv.FormatInt(time.Now().Unix()+1, 10)) }},
		"strange time":     {time.Now(), func(h http.Header) { h.Set("X-Signature-Timestamp", "9223372036854775808") }},
	} {
		if status, answer := s.send(`{"type":1}`, c.at, c.adjust); status != http.StatusUnauthorized {
			t.Errorf("%s: answered %d %s", name, status, answer)
		}
	}
	if status, _ := s.send(strings.Repeat(" ", maxInteraction+1), time.Now(), nil); status != http.StatusBadRequest {
		t.Errorf("a body that is too large is answered %d", status)
	}
}

func TestCommandsOverHTTP(t *testing.T) {
	t.Parallel()
	later := make(chan string, 1)
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		later <- r.Method + " " + r.URL.Path + " " + string(body)
		io.WriteString(w, "{}")
	}))
	defer api.Close()
	find := &finding{}
	b := newBot(t, api.URL, func(o *Options) { o.Service = find.service() })
	s := overHTTP(t, b)
	test := `{"id":"1","application_id":"2","token":"interaction-token","type":2,"guild_id":"3","channel_id":"4","member":{"user":{"id":"5"},"permissions":"32"},
		"data":{"name":"feed","type":1,"options":[{"name":"test","type":1,"options":[{"name":"url","type":3,"value":"https://courier.example"}]}]}}`

	var answer struct {
		Type int
		Data struct{ Flags int }
	}
	status, body := s.send(test, time.Now(), nil)
	if err := json.Unmarshal([]byte(body), &answer); err != nil || status != 200 || answer.Type != answerMessage || answer.Data.Flags&flagEphemeral == 0 || !strings.Contains(body, "Courier") {
		t.Errorf("a command is answered %d %s", status, body)
	}

	find.slow(deferAfter + 300*time.Millisecond)
	status, body = s.send(test, time.Now(), nil)
	if err := json.Unmarshal([]byte(body), &answer); err != nil || status != 200 || answer.Type != answerDeferred || answer.Data.Flags != flagEphemeral {
		t.Errorf("a slow command is answered %d %s", status, body)
	}
	if got := <-later; !strings.HasPrefix(got, "PATCH /api/v10/webhooks/2/interaction-token/messages/@original ") || !strings.Contains(got, "Courier") {
		t.Errorf("after the deferral came %s", got)
	}

	find.slow(0)
	for _, garbage := range []string{"", "{", `[]`, `{"type":"x"}`} {
		if status, _ := s.send(garbage, time.Now(), nil); status != http.StatusBadRequest {
			t.Errorf("garbage %q is answered %d", garbage, status)
		}
	}
	if status, _ := s.send(`{"type":99}`, time.Now(), nil); status != http.StatusInternalServerError {
		t.Errorf("an unknown type is answered %d", status)
	}
}

// TestStopOverHTTP: a bot that stops takes no interaction any more, and Run waits for those it took.
func TestStopOverHTTP(t *testing.T) {
	t.Parallel()
	sim, address := simulator(t, simOptions)
	find := &finding{}
	find.slow(300 * time.Millisecond)
	b := newBot(t, address, func(o *Options) { o.Service = find.service() })
	s := overHTTP(t, b)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- b.Run(ctx, 5*time.Second) }()
	eventually(t, "online", func() bool { return sim.State().Online })
	answered := make(chan string, 1)
	go func() {
		_, body := s.send(`{"type":2,"data":{"name":"feed","options":[{"name":"test","type":1,"options":[{"name":"url","type":3,"value":"a"}]}]},"guild_id":"1","member":{"user":{"id":"5"},"permissions":"32"}}`, time.Now(), nil)
		answered <- body
	}()
	eventually(t, "asked", func() bool { return find.asked() > 0 })
	cancel()
	if err := <-ended; err != nil {
		t.Errorf("Run ended with %v", err)
	}
	if body := <-answered; !strings.Contains(body, "Courier") {
		t.Errorf("what was under way is answered %s", body)
	}
	if status, _ := s.send(`{"type":1}`, time.Now(), nil); status != http.StatusServiceUnavailable {
		t.Errorf("after the end a PING is answered %d", status)
	}
}

var _ command.FeedFinder = (*finding)(nil)
