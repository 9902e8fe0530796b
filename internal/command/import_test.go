package command_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"newsbrief/internal/command"
	"newsbrief/internal/news"
	"newsbrief/internal/opml"
	"newsbrief/internal/topic"
)

// TestFoldersBecomeTopics is a manager who comes from a feed reader with folders.
func TestFoldersBecomeTopics(t *testing.T) {
	w := newWorld(t)
	w.ask(manager, "topic create", "name:news", `query:war OR peace`)
	var many strings.Builder
	for i := range 100 {
		fmt.Fprintf(&many, `<outline text="The Daily Gazette of Town No. %d" xmlUrl="https://town%d.example/rss"/>`, i, i)
	}
	w.web.files["reader.opml"] = []byte(`<opml><body>
		<outline text="News"><outline text="Harbour" xmlUrl="https://harbour.example/rss"/>
			<outline text="World"><outline text='The "Globe" &amp; Mail' xmlUrl="https://globe.example/rss"/><outline text="한강일보" xmlUrl="https://hangang.example/rss"/></outline></outline>
		<outline text="World"><outline text="Harbour again" xmlUrl="https://harbour.example/rss"/></outline>
		<outline text="Technology"><outline text="Bits" xmlUrl="https://bits.example/rss"/><outline text="!!!" xmlUrl="https://shout.example/rss"/></outline>
		<outline text="📰 Zeitungen &amp; Zeitschriften aus aller Welt"><outline text="Zeit" xmlUrl="https://zeit.example/rss"/></outline>
		<outline text="???"><outline text="Odd" xmlUrl="https://odd.example/rss"/></outline>
		<outline text="Towns">` + many.String() + `</outline>
		<outline text="Alone" xmlUrl="https://alone.example/rss"/></body></opml>`)
	imported := w.ask(manager, "feed import", "file:reader.opml")
	if topics, err := w.store.GuildTopics(t.Context(), here); err != nil || len(topics) != 1 {
		t.Errorf("an import makes topics unasked: %v, %v", topics, err)
	}
	w.press(manager, imported, "Make topics")
	w.says("A minute later the feeds are read. One calls itself something else than the file does.")
	feeds, err := w.store.GuildFeeds(t.Context(), here)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range feeds {
		w.feeds[f.Title] = f.ID
		w.looked(f.Title, func(f *news.Feed) {
			f.CheckedAt, f.OKAt = w.now, w.now
			if f.Title == "Harbour" {
				f.Title = "Harbour Post"
			}
		})
	}
	w.press(manager, imported, "Make topics")
	w.ask(manager, "topic list")
	w.says("In another server, and in this one after a restart, nothing is known of it.")
	w.press(who{name: "manager", manager: true, guild: elsewhere}, imported, "Make topics")

	topics, err := w.store.GuildTopics(t.Context(), here)
	if err != nil {
		t.Fatal(err)
	}
	for _, topics := range topics {
		q, err := topic.Parse(topics.Query)
		if err != nil {
			t.Errorf("%s: %v", topics.ID, err)
			continue
		}
		if topics.ID.Name() == "news-feeds" {
			if _, ok := q.Match(topic.Doc{Title: "A ferry", Source: "Harbour Post", Language: "en"}); !ok {
				t.Errorf("%s does not take what its source tells", topics.Query)
			}
			if _, ok := q.Match(topic.Doc{Title: "The harbour post", Source: "Globe", Language: "en"}); ok {
				t.Errorf("%s takes what others tell", topics.Query)
			}
		}
	}

	export := w.ask(manager, "feed export")
	w.golden("folders")
	back, err := opml.Read(export.File.Data)
	if err != nil || len(back.Problems) > 0 || len(back.Feeds) != len(feeds) {
		t.Fatalf("read back %d of %d feeds, %q, %v", len(back.Feeds), len(feeds), back.Problems, err)
	}
	in := map[string]int{}
	for _, f := range back.Folders {
		in[strings.Join(f.Path, "/")] = len(f.Feeds)
	}
	if in["news-feeds"] != 1 || in["news-world"] != 2 || in["towns"]+in["towns-2"]+in["towns-3"]+in["towns-4"] != 100 {
		t.Errorf("the folders come back as %v", in)
	}
}

// TestManyFolders: no more topics than a server can have.
func TestManyFolders(t *testing.T) {
	w := newWorld(t)
	var folders strings.Builder
	for i := range 250 {
		fmt.Fprintf(&folders, `<outline text="Folder"><outline text="Sub %d"><outline text="Feed %d" xmlUrl="https://f%d.example/rss"/></outline></outline>`, i, i, i)
	}
	w.web.files["f"] = []byte(`<opml><body>` + folders.String() + `</body></opml>`)
	w.ask(manager, "topic create", "name:mine", "query:mine")
	r := w.press(manager, w.ask(manager, "feed import", "file:f"), "Make topics")
	w.want(r, "199 topics", "Left out: 1 topic")
	if topics, err := w.store.GuildTopics(t.Context(), here); err != nil || len(topics) != 200 {
		t.Errorf("%d topics, %v", len(topics), err)
	}
}

