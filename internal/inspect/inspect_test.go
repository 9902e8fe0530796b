package inspect_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"newsbrief/internal/fetch"
	"newsbrief/internal/inspect"
)

const feed = `<?xml version="1.0"?><rss version="2.0"><channel><title>Harbour Post</title><link>https://harbour.example/</link><language>en-gb</language>
<item><guid>g1</guid><title>Ferry resumes</title><link>/ferry</link><pubDate>Fri, 01 May 2026 08:30:00 GMT</pubDate><description>It sails again.</description></item>
<item><guid>g2</guid><title>Pier closed</title><link>/pier</link></item></channel></rss>`

const page = `<!doctype html><html lang="en"><head><title>Ferry resumes - Harbour Post</title><meta property="og:title" content="Ferry resumes"></head><body><nav>Home News</nav><article><h1>Ferry resumes</h1>
<p>The ferry between the island and the mainland sails again after the storm that damaged its landing stage in the winter.</p>
<p>Passengers were glad to be able to visit their families again, the harbour master said on Friday morning in the port office.</p>
<p>Tickets cost as much as before the storm, and children under six travel free, as the shipping company said in a statement.</p></article></body></html>`

// run runs a stage and returns its answers, each decoded, and its error.
func run(t *testing.T, tools inspect.Tools, input string, args ...string) ([]map[string]any, error) {
	t.Helper()
	var out bytes.Buffer
	err := inspect.Run(t.Context(), args, strings.NewReader(input), &out, tools)
	var answers []map[string]any
	for line := range strings.Lines(out.String()) {
		var a map[string]any
		if err := json.Unmarshal([]byte(line), &a); err != nil {
			t.Fatalf("an answer is no JSON object: %v\n%s", err, line)
		}
		answers = append(answers, a)
	}
	return answers, err
}

func write(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// web serves the feed and the page, and returns a client that may talk to it.
func web(t *testing.T) (inspect.Tools, string) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/feed":
			io.WriteString(w, feed)
		case "/ferry":
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			io.WriteString(w, page)
		default:
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(server.Close)
	client := fetch.New(fetch.Options{UserAgent: "test", Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, Logger: slog.New(slog.DiscardHandler)})
	t.Cleanup(client.Close)
	return inspect.Tools{Fetch: client}, server.URL
}

// TestLines shows what holds for every stage: an answer a line in the same order, with its id as it was given, and failures one by one.
func TestLines(t *testing.T) {
	lines := []struct{ line, id, fails string }{
		{`{"id":1,"title":"a"}`, `1`, ""},
		{`{"id":9007199254740993,"title":"a"}`, `9007199254740993`, ""},
		{`{"id":"x","title":"<b> & \"q\""}`, `"x"`, ""},
		{`{"id":-1.50e3}`, `-1.50e3`, ""},
		{`{"id":null}`, `null`, ""},
		{`{"id":true}`, `true`, ""},
		{`{"id":["a",{"b":1}]}`, `["a",{"b":1}]`, ""},
		{`{"title":"no id"}`, `null`, ""},
		{`{}`, `null`, ""},
		{`[]`, `null`, "no JSON object"},
		{`null`, `null`, "no JSON object"},
		{`"x"`, `null`, "no JSON object"},
		{`{"id":3`, `null`, "no JSON object"},
		{`not JSON`, `null`, "no JSON object"},
		{`{"id":4,"title":5}`, `4`, "decode the input"},
		{`{"id":5,"title":"` + strings.Repeat("long ", 100_000) + `"}`, `5`, ""},
		{`{"id":6} {"id":7}`, `null`, "no JSON object"},
		{"{\"id\":8,\"title\":\"bad \xff byte\"}\r", `8`, ""},
	}
	var input strings.Builder
	for i, l := range lines {
		input.WriteString(l.line)
		if i < len(lines)-1 { // the last one has no end
			input.WriteString("\n")
		}
		if i%3 == 0 {
			input.WriteString("\n \t\r\n") // an empty line is none
		}
	}
	var out bytes.Buffer
	if err := inspect.Run(t.Context(), []string{"topic"}, strings.NewReader(input.String()), &out, inspect.Tools{}); err != nil {
		t.Fatal(err)
	}
	answers := slices.Collect(strings.Lines(out.String()))
	if len(answers) != len(lines) {
		t.Fatalf("%d answers to %d lines:\n%s", len(answers), len(lines), out.String())
	}
	for i, l := range lines {
		var a struct {
			ID     json.RawMessage
			Error  string
			Topics []string
		}
		if err := json.Unmarshal([]byte(answers[i]), &a); err != nil {
			t.Fatal(err)
		}
		if a.ID == nil {
			a.ID = json.RawMessage("null")
		}
		if string(a.ID) != l.id {
			t.Errorf("line %d: id %s, want %s", i, a.ID, l.id)
		}
		if l.fails == "" && (a.Error != "" || a.Topics == nil) || !strings.Contains(a.Error, l.fails) {
			t.Errorf("line %d: %s, want %q", i, answers[i], l.fails)
		}
	}
}

