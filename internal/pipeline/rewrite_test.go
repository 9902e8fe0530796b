package pipeline_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"newsbrief/internal/news"
	"newsbrief/internal/summary"
)

// endpoint is a model that answers when told what.
type endpoint struct {
	*httptest.Server
	asked chan *inquiry
}

// inquiry is a request that waits for its answer.
type inquiry struct {
	t      *testing.T
	body   string
	answer chan string
}

func newEndpoint(t *testing.T, w *world) *endpoint {
	e := &endpoint{asked: make(chan *inquiry, 10)}
	e.Server = httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		q := &inquiry{t, string(body), make(chan string)}
		e.asked <- q
		select {
		case content := <-q.answer:
			rw.Header().Set("Content-Type", "application/json")
			json.NewEncoder(rw).Encode(map[string]any{"id": "1", "object": "chat.completion", "model": "writer",
				"choices": []any{map[string]any{"finish_reason": "stop", "message": map[string]any{"role": "assistant", "content": content}}}})
		case <-r.Context().Done():
		}
	}))
	t.Cleanup(e.Close)
	model, err := summary.NewModel(summary.ModelOptions{URL: e.URL, Model: "writer", Concurrency: 8})
	w.ok(err)
	w.model = model
	return e
}

// wait is the next request.
func (e *endpoint) wait(t *testing.T) *inquiry {
	t.Helper()
	select {
	case q := <-e.asked:
		return q
	case <-time.After(10 * time.Second):
		t.Fatal("the model was not asked")
		return nil
	}
}

func (e *endpoint) notAsked(t *testing.T) {
	t.Helper()
	select {
	case q := <-e.asked:
		t.Errorf("the model was asked again: %s", q.body)
	default:
	}
}

// says answers with one sentence of the first article.
func (q *inquiry) says(sentence string) {
	q.t.Helper()
	content, err := json.Marshal(map[string]any{"headline": strings.TrimSuffix(sentence, "."), "sentences": []any{map[string]any{"text": sentence, "article": 1}}})
	if err != nil {
		q.t.Error(err)
	}
	select {
	case q.answer <- string(content):
	case <-time.After(10 * time.Second):
		q.t.Error("nobody waits for the answer any more")
	}
}

// becomes waits until the only delivery of a channel is as is says.
func (w *world) becomes(guild news.GuildID, channel news.ChannelID, is func(news.Delivery) bool) news.Delivery {
	w.Helper()
	var d news.Delivery
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		if owed := w.owed(guild, channel); len(owed) == 1 {
			if d = owed[0]; is(d) {
				return d
			}
		}
	}
	w.Fatalf("owed is %+v", d)
	return d
}

func modelWrote(d news.Delivery) bool { return d.Brief.Model == "writer" }

const (
	fund       = "A joint fund of 90 million euros pays for measuring stations."
	ratified   = "Chile ratifies treaty with Norway to protect 40 glaciers"
	ratifiedBy = "Chile's parliament ratified the treaty with Norway that protects 40 glaciers from mining on Friday by 98 votes to 12, " +
		"minister Tomas Arancibia said. Norway and Chile had signed it in Tromso. The fund of 90 million euros grows to 120 million euros."
)

// TestModelHoldsUpNothing shows that a story waits for the model alone, with its extracted brief at hand, and goes out with the
// model's as soon as that is there.
func TestModelHoldsUpNothing(t *testing.T) {
	w := newWorld(t)
	e := newEndpoint(t, w)
	o := newOutlet(t, "Wire", "en")
	w.follow("g", o.feed())
	w.subscribe("g", "a", "glacier OR glaciers", nil)
	w.look()
	o.tell(wireTitle, long(wireText))
	w.round() // returns although the model has not answered
	q := e.wait(t)
	d := w.wantOwed("g", "a", wireTitle)[0]
	if d.Brief.Model != "" || len(d.Brief.Sentences) == 0 || d.Brief.Note != summary.WaitingNote || !d.Due.After(w.clock()) || d.Due.After(w.clock().Add(20*time.Second)) {
		t.Fatalf("owed %+v, want the extracted brief a little later", d)
	}

	o.tell("Volcano wakes on an island", long("Ash rose 900 metres."))
	w.round()
	if got := len(w.articles()); got != 2 {
		t.Errorf("%d articles while the model is silent, want 2", got)
	}

	q.says(fund)
	d = w.becomes("g", "a", modelWrote)
	if d.Brief.Sentences[0].Text != fund || d.Due.After(w.clock()) || d.Revision != 2 || d.State != news.Waiting || d.Brief.Note != "" {
		t.Errorf("owed %+v, want the model's brief now", d)
	}
}

