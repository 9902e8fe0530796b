package read

import (
	"regexp"
	"strings"
	"time"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"newsbrief/internal/text"
)

// sighting is a date that people see on a page.
type sighting struct {
	time    time.Time
	at      int     // bytes of text that stand before it, counted as in dateFinder.at
	said    dateFor // what it is the date of, as far as the page says
	trust   int     // how surely it stands for itself rather than in a sentence: see the constants
	changed bool    // its element is of class "updated", which hAtom asks for beside or in place of "published"
	aside   bool    // it stands where other things than the article often are
	sure    bool    // see beside
	kind    string  // class and id around it; the dates of a list share them
}

// dateFor is what a date is said to be the date of.
type dateFor int8

const (
	unsaid dateFor = iota
	publication
	update
)

const (
	inSentence = iota // a date that a sentence begins with or a short text mentions
	alone             // a short text that is little more than the date
	marked            // an element whose tag or class says that it holds the date
)

var (
	saysPublished = regexp.MustCompile(`(?i)publish|publi[ée]|publicad|publicat|publice|publiser|publikov|pubblicat|posted|erschienen|veröffentlicht|erstellt|geplaatst|julkaistu|opublikowano|zveřejněno|vydáno|опублик|yayın|公開|配信|掲載|発行|发布|发表|發布|發佈|發表|발행|입력|등록|작성|승인`)
	saysUpdated   = regexp.MustCompile(`(?i)\bupdated?\b|modifi|\brevised|\bedited|last (?:edit|change|review)|aktuali[sz]|geändert|änderung|\bstand(?: vom)?:?\s*$|überarbeitet|bearbeitet|mise? à jour|\bm[aà]j\s*:|actualizad|atualizad|aggiornat|bijgewerkt|gewijzigd|opdateret|uppdaterad|oppdatert|päivitetty|обновл|измен|оновлено|güncelle|更新|修改|수정|갱신`)
	// twoDigits is a text that is a date whose year has two digits.
	twoDigits = regexp.MustCompile(`^\D{0,20}?(\d{1,2}[./]\d{1,2}[./]\d\d(?:$|[^\d./].*))`)
)

// dateFinder walks a page for the dates that people see on it.
type dateFinder struct {
	lang   string
	head   *html.Node          // the heading that states the headline, or nil
	above  map[*html.Node]bool // head and the elements around it
	at     int                 // bytes of text so far, without what stands beside the article
	headAt int                 // where head ends, or -1
	before string              // the text before, when it is short
	seen   []sighting
	names  map[string]className // of the classes met so far
}

// className is what the class and the id of an element say.
type className struct{ date, beside, doubtful bool }

// classWords are the words of classes by what they say. Words that only together say it stand as one.
var classWords = func() map[string]className {
	words := map[string]className{}
	for s, says := range map[string]className{
		// an element that holds a date
		"date time day timestamp datetime published pubdate dateline datum fecha 日付 postdate entrydate articledate storydate newsdate publishdate publisheddate contentdate metadate " +
			"posttime entrytime articletime storytime newstime publishtime publishedtime pubtime contenttime metatime publishon publishedon datepublished dateposted": {date: true},
		// what stands around an article and has dates of its own
		"comments commentlist commentbody commentcontent commentmeta commenttext commentdate commenttime replies related recommend recommended recommendation recommendations recirc recirculation trending popular mostread " +
			"newsletter promo cookie cookies consent copyright alsoread morenews morestories morearticles moreon morefrom latest latestnews recentposts recentnews recentarticles recentstories similar outbrain taboola disqus " +
			"events breaking ticker nav menu upcoming tweet currentdate currenttime": {beside: true},
		// what is around the article on one site and a part of it on another
		"comment sidebar footer event termin teaser teasers readmore caption masthead today topbar headerdate": {doubtful: true},
	} {
		for w := range strings.FieldsSeq(s) {
			words[w] = says
		}
	}
	return words
}()

