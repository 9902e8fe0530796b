package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"newsbrief/internal/discordsim"
)

// TestKilledAtAnyMoment kills the bot again and again while outlets tell news and Discord misbehaves. Every story must be posted
// in every channel that asked for it, once. It goes on for five seconds or, for a longer look, as long as KILL_FOR says:
//
//	KILL_FOR=10m go test -run TestKilledAtAnyMoment -timeout 20m ./cmd/newsbrief
func TestKilledAtAnyMoment(t *testing.T) {
	t.Parallel()
	span := 5 * time.Second
	if s := os.Getenv("KILL_FOR"); s != "" {
		var err error
		if span, err = time.ParseDuration(s); err != nil {
			t.Fatalf("KILL_FOR: %v", err)
		}
	}
	channels := []string{"general", "one", "two", "three", "four", "five"}
	outlets := []string{"Courier", "Herald", "Gazette"}
	w, p := newWorld(t, channels...), newPress(t)
	bot := w.bot()
	for _, name := range outlets {
		p.release(name, invented(name+" old"))
	}
	w.follow(p, "general", outlets...)
	w.says("general", "topic create", map[string]any{"name": "harbour", "query": "harbour"}, "harbour")
	for _, c := range channels[1:] {
		w.says("general", "subscribe", map[string]any{"topic": "harbour", "channel": w.id(c)}, w.id(c))
	}

	var told []entry
	kills, last := 0, time.Now()
	random := rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 0))
	for end := time.Now().Add(span); time.Now().Before(end); {
		for until := time.Now().Add(time.Duration(random.IntN(1200)) * time.Millisecond); time.Now().Before(until); time.Sleep(20 * time.Millisecond) {
			pace := 600 * time.Millisecond
			if len(told) > 8 { // a channel takes a message a second; a backlog would only show how long it takes
				pace = 2 * time.Second
			}
			if time.Since(last) > pace {
				last = time.Now()
				e := invented(fmt.Sprintf("new %d", len(told)))
				told = append(told, e)
				p.release(outlets[random.IntN(len(outlets))], e)
			}
			if random.IntN(30) == 0 {
				w.fault(faults[random.IntN(len(faults))])
			}
		}
		bot.kill()
		kills++
		bot = launch(t, "newsbrief", w.env, w.dir)
	}
	w.call("DELETE", "/sim/faults", nil, nil)

	count := func(channel string) (counts []int) {
		messages := w.messages(channel)
		for _, e := range told {
			n := 0
			for _, m := range messages {
				if strings.Contains(m.Text(), e.title) {
					n++
				}
			}
			counts = append(counts, n)
		}
		return counts
	}
	w.eventually(max(time.Minute, 2*span), "everything is posted", func() bool {
		for _, c := range channels[1:] {
			if slices.Contains(count(c), 0) {
				return false
			}
		}
		return true
	})
	time.Sleep(time.Second) // what is posted twice comes late
	for _, c := range channels[1:] {
		for i, n := range count(c) {
			if n != 1 {
				t.Errorf("#%s has %q %d times", c, told[i].title, n)
			}
		}
		if n := len(w.messages(c)); n != len(told) {
			t.Errorf("#%s has %d messages of %d stories", c, n, len(told))
		}
	}
	if n := len(w.messages("general")); n != 0 {
		t.Errorf("#general, which subscribed to nothing, has %d messages", n)
	}
	bot.stop()
	if kills < 2 || len(told) < 2 {
		t.Errorf("%d kills and %d stories prove nothing", kills, len(told))
	}
	t.Logf("%d kills, %d stories in %d channels", kills, len(told), len(channels)-1)
}

var faults = []discordsim.Fault{
	{Kind: "commit_then_502", Route: "POST /channels/"},
	{Kind: "http_502", Route: "POST /channels/"},
	{Kind: "hang", Route: "POST /channels/", MS: 700},
	{Kind: "commit_then_hang", Route: "POST /channels/", MS: 700},
	{Kind: "reset", Route: "POST /channels/"},
	{Kind: "commit_then_reset", Route: "POST /channels/"},
	{Kind: "html_429", MS: 500},
	{Kind: "global_429", MS: 200},
	{Kind: "user_429", Route: "POST /channels/", MS: 300},
	{Kind: "shared_429", Route: "POST /channels/", MS: 300},
	{Kind: "http_502", Route: "GET /"},
	{Kind: "tcp_cut"},
	{Kind: "op7"},
}

// invented is an entry about a harbour that has nothing else in common with any other. What is in seed decides on the words.
func invented(seed string) entry {
	var n uint64
	for _, r := range seed {
		n = n*31 + uint64(r)
	}
	random := rand.New(rand.NewPCG(n, 1))
	word := func() string {
		var b strings.Builder
		for range 3 {
			b.WriteByte("bdfgklmnprstvz"[random.IntN(14)])
			b.WriteByte("aeiou"[random.IntN(5)])
		}
		return b.String()
	}
	name := func() string { w := word(); return strings.ToUpper(w[:1]) + w[1:] }
	place, person := name()+name(), name()+" "+name()
	e := entry{title: fmt.Sprintf("%s opens its harbour to the %s of %s", place, word(), name())}
	e.text = fmt.Sprintf("The town of %s has opened its harbour to the %s, the %s said. %s called the %s a gift to the %s people. ", place, word(), word(), person, word(), name())
	for range 6 {
		e.text += fmt.Sprintf("A %s of %d %ss was shown to the %s near %s, and %s wrote about the %s. ", word(), 100+random.IntN(9000), word(), word(), name(), name(), word())
	}
	return e
}