// TestModelIsAskedOnce shows that a re-wording, another channel and a restart cost no request, and that none of them waits.
func TestModelIsAskedOnce(t *testing.T) {
	w := newWorld(t)
	e := newEndpoint(t, w)
	first, second := newOutlet(t, "Wire", "en"), newOutlet(t, "Daily", "en")
	w.follow("g", first.feed())
	w.follow("g", second.feed())
	w.follow("h", first.feed())
	w.subscribe("g", "a", "glacier OR glaciers", nil)
	w.subscribe("h", "b", "glacier OR glaciers", nil)
	w.look()
	first.tell(wireTitle, long(wireText))
	w.round()
	e.wait(t).says(fund)
	w.becomes("g", "a", modelWrote)
	w.becomes("h", "b", modelWrote)
	w.restart()
	second.tell(wireTitle, long(wireText))
	w.round()
	d := w.becomes("g", "a", func(d news.Delivery) bool { return len(d.Brief.Sources) == 2 })
	if !modelWrote(d) || d.Brief.Sentences[0].Text != fund || d.Due.After(w.clock()) {
		t.Errorf("after a re-wording %+v is owed, want the model's brief at once", d)
	}
	e.notAsked(t)
}

// TestModelIsOvertaken shows that an answer for a story that got a newer telling meanwhile changes nothing but for those who don't follow
// that one, and that stopping does not wait for a model.
func TestModelIsOvertaken(t *testing.T) {
	w := newWorld(t)
	e := newEndpoint(t, w)
	first, second := newOutlet(t, "Wire", "en"), newOutlet(t, "Daily", "en")
	w.follow("g", first.feed())
	w.follow("g", second.feed())
	w.follow("h", first.feed())
	w.subscribe("g", "a", "glacier OR glaciers", nil)
	w.subscribe("h", "b", "glacier OR glaciers", nil)
	w.look()
	first.tell(wireTitle, long(wireText))
	w.round()
	old := e.wait(t)
	second.tell(ratified, ratifiedBy)
	w.round()
	newer := e.wait(t)
	if d := w.owed("g", "a")[0]; len(d.Brief.Sources) != 2 {
		t.Fatalf("sources %+v, want both outlets", d.Brief.Sources)
	}
	old.says(fund)
	w.becomes("h", "b", modelWrote)
	if d := w.owed("g", "a")[0]; d.Brief.Model != "" || len(d.Brief.Sources) != 2 || d.Revision != 2 {
		t.Errorf("owed %+v, want the draft of both tellings still", d)
	}
	newer.says("Both parliaments have to ratify the treaty before it enters into force in 2027.")
	if d := w.becomes("g", "a", modelWrote); len(d.Brief.Sources) != 2 || d.Revision != 3 || d.Brief.Update == nil {
		t.Errorf("owed %+v, want the model's brief of both tellings", d)
	}

	first.tell("Glacier lake drained by a tunnel", strings.Repeat("The tunnel is 700 metres long and cost engineers four years of drilling. ", 10))
	w.round()
	e.wait(t)
	start := time.Now()
	w.halt()
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("stopping took %s while the model was silent", took)
	}
	w.restart() // what waited goes out as it is
	if owed := w.owed("g", "a"); len(owed) != 2 || owed[1].State != news.Waiting || owed[1].Brief.Note != summary.WaitingNote {
		t.Errorf("after a restart %+v is owed", owed)
	}
}

// TestModelWritesInTheLanguageAskedFor shows that each guild is written for in its own language.
func TestModelWritesInTheLanguageAskedFor(t *testing.T) {
	w := newWorld(t)
	e := newEndpoint(t, w)
	o := newOutlet(t, "Wire", "en")
	for guild, language := range map[news.GuildID]string{"g": "de", "h": ""} {
		w.follow(guild, o.feed())
		w.subscribe(guild, news.ChannelID(guild), "glacier OR glaciers", nil)
		w.ok(w.store.PutSettings(t.Context(), news.Settings{Guild: guild, Language: language}))
	}
	w.look()
	o.tell(wireTitle, long(wireText))
	w.round()
	asked := map[string]int{}
	for asked["de"] < 2 || asked["en"] < 1 { // what is no German is asked for again, then given up
		q := e.wait(t)
		for _, tag := range []string{"de", "en"} {
			if strings.Contains(q.body, `tag \"`+tag+`\"`) {
				asked[tag]++
				q.says(fund)
			}
		}
	}
	w.becomes("h", "h", modelWrote)
	w.becomes("g", "g", func(d news.Delivery) bool { return d.Brief.Note == summary.UnavailableNote })
}
