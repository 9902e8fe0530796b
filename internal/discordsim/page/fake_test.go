package page_test

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"newsbrief/internal/discordsim/page"
)

//go:embed testdata/world.json
var world []byte

type object = map[string]any

// fake answers /sim/… from a small world, as the simulator would; the bot's
// part is played by a few fixed answers.
type fake struct {
	mu       sync.Mutex
	state    object
	messages map[string][]object
	next     int
	viewers  map[chan string]bool
	got      []object // interactions and messages the page sent
	stop     chan struct{}
	later    sync.WaitGroup
}

func newFake(t *testing.T) *fake {
	t.Helper()
	var w struct {
		State    object
		Messages map[string][]object
	}
	if err := json.Unmarshal(world, &w); err != nil {
		t.Fatal(err)
	}
	f := &fake{state: w.State, messages: w.Messages, viewers: map[chan string]bool{}, stop: make(chan struct{})}
	now := time.Now()
	for channel, list := range w.Messages {
		for _, m := range list {
			f.complete(m, channel, now)
		}
	}
	t.Cleanup(func() {
		close(f.stop)
		f.later.Wait()
	})
	return f
}

// complete fills in what a message object of Discord has besides what the world
// says; times written "-5m" are before now.
func (f *fake) complete(m object, channel string, now time.Time) {
	when := func(v any) any {
		if s, ok := v.(string); ok {
			if d, err := time.ParseDuration(s); err == nil {
				return now.Add(d).UTC().Format(time.RFC3339)
			}
		}
		return v
	}
	m["channel_id"] = channel
	m["timestamp"] = when(m["timestamp"])
	m["edited_timestamp"] = when(m["edited_timestamp"])
	defaults := object{"type": 0.0, "content": "", "embeds": []any{}, "components": []any{}, "attachments": []any{}, "mentions": []any{}, "flags": 0.0}
	for name, value := range defaults {
		if m[name] == nil {
			m[name] = value
		}
	}
	for _, e := range m["embeds"].([]any) {
		if e := e.(object); e["timestamp"] != nil {
			e["timestamp"] = when(e["timestamp"])
		}
	}
	author := m["author"].(object)
	for _, u := range append(f.state["users"].([]any), f.state["bot"]) {
		if u := u.(object); u["id"] == author["id"] {
			for name, value := range u {
				if author[name] == nil {
					author[name] = value
				}
			}
		}
	}
}

func (f *fake) handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/", page.Handler(nil))
	mux.HandleFunc("GET /sim/state", func(w http.ResponseWriter, r *http.Request) {
		f.mu.Lock()
		defer f.mu.Unlock()
		reply(w, 200, f.state)
	})
	mux.HandleFunc("GET /sim/messages", func(w http.ResponseWriter, r *http.Request) {
		f.mu.Lock()
		defer f.mu.Unlock()
		list := f.messages[r.URL.Query().Get("channel_id")]
		if list == nil {
			list = []object{}
		}
		reply(w, 200, object{"messages": list})
	})
	mux.HandleFunc("POST /sim/messages", func(w http.ResponseWriter, r *http.Request) {
		in := f.took(r)
		reply(w, 201, f.post(object{"author": object{"id": in["user_id"]}, "content": in["content"]}, in["channel_id"].(string)))
	})
	mux.HandleFunc("POST /sim/threads", func(w http.ResponseWriter, r *http.Request) {
		in := f.took(r)
		thread := object{"id": in["message_id"], "type": 11, "name": in["name"], "parent_id": in["channel_id"], "guild_id": "100", "message_count": 0, "thread_metadata": object{"archived": false, "locked": false}}
		f.edit(in["channel_id"].(string), in["message_id"].(string), object{"flags": 32, "thread": thread})
		f.mu.Lock()
		defer f.mu.Unlock()
		f.tell("thread_create", thread)
		reply(w, 201, thread)
	})
	mux.HandleFunc("PATCH /sim/threads/{thread}", func(w http.ResponseWriter, r *http.Request) {
		f.took(r)
		reply(w, 403, object{"error": "only moderators may"})
	})
	mux.HandleFunc("POST /sim/dms", func(w http.ResponseWriter, r *http.Request) {
		in := f.took(r)
		reply(w, 200, object{"id": "299", "type": 1, "recipients": []any{object{"id": in["user_id"]}}})
	})
	mux.HandleFunc("POST /sim/interactions", f.interact)
	mux.HandleFunc("GET /sim/requests", func(w http.ResponseWriter, r *http.Request) {
		reply(w, 200, object{"requests": []any{object{}, object{}}, "counts": object{"200": 2}, "identifies": 1, "resumes": 0})
	})
	mux.HandleFunc("POST /sim/faults", func(w http.ResponseWriter, r *http.Request) {
		f.took(r)
		w.WriteHeader(http.StatusNoContent)
	})
	mux.HandleFunc("GET /sim/events", f.events)
	return mux
}

func reply(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // the browser may be gone
}

func (f *fake) took(r *http.Request) object {
	var in object
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		panic(http.ErrAbortHandler)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.got = append(f.got, in)
	return in
}

// sent is what the page sent so far, of one interaction type (0: messages and faults).
func (f *fake) sent(kind int) []object {
	f.mu.Lock()
	defer f.mu.Unlock()
	var list []object
	for _, in := range f.got {
		if n, _ := in["type"].(float64); int(n) == kind {
			list = append(list, in)
		}
	}
	return list
}

func (f *fake) id() string {
	f.next++
	return strconv.Itoa(1300000000000000000 + f.next)
}

