package main

import (
	"flag"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"newsbrief/internal/discordsim"
	"newsbrief/internal/trial/newsroom"
)

var update = flag.Bool("update", false, "write the transcripts of testdata/evening anew")

// TestEvening is an evening of a server that begins with nothing: two moderators, one with a Korean and one with an English client, set up
// three topics in two languages, news comes, and members with four clients ask, page, follow, catch up and ask why. What each of them did
// and saw stands in testdata/evening, a file a person, with the time in which each answer has to be there.
func TestEvening(t *testing.T) { // not parallel, because of those times
	e := newEvening(t)
	e.setUp()
	e.members()
	e.close()
}

// evening is a world with a newsroom and people.
type evening struct {
	*world
	bot    *process
	rooms  *newsroom.Newsroom
	press  string // the newsroom's address
	start  time.Time
	passed atomic.Int64 // on the newsroom's clock, since start
	zone   string       // in which it is evening

	mu    sync.Mutex
	looks map[string]int // at feeds, by outlet

	people []*person
	took   map[string][]time.Duration // by what was done
}

// person is somebody with a client.
type person struct {
	*evening
	name, locale, user string
	channel            string // where they type; "" for their direct messages with the bot
	transcript         strings.Builder
}

func newEvening(t *testing.T) *evening {
	t.Helper()
	e := &evening{world: newWorld(t, "general", "climate", "기후", "quakes", "staff"), looks: map[string]int{}, took: map[string][]time.Duration{}}
	e.start = time.Now().Add(-10 * time.Minute)
	e.rooms = newsroom.New(newsroom.Options{Start: e.start, Now: func() time.Time { return e.start.Add(time.Duration(e.passed.Load())) }})
	rooms := e.rooms.Handler()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if outlet, page, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/"); strings.HasPrefix(page, "feed.") {
			e.mu.Lock()
			e.looks[outlet]++
			e.mu.Unlock()
		}
		rooms.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	e.press = server.URL
	e.zone = eveningZone(time.Now())
	e.bot = e.world.bot()
	if status := e.call("POST", "/sim/guilds/"+e.guild+"/permissions", map[string]any{"channel_id": e.id("staff"), "deny": "2048"}, nil); status != http.StatusNoContent {
		t.Fatalf("closing #staff to the bot is answered %d", status)
	}
	return e
}

// eveningZone is a time zone in which it is between nine and ten in the evening: what the newsroom told before the evening falls on the
// same days then, whenever this runs.
func eveningZone(now time.Time) string {
	offset := 21 - now.UTC().Hour()
	if offset > 12 {
		offset -= 24
	}
	if offset == 0 {
		return "Etc/GMT"
	}
	return fmt.Sprintf("Etc/GMT%+d", -offset) // these names count westwards
}

// joins brings a person to the server.
func (e *evening) joins(name, locale, channel string, moderator bool) *person {
	e.Helper()
	var user struct{ ID string }
	e.call("POST", "/sim/users", map[string]string{"username": name, "locale": locale}, &user)
	if moderator {
		if status := e.call("PATCH", "/sim/guilds/"+e.guild+"/members/"+user.ID, map[string]bool{"moderator": true}, nil); status != http.StatusNoContent {
			e.Fatalf("making %s a moderator is answered %d", name, status)
		}
	}
	p := &person{evening: e, name: name, locale: locale, user: user.ID, channel: channel}
	e.people = append(e.people, p)
	return p
}

// followed are the outlets whose feeds the moderators add.
var followed = []string{"saebyeok", "nuri", "meridian", "hanriver", "elbbote", "zhongzhou"}

