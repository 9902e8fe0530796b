package discordsim_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"newsbrief/internal/discordsim"
)

// fuzzBody sends one body and checks that the answer is a message or a refusal
// in Discord's form, never a failure of the simulator.
func fuzzBody(t *testing.T, h http.Handler, method, path, body string) map[string]any {
	t.Helper()
	r := httptest.NewRequest(method, "http://sim/api/v10"+path, strings.NewReader(body))
	r.Header.Set("Authorization", "Bot "+token)
	r.Header.Set("User-Agent", userAgent)
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if w.Code >= 500 {
		t.Fatalf("status %d for %q", w.Code, body)
	}
	var out map[string]any
	if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil {
		t.Fatalf("%q is answered %q: %v", body, w.Body, err)
	}
	if w.Code >= 400 && (out["message"] == nil || out["code"] == nil && w.Code != 429) {
		t.Fatalf("%q is refused without saying why: %s", body, w.Body)
	}
	if w.Code >= 300 {
		return nil
	}
	return out
}

func fuzzSim(t *testing.T) (*discordsim.Simulator, string) {
	t.Helper()
	sim, err := discordsim.New(discordsim.Options{Token: token})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sim.Close)
	return sim, "/channels/" + sim.State().Guilds[0].Channels[0].ID + "/messages"
}

func FuzzMessage(f *testing.F) {
	for _, c := range messageCases {
		raw, err := json.Marshal(c.body)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(raw))
	}
	f.Fuzz(func(t *testing.T, body string) {
		sim, path := fuzzSim(t)
		h := sim.Handler()
		out := fuzzBody(t, h, "POST", path, body)
		if out == nil {
			return
		}
		fuzzBody(t, h, "PATCH", path+"/"+out["id"].(string), body)
		list, err := sim.Messages(out["channel_id"].(string), "")
		if err != nil || len(list) != 1 {
			t.Fatalf("%d messages, %v", len(list), err)
		}
		_ = list[0].Text()
	})
}

func FuzzCommand(f *testing.F) {
	for _, c := range commandCases {
		raw, err := json.Marshal(c.body)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(raw), `{"name":"brief","options":[{"name":"topic","value":"x"}]}`)
	}
	f.Fuzz(func(t *testing.T, body, data string) {
		sim, _ := fuzzSim(t)
		h := sim.Handler()
		fuzzBody(t, h, "POST", "/applications/"+sim.ApplicationID()+"/commands", body)
		var given any
		if json.Unmarshal([]byte(data), &given) != nil {
			return
		}
		ctx, cancel := contextDone()
		defer cancel()
		// Any outcome will do as long as it is one.
		_, _ = sim.Invoke(ctx, discordsim.Interaction{Type: 2, ChannelID: sim.State().Guilds[0].Channels[0].ID, Data: given})
	})
}

// contextDone is over before it starts: the fuzzed invocation reaches nobody,
// so there is nothing to wait for.
func contextDone() (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx, cancel
}
