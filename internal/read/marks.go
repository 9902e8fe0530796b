package read

import (
	"crypto/sha256"
	"net/url"
	"strings"

	"newsbrief/internal/news"
	"newsbrief/internal/text"
)

// Marks returns the identities of e within its feed: its guid and its canonical link, or, where it has neither, its title (and
// the beginning of its text where even that is missing). A link to a site's front page is no identity. Where the other entries
// of the feed are at hand, Document.Marks knows more.
func Marks(e news.Entry) []news.Mark { return marks(e, "") }

func marks(e news.Entry, sharedLink string) []news.Mark {
	var found []news.Mark
	if e.GUID != "" {
		guid := e.GUID
		if isWebAddress(guid) {
			guid = sameAs(guid) // http or https, tracked or not
		}
		found = append(found, mark("guid", guid))
	}
	if link := sameAs(e.Link); e.Link != "" && link != sharedLink && !isFrontPage(e.Link) {
		found = append(found, mark("link", link))
	}
	if found == nil {
		what := text.Fold(text.Clean(e.Title))
		if what == "" {
			what = text.Truncate(Plain(e.Content+e.Summary), 300, "") + e.Link
		}
		found = append(found, mark("title", what))
	}
	return found
}

// Marks returns the marks of each entry. A link that several entries with different titles share, as in feeds that lead to one
// page always, is none of their marks.
func (d *Document) Marks() [][]news.Mark {
	first := map[string]string{} // canonical link → title of the first entry with it
	shared := map[string]bool{}
	for _, e := range d.Entries {
		if e.Link == "" {
			continue
		}
		link, title := sameAs(e.Link), text.Fold(e.Title)
		if other, ok := first[link]; ok && other != title {
			shared[link] = true
		}
		first[link] = title
	}
	all := make([][]news.Mark, len(d.Entries))
	for i, e := range d.Entries {
		if link := sameAs(e.Link); shared[link] {
			all[i] = marks(e, link)
		} else {
			all[i] = marks(e, "")
		}
	}
	return all
}

func isFrontPage(link string) bool {
	u, err := url.Parse(strings.TrimSpace(link))
	return err == nil && (u.Path == "" || u.Path == "/") && u.RawQuery == "" && u.Fragment == ""
}

func mark(kind, value string) news.Mark {
	sum := sha256.Sum256([]byte(kind + "\x00" + value))
	return news.Mark(sum[:16])
}