// setUp is what the moderators do.
func (e *evening) setUp() {
	korean, english := e.joins("Sohyun", "ko", "general", true), e.joins("Alex", "en-US", "general", true)
	korean.types("topic preview", "query", "기후 OR 탄소")
	korean.follows("saebyeok", "/")
	korean.follows("nuri", "/feed.xml")
	english.follows("meridian", "/")
	english.follows("hanriver", "/")
	english.follows("elbbote", "/")
	english.follows("zhongzhou", "/feed.xml")
	english.types("feed add", "url", e.press+"/nowhere/")
	english.types("feed list")
	english.types("settings", "timezone", e.zone)

	english.types("topic preview", "query", "(Seoul OR Busan")
	english.types("topic preview", "query", "Soul buses")
	english.types("topic preview", "query", "Seoul OR Korean OR 한국")
	korean.types("topic preview", "query", "전국 OR 학교 -방학")
	english.types("topic create", "name", "Korea", "query", "Seoul OR Korea OR Korean OR 한국")
	english.types("topic edit", "name", "korea", "query", "Seoul OR Korea OR Korean OR 한국 OR 서울")
	english.types("topic create", "name", "climate", "query", "carbon")

	korean.completes("subscribe", "topic", "기후")
	korean.types("subscribe", "topic", "climate", "channel", "기후", "language", "ko")
	korean.types("subscribe", "topic", "지진", "channel", "quakes")
	english.completes("subscribe", "topic", "clim")
	english.types("subscribe", "topic", "climate", "channel", "climate", "language", "en")
	english.types("subscribe", "topic", "climte", "channel", "climate")
	english.types("subscribe", "topic", "korea", "channel", "staff")
	english.types("subscribe", "topic", "disaster", "channel", "quakes")
	english.types("subscribe", "topic", "korea", "when", "daily", "at", "08:00")
	english.types("subscriptions")
	korean.types("subscriptions")
	korean.types("topic list")
}

// news lets the followed outlets tell what they have until some time of the evening, one after another, so that it comes in one order.
func (e *evening) news(until time.Duration) {
	e.Helper()
	for _, r := range e.rooms.Releases(e.press) {
		if at := r.At.Sub(e.start); at > time.Duration(e.passed.Load()) && at <= until && slices.Contains(followed, r.Outlet) {
			e.passed.Store(int64(at))
			e.settle(r.Outlet)
		}
	}
}

// tells has an outlet tell something besides.
func (e *evening) tells(outlet string, a newsroom.Article) {
	e.Helper()
	if err := e.rooms.Publish(outlet, a); err != nil {
		e.Fatal(err)
	}
	e.settle(outlet)
}

