package story

import (
	"slices"
	"time"

	"newsbrief/internal/news"
	"newsbrief/internal/text"
)

// Options tune a Matcher. The zero value means the defaults.
type Options struct {
	// Window is how long after its latest article a story takes further ones; 72 hours by default. A story that has been
	// told for longer than that stays open for as long again, up to Longest.
	Window time.Duration
	// Longest is the most a story's window grows to; twice the Window by default.
	Longest time.Duration
	// Bar is how strong the evidence for joining a story must be, in nats; 0 means the default. Higher splits more.
	Bar float64
}

const (
	defaultWindow = 72 * time.Hour
	defaultBar    = .45
)

// Doc is what a Matcher looks at of an article.
type Doc struct {
	Article   news.ArticleID
	Title     string
	Text      string // plain text, may be empty: titles alone will do
	URL       string
	Source    string // the outlet's name
	Language  string // BCP 47; "" is found out from the text
	Published time.Time
	Seen      time.Time // when it arrived; zero: Published
	Vector    Vector    // what an embedding model makes of it, "" for nothing; all of one Matcher's come from one model
}

// when is the time the article counts from: when it was published, unless that is missing or lies in the future.
func (d Doc) when() time.Time {
	switch {
	case d.Published.IsZero():
		return d.Seen
	case !d.Seen.IsZero() && d.Published.After(d.Seen):
		return d.Seen
	}
	return d.Published
}

// Verdict is where an article belongs.
type Verdict struct {
	// Story is the story it joins; 0: it begins a new one.
	Story news.StoryID
	// Event is, for an article that joins, the event its story was added with. For one that begins a story it is the event
	// of a story in another language that tells the same; 0: none does.
	Event news.StoryID
	// Score is how far the evidence is over the bar, in nats; negative for the nearest story that was not joined, and 0
	// when nothing came near.
	Score float64
	// Copy tells that the article repeats one that is already in the story nearly word for word, as agency text does.
	Copy bool
	// Reasons are the words, numbers and concepts that decided, weightiest first, at most six.
	Reasons []string
}

// Matcher remembers the stories that are being told. It is not safe for concurrent use: one goroutine at a time.
type Matcher struct {
	window, longest time.Duration
	bar             float64
	languages       map[string]*language
	stories         map[news.StoryID]*story
	events          *eventIndex

	// What was matched last is mostly added next.
	last     Doc
	analysed analysis
	judged   bool // whether judgement is of it, as things stand
	judgement
}

// New returns an empty Matcher.
func New(o Options) *Matcher {
	m := &Matcher{
		window: o.Window, longest: o.Longest, bar: o.Bar,
		languages: map[string]*language{}, stories: map[news.StoryID]*story{}, events: newEventIndex(),
	}
	if m.window <= 0 {
		m.window = defaultWindow
	}
	if m.longest < m.window {
		m.longest = 2 * m.window
	}
	if m.bar == 0 {
		m.bar = defaultBar
	}
	return m
}

// story is one event in one language.
type story struct {
	id, event news.StoryID
	lang      string
	tongue    string
	n         float64 // articles
	counts    []count // by term
	core      float32 // how often it uses the word it uses most, in articles

	between map[*story]float64 // articles that fit a larger story too
	part    *story             // the larger story that it is a fragment of

	first, last time.Time
	tellings    []telling // the latest, at most maxTellings
	dead        bool      // expired; posting lists may still name it
	concepts    []told    // by id
	ties        []told    // by id
	direction   direction // of the first telling that has one
	met         uint64    // the round of eventIndex.nearest that found it last …
	place       int       // … and where among its candidates
	profiles    []profile // of the first and the latest tellings that have a text, at most maxProfiles …
	wordings    []wording // … and how they put it
}

// maxTellings is how many articles of a story are remembered one by one, for copies and series.
const maxTellings = 16

