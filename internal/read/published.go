package read

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/html"

	"newsbrief/internal/text"
)

// dateNames are meta tags that hold the date of publication.
var dateNames = []string{"article:published_time", "og:published_time", "article:published", "datepublished", "dc.date.issued", "dcterms.issued", "dc.date.created", "dcterms.created", "dc.date", "dcterms.date", "dcterms.available",
	"parsely-pub-date", "sailthru.date", "pubdate", "publishdate", "publish-date", "publish_date", "publication_date", "publicationdate", "ptime", "date", "datecreated", "date_published", "rnews:datepublished", "originalpublicationdate",
	"cxenseparse:recs:publishtime", "cxenseparse:publishtime", "bt:pubdate", "displaydate", "article.published", "article.created", "created", "citation_publication_date", "citation_date", "weibo:article:create_at", "release_date",
	"vr:published_time", "article_date_original", "og:article:published_time", "og:pubdate", "iso-8601-publish-date"}

// modifiedNames are meta tags that hold the date of the last change.
var modifiedNames = []string{"article:modified_time", "og:updated_time", "lastmod", "last-modified", "dc.date.modified", "dcterms.modified", "datemodified", "revised"}

// published chooses the date of the article. What the page states for other programs counts, unless people are shown another day
// beside the headline: that is how outlets date an article that they have published anew, and they don't always tell programs so.
// Then come the page's address, what people see elsewhere, and the date of the last change.
func (m *metadata) published(seen *view, page *url.URL) time.Time {
	shown, isShown := seen.beside()
	isUpdate := isShown && shown.said == update
	if stated := m.stated(); len(stated) > 0 {
		if !isShown || !shown.sure || near(stated[0], shown.time) || shown.said == unsaid && shown.trust < marked && m.ahead(stated, shown.time) {
			return m.local(stated[0], shown.time, seen)
		}
		for _, t := range stated {
			if near(t, shown.time) {
				return m.local(t, shown.time, seen)
			}
		}
		return shown.time
	}
	if t := dateInAddress(page); !t.IsZero() && !(isShown && !isUpdate && (shown.sure || near(t, shown.time))) {
		return t
	}
	if !isShown || isUpdate {
		if s, ok := seen.elsewhere(false); ok {
			shown, isShown = s, true
		}
	}
	if isShown {
		return m.local(shown.time, shown.time, seen)
	}
	if list := m.changes(); len(list) > 0 {
		return list[0]
	}
	if t := seen.changed(); !t.IsZero() {
		return t
	}
	shown, _ = seen.elsewhere(true)
	return shown.time
}

// near reports whether the date that people are shown can be the stated one: on the same day in the zone that is stated, and where
// none is, in any zone.
func near(stated, shown time.Time) bool {
	if _, shift := stated.Zone(); shift != 0 && shown.Sub(stated).Abs() > time.Minute {
		return stated.Format(time.DateOnly) == shown.Format(time.DateOnly)
	}
	return stated.Sub(shown).Abs() < 26*time.Hour
}

// ahead reports whether a date is later than all that the page states, its last change too: then it is the date of what the
// article announces.
func (m *metadata) ahead(stated []time.Time, shown time.Time) bool {
	latest := slices.MaxFunc(append(m.changes(), stated...), time.Time.Compare)
	return shown.After(latest.Add(26 * time.Hour))
}

// changes returns the dates of the last change that the page states for other programs.
func (m *metadata) changes() (list []time.Time) {
	for _, s := range append([]string{m.ld.modified}, m.all(modifiedNames)...) {
		if t, ok := parseDate(s, m.lang); ok {
			list = append(list, t)
		}
	}
	return list
}