// members is what the members do.
func (e *evening) members() {
	mina, jonas := e.joins("Mina", "ko", "기후", false), e.joins("Jonas", "de", "general", false)
	xiaowei, kate := e.joins("Xiaowei", "zh-CN", "climate", false), e.joins("Kate", "en-US", "quakes", false)

	e.news(55 * time.Second)
	for _, channel := range []string{"climate", "기후"} {
		e.shows(channel, "中洲通讯社")
		e.shows(channel, "누리방송")
	}
	e.shows("quakes", "Tanoura")
	e.finds("Daon 다온반도체")

	mina.completes("brief", "topic", "기")
	mina.chooses(mina.types("brief", "topic", "climate", "since", "24h"), "elections")
	mina.presses(mina.presses(mina.types("latest"), "page:10:latest"), "page:0:latest")
	mina.presses(e.post("기후"), "why:")
	mina.types("search", "query", "양해각서")
	mina.types("catchup")

	jonas.completes("brief", "topic", "Wah")
	jonas.types("brief", "topic", "elections", "since", "24h")
	jonas.types("brief", "topic", "football", "since", "6h")
	jonas.types("search", "query", "Marenien Wahl")
	jonas.types("search", "query", "Parlamentswhal")
	jonas.types("search", "query", "Quastenflosser")
	jonas.types("why", "url", e.press+"/elbbote/articles/marenia-wahl")

	jonas.channel = "" // for himself
	jonas.types("feed add", "url", e.press+"/elbbote/")
	jonas.types("subscribe", "topic", "climate")

	xiaowei.completes("latest", "topic", "气候")
	xiaowei.types("latest", "topic", "climate")
	xiaowei.types("search", "query", "备忘录")
	xiaowei.uses("Why this post?", e.post("climate"))
	xiaowei.types("why", "url", e.press+"/zhongzhou/articles/winter-wheat-survey")

	kate.types("help")
	kate.types("catchup")
	quake := e.post("quakes")
	kate.uses("Why this post?", quake)
	kate.presses(quake, "follow:")
	kate.types("why", "url", e.press+"/hanriver/articles/pact-redrawn-after-twelve-years")
	kate.types("why", "url", e.press+"/hanriver/articles/night-buses-electric")
	kate.types("why", "url", e.press+"/hanriver/articles/never-was")
	kate.types("why", "url", "https://tidings.example/story")
	kate.types("search", "query", `"green civilization" source:han`)

	e.news(100 * time.Second)
	e.tells("hanriver", newsroom.Article{Slug: "tanoura-second-count", Title: "Tanoura earthquake: number of injured rises to 31", Topic: "Disasters", Text: []string{
		"The number of people injured in the earthquake of magnitude 6.1 off Japan’s Tanoura peninsula has risen to 31, two of them seriously, the prefecture said on Friday. A first count had put it at 14.",
		"About 2,400 households in the fishing port of Isozaki have no running water after a main broke in three places. The coastal road stays closed for a week, and the army has sent eleven tank lorries.",
	}})
	e.shows("quakes", "risen to 31")
	e.finds("Tanoura households")
	kate.reads("her direct messages", kate.direct(kate.user), 1)
	kate.types("catchup")
	kate.types("why", "url", e.press+"/hanriver/articles/tanoura-second-count")
	kate.types("why", "url", e.press+"/hanriver/articles/daon-packaging-plant")
	kate.presses(kate.presses(kate.types("privacy"), "forget"), "forget:sure")
	kate.types("privacy")
	jonas.reads("his direct messages", jonas.place(), 1)
	jonas.presses(&jonas.written(jonas.place())[0], "why:")
	jonas.types("privacy")
	mina.types("catchup")
	mina.types("catchup")
}

