package command

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode"

	"newsbrief/internal/locale"
	"newsbrief/internal/news"
	"newsbrief/internal/topic"
)

const (
	previewDays     = 7      // that a preview looks back, today included
	previewArticles = 10_000 // that it looks at, the newest ones
	previewSamples  = 4
)

// lookback is what queries would have matched of what a guild's feeds told in the last days.
type lookback struct {
	days  []time.Time // where they begin in the guild's zone; the last one is today
	until time.Time
	since time.Time      // when the first of what they told was read
	all   int            // stories they told
	words map[string]int // of the titles, by how many have them
	hits  []hits         // by query
	view  *view
}

// hits are the stories that one query matches, newest first.
type hits struct {
	query *topic.Query
	told  []hit
	older []hit // told before the days, but still listed when their feed was first read
	// What it only just misses, where it matches nothing.
	missed []miss
}

// miss is an article that a query would match but for some of its terms.
type miss struct {
	hit
	lacks []string // as topic.Query.Missing says
}

// hit is the telling by which a story first matches.
type hit struct {
	event news.StoryID
	at    time.Time
	telling
}

// lookBack looks back at what a guild's feeds told.
func (s *Service) lookBack(ctx context.Context, guild news.GuildID, queries ...*topic.Query) (*lookback, error) {
	settings, err := s.o.Store.GuildSettings(ctx, guild)
	if err != nil {
		return nil, fmt.Errorf("read the settings: %w", err)
	}
	zone, err := time.LoadLocation(settings.Zone)
	if err != nil {
		zone = time.UTC // it was checked when it was saved; a zone this machine lost is no reason to show nothing
	}
	now := s.o.Now().In(zone)
	p := &lookback{until: now, since: now, words: map[string]int{}}
	for i := range previewDays {
		p.days = append(p.days, time.Date(now.Year(), now.Month(), now.Day()-previewDays+1+i, 0, 0, 0, 0, zone))
	}
	if p.view, err = s.view(ctx, guild); err != nil {
		return nil, err
	}
	stories, err := s.o.Store.Stories(ctx, p.days[0], now.Add(time.Minute))
	if err != nil {
		return nil, fmt.Errorf("read the stories: %w", err)
	}
	first := map[news.StoryID]time.Time{} // when each event was told
	found := make([]map[news.StoryID]hit, len(queries))
	for i := range found {
		found[i] = map[news.StoryID]hit{}
	}
	worth := make([]map[news.StoryID][]news.ArticleID, len(queries)) // of an article that the index holds to be no candidate, the words are not looked at
	for i, q := range queries {
		candidates, ok, err := p.view.candidates(ctx, p.days[0], q)
		if err != nil {
			return nil, err
		}
		if ok {
			worth[i] = candidates
		}
	}
	looked := 0
	for _, st := range slices.Backward(stories) {
		if looked > previewArticles {
			p.days = p.days[min(p.day(st.Last)+1, len(p.days)-1):]
			break
		}
		articles, err := p.view.articles(ctx, st.Articles)
		if err != nil {
			return nil, fmt.Errorf("story %s: %w", st.ID, err)
		}
		looked += len(articles)
		for _, a := range articles {
			at := shownTime(a)
			if at.After(a.Seen) { // its outlet's clock is wrong
				at = a.Seen
			}
			if have, ok := first[st.Event]; !ok || at.Before(have) {
				first[st.Event] = at
			}
			if a.Seen.Before(p.since) {
				p.since = a.Seen
			}
			for _, w := range titleWords(a.Title) {
				p.words[w]++
			}
			for i, q := range queries {
				if have, ok := found[i][st.Event]; ok && !at.Before(have.at) || worth[i] != nil && !slices.Contains(worth[i][st.ID], a.ID) {
					continue
				}
				if words, ok := q.Find(topicDoc(a)); ok {
					found[i][st.Event] = hit{st.Event, at, telling{p.view.wishes.Shown(guild, a), words}}
				}
			}
		}
	}
	begins := now
	for _, at := range first {
		if !at.Before(p.days[0]) {
			p.all++
			begins = earlier(begins, at)
		}
	}
	p.days = p.days[p.day(begins):] // younger than that
	for i, q := range queries {
		h := hits{query: q}
		for _, x := range slices.SortedFunc(maps.Values(found[i]), func(x, y hit) int { return cmp.Or(y.at.Compare(x.at), cmp.Compare(y.article.ID, x.article.ID)) }) {
			if p.day(x.at) < 0 {
				h.older = append(h.older, x)
			} else {
				h.told = append(h.told, x)
			}
		}
		if len(h.told)+len(h.older) == 0 {
			if h.missed, err = p.misses(ctx, q, stories); err != nil {
				return nil, err
			}
		}
		p.hits = append(p.hits, h)
	}
	return p, nil
}