// classSays returns what a class, in lower case, says.
func classSays(class string) (says className) {
	for name := range strings.FieldsSeq(class) {
		before := ""
		for w := range strings.FieldsFuncSeq(name, func(r rune) bool { return r == '-' || r == '_' }) {
			for _, c := range [...]className{classWords[w], classWords[before+w]} {
				says.date, says.beside, says.doubtful = says.date || c.date, says.beside || c.beside, says.doubtful || c.doubtful
			}
			before = w
		}
	}
	return says
}

// holder is what the elements around a text say about dates in it.
type holder struct {
	kind    string // class and id of the innermost one that has any
	said    dateFor
	changed bool // see sighting
	aside   bool // see sighting
	title   bool // it is part of the headline, where a date is the story's unless it is marked
	levels  int  // how many levels further down said and changed count
}

// maxSightings is how many dates of a page are looked at.
const maxSightings = 200

// datesSeen returns the dates that people see on a page, in their order, without those of comments, other articles and the like.
func datesSeen(doc, head *html.Node, lang string) *dateFinder {
	d := &dateFinder{lang: lang, head: head, headAt: -1, above: map[*html.Node]bool{}, names: map[string]className{}}
	for n := head; n != nil; n = n.Parent {
		d.above[n] = true
	}
	d.walk(doc, holder{}, 0)
	return d
}

func (d *dateFinder) walk(n *html.Node, h holder, depth int) {
	if len(d.seen) >= maxSightings || depth > maxNesting {
		return
	}
	switch n.Type {
	case html.TextNode:
		d.text(n.Data, h, inSentence)
		return
	case html.ElementNode:
	default:
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			d.walk(c, h, depth+1)
		}
		return
	}
	class := strings.ToLower(attr(n, "class") + " " + attr(n, "id"))
	says, known := d.names[class]
	if !known {
		says = classSays(class)
		d.names[class] = says
	}
	if !d.above[n] && skipped(n, says) {
		return
	}
	if len(class) > 1 {
		h.kind = class
		h.aside = h.aside || !d.above[n] && n.DataAtom != atom.Body && says.doubtful
	}
	h.aside = h.aside || n.DataAtom == atom.Header && !d.above[n] && d.headAt < 0 && d.head != nil || n.DataAtom == atom.Aside && !d.above[n]
	if n == d.head {
		h.title = true
		defer func() { d.headAt, d.before = d.at, "" }()
	}
	isDate := h.enter(n, class, says)
	if isDate && d.machine(n, h) {
		return
	}
	count, before, at := len(d.seen), d.before, d.at
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		d.walk(c, h, depth+1)
	}
	if !isDate {
		return
	}
	if len(d.seen) > count {
		for i := count; i < len(d.seen) && d.at-at < 160; i++ {
			d.seen[i].trust = marked
		}
		return
	}
	if s := content(n); len(s) < 120 { // its parts may make a date: "12", "May", "2026"
		d.before, d.at = before, at
		d.text(s, h, marked)
	}
}

// skipped reports whether n holds no date of the article that people see.
func skipped(n *html.Node, says className) bool {
	switch n.DataAtom {
	case atom.Footer, atom.Nav, atom.Meta, atom.Blockquote, atom.Figcaption:
		return true
	case atom.Body, atom.Article, atom.Main:
		return false
	}
	return says.beside || unseen(n.DataAtom)
}

// enter takes over what n says and reports whether it is marked as holding a date.
func (h *holder) enter(n *html.Node, class string, says className) bool {
	if h.levels--; h.levels < 0 {
		h.said, h.changed = unsaid, false
	}
	prop := attr(n, "itemprop")
	isDate := n.DataAtom == atom.Time || prop == "datePublished" || prop == "dateModified" || says.date && n.DataAtom != atom.Body
	switch {
	case prop == "datePublished", attr(n, "pubdate") != "", strings.Contains(class, "publish") && !strings.Contains(class, "publisher"):
		h.said, h.changed, h.levels = publication, false, 3
	case prop == "dateModified", containsAny(class, "modified", "lastmod", "last-mod"):
		h.said, h.levels = update, 3
	case isDate && strings.Contains(class, "updated"):
		h.changed, h.levels = true, 3
	}
	return isDate
}

