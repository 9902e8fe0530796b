package newsroom

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// feedLength is how many entries a feed lists, the newest; older ones keep their pages.
const feedLength = 40

// outlet is one publisher: how it presents itself, and everything it will ever say.
type outlet struct {
	path     string
	title    string
	language string
	country  string
	kind     string
	format   string
	entries  string
	charset  string
	page     string
	colour   string
	about    string
	nav      []string
	aside    string
	footer   string
	pieces   []piece // in order of release
}

// piece is an article with its release.
type piece struct {
	Article
	story   string
	at      time.Time
	revises bool
}

// entry is what an outlet shows of an article at some moment.
type entry struct {
	Article
	published time.Time
	updated   time.Time // equal to published until a revision comes out
}

// add checks p and files it in order of release.
func (o *outlet) add(p piece) error {
	earlier := slices.IndexFunc(o.pieces, func(q piece) bool { return q.Slug == p.Slug })
	switch {
	case !slugForm.MatchString(p.Slug):
		return fmt.Errorf("slug %q is not made of a–z, 0–9 and single hyphens", p.Slug)
	case strings.TrimSpace(p.Title) == "":
		return errors.New("an article needs a title")
	case len(p.Text) == 0 || strings.TrimSpace(strings.Join(p.Text, "")) == "":
		return errors.New("an article needs text")
	case p.revises && (earlier < 0 || !o.pieces[earlier].at.Before(p.at)):
		return fmt.Errorf("nothing earlier called %q to revise", p.Slug)
	case !p.revises && earlier >= 0:
		return fmt.Errorf("slug %q is taken", p.Slug)
	}
	if p.Picture != "" {
		if _, _, err := parsePicture(p.Picture); err != nil {
			return err
		}
	}
	at, _ := slices.BinarySearchFunc(o.pieces, p, func(q, p piece) int {
		if q.at.After(p.at) {
			return 1
		}
		return -1
	})
	o.pieces = slices.Insert(o.pieces, at, p)
	return nil
}

// released returns the entries out at now, newest first.
func (o *outlet) released(now time.Time) []entry {
	var out []entry
	for _, p := range o.pieces {
		if p.at.After(now) {
			break
		}
		if p.revises {
			i := slices.IndexFunc(out, func(e entry) bool { return e.Slug == p.Slug })
			out[i].Article, out[i].updated = p.Article, p.at
			continue
		}
		out = append(out, entry{Article: p.Article, published: p.at, updated: p.at})
	}
	slices.Reverse(out)
	return out
}

// modified is when the outlet last put something out, the zero time if it never did.
func modified(entries []entry) time.Time {
	var last time.Time
	for _, e := range entries {
		if e.updated.After(last) {
			last = e.updated
		}
	}
	return last
}

// teaser is the short text of an entry.
func (e entry) teaser() string {
	if e.Teaser != "" {
		return e.Teaser
	}
	return e.Text[0]
}

func (o *outlet) site(base string) string { return base + "/" + o.path + "/" }

func (o *outlet) feedURL(base string) string {
	if o.format == "json" {
		return o.site(base) + "feed.json"
	}
	return o.site(base) + "feed.xml"
}

func (o *outlet) articleURL(base, slug string) string { return o.site(base) + "articles/" + slug }

// pictureURL is the address of the article's lead picture, "" without one.
func (o *outlet) pictureURL(base string, a Article) string {
	if a.Picture == "" {
		return ""
	}
	return o.site(base) + "pictures/" + a.Slug + ".png"
}

// guid is stable over restarts and addresses (RFC 4151).
func (o *outlet) guid(slug string) string {
	return "tag:" + o.path + ".example,2026:" + slug
}