// close compares what was written down, and tells how long things took.
func (e *evening) close() {
	channels := &person{evening: e, name: "channels"}
	for _, name := range []string{"climate", "기후", "quakes", "general"} {
		channels.reads("#"+name, e.id(name), -1)
	}
	e.people = append(e.people, channels)
	for _, p := range e.people {
		p.golden()
	}
	for _, what := range slices.Sorted(maps.Keys(e.took)) {
		took := slices.Sorted(slices.Values(e.took[what]))
		e.Logf("%-16s %3d times, p50 %6.1f ms, p99 %6.1f ms", what, len(took), ms(took[len(took)/2]), ms(took[(len(took)*99+99)/100-1]))
	}
	e.bot.stop()
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// settle waits until what an outlet has told by now was read: a look is over when the next but one has begun.
func (e *evening) settle(outlet string) {
	e.Helper()
	looks := func() int {
		e.mu.Lock()
		defer e.mu.Unlock()
		return e.looks[outlet]
	}
	before := looks()
	e.eventually(30*time.Second, "the feed of "+outlet+" is looked at", func() bool { return looks() >= before+2 })
}

// shows waits until the bot's messages in a channel hold a text.
func (e *evening) shows(channel, text string) {
	e.Helper()
	e.eventually(30*time.Second, "#"+channel+" shows "+text, func() bool { return e.holding(channel, text) > 0 })
}

// finds waits until a search finds something.
func (e *evening) finds(query string) {
	e.Helper()
	e.eventually(30*time.Second, "/search finds "+query, func() bool {
		return strings.Contains(e.slash("staff", "search", map[string]any{"query": query}), e.press)
	})
}

// post is the bot's first message in a channel.
func (e *evening) post(channel string) *discordsim.Message {
	e.Helper()
	list := e.written(e.id(channel))
	if len(list) == 0 {
		e.Fatalf("#%s has no message of the bot's", channel)
	}
	return &list[0]
}

// Times in which an answer has to be there. Discord waits three seconds for the first one.
const (
	soon   = 250 * time.Millisecond
	second = time.Second     // what asks Discord first
	far    = 3 * time.Second // what asks other sites first
)

// patience is how many times longer than that it may take: the race detector makes everything slower.
func patience() time.Duration {
	if slices.Contains(buildFlags, "-race") {
		return 6
	}
	return 1
}

// types is a slash command with its options, by name and value; a channel is given by its name.
func (p *person) types(command string, options ...string) *discordsim.Message {
	p.Helper()
	shown, given := "/"+command, map[string]any{}
	for i := 0; i < len(options); i += 2 {
		name, value := options[i], options[i+1]
		shown += " " + name + ":" + value
		if given[name] = value; name == "channel" {
			given[name] = p.id(value)
		}
	}
	i := discordsim.Slash(p.place(), p.user, command, given)
	within := soon
	switch command {
	case "subscribe":
		within = second
	case "feed add":
		within = far
	}
	return p.does("/"+command, shown, within, i)
}

// does something and writes down what came back.
func (p *person) does(what, shown string, within time.Duration, i discordsim.Interaction) *discordsim.Message {
	p.Helper()
	reply := p.timed(what, within, i)
	p.note("%s  %s   (within %v)\n", p.name, shown, within)
	if reply.Message == nil {
		p.Fatalf("%s %s got no message: %+v", p.name, shown, reply)
	}
	p.note("%s\n", p.rendered(*reply.Message))
	return reply.Message
}

// timed does something and checks how long that takes.
func (p *person) timed(what string, within time.Duration, i discordsim.Interaction) discordsim.Reply {
	p.Helper()
	began := time.Now()
	reply := p.invoke(i)
	took := time.Since(began)
	p.took[what] = append(p.took[what], took)
	if took > within*patience() {
		p.Errorf("%s waited %v for %s, want at most %v", p.name, took, what, within)
	}
	return reply
}

// completes types the beginning of an option and notes what is offered.
func (p *person) completes(command, option, typed string) {
	p.Helper()
	i := discordsim.Slash(p.place(), p.user, command, nil)
	i.Type = discordsim.InteractionAutocomplete
	i.Data.(map[string]any)["options"] = []any{map[string]any{"name": option, "value": typed, "focused": true}}
	reply := p.timed("completion", soon, i)
	p.note("%s  /%s %s:%s…   (within %v)\n", p.name, command, option, typed, soon)
	for _, c := range reply.Choices {
		p.note("  ┆ %v\n", c.(map[string]any)["name"])
	}
	p.note("\n")
}

// place is the id of the channel they type in.
func (p *person) place() string {
	p.Helper()
	if p.channel == "" {
		return p.direct(p.user)
	}
	return p.id(p.channel)
}

// follows a feed of an outlet, by the address of one of its pages, and waits for the first look at it.
func (p *person) follows(outlet, page string) {
	p.Helper()
	p.types("feed add", "url", p.press+"/"+outlet+page)
	p.settle(outlet)
}

// uses a message command on a message.
func (p *person) uses(command string, on *discordsim.Message) *discordsim.Message {
	p.Helper()
	return p.does(command, "Apps › "+command+", on “"+headline(on)+"”", soon,
		discordsim.Interaction{Type: 2, ChannelID: on.ChannelID, UserID: p.user, Data: map[string]any{"name": command, "type": 3, "target_id": on.ID}})
}

// headline is the first line of a message, without its markup.
func headline(m *discordsim.Message) string {
	line, _, _ := strings.Cut(m.Text(), "\n")
	line, _, _ = strings.Cut(plain(line), " <")
	return strings.TrimPrefix(line, "# ")
}

// presses the button of a message whose id begins so.
func (p *person) presses(on *discordsim.Message, id string) *discordsim.Message {
	p.Helper()
	var b map[string]any
	walk(on.Components, func(c map[string]any) {
		if custom, _ := c["custom_id"].(string); b == nil && strings.HasPrefix(custom, id) {
			b = c
		}
	})
	if b == nil {
		p.Fatalf("%s finds no button %s on\n%s", p.name, id, p.rendered(*on))
	}
	kind, _, _ := strings.Cut(id, ":")
	return p.does("button "+kind, fmt.Sprintf("[%v] on “%s”", b["label"], headline(on)), soon, discordsim.Interaction{Type: 3, ChannelID: on.ChannelID, UserID: p.user,
		MessageID: on.ID, Data: map[string]any{"component_type": 2, "custom_id": b["custom_id"]}})
}

// chooses a value in the select of a message that offers it.
func (p *person) chooses(on *discordsim.Message, value string) *discordsim.Message {
	p.Helper()
	var list, choice map[string]any
	walk(on.Components, func(c map[string]any) {
		options, _ := c["options"].([]any)
		for _, o := range options {
			if o := o.(map[string]any); choice == nil && o["value"] == value {
				list, choice = c, o
			}
		}
	})
	if choice == nil {
		p.Fatalf("%s is not offered %s on\n%s", p.name, value, p.rendered(*on))
	}
	return p.does("select", fmt.Sprintf("[%v ▾ %v] on “%s”", list["placeholder"], choice["label"], headline(on)), soon, discordsim.Interaction{Type: 3, ChannelID: on.ChannelID, UserID: p.user,
		MessageID: on.ID, Data: map[string]any{"component_type": 3, "custom_id": list["custom_id"], "values": []any{value}}})
}

// reads what the bot wrote in a channel, once there are n messages of it (-1: what there are).
func (p *person) reads(where, channel string, n int) {
	p.Helper()
	if n >= 0 {
		p.eventually(30*time.Second, fmt.Sprintf("%d messages in %s", n, where), func() bool { return len(p.written(channel)) == n })
	}
	p.note("%s  reads %s\n", p.name, where)
	for _, m := range p.written(channel) {
		p.note("%s\n", p.rendered(m))
	}
}

func (p *person) note(format string, args ...any) { fmt.Fprintf(&p.transcript, format, args...) }

// golden compares the transcript with its file.
func (p *person) golden() {
	p.Helper()
	path := filepath.Join("testdata", "evening", strings.ToLower(p.name)+".golden")
	got := p.stable(p.transcript.String())
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			p.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			p.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		p.Fatal(err)
	}
	g, w := strings.Split(got, "\n"), strings.Split(string(want), "\n")
	for i := range max(len(g), len(w)) {
		if i >= len(g) || i >= len(w) || g[i] != w[i] {
			p.Errorf("%s differs at line %d (go test ./cmd/newsbrief -run TestEvening -update, and git diff, show all of it)\n got %q\nwant %q", path, i+1, at(g, i), at(w, i))
			return
		}
	}
}