// machine takes the date that n's attributes state for programs.
func (d *dateFinder) machine(n *html.Node, h holder) bool {
	for _, a := range n.Attr {
		switch {
		case len(a.Val) > 60:
			continue
		case a.Key == "datetime", a.Key == "content", a.Key == "title", strings.HasPrefix(a.Key, "data-") && containsAny(a.Key, "date", "time", "publish"):
		default:
			continue
		}
		t, ok := parseDate(a.Val, d.lang)
		if !ok {
			continue
		}
		s := text.Clean(content(n))
		if saysPublished.MatchString(s) && saysUpdated.MatchString(s) {
			return false // the attribute may tell either
		}
		said := h.said
		if w := saying(s); w != unsaid {
			said = w
		} else if w := saying(d.before); w != unsaid {
			said = w
		}
		d.seen = append(d.seen, sighting{time: t, at: d.at, said: said, trust: marked, kind: h.kind, changed: h.changed, aside: h.aside})
		d.at += len(s)
		d.before = ""
		return true
	}
	return false
}

// saying returns what the words beside a date say about it; the last ones count.
func saying(s string) dateFor {
	if s == "" {
		return unsaid
	}
	s = s[max(0, len(s)-60):]
	p, u := saysPublished.FindAllStringIndex(s, -1), saysUpdated.FindAllStringIndex(s, -1)
	switch {
	case p == nil && u == nil:
		return unsaid
	case u == nil || p != nil && p[len(p)-1][0] > u[len(u)-1][0]:
		return publication
	}
	return update
}

// text takes the dates in a piece of text, at the beginning of long ones only.
func (d *dateFinder) text(raw string, h holder, trust int) {
	raw = strings.TrimSpace(raw)
	if raw == "" {
		return
	}
	start, before := d.at, d.before
	d.at += len(raw)
	d.before = ""
	if len(raw) < 40 {
		d.before = raw
	}
	long := len(raw) > 160
	if long {
		raw = strings.ToValidUTF8(raw[:80], "")
	}
	if len(raw) < 6 || h.title && trust < marked || !mayDate(raw) {
		return
	}
	s := strings.Map(plainDigit, text.Clean(raw))
	end := 0
	for _, at := range datePhrase.FindAllStringIndex(s, 4) {
		t, ok := parseDate(s[at[0]:at[1]], d.lang)
		if !ok {
			continue
		}
		if w, ok := parseDate(strings.ToValidUTF8(s[at[0]:min(len(s), at[1]+24)], ""), d.lang); ok && w.YearDay() == t.YearDay() && w.Year() == t.Year() {
			t = w // with its time
		}
		v := sighting{time: t, at: start, said: h.said, trust: trust, kind: h.kind, changed: h.changed, aside: h.aside}
		lead := s[end:at[0]]
		w := saying(lead)
		said := w != unsaid
		if said {
			v.said = w
		} else if end == 0 && len(lead) < 20 {
			if w := saying(before); w != unsaid {
				v.said = w
			} else if w := saying(s[at[1]:min(len(s), at[1]+12)]); w != unsaid {
				v.said = w // "2026年3月5日 公開"
			}
		}
		if v.trust == inSentence && !long && (len(s)-(at[1]-at[0]) < 40 || said) {
			v.trust = alone
		}
		d.seen = append(d.seen, v)
		end = at[1]
	}
	if end > 0 {
		return
	}
	short := twoDigits.FindStringSubmatch(s)
	switch {
	case short != nil && yearComesFirst(d.lang):
		s = "20" + short[1]
	case short != nil:
		s = short[1]
	case trust < marked:
		return
	}
	if t, ok := parseDate(s, d.lang); ok {
		d.seen = append(d.seen, sighting{time: t, at: start, said: h.said, trust: max(trust, alone), kind: h.kind, changed: h.changed, aside: h.aside})
	}
}

