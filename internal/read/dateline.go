package read

import (
	"regexp"
	"strings"
	"time"
	"unicode"

	"golang.org/x/net/html"

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
	twoDigits = regexp.MustCompile(`^\D{0,20}?(\d{1,2}[./]\d{1,2}[./]\d\d(?:$|[^\v./].*))`)
)

func (h holder) sighting(t time.Time, at, trust int, said dateFor) sighting {
	return sighting{time: t, at: at, said: said, trust: trust, changed: h.changed, aside: h.aside, kind: h.kind}
}

// machine takes the date that n's attributes state for programs.
func (v *view) machine(n *html.Node, h holder) bool {
	for _, a := range n.Attr {
		switch {
		case len(a.Val) > 60:
			continue
		case a.Key == "datetime", a.Key == "content", a.Key == "title", strings.HasPrefix(a.Key, "data-") && containsAny(a.Key, "date", "time", "publish"):
		default:
			continue
		}
		t, ok := parseDate(a.Val, v.lang)
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
		} else if w := saying(v.before); w != unsaid {
			said = w
		}
		v.dates = append(v.dates, h.sighting(t, v.at, marked, said))
		v.at += len(s)
		v.before = ""
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
func (v *view) text(raw string, h holder, trust int) {
	raw = strings.TrimSpace(raw)
	if raw == "" || len(v.dates) >= maxSightings {
		return
	}
	start, before := v.at, v.before
	v.at += len(raw)
	v.before = ""
	if len(raw) < 40 {
		v.before = raw
	}
	if len(raw) < 80 && !h.aside && unmarkedByline.MatchString(raw) && len(v.authors) < maxCredits {
		v.authors = append(v.authors, credit{text: raw, at: start, guess: true})
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
		t, ok := parseDate(s[at[0]:at[1]], v.lang)
		if !ok {
			continue
		}
		if w, ok := parseDate(strings.ToValidUTF8(s[at[0]:min(len(s), at[1]+24)], ""), v.lang); ok && w.YearDay() == t.YearDay() && w.Year() == t.Year() {
			t = w // with its time
		}
		g := h.sighting(t, start, trust, h.said)
		lead := s[end:at[0]]
		w := saying(lead)
		said := w != unsaid
		if said {
			g.said = w
		} else if end == 0 && len(lead) < 20 {
			if w := saying(before); w != unsaid {
				g.said = w
			} else if w := saying(s[at[1]:min(len(s), at[1]+12)]); w != unsaid {
				g.said = w // "2026年3月5日 公開"
			}
		}
		if g.trust == inSentence && !long && (len(s)-(at[1]-at[0]) < 40 || said) {
			g.trust = alone
		}
		v.dates = append(v.dates, g)
		end = at[1]
	}
	if end > 0 {
		return
	}
	short := twoDigits.FindStringSubmatch(s)
	switch {
	case short != nil && yearComesFirst(v.lang):
		s = "20" + short[1]
	case short != nil:
		s = short[1]
	case trust < marked:
		return
	}
	if t, ok := parseDate(s, v.lang); ok {
		v.dates = append(v.dates, h.sighting(t, start, max(trust, alone), h.said))
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
func (v *view) listed() map[string]bool {
	days := map[string]map[string]bool{}
	many := map[string]bool{}
	for _, s := range v.dates {
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
func (v *view) beside() (best sighting, ok bool) {
	const behind, ahead = 1500, 400
	if v.headAt < 0 {
		return best, false
	}
	many := v.listed()
	bestScore := 0
	for _, s := range v.dates {
		gap := s.at - v.headAt
		if gap > behind || gap < -ahead || many[s.kind] && (gap < -200 || gap > 300) || v.today(s) {
			continue
		}
		s.sure = !s.aside && !(many[s.kind] && gap < 0) && (s.trust >= alone && gap >= 0 && gap < 600 || s.trust == marked && s.said == publication)
		// A step of trust is worth 1,000 bytes of nearness; before the headline, where other things stand, 330.
		score := 7000 + 1000*s.trust - max(gap, -3*gap)
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
func (v *view) today(s sighting) bool { return s.aside && s.said == unsaid && s.at < v.headAt }

// elsewhere returns the best date of a page without one beside its headline, from those that a text is about or the others.
func (v *view) elsewhere(told bool) (best sighting, ok bool) {
	many := v.listed()
	bestScore := -10
	for _, s := range v.dates {
		if s.said == update || v.today(s) || many[s.kind] && !told || told != (s.trust == inSentence) || told && v.headAt >= 0 && s.at < v.headAt {
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
func (v *view) changed() time.Time {
	for _, s := range v.dates {
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
