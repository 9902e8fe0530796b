package newsroom

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

var (
	kinds   = []string{"agency", "public", "state", "daily", "trade", "blog"}
	formats = []string{"rss", "atom", "json", "rdf"}
	carries = []string{"summary", "teaser", "full"}
	pages   = []string{"jsonld", "og", "both"}
)

var escape = regexp.MustCompile(`\\u[0-9A-Fa-f]{4}`)

// parseOutlet reads a content file; the format is described in the package comment.
func parseOutlet(path, text string, start time.Time) (*outlet, error) {
	var lines []string
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(line, "//") {
			lines = append(lines, strings.TrimSpace(line))
		}
	}
	text = escape.ReplaceAllStringFunc(strings.Join(lines, "\n"), func(s string) string {
		code, _ := strconv.ParseUint(s[2:], 16, 32) // four hex digits, by the expression
		return string(rune(code))
	})
	head, articles, _ := strings.Cut(text, "\n=== ")
	o, err := parseHead(path, head)
	if err != nil {
		return nil, err
	}
	for section := range strings.SplitSeq(articles, "\n=== ") {
		slug, _, _ := strings.Cut(section, "\n")
		p, err := parseArticle(section, start)
		if err == nil {
			err = o.add(p)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", slug, err)
		}
	}
	return o, nil
}

func parseHead(path, head string) (*outlet, error) {
	o := &outlet{path: path, charset: "utf-8"}
	fields := map[string]*string{
		"title": &o.title, "language": &o.language, "country": &o.country, "kind": &o.kind, "format": &o.format,
		"entries": &o.entries, "charset": &o.charset, "page": &o.page, "colour": &o.colour, "about": &o.about,
		"aside": &o.aside, "footer": &o.footer, "nav": new(string),
	}
	if err := parseFields(head, fields); err != nil {
		return nil, err
	}
	for nav := range strings.SplitSeq(*fields["nav"], "|") {
		o.nav = append(o.nav, strings.TrimSpace(nav))
	}
	for key, allowed := range map[string][]string{"kind": kinds, "format": formats, "entries": carries, "page": pages,
		"charset": {"utf-8", "euc-kr"}} {
		if !slices.Contains(allowed, *fields[key]) {
			return nil, fmt.Errorf("%s is %q, want one of %s", key, *fields[key], strings.Join(allowed, ", "))
		}
	}
	if o.title == "" || o.language == "" || o.country == "" {
		return nil, errors.New("an outlet needs title, language and country")
	}
	if _, err := parseColour(o.colour); err != nil {
		return nil, err
	}
	return o, nil
}

func parseArticle(section string, start time.Time) (piece, error) {
	head, body, _ := strings.Cut(section, "\n\n")
	slug, head, _ := strings.Cut(head, "\n")
	p := piece{Article: Article{Slug: slug}}
	var at, revised string
	err := parseFields(head, map[string]*string{
		"at": &at, "revises": &revised, "story": &p.story, "title": &p.Title, "by": &p.Byline,
		"topic": &p.Topic, "teaser": &p.Teaser, "picture": &p.Picture,
	})
	if err != nil {
		return p, err
	}
	offset, err := time.ParseDuration(at)
	if err != nil {
		return p, fmt.Errorf("reading its release: %w", err)
	}
	p.at = start.Add(offset)
	if revised != "" {
		p.Slug, p.revises = revised, true
	}
	for para := range strings.SplitSeq(body, "\n\n") {
		if para = strings.Join(strings.Fields(para), " "); para != "" {
			p.Text = append(p.Text, para)
		}
	}
	return p, nil
}

// parseFields reads "key: value" lines into the variables named; an unknown key is an error.
func parseFields(text string, fields map[string]*string) error {
	for line := range strings.SplitSeq(strings.TrimSpace(text), "\n") {
		key, value, ok := strings.Cut(line, ":")
		field := fields[key]
		if !ok || field == nil {
			return fmt.Errorf("line %q is not one of its fields", line)
		}
		*field = strings.TrimSpace(value)
	}
	return nil
}