// mayDate reports whether s holds four digits, as a date does at least.
func mayDate(s string) bool {
	n := 0
	for _, r := range s {
		if '0' <= r && r <= '9' || r >= 0x80 && unicode.IsDigit(r) {
			if n++; n == 4 {
				return true
			}
		}
	}
	return false
}

// listed returns the kinds of elements that hold many different days: lists of other articles, comments, events.
func (d *dateFinder) listed() map[string]bool {
	days := map[string]map[string]bool{}
	many := map[string]bool{}
	for _, s := range d.seen {
		if days[s.kind] == nil {
			days[s.kind] = map[string]bool{}
		}
		days[s.kind][s.time.Format(time.DateOnly)] = true
		if len(days[s.kind]) >= 3 {
			many[s.kind] = true
		}
	}
	return many
}

// beside returns the date that the page shows beside its headline: the best one that stands shortly behind it, or shortly before.
// It is sure where no other meaning is likely. The date of a change counts when there is no other.
func (d *dateFinder) beside() (best sighting, ok bool) {
	const behind, ahead = 1500, 400
	if d.headAt < 0 {
		return best, false
	}
	many := d.listed()
	bestScore := 0
	for _, s := range d.seen {
		gap := s.at - d.headAt
		if gap > behind || gap < -ahead || many[s.kind] && (gap < -200 || gap > 300) || d.today(s) {
			continue
		}
		s.sure = !s.aside && !(many[s.kind] && gap < 0) && (s.trust >= alone && gap >= 0 && gap < 600 || s.trust == marked && s.said == publication)
		score := 7000 + 1000*s.trust - gap
		if gap < 0 {
			score += 4 * gap
		}
		switch {
		case s.said == publication:
			score += 1500
		case s.said == update:
			score -= 5000
		case s.changed:
			score -= 700
		}
		if s.aside {
			score -= 2000
		}
		if score > bestScore {
			best, bestScore = s, score
		}
	}
	return best, bestScore > 0
}

// today reports whether a date is that of the day the page was fetched, which outlets show above everything.
func (d *dateFinder) today(s sighting) bool { return s.aside && s.said == unsaid && s.at < d.headAt }

// elsewhere returns the best date of a page without one beside its headline, from those that a text is about or the others.
func (d *dateFinder) elsewhere(told bool) (best sighting, ok bool) {
	many := d.listed()
	bestScore := -10
	for _, s := range d.seen {
		if s.said == update || d.today(s) || many[s.kind] && !told || told != (s.trust == inSentence) || told && d.headAt >= 0 && s.at < d.headAt {
			continue
		}
		score := s.trust
		if s.said == publication {
			score += 2
		}
		if s.aside {
			score -= 3
		}
		if score > bestScore {
			best, bestScore = s, score
		}
	}
	return best, bestScore > -10
}

// changed returns the first date of a change, or the zero time.
func (d *dateFinder) changed() time.Time {
	for _, s := range d.seen {
		if s.said == update {
			return s.time
		}
	}
	return time.Time{}
}

var datePhrase = regexp.MustCompile(`(?i)(?:\d{4}\s*[-/.年년]\s*\d{1,2}\s*[-/.月월]\s*\d{1,2}|\d{1,2}(?:st|nd|rd|th|er|\.|º)?\s*[-/.]?\s*(?:de\s+|of\s+)?[\p{L}]{3,12}\.?\s*[-/,.]?\s*(?:del?\s+)?\d{4}|[\p{L}]{3,12}[.,]?\s+\d{1,2}(?:st|nd|rd|th)?,?\s+\d{4}|\d{4}\.?\s+[\p{L}]{3,12}\.?\s+\d{1,2}|\d{1,2}(?:\s?[./-]\s?\d{1,2}\s?[./-]\s?|\.\s\d{1,2}\.\s)\d{4})`)

// findDate returns the first date inside s.
func findDate(s, lang string) (time.Time, bool) {
	if t, ok := parseDate(s, lang); ok {
		return t, true
	}
	for _, p := range datePhrase.FindAllString(s, 8) {
		if t, ok := parseDate(p, lang); ok {
			return t, true
		}
	}
	return time.Time{}, false
}