func at(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return "(the end)"
}

// rendered is a message as a person sees it.
func (p *person) rendered(m discordsim.Message) string {
	var out strings.Builder
	head := "  ┌"
	if m.Flags&discordsim.FlagEphemeral != 0 {
		head += " for " + p.name + " alone"
	}
	out.WriteString(head + "\n")
	line := func(s string) { out.WriteString(strings.TrimRight("  │ "+s, " ") + "\n") }
	parts := 0
	walk(m.Components, func(c map[string]any) {
		switch number(c["type"]) {
		case 1: // a row
			var controls []string
			list, _ := c["components"].([]any)
			for _, x := range list {
				controls = append(controls, control(x.(map[string]any)))
			}
			line("")
			line(strings.Join(controls, " "))
		case 10: // text
			if parts++; parts > 1 {
				line("")
			}
			for l := range strings.SplitSeq(fmt.Sprint(c["content"]), "\n") {
				line(plain(l))
			}
		case 11: // a picture
			line(fmt.Sprintf("(picture: %v)", c["description"]))
		}
	})
	out.WriteString("  └\n")
	return out.String()
}

// control is a button or a select in one line.
func control(c map[string]any) string {
	if number(c["type"]) != 3 {
		if c["url"] != nil {
			return fmt.Sprintf("[%v ↗]", c["label"])
		}
		return fmt.Sprintf("[%v]", c["label"])
	}
	var names []string
	options, _ := c["options"].([]any)
	for _, o := range options {
		o := o.(map[string]any)
		name := fmt.Sprint(o["label"])
		if o["default"] == true {
			name = "✓ " + name
		}
		names = append(names, name)
	}
	return fmt.Sprintf("[%v ▾ %s]", c["placeholder"], strings.Join(names, " | "))
}

