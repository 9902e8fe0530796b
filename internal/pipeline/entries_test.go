package pipeline_test

import (
	"fmt"
	"net/http"
	"testing"

	"newsbrief/internal/pipeline"
)

// seen is what a look came to, without the time.
func seen(l pipeline.Look) string {
	return fmt.Sprintf("%d skipped, %d known, %d new", l.Skipped, l.Known, l.New)
}

// TestSkipped shows that known entries are not read again, whatever else changes in their feed, also by the next process.
func TestSkipped(t *testing.T) {
	w := newWorld(t)
	o := newOutlet(t, "Wire", "en")
	w.follow("g", o.feed())
	w.subscribe("g", "a", "glaciers OR cup", nil)
	for n := range 5 {
		o.tell(fmt.Sprintf("Council number %d votes", n), long(fmt.Sprintf("It was council %d.", n)))
	}
	step := func(want string) {
		t.Helper()
		if l := w.round()[0]; seen(l) != want {
			t.Errorf("got %s, want %s", seen(l), want)
		}
	}
	step("0 skipped, 0 known, 5 new")
	o.tell(wireTitle, long(wireText))
	step("5 skipped, 0 known, 1 new")
	o.title = "Wire service"
	step("6 skipped, 0 known, 0 new")
	w.restart()
	o.tell(cupTitle, long(cupText))
	step("6 skipped, 0 known, 1 new")
	o.mu.Lock()
	o.entries[1].text += " Corrected."
	o.mu.Unlock()
	step("0 skipped, 7 known, 0 new") // an edited entry is judged beside the others
	o.mu.Lock()
	o.entries[2], o.entries[5] = o.entries[5], o.entries[2]
	o.mu.Unlock()
	step("7 skipped, 0 known, 0 new")
	w.wantOwed("g", "a", wireTitle, cupTitle)
	if n := len(w.articles()); n != 7 {
		t.Errorf("%d articles, want 7", n)
	}
}

// TestWrittenAnew shows that feeds whose entries, guids or links change with every fetch tell nothing twice.
func TestWrittenAnew(t *testing.T) {
	for name, write := range map[string]func(e *entry, fetch int){
		"text":          func(e *entry, fetch int) { e.text += fmt.Sprintf(" Read %d times.", fetch) },
		"guid":          func(e *entry, fetch int) { e.guid += fmt.Sprint("-", fetch) },
		"guid, no link": func(e *entry, fetch int) { e.guid, e.link = fmt.Sprint(e.guid, "-", fetch), "" },
		"guid and link": func(e *entry, fetch int) {
			e.guid, e.link = fmt.Sprint(e.guid, "-", fetch), fmt.Sprint(e.link, "?s=", fetch)
		},
		"tracking":       func(e *entry, fetch int) { e.guid, e.link = "", fmt.Sprint(e.link, "?utm_term=", fetch) },
		"no identity":    func(e *entry, fetch int) { e.guid, e.link, e.text = "", "", fmt.Sprint(e.text, fetch) },
		"guid of places": func(e *entry, fetch int) { e.link = "" }, // see below
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			o := newOutlet(t, "Wire", "en")
			w.follow("g", o.feed())
			w.subscribe("g", "a", "glaciers OR cup", nil)
			fetch := 0
			o.set(func(rw http.ResponseWriter, _ *http.Request) {
				fetch++
				p := newOutlet(t, "Wire", "en")
				for i, e := range o.entries {
					write(&e, fetch)
					if name == "guid of places" {
						e.guid = fmt.Sprint(i + 1)
					}
					p.entries = append(p.entries, e)
				}
				rw.Write(p.rss())
			})
			for n := range 5 {
				o.tell(fmt.Sprintf("Council number %d votes", n), long(fmt.Sprintf("It was council %d.", n)))
			}
			w.round()
			w.round()
			o.tell(wireTitle, long(wireText))
			if l := w.round()[0]; l.New != 1 {
				t.Errorf("a look at one new entry: %s", seen(l))
			}
			w.restart()
			o.tell(cupTitle, long(cupText))
			w.round()
			for range 2 {
				if l := w.round()[0]; l.New != 0 || !l.NotModified && l.Known+l.Skipped != 7 {
					t.Errorf("a look at nothing new: %s", seen(l))
				}
			}
			w.wantOwed("g", "a", wireTitle, cupTitle)
			if n := len(w.articles()); n != 7 {
				t.Errorf("%d articles, want 7", n)
			}
		})
	}
}
