package discord

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"newsbrief/internal/news"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestNoticeMessages shows notices as they are posted: their markdown, and the labels and ids of what can be pressed.
func TestNoticeMessages(t *testing.T) {
	since := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	fails := news.Notice{Title: "Harbour Post can't be read", Since: since, Feed: 0x1000000, Lines: []string{
		"Fetching https://harbour.example/rss: there is no such page (status 404 Not Found); check the address.",
		"It is tried ever more rarely, and you are told when it works again."}}
	gone := news.Notice{Title: "@everyone *Gazette* [x](https://evil.example) has ended", Feed: 0x2000000, Lines: []string{
		"Its address https://gazette.example/<b> says that it is gone for good (410), so it is not looked at any more."}}
	works := news.Notice{Title: "Tide Tables works again", Lines: []string{"It could not be read for 3 days. What it published meanwhile and still lists is read now."}}
	deliver := func(id news.DeliveryID, n news.Notice) news.Delivery {
		return news.Delivery{ID: id, Guild: "1", Channel: "2", Notice: &n}
	}
	var out strings.Builder
	for _, c := range []struct {
		name  string
		claim news.Claim
	}{
		{"a feed that fails", news.Claim{Deliveries: []news.Delivery{deliver("n1", fails)}}},
		{"a hostile feed that ended", news.Claim{Deliveries: []news.Delivery{deliver("n2", gone)}}},
		{"a feed that works again", news.Claim{Deliveries: []news.Delivery{deliver("n3", works)}}},
		{"a digest of one", news.Claim{Digest: "d1", Deliveries: []news.Delivery{deliver("n1", fails)}}},
		{"a digest", news.Claim{Digest: "d2", Deliveries: []news.Delivery{deliver("n1", fails), deliver("n2", gone), deliver("n3", works), deliver("n4", fails)}}},
	} {
		m := claimMessage(c.claim)
		if problems := check(m); problems != nil {
			t.Errorf("%s: %s", c.name, strings.Join(problems, "; "))
		}
		out.WriteString("— " + c.name + "\n" + plainly(t, m) + "\n")
	}
	path := filepath.Join("testdata", "notices.golden")
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(out.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if out.String() != string(want) {
		t.Errorf("%s differs; see it with -update and git diff. Got\n%s", path, out.String())
	}
}

// plainly writes a message's texts and what can be pressed in it.
func plainly(t *testing.T, c components) string {
	t.Helper()
	data, err := json.Marshal(newMessage(c, 0))
	if err != nil {
		t.Fatal(err)
	}
	var m struct{ Components []any }
	if err := json.Unmarshal(data, &m); err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case []any:
			for _, x := range v {
				walk(x)
			}
		case map[string]any:
			if s, ok := v["content"].(string); ok {
				out.WriteString(s + "\n")
			}
			if id, ok := v["custom_id"].(string); ok {
				label, _ := v["label"].(string)
				if s, ok := v["placeholder"].(string); ok {
					label = s + " ▾"
				}
				out.WriteString("[" + label + "] " + id + "\n")
			}
			for _, option := range asList(v["options"]) {
				o := option.(map[string]any)
				out.WriteString("  " + o["label"].(string) + " = " + o["value"].(string) + "\n")
			}
			walk(v["components"])
		}
	}
	walk(m.Components)
	return out.String()
}

func asList(v any) []any {
	list, _ := v.([]any)
	return list
}