var (
	markdownLink = regexp.MustCompile(`(^|[^\\])\[((?:[^\[\]\\]|\\.)*)\]\(([^)]*)\)`)
	escaped      = regexp.MustCompile(`\\([^\w\s])`)
)

// plain is a line of Discord's markdown as it reads.
func plain(s string) string {
	for mark, said := range map[string]string{"-# ": "(small) ", "### ": "# "} {
		if rest, ok := strings.CutPrefix(s, mark); ok {
			s = said + rest
		}
	}
	s = markdownLink.ReplaceAllString(s, "$1$2 <$3>")
	return escaped.ReplaceAllString(strings.ReplaceAll(s, "**", "*"), "$1")
}

var (
	moments  = regexp.MustCompile(`<t:\d+(:\w)?>`)
	messages = regexp.MustCompile(`https://discord\.com/channels/\d+/(\d+)/\d+`)
	mention  = regexp.MustCompile(`<#(\d+)>`)
	timeline = regexp.MustCompile(`(?m)^  │ (\S+ \d+ · )+\S+ \d+$`)
)

// stable replaces what is another in every run.
func (e *evening) stable(s string) string {
	names := map[string]string{}
	for name, id := range e.channels {
		names[id] = "#" + name
	}
	s = moments.ReplaceAllString(s, "‹time›")
	s = messages.ReplaceAllStringFunc(s, func(m string) string { return "‹message in " + names[messages.FindStringSubmatch(m)[1]] + "›" })
	s = mention.ReplaceAllStringFunc(s, func(m string) string { return names[mention.FindStringSubmatch(m)[1]] })
	s = strings.NewReplacer(e.press, "https://newsroom.example", strings.TrimPrefix(e.press, "http://"), "newsroom.example", e.zone, "‹zone›").Replace(s)
	return timeline.ReplaceAllStringFunc(s, func(line string) string { // the days' names
		days := strings.Split(strings.TrimPrefix(line, "  │ "), " · ")
		for i, day := range days[:len(days)-1] {
			_, n, _ := strings.Cut(day, " ")
			days[i] = fmt.Sprintf("‹%d days ago› %s", len(days)-1-i, n)
		}
		return "  │ " + strings.Join(days, " · ")
	})
}

// walk visits components, outer ones first, and what is beside a section's text before it.
func walk(list []map[string]any, visit func(map[string]any)) {
	for _, c := range list {
		visit(c)
		if accessory, ok := c["accessory"].(map[string]any); ok {
			walk([]map[string]any{accessory}, visit)
		}
		inner, _ := c["components"].([]any)
		var kids []map[string]any
		for _, x := range inner {
			if kid, ok := x.(map[string]any); ok {
				kids = append(kids, kid)
			}
		}
		walk(kids, visit)
	}
}

// number is a JSON number as an int.
func number(v any) int {
	n, _ := v.(float64)
	return int(n)
}