// misses are the articles that come closest to a query which none of the stories match: of each event one, those that lack least and of
// these the newest, but none that has nothing of it.
func (p *lookback) misses(ctx context.Context, q *topic.Query, stories []news.Story) ([]miss, error) {
	const looked, shown = 2000, 2
	byEvent := map[news.StoryID]miss{}
	for _, st := range stories[max(0, len(stories)-looked):] {
		articles, err := p.view.articles(ctx, st.Articles)
		if err != nil {
			return nil, fmt.Errorf("story %s: %w", st.ID, err)
		}
		for _, a := range articles {
			lacks := q.Missing(topicDoc(a))
			if have, ok := byEvent[st.Event]; ok && len(lacks) >= len(have.lacks) {
				continue
			}
			var has []topic.Found
			for _, t := range q.Terms() {
				words, _ := t.Find(topicDoc(a))
				has = append(has, words...)
			}
			if len(has) > 0 {
				byEvent[st.Event] = miss{hit{st.Event, shownTime(a), telling{p.view.wishes.Shown(p.view.guild, a), has}}, lacks}
			}
		}
	}
	all := slices.SortedFunc(maps.Values(byEvent), func(x, y miss) int {
		return cmp.Or(cmp.Compare(len(x.lacks), len(y.lacks)), y.at.Compare(x.at), cmp.Compare(y.event, x.event))
	})
	return all[:min(len(all), shown)], nil
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

func titleWords(title string) []string {
	words := strings.FieldsFunc(fold(title), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) })
	slices.Sort(words)
	return slices.Compact(words)
}

// day is the index of the day that a moment lies in, -1 for one before the days.
func (p *lookback) day(t time.Time) int {
	for i, begins := range slices.Backward(p.days) {
		if !t.Before(begins) {
			return i
		}
	}
	return -1
}

// perDay counts stories by day.
func (p *lookback) perDay(told []hit) []int {
	counts := make([]int, len(p.days))
	for _, h := range told {
		counts[p.day(h.at)]++
	}
	return counts
}

// rate is how many of n stories there are a day.
func (p *lookback) rate(n int) float64 {
	return float64(n) / max(1, p.until.Sub(p.days[0]).Hours()/24)
}

// rate is a number of stories a day as people say it.
func (a Ask) rate(perDay float64) string {
	switch {
	case perDay > 0 && perDay < 0.1:
		return a.say("%.1f", 0.1)
	case perDay < 10 && perDay != float64(int(perDay)):
		return a.say("%.1f", perDay)
	}
	return a.say("%d", int(perDay+0.5))
}

// blocks tell what a query matches and what it would mean to subscribe to it.
func (p *lookback) blocks(a Ask, h hits) []Block {
	if p.all == 0 && len(h.older) == 0 {
		return []Block{text(a.say("There is nothing to look at yet: the feeds followed here have told nothing in the last days. /feed list shows how they are doing, /feed add follows one."))}
	}
	summary := a.say("It matches %[1]d of the %[2]d stories that the feeds followed here told in these days:", len(h.told), p.all)
	if len(h.told) == 0 {
		summary = a.say("It matches none of the %d stories that the feeds followed here told in these days:", p.all)
	}
	blocks := []Block{text(summary, p.timeline(a, h.told))}
	switch {
	case len(h.told) == 0 && len(h.older) == 0:
		return append(blocks, p.nothing(a, h)...)
	case len(h.told) == 0:
		blocks = append(blocks, text(a.say("Older ones that the feeds still listed match:")))
	default:
		blocks = append(blocks, p.meaning(a, h))
		if warning := p.crowded(a, h); warning != nil {
			blocks = append(blocks, *warning)
		}
	}
	blocks = append(blocks, samples(a, slices.Concat(h.told, h.older))...)
	if p.since.Sub(p.days[0]) > 24*time.Hour {
		blocks = append(blocks, Block{Quiet: true, Lines: []Line{a.line("The feeds were first read %s. Of the time before, this counts what they still listed then.", Span{Time: p.since})}})
	}
	return blocks
}

// timeline is how many stories match on each day: "Mon 3 · Tue 0 · today 1".
func (p *lookback) timeline(a Ask, told []hit) string {
	weekdays := [...]string{a.say("Sun"), a.say("Mon"), a.say("Tue"), a.say("Wed"), a.say("Thu"), a.say("Fri"), a.say("Sat")}
	var parts []string
	for i, n := range p.perDay(told) {
		name := weekdays[p.days[i].Weekday()]
		if i == len(p.days)-1 {
			name = a.say("today")
		}
		parts = append(parts, fmt.Sprintf("%s %s", name, a.say("%d", n)))
	}
	return strings.Join(parts, " · ")
}

// meaning is what subscribing would bring.
func (p *lookback) meaning(a Ask, h hits) Block {
	most, perDay := slices.Max(p.perDay(h.told)), p.rate(len(h.told))
	digests := a.say("As a digest, every day or every week, it would be one message.")
	if most > news.DigestSize {
		digests = a.say("As a digest every day, it would be up to %[1]d messages of %[2]d stories each.", (most+news.DigestSize-1)/news.DigestSize, news.DigestSize)
	}
	if perDay < 1 {
		return text(a.say("As it happens, that would be less than one message a day, at most %d on one day.", most), digests)
	}
	if perDay < 1.5 {
		return text(a.say("As it happens, that would be about one message a day, at most %d on one day.", most), digests)
	}
	return text(a.say("As it happens, that would be about %[1]d messages a day, at most %[2]d on one day.", int(perDay+0.5), most), digests)
}