// endless gives a line that is too long, and then one that isn't.
func endless() io.Reader {
	const half = 33 << 20
	return io.MultiReader(strings.NewReader(`{"id":1,"title":"`), io.LimitReader(spaces{}, half), io.LimitReader(spaces{}, half), strings.NewReader("\"}\n{\"id\":2}\n"))
}

type spaces struct{}

func (spaces) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

func TestLineTooLong(t *testing.T) {
	var out bytes.Buffer
	if err := inspect.Run(t.Context(), []string{"topic"}, endless(), &out, inspect.Tools{}); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(out.String(), "\n")
	if len(lines) != 3 || lines[0] != `{"error":"this line is longer than 64 MiB","id":null}` || !strings.Contains(lines[1], `"id":2`) {
		t.Errorf("got %.500q", lines)
	}
}

type closed struct{}

var errClosed = errors.New("closed")

func (closed) Read([]byte) (int, error)  { return 0, errClosed }
func (closed) Write([]byte) (int, error) { return 0, errClosed }

func TestRunEnds(t *testing.T) {
	if err := inspect.Run(t.Context(), []string{"topic"}, closed{}, io.Discard, inspect.Tools{}); !errors.Is(err, errClosed) {
		t.Errorf("unreadable input: %v", err)
	}
	if err := inspect.Run(t.Context(), []string{"topic"}, strings.NewReader("{}"), closed{}, inspect.Tools{}); !errors.Is(err, errClosed) {
		t.Errorf("unwritable output: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := inspect.Run(ctx, []string{"topic"}, strings.NewReader("{}"), io.Discard, inspect.Tools{}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

func TestUsage(t *testing.T) {
	docs := write(t, "docs", "{}\n")
	for _, c := range []struct {
		args string
		want string
	}{
		{"", "name a stage"},
		{"headline", `there is no stage "headline"`},
		{"-words 5 brief", `there is no stage "-words"`},
		{"brief -words 0", "-words must be at least 1"},
		{"brief -words -3", "-words must be at least 1"},
		{"brief -words many", "inspect brief: invalid value"},
		{"brief -docs x", "inspect brief: flag provided but not defined: -docs"},
		{"topic -words 5", "inspect topic: flag provided but not defined: -words"},
		{"search", "inspect search needs -docs FILE"},
		{"search " + docs, "inspect search takes no argument"},
		{"article http://a.example http://b.example", `inspect article takes no argument "http://a.example"`},
		{"feed http://a.example", `inspect feed takes no argument "http://a.example"`},
	} {
		answers, err := run(t, inspect.Tools{}, `{"id":1}`, strings.Fields(c.args)...)
		if !errors.Is(err, inspect.ErrUsage) || !strings.Contains(fmt.Sprint(err), c.want) {
			t.Errorf("inspect %s: %v, want ErrUsage with %q", c.args, err, c.want)
		}
		if len(answers) > 0 {
			t.Errorf("inspect %s answered %v", c.args, answers)
		}
	}
}

func TestFeed(t *testing.T) {
	tools, base := web(t)
	path := write(t, "feed.xml", feed)
	input := fmt.Sprintf(`{"id":"file","path":%q,"url":"https://harbour.example/rss"}
{"id":"web","url":"%s/feed"}
{"id":"gone","url":"%s/nothing"}
{"id":"missing","path":"%s.none"}
{"id":"neither"}
{"id":"page","path":%q}
{"id":"ftp","url":"ftp://harbour.example/rss"}
`, path, base, base, path, write(t, "page.html", page))
	answers, err := run(t, tools, input, "feed")
	if err != nil || len(answers) != 7 {
		t.Fatalf("got %v, %v", answers, err)
	}
	want := `{"entries":[{"content":"","id":"g1","link":"https://harbour.example/ferry","published":"2026-05-01T08:30:00Z","title":"Ferry resumes"},{"id":"g2","link":"https://harbour.example/pier","title":"Pier closed"}],"id":"file","language":"en-GB","title":"Harbour Post"}`
	var wanted map[string]any
	json.Unmarshal([]byte(want), &wanted)
	for i, e := range answers[0]["entries"].([]any) {
		entry, wantedEntry := e.(map[string]any), wanted["entries"].([]any)[i].(map[string]any)
		for _, field := range []string{"id", "title", "link", "published"} {
			if entry[field] != wantedEntry[field] {
				t.Errorf("entry %d: %s is %v, want %v", i, field, entry[field], wantedEntry[field])
			}
		}
	}
	if answers[0]["title"] != "Harbour Post" || !strings.EqualFold(answers[0]["language"].(string), "en-GB") {
		t.Errorf("got %v", answers[0])
	}
	if entries := answers[1]["entries"].([]any); len(entries) != 2 {
		t.Errorf("over HTTP: %v", answers[1])
	}
	for i, id := range []string{"file", "web", "gone", "missing", "neither", "page", "ftp"} {
		if answers[i]["id"] != id {
			t.Errorf("answer %d has the id %v, want %s", i, answers[i]["id"], id)
		}
		if failed := answers[i]["error"] != nil; failed != (i > 1) {
			t.Errorf("%s: %v", id, answers[i])
		}
	}
}

func TestPanicIsOneLinesFailure(t *testing.T) {
	// A stage that fetches without a client panics.
	answers, err := run(t, inspect.Tools{}, `{"id":1,"url":"https://a.example"}`+"\n"+`{"id":2}`, "feed")
	if err != nil || len(answers) != 2 || !strings.HasPrefix(fmt.Sprint(answers[0]["error"]), "panic: ") || answers[0]["id"] != 1.0 || answers[1]["error"] == nil {
		t.Errorf("got %v, %v", answers, err)
	}
}

func TestArticle(t *testing.T) {
	tools, base := web(t)
	input := fmt.Sprintf(`{"id":1,"path":%q,"url":"https://harbour.example/ferry"}
{"id":2,"url":"%s/ferry"}
{"id":3,"url":"%s/nothing"}
`, write(t, "page.html", page), base, base)
	answers, err := run(t, tools, input, "article")
	if err != nil || len(answers) != 3 {
		t.Fatalf("got %v, %v", answers, err)
	}
	for _, a := range answers[:2] {
		if a["title"] != "Ferry resumes" || a["language"] != "en" || !strings.Contains(a["text"].(string), "sails again") || strings.Contains(a["text"].(string), "Home News") {
			t.Errorf("got %v", a)
		}
	}
	if answers[2]["error"] == nil || answers[2]["id"] != 3.0 {
		t.Errorf("not found: %v", answers[2])
	}

	var out bytes.Buffer
	if err := inspect.Run(t.Context(), []string{"article", base + "/ferry"}, strings.NewReader(""), &out, tools); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(out.String(), "title      Ferry resumes\n") || !strings.Contains(out.String(), "\n\nThe ferry between") {
		t.Errorf("for a person:\n%s", out.String())
	}
	if err := inspect.Run(t.Context(), []string{"article", base + "/nothing"}, strings.NewReader(""), &out, tools); err == nil || errors.Is(err, inspect.ErrUsage) {
		t.Errorf("a page that isn't there: %v", err)
	}
}

func TestBrief(t *testing.T) {
	text := "The ferry sails again after the storm of January. " +
		"한국어 문장도 있다. Passengers were glad to visit their families on the island again. The harbour master expects 4,000 people on Saturday alone, twice as many as last year. Tickets cost 12 euros as before."
	input, _ := json.Marshal(map[string]any{"id": 1, "title": "Ferry resumes", "text": text, "language": "en"})
	for _, words := range []int{1, 12, 30, 1000} {
		answers, err := run(t, inspect.Tools{}, string(input), "brief", "-words", fmt.Sprint(words))
		if err != nil || len(answers) != 1 || answers[0]["error"] != nil {
			t.Fatalf("got %v, %v", answers, err)
		}
		sentences := answers[0]["sentences"].([]any)
		n := 0
		for _, s := range sentences {
			s := s.(map[string]any)
			if got := text[int(s["start"].(float64)):int(s["end"].(float64))]; got != s["text"] {
				t.Errorf("%q is not %q, which stands there", s["text"], got)
			}
			n += len(strings.Fields(s["text"].(string)))
		}
		if len(sentences) == 0 || n > words && len(sentences) > 1 {
			t.Errorf("-words %d: %d sentences of %d words", words, len(sentences), n)
		}
	}
	answers, err := run(t, inspect.Tools{}, `{"id":1,"title":"only a title"}`, "brief")
	if err != nil || len(answers) != 1 || answers[0]["error"] != nil || len(answers[0]["sentences"].([]any)) != 0 {
		t.Errorf("without text: %v, %v", answers, err)
	}
}

func TestStory(t *testing.T) {
	tell := func(id any, title, source, published string) string {
		line, _ := json.Marshal(map[string]any{"id": id, "title": title, "source": source, "url": "https://" + source + ".example/" + strings.ReplaceAll(title, " ", "-"), "published": published})
		return string(line) + "\n"
	}
	input := tell("first", "Korea and China revise 2014 environment memorandum at Seoul summit", "a", "2026-05-01T08:00:00Z") +
		tell(7, "Local bakery wins regional sourdough prize", "b", "2026-05-01T08:05:00Z") +
		tell("bad", "Anything", "c", "yesterday") +
		tell("second", "Korea and China revise 2014 environment memorandum at summit in Seoul", "c", "2026-05-01T08:10:00Z") +
		tell("undated", "Volcano erupts on Iceland near Grindavik", "d", "")
	answers, err := run(t, inspect.Tools{}, input, "story")
	if err != nil || len(answers) != 5 {
		t.Fatalf("got %v, %v", answers, err)
	}
	for i, want := range []any{"first", 7.0, nil, "first", "undated"} {
		if answers[i]["story"] != want {
			t.Errorf("line %d: %v, want story %v", i, answers[i], want)
		}
	}
	if msg := fmt.Sprint(answers[2]["error"]); !strings.Contains(msg, `"yesterday"`) {
		t.Errorf("a bad time: %v", answers[2])
	}
}

func TestTopic(t *testing.T) {
	answers, err := run(t, inspect.Tools{}, `{"id":1,"title":"Climate change: emissions of carbon dioxide rise, global warming speeds up"}`+"\n"+`{"id":2,"title":"zzz"}`+"\n"+
		`{"id":3,"title":"Klimawandel: Die Emissionen von Treibhausgasen steigen","language":"de"}`, "topic")
	if err != nil || len(answers) != 3 {
		t.Fatalf("got %v, %v", answers, err)
	}
	for i, language := range map[int]string{0: "en", 2: "de"} {
		topics := answers[i]["topics"].([]any)
		if !slices.Contains(topics, any("climate")) || answers[i]["language"] != language {
			t.Errorf("got %v", answers[i])
		}
	}
	if topics, ok := answers[1]["topics"].([]any); !ok || len(topics) != 0 {
		t.Errorf("no topic: %v", answers[1])
	}
}

func TestSearch(t *testing.T) {
	docs := write(t, "docs.jsonl", `{"id":"ferry","title":"Ferry resumes","text":"It sails again.","published":"2026-05-01T08:00:00Z"}

{"id":12345678901234567890,"title":"기후변화 협력","published":""}
{"id":{"n":3},"title":"Pier closed","text":"The ferry uses another pier.","source":"Harbour Post","published":null}`)
	answers, err := run(t, inspect.Tools{}, `{"id":1,"query":"ferry"}
{"id":2,"query":"기후"}
{"id":3,"query":"source:harbour pier"}
{"id":4,"query":"submarine"}
{"id":5,"query":""}
{"id":6,"query":["x"]}
`, "search", "-docs", docs)
	if err != nil || len(answers) != 6 {
		t.Fatalf("got %v, %v", answers, err)
	}
	for i, want := range []string{"[ferry map[n:3]]", "[1.2345678901234567e+19]", "[map[n:3]]", "[]", "[]", "<nil>"} {
		if got := fmt.Sprint(answers[i]["hits"]); got != want {
			t.Errorf("query %d: %s, want %s", i+1, got, want)
		}
	}
	if answers[5]["error"] == nil {
		t.Errorf("a query that is none: %v", answers[5])
	}
}

func TestSearchDocuments(t *testing.T) {
	for _, c := range []struct{ name, docs, want string }{
		{"no JSON", "{}\n\nnonsense\n", "line 3 of"},
		{"a bad time", `{"id":1,"published":"May"}`, `published "May" is no time`},
	} {
		if _, err := run(t, inspect.Tools{}, "", "search", "-docs", write(t, "docs", c.docs)); err == nil || errors.Is(err, inspect.ErrUsage) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
	if _, err := run(t, inspect.Tools{}, "", "search", "-docs", filepath.Join(t.TempDir(), "none")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
	answers, err := run(t, inspect.Tools{}, `{"id":1,"query":"x"}`, "search", "-docs", write(t, "docs", ""))
	if err != nil || len(answers) != 1 || fmt.Sprint(answers[0]["hits"]) != "[]" {
		t.Errorf("no documents: %v, %v", answers, err)
	}
}

// FuzzLines gives each stage that fetches nothing whatever stands on a line: there is one answer, with an id.
func FuzzLines(f *testing.F) {
	f.Add(`{"id":1,"title":"Ferry resumes","text":"It sails again."}`)
	f.Add(`{"id":[],"published":"2026-05-01T08:00:00Z","title":"기후변화"}`)
	f.Add(`{"ID":{"a":"b"},"language":"\u0000"}`)
	f.Fuzz(func(t *testing.T, line string) {
		line, _, _ = strings.Cut(line, "\n")
		if strings.Trim(line, " \t\r\v\f\u0085\u00a0") == "" {
			return
		}
		for _, stage := range []string{"brief", "story", "topic"} {
			var out bytes.Buffer
			if err := inspect.Run(t.Context(), []string{stage}, strings.NewReader(line), &out, inspect.Tools{}); err != nil {
				t.Fatal(err)
			}
			var answer map[string]any
			if err := json.Unmarshal(out.Bytes(), &answer); err != nil || strings.Count(out.String(), "\n") != 1 && strings.TrimSpace(line) != "" {
				t.Fatalf("%s of %q: %q, %v", stage, line, out.String(), err)
			}
			if _, ok := answer["id"]; !ok || strings.Contains(fmt.Sprint(answer["error"]), "panic") {
				t.Errorf("%s of %q: %s", stage, line, out.String())
			}
		}
	})
}