// TestImportTellsLines: each line that is left out is told, in a file when they are many.
func TestImportTellsLines(t *testing.T) {
	w := newWorld(t)
	data := "<opml><body>\n"
	for i := range 20 {
		data += fmt.Sprintf("<outline text='%d' xmlUrl='ftp://f%d.example'/>\n", i, i)
	}
	w.web.files["f"] = []byte(data + "<outline text='A' xmlUrl='http://a.example'/></body></opml>")
	r := w.ask(manager, "feed import", "file:f")
	w.want(r, "Following 1 new feed", "Left out line 2: “ftp://f0.example” is no web address.", "… and 15 more")
	if r.File == nil || r.File.Name != "left-out.txt" {
		t.Fatalf("the file is %+v", r.File)
	}
	lines := strings.Split(strings.TrimSpace(string(r.File.Data)), "\n")
	if len(lines) != 20 || lines[19] != "Left out line 21: “ftp://f19.example” is no web address." {
		t.Errorf("the file tells %q", lines)
	}
}

// TestImportShowsProgress: a long import tells how far it has come, in rising numbers.
func TestImportShowsProgress(t *testing.T) {
	w := newWorld(t)
	w.web.files["f"] = []byte(`<opml><body>` + outlines(0, 1000) + `</body></opml>`)
	shown := make(chan string, 100)
	a := manager.ask()
	a.Command, a.Args["file"] = "feed import", "f"
	a.Progress = func(r command.Reply) { shown <- r.Blocks[0].Lines[0][0].Text }
	w.want(w.service.Answer(t.Context(), a), "Following 1,000 new feeds")
	close(shown)
	var all []string
	for s := range shown {
		all = append(all, s)
	}
	if len(all) != 20 || !slices.Contains(all, "500 of 1,000 feeds …") {
		t.Errorf("shown %q", all)
	}
}

// TestImportAgain: an import that broke off is done again, and takes nothing twice.
func TestImportAgain(t *testing.T) {
	w := newWorld(t)
	w.web.files["f"] = []byte(`<opml><body>` + outlines(0, 2000) + `</body></opml>`)
	a := manager.ask()
	a.Command, a.Args["file"] = "feed import", "f"
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	a.Progress = func(command.Reply) { cancel() }
	r := w.service.Answer(ctx, a)
	w.want(r, "Import the file again")
	feeds, err := w.store.GuildFeeds(t.Context(), here)
	if err != nil || len(feeds) == 0 || len(feeds) == 2000 {
		t.Fatalf("%d feeds are followed after an import that broke off, %v", len(feeds), err)
	}
	w.want(w.ask(manager, "feed import", "file:f"), fmt.Sprintf("%d feeds of the file were followed already", len(feeds)))
	if feeds, err = w.store.GuildFeeds(t.Context(), here); err != nil || len(feeds) != 2000 {
		t.Errorf("%d feeds are followed, %v", len(feeds), err)
	}
}

// BenchmarkImport follows 3,000 feeds that nobody followed before.
func BenchmarkImport(b *testing.B) {
	data := []byte(`<opml><body>` + outlines(0, 3000) + `</body></opml>`)
	for b.Loop() {
		b.StopTimer()
		w := newWorld(b)
		w.web.files["f"] = data
		a := manager.ask()
		a.Command, a.Args["file"] = "feed import", "f"
		b.StartTimer()
		begin := time.Now()
		if r := w.service.Answer(b.Context(), a); r.Title != "Following 3,000 new feeds" {
			b.Fatalf("%+v", r)
		}
		b.ReportMetric(time.Since(begin).Seconds(), "s/import")
	}
}

// BenchmarkFeedList shows a page of the list of as many feeds as a server can follow.
func BenchmarkFeedList(b *testing.B) {
	w := newWorld(b)
	w.web.files["f"] = []byte(`<opml><body>` + outlines(0, 5000) + `</body></opml>`)
	a := manager.ask()
	a.Command, a.Args["file"] = "feed import", "f"
	w.service.Answer(b.Context(), a)
	a = manager.ask()
	a.Command = "feed list"
	for b.Loop() {
		if r := w.service.Answer(b.Context(), a); r.Title != "5,000 feeds" {
			b.Fatalf("%+v", r)
		}
	}
}