// Match says where d belongs. It changes nothing: the caller stores the article first and calls Add then.
func (m *Matcher) Match(d Doc) Verdict {
	a := m.analyse(d)
	var v Verdict
	if l := m.languages[a.lang]; l != nil {
		if j := m.judge(l, a); j.best != nil {
			v.Score = j.score - m.bar
			if v.Score >= 0 {
				v.Story, v.Event, v.Reasons = j.joins.id, j.joins.event, j.reasons
				v.Copy = slices.ContainsFunc(j.best.tellings, a.copies) || slices.ContainsFunc(j.joins.tellings, a.copies)
				return v
			}
		}
	}
	if s, why := m.events.nearest(a, m.open); s != nil {
		v.Event, v.Reasons = s.event, why
	}
	return v
}

// Add tells the Matcher that d is now part of story, which tells event (0 or the story itself: an event of its own). It is
// also how a Matcher is rebuilt after a restart: articles in the order they came.
func (m *Matcher) Add(d Doc, id, event news.StoryID) {
	a := m.analyse(d)
	s := m.stories[id]
	if s == nil {
		if event == 0 {
			event = id
		}
		s = &story{id: id, event: event, lang: a.lang, tongue: a.tongue, first: a.when, last: a.when}
		m.stories[id] = s
	}
	l := m.languages[s.lang]
	if l == nil {
		l = newLanguage(s.lang)
		m.languages[s.lang] = l
	}
	tie(m.judge(l, a).clear)
	m.judged = false
	l.add(s, a)
	m.events.add(s, a)
	if a.when.After(s.last) {
		s.last = a.when
	}
	if a.when.Before(s.first) {
		s.first = a.when
	}
	if len(s.tellings) == maxTellings {
		s.tellings = slices.Delete(s.tellings, 1, 2) // the first stays: it is the one the others follow
	}
	s.tellings = append(s.tellings, a.telling)
}

// Expire forgets the stories whose window has closed. It is cheap enough to call every few minutes.
func (m *Matcher) Expire(now time.Time) {
	m.judged = false
	for id, s := range m.stories {
		if m.open(s, now) {
			continue
		}
		s.dead = true
		delete(m.stories, id)
		m.languages[s.lang].remove(s)
		m.events.remove(s)
	}
	for lang, l := range m.languages {
		l.sweep()
		if l.stories == 0 {
			delete(m.languages, lang)
		}
	}
	m.events.sweep()
}

// Stories is how many stories are open.
func (m *Matcher) Stories() int { return len(m.stories) }

// open reports whether a story still takes articles of the time t, on either side: what arrives late may be older.
func (m *Matcher) open(s *story, t time.Time) bool {
	w := min(max(m.window, s.last.Sub(s.first)), m.longest)
	return !t.After(s.last.Add(w)) && !t.Before(s.first.Add(-w))
}

// analysis is a Doc taken apart.
type analysis struct {
	lang      string
	tongue    string // the language, the two writings of Chinese apart
	when      time.Time
	features  []feature
	concepts  []concept
	ties      []concept // with articles in other languages
	direction direction
	telling
	profile profile
	wording wording
}

func (m *Matcher) analyse(d Doc) analysis {
	if d != m.last {
		m.last, m.analysed, m.judged = d, analyse(d), false
	}
	return m.analysed
}

// judge is nearest, once for Match and Add.
func (m *Matcher) judge(l *language, a analysis) judgement {
	if !m.judged {
		m.judgement, m.judged = m.nearest(l, a), true
	}
	return m.judgement
}

func analyse(d Doc) analysis {
	lang := text.Base(d.Language)
	if lang == "" {
		lang = text.Base(text.Language(head(d.Title, titleBytes)+" "+head(d.Text, 600), ""))
	}
	title, body := read(possessive(head(d.Title, titleBytes)), lang), read(possessive(head(d.Text, readBytes)), lang)
	a := analysis{
		lang: lang, tongue: tongue(lang, d), when: d.when(), direction: newDirection(d.Vector), wording: newWording(title, body),
		features: features(title, body, slug(head(d.URL, urlBytes)), d.when()),
	}
	a.concepts, a.ties = concepts(title, body, d.when())
	a.telling = newTelling(d, title, a.wording)
	if a.full() {
		a.profile = newProfile(title, body, a.concepts)
		a.wording = a.wording.first(maxWording)
	}
	return a
}

func tongue(lang string, d Doc) string {
	if lang == "zh" {
		return text.Language(head(d.Title, titleBytes)+" "+head(d.Text, 600), d.Language)
	}
	return lang
}
