package bolt

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"

	"newsbrief/internal/news"
)

// derived are the buckets whose whole content follows from rows of other ones.
var derived = []string{
	"feed_urls", "polls", "failing", "choosers", "article_urls", "log", "story_times", "queue", "turns", "direct_turns", "posted", "messages", "subscribers", "owners", "answer_times", "following",
}

// Check reads the whole file and reports every page, row or index that does not fit the others.
func (s *Store) Check(ctx context.Context) error {
	return s.view(ctx, func(t tx) error {
		var problems []error
		for err := range t.Tx.Check() {
			problems = append(problems, err)
		}
		want, err := t.expected()
		if err != nil {
			return errors.Join(append(problems, err)...)
		}
		for _, bucket := range derived {
			for k, v := range t.prefixed(bucket, nil) {
				expected, ok := want[bucket+string(k)]
				if !ok || expected != string(v) {
					problems = append(problems, fmt.Errorf("%s has %x = %x, want %x (%v)", bucket, k, v, expected, ok))
				}
				delete(want, bucket+string(k))
			}
		}
		for k := range want {
			problems = append(problems, fmt.Errorf("an index lacks %q", k))
		}
		slices.SortFunc(problems, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
		return errors.Join(append(problems, t.checkCounts()...)...)
	})
}

// expected is what the derived buckets should hold: bucket and key → value.
func (t tx) expected() (map[string]string, error) {
	want := map[string]string{}
	add := func(bucket string, k, v []byte) { want[bucket+string(k)] = string(v) }
	feeds, err := t.feeds()
	if err != nil {
		return nil, err
	}
	for _, f := range feeds {
		for _, e := range feedIndex(f) {
			add(e.bucket, e.k, e.v)
		}
	}
	for k, v := range t.prefixed("choices", nil) {
		guild, feed := cutText(k)
		add("choosers", key(feed, []byte(guild)), v)
	}
	for k, v := range t.prefixed("articles", nil) {
		a, err := decode[article]("articles", k, v)
		if err != nil {
			return nil, err
		}
		if a.URL != "" {
			add("article_urls", digest([]byte(a.URL)), k)
		}
		add("log", number(a.Sequence), k)
	}
	for k, v := range t.prefixed("stories", nil) {
		s, err := decode[news.Story]("stories", k, v)
		if err != nil {
			return nil, err
		}
		add("story_times", key(moment(s.Last), k), nil)
	}
	for k := range t.prefixed("deliveries", nil) {
		r, _, err := t.deliveryAt(k)
		if err != nil {
			return nil, err
		}
		for _, e := range r.indexed {
			add(e.bucket, e.k, e.v)
		}
	}
	for k := range t.prefixed("places", nil) {
		if p := t.place(string(k)); !p.turn.IsZero() {
			add(turns(string(k)), key(moment(p.turn), k), nil)
		}
	}
	for k := range t.prefixed("followers", nil) {
		add("following", key(text(string(k[8:])), k[:8]), nil)
	}
	for k, v := range t.prefixed("answers", nil) {
		add("answer_times", key(v[:8], k), nil)
	}
	for k, v := range t.prefixed("subscriptions", nil) {
		sub, err := decode[news.Subscription]("subscriptions", k, v)
		if err != nil {
			return nil, err
		}
		add("subscribers", key(text(placeOf(sub)), []byte(sub.Topic)), k)
		add("owners", key(text(sub.Guild), k), nil)
	}
	return want, nil
}

// checkCounts looks at what is not an index: turns that do not fit their queue, shared briefs, marks and choices of feeds that are gone.
func (t tx) checkCounts() (problems []error) {
	briefs := map[string]uint32{}
	for k := range t.prefixed("deliveries", nil) {
		if r, _, err := t.deliveryAt(k); err == nil {
			briefs[string(r.Brief)]++
		}
	}
	for k, v := range t.prefixed("briefs", nil) {
		if binary.BigEndian.Uint32(v) != briefs[string(k)] {
			problems = append(problems, fmt.Errorf("brief %x counts %d deliveries, want %d", k, binary.BigEndian.Uint32(v), briefs[string(k)]))
		}
		delete(briefs, string(k))
	}
	for k := range briefs {
		problems = append(problems, fmt.Errorf("brief %x is missing", k))
	}
	queued := ""
	for k, due := range t.prefixed("queue", nil) {
		at, _ := cutText(k)
		if at == queued {
			continue
		}
		queued = at
		p := t.place(at)
		turn := toMoment(due)
		if p.token != 0 {
			turn = p.until
		}
		if !p.turn.Equal(turn) {
			problems = append(problems, fmt.Errorf("the turn of %s is at %v, want %v", at, p.turn, turn))
		}
	}
	for _, bucket := range []string{"marks", "choosers"} {
		for k := range t.prefixed(bucket, nil) {
			if t.in("feeds").Get(k[:8]) == nil {
				problems = append(problems, fmt.Errorf("%s has %x of a feed that is gone", bucket, k))
			}
		}
	}
	return problems
}