// stated returns the dates of publication that the page states for other programs, the most trustworthy first.
func (m *metadata) stated() (list []time.Time) {
	for _, s := range slices.Concat([]string{m.ld.published}, m.all(dateNames), []string{m.ld.page}) {
		if t, ok := parseDate(s, m.lang); ok {
			list = append(list, t)
		}
	}
	for _, s := range m.scripts {
		if len(list) > 0 {
			break
		}
		if t, ok := dateInScript(s, m.lang); ok {
			list = append(list, t)
		}
	}
	return list
}

var scriptDate = regexp.MustCompile(`["'](?:datePublished|dateCreated|publishDate|published_at|publishedAt|publishedDate|publish_date|publication_?[dD]ate|pubDate|article_publication_date|createdDate|published_?time|publication_time)\\?["']\s*:\s*\\?["']([^"'\\]{8,40})\\?["']`)

// dateInScript returns the date of publication in a script that describes the page to other scripts.
func dateInScript(s, lang string) (time.Time, bool) {
	if !containsAny(s, "datePub", "dateCre", "ublish", "ublication", "pubDate", "createdDate") {
		return time.Time{}, false
	}
	if m := scriptDate.FindStringSubmatch(s[:min(len(s), 64<<10)]); m != nil {
		return parseDate(m[1], lang)
	}
	return time.Time{}, false
}

// heading returns the heading that states the headline, or nil.
func (m *metadata) heading(headline string) *html.Node {
	for _, h := range m.heads {
		if similar(text.Clean(content(h)), headline) {
			return h
		}
	}
	return nil
}

// local returns t in the zone of the outlet, as far as the page shows it: by the same moment given with another zone, or by the
// day that stands next to the headline.
func (m *metadata) local(t, near time.Time, seen *view) time.Time {
	if _, shift := t.Zone(); shift != 0 {
		return t
	}
	same := func(l time.Time) bool {
		_, shift := l.Zone()
		return shift != 0 && l.Sub(t).Abs() < time.Minute
	}
	if l, ok := parseDate(m.first("date"), m.lang); ok && same(l) {
		return t.In(l.Location())
	}
	for _, s := range seen.dates {
		if same(s.time) {
			return t.In(s.time.Location())
		}
	}
	behind := near.Sub(t)
	switch {
	case near.IsZero() || behind.Abs() > 26*time.Hour:
		return t
	case !near.Equal(near.Truncate(24 * time.Hour)): // with its time of day
		if shift := behind.Round(15 * time.Minute); shift.Abs() <= 14*time.Hour && (behind-shift).Abs() <= time.Minute {
			return t.In(time.FixedZone("", int(shift.Seconds())))
		}
	}
	for hours := range 13 {
		for _, shift := range []int{hours, -hours} {
			if l := t.In(time.FixedZone("", shift*3600)); l.YearDay() == near.YearDay() {
				return l
			}
		}
	}
	return t
}

// addressDate finds 2019/05/12, 2019-05-12, 2019/may/12 and 20190512. What follows a day behind a slash ends its part of the path:
// "/2019/05/12-injured" is about twelve people.
var addressDate = regexp.MustCompile(`[/\-_.]((?:19|20)\d\d)(?:[/\-_](1[0-2]|0?[1-9]|[a-z]{3})(?:/(3[01]|[12]\d|0?[1-9])(?:/|\.\w+$|$)|[\-_](3[01]|[12]\d|0?[1-9])(?:\D|$))|(1[0-2]|0[1-9])(3[01]|[12]\d|0[1-9])(?:\D|$))`)

// dateInAddress returns the date that a page's address holds, or the zero time.
func dateInAddress(u *url.URL) time.Time {
	if u == nil {
		return time.Time{}
	}
	m := addressDate.FindStringSubmatch(strings.ToLower(u.Path))
	if m == nil {
		return time.Time{}
	}
	month, day := or(m[2], m[5]), or(or(m[3], m[4]), m[6])
	if month[0] >= 'a' {
		t, _ := parseDate(day+" "+month+" "+m[1], "en") // the zero time when it is no month
		return t
	}
	t, _ := parseDate(m[1]+"-"+month+"-"+day, "en")
	return t
}
