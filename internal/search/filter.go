package search

import (
	"math"
	"strings"
	"time"

	"newsbrief/internal/news"
)

// filter says which articles of a part a query lets through, whatever their scores.
type filter struct {
	part
	langs, sources, feeds []bool // by rows of the tables; nil lets all through
	since, until          int64
	narrowed              bool
	in, out               docSet // in if narrowed
	everything            bool
}

func (f *filter) has(doc int) bool {
	return !f.gone.has(uint64(doc)) && (!f.narrowed || f.in.has(uint64(doc))) && !f.out.has(uint64(doc)) &&
		(f.langs == nil || f.langs[f.part.langs[doc]]) &&
		(f.sources == nil || f.sources[f.part.sources[doc]]) &&
		(f.feeds == nil || f.feeds[f.part.feeds[doc]]) &&
		f.times[doc] >= f.since && f.times[doc] < f.until
}

// all calls yield with every article let through.
func (f *filter) all(yield func(doc int)) {
	if f.narrowed {
		for doc := range f.in.all() {
			if f.has(int(doc)) {
				yield(int(doc))
			}
		}
		return
	}
	for doc := range f.len() {
		if f.has(doc) {
			yield(doc)
		}
	}
}

func (f *filter) narrow(set docSet) {
	if f.narrowed {
		set.intersect(f.in)
	}
	f.narrowed, f.in = true, set
}

// filter is that of part n. The units' spellings have been found.
func (s *searcher) filter(n int) (*filter, error) {
	p := s.state.parts[n]
	f := &filter{part: p, since: math.MinInt64, until: math.MaxInt64}
	if !s.query.Since.IsZero() || !s.query.Until.IsZero() {
		f.since = noTime + 1
		if !s.query.Since.IsZero() {
			f.since = seconds(s.query.Since)
		}
		if !s.query.Until.IsZero() {
			f.until = seconds(s.query.Until)
		}
	}
	for _, lang := range s.langs {
		f.langs = restrict(f.langs, p.langTable, func(value string) bool { return value == lang })
	}
	for _, term := range s.sources {
		f.sources = restrict(f.sources, p.sourceTable, func(value string) bool { return strings.Contains(value, " "+term+" ") })
	}
	f.feeds = s.carried(p)
	for i := range s.units {
		if u := &s.units[i]; u.must {
			var set docSet
			if err := s.gather(u, n, &set); err != nil {
				return nil, err
			}
			f.narrow(set)
		}
	}
	for _, ph := range s.phrases {
		set, err := s.phrase(ph, p.segment)
		if err != nil {
			return nil, err
		}
		f.narrow(set)
	}
	for _, not := range s.exclude {
		out, err := not.filter(n)
		if err != nil {
			return nil, err
		}
		out.all(func(doc int) { f.out.add(uint64(doc)) })
	}
	f.everything = !f.narrowed && len(f.gone)+len(f.out) == 0 && f.langs == nil && f.sources == nil && f.feeds == nil &&
		f.since == math.MinInt64 && f.until == math.MaxInt64
	return f, nil
}

// carried are the rows of a part's feed table that have one of the query's feeds, nil where all do.
func (s *searcher) carried(p part) []bool {
	if s.query.Feeds == nil {
		return nil
	}
	return restrict(nil, p.feedTable, func(set string) (ok bool) {
		eachFeed(set, func(feed news.FeedID) { ok = ok || s.feeds[feed] })
		return ok
	})
}

// restrict leaves of the rows of a table those that fit, and is nil where all of them do.
func restrict(rows []bool, t table, fits func(value string) bool) []bool {
	left := make([]bool, len(t.values))
	all := true
	for i, value := range t.values {
		left[i] = (rows == nil || rows[i]) && fits(value)
		all = all && left[i]
	}
	if all {
		return nil
	}
	return left
}

// seconds is t in Unix seconds, rounded up.
func seconds(t time.Time) int64 {
	if t.Nanosecond() > 0 {
		return t.Unix() + 1
	}
	return t.Unix()
}