// post adds a message and tells the pages.
func (f *fake) post(m object, channel string) object {
	f.mu.Lock()
	defer f.mu.Unlock()
	m["id"] = f.id()
	m["timestamp"] = "0s"
	f.complete(m, channel, time.Now())
	f.messages[channel] = append(f.messages[channel], m)
	f.tell("message_create", m)
	return m
}

// edit changes a message and tells the pages.
func (f *fake) edit(channel, id string, change object) object {
	f.mu.Lock()
	defer f.mu.Unlock()
	for k, m := range f.messages[channel] {
		if m["id"] != id {
			continue
		}
		changed := object{}
		for name, value := range m {
			changed[name] = value
		}
		for name, value := range change {
			changed[name] = value
		}
		f.messages[channel][k] = changed
		f.tell("message_update", changed)
		return changed
	}
	return nil
}

func (f *fake) tell(event string, data any) {
	raw, err := json.Marshal(data)
	if err != nil {
		panic(err)
	}
	for v := range f.viewers {
		v <- fmt.Sprintf("event: %s\ndata: %s\n\n", event, raw)
	}
}

func (f *fake) events(w http.ResponseWriter, r *http.Request) {
	v := make(chan string, 100)
	f.mu.Lock()
	f.viewers[v] = true
	f.mu.Unlock()
	defer func() {
		f.mu.Lock()
		delete(f.viewers, v)
		f.mu.Unlock()
	}()
	w.Header().Set("Content-Type", "text/event-stream")
	_, _ = w.Write([]byte("retry: 100\n\n"))
	w.(http.Flusher).Flush()
	for {
		select {
		case frame, ok := <-v:
			if !ok {
				return
			}
			if _, err := w.Write([]byte(frame)); err != nil {
				return
			}
			w.(http.Flusher).Flush()
		case <-r.Context().Done():
			return
		case <-f.stop:
			return
		}
	}
}

func (f *fake) interact(w http.ResponseWriter, r *http.Request) {
	in := f.took(r)
	data, _ := in["data"].(object)
	channel, _ := in["channel_id"].(string)
	you := object{"id": in["user_id"], "username": "mina", "global_name": "Mina Park"}
	f.mu.Lock()
	id := f.id()
	f.mu.Unlock()
	respond := func(flags float64, command, text string) object {
		m := object{"author": object{"id": "900"}, "content": text, "flags": flags}
		if command != "" {
			m["type"] = 20.0
			m["interaction"] = object{"id": id, "type": 2, "name": command, "user": you}
			m["interaction_metadata"] = object{"id": id, "type": 2, "user": you}
		}
		return f.post(m, channel)
	}
	switch in["type"] {
	case 2.0:
		name := data["name"].(string)
		switch name {
		case "dead":
			reply(w, 504, object{"error": "The application did not respond"})
		case "slow":
			m := respond(128, name, "")
			reply(w, 200, object{"id": id, "type": 5})
			f.later.Go(func() {
				select {
				case <-time.After(400 * time.Millisecond):
				case <-f.stop:
				}
				f.edit(channel, m["id"].(string), object{"flags": 0.0, "content": "It took a while."})
			})
		case "settings":
			reply(w, 200, object{"id": id, "type": 9, "modal": object{"custom_id": "settings", "title": "Settings", "components": []any{
				object{"type": 10, "content": "These hold for **the whole server**."},
				object{"type": 1, "components": []any{object{"type": 4, "custom_id": "name", "label": "Name of the digest", "style": 1, "required": true, "min_length": 3, "max_length": 40}}},
				object{"type": 18, "id": 3, "label": "Language", "description": "Of the bot's own words", "component": object{"type": 3, "custom_id": "lang", "options": []any{
					object{"label": "English", "value": "en", "default": true}, object{"label": "한국어", "value": "ko"}}}},
				object{"type": 18, "id": 5, "label": "Note", "component": object{"type": 4, "custom_id": "note", "style": 2, "required": false}},
			}}})
		case "search":
			reply(w, 400, object{"error": "option \"query\": text of 1 characters is too short or too long"})
		default:
			said, err := json.Marshal(data["options"])
			if err != nil {
				panic(err)
			}
			reply(w, 200, object{"id": id, "type": 4, "message": respond(64, name, "Options `"+string(said)+"`")})
		}
	case 3.0:
		switch custom := data["custom_id"].(string); {
		case strings.HasPrefix(custom, "fail"):
			reply(w, 504, object{"error": "The application did not respond"})
		case strings.HasPrefix(custom, "more"):
			reply(w, 200, object{"id": id, "type": 7, "message": f.edit(channel, in["message_id"].(string), object{"components": []any{object{"type": 10, "content": "The longer brief."}, object{"type": 1, "components": []any{object{"type": 2, "style": 2, "label": "Less", "custom_id": "more:1"}}}}})})
		default:
			reply(w, 200, object{"id": id, "type": 4, "message": respond(64, "", fmt.Sprint("Because of climate. ", data["values"]))})
		}
	case 4.0:
		typed, _ := json.Marshal(data)
		if strings.Contains(string(typed), `"value":"c"`) {
			time.Sleep(500 * time.Millisecond) // an answer that comes too late to be of use
			reply(w, 200, object{"id": id, "type": 8, "choices": []any{object{"name": "STALE", "value": "stale"}}})
			return
		}
		reply(w, 200, object{"id": id, "type": 8, "choices": []any{
			object{"name": "Climate and weather", "value": "climate"}, object{"name": "Climbing & sports", "value": "climbing"}}})
	case 5.0:
		said, _ := json.Marshal(data["components"])
		reply(w, 200, object{"id": id, "type": 4, "message": respond(64, "", "Saved `"+string(said)+"`")})
	default:
		reply(w, 400, object{"error": "unknown interaction type"})
	}
}