// What is too much: a share of all stories, where there are enough to tell, or posts a day.
const (
	crowdShare = 0.25
	crowdLeast = 12
	crowdDaily = 40
)

// crowded warns of a query that matches too much, nil of one that does not.
func (p *lookback) crowded(a Ask, h hits) *Block {
	share := float64(len(h.told)) / float64(max(1, p.all))
	if (share < crowdShare || len(h.told) < crowdLeast) && p.rate(len(h.told)) < crowdDaily {
		return nil
	}
	lines := []Line{{{Text: a.say("That is much: %d %% of all stories.", int(100*share+0.5)), Bold: true}}}
	if terms := h.query.Terms(); len(terms) > 1 {
		newest := h.told[:min(len(h.told), 100)]
		best, most := "", 0
		for _, t := range terms {
			n := 0
			for _, x := range newest {
				if _, ok := t.Find(topicDoc(x.article)); ok {
					n++
				}
			}
			if n > most {
				best, most = t.String(), n
			}
		}
		lines = append(lines, Line{{Text: a.say("%[1]s is in %[2]d %% of these.", best, 100*most/len(newest))}})
	}
	lines = append(lines, Line{{Text: a.say("To get less, write one more word beside it that must be there too, or title: before a word that should be in the title.")}})
	return &Block{Lines: lines}
}

// nothing helps with a query that matches nothing: words that were written a little differently, and the stories it only just misses.
func (p *lookback) nothing(a Ask, h hits) []Block {
	var blocks []Block
	written := map[string]string{}
	for w := range p.words {
		written[w] = w
	}
	for _, t := range h.query.Terms() {
		word := fold(strings.Trim(t.String(), `"*`))
		if near := nearest(word, written); len(titleWords(word)) == 1 && p.words[word] == 0 && near != "" {
			blocks = append(blocks, text(a.count(p.words[near], "No title has “%[2]s”, but %[1]d has “%[3]s”.", "No title has “%[2]s”, but %[1]d have “%[3]s”.", word, near)))
		}
	}
	for i, m := range h.missed {
		if i == 0 {
			blocks = append(blocks, text(a.say("What comes closest:")))
		}
		block := sampled(a, m.hit)
		block.Lines = append(block.Lines, Line{{Text: a.lacking(m.lacks)}})
		blocks = append(blocks, block)
	}
	return blocks
}

// lacking says what keeps a query from matching an article.
func (a Ask) lacking(terms []string) string {
	var without, with []string
	for _, t := range terms {
		if t, excluded := strings.CutPrefix(t, "-"); excluded {
			with = append(with, t)
		} else {
			without = append(without, t)
		}
	}
	switch {
	case len(with) == 0:
		return a.say("It lacks: %s", locale.Join(a.Locale, without))
	case len(without) == 0:
		return a.say("It has what must not be there: %s", locale.Join(a.Locale, with))
	}
	return a.say("It lacks %[1]s and has what must not be there: %[2]s", locale.Join(a.Locale, without), locale.Join(a.Locale, with))
}

// change says what another query than before makes different.
func (p *lookback) change(a Ask, before, now hits) []Block {
	blocks := []Block{text(a.say("Stories a day: %[1]s before, %[2]s now.", a.rate(p.rate(len(before.told))), a.rate(p.rate(len(now.told)))))}
	var gone []hit
	for _, b := range before.told {
		if !slices.ContainsFunc(now.told, func(n hit) bool { return n.event == b.event }) {
			gone = append(gone, b)
		}
	}
	if len(gone) > 0 {
		blocks = append(blocks, text(a.say("These it matches no more:")))
		blocks = append(blocks, samples(a, gone)...)
	}
	return blocks
}

// samples show the newest stories and where they have the words.
func samples(a Ask, list []hit) []Block {
	var blocks []Block
	for _, h := range list[:min(len(list), previewSamples)] {
		blocks = append(blocks, sampled(a, h))
	}
	if more := len(list) - previewSamples; more > 0 {
		blocks = append(blocks, quiet(a.say("… and %d more.", more)))
	}
	return blocks
}

// sampled is a story with the words by which it matches in bold.
func sampled(a Ask, h hit) Block {
	title := Line{{Text: h.article.Title}}
	var below []Line
	for _, q := range quotes(2, h.telling) {
		if q.title {
			title = q.line()
		} else {
			below = append(below, a.quoted(q.line()))
		}
	}
	title = append(slices.Concat(Line{{Text: "· "}}, title), Span{Text: " — "}, Span{Text: outletName(h.article), URL: h.article.URL})
	return Block{Lines: append([]Line{title}, below...)}
}
