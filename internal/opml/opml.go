// Package opml reads and writes lists of feeds as OPML 2.0 (http://opml.org/spec2.opml), the format readers exchange them in.
package opml

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/language"

	"newsbrief/internal/news"
)

// What a stranger's file may make us keep, in characters.
const (
	maxURL   = 2000
	maxTitle = 200
)

// Read returns the feeds of an OPML document, folders flattened, each URL once, in the order they stand there. Outlines whose
// address can't be a feed's are left out and told in problems, a sentence each without a full stop; so is what follows a place
// that is no XML any more. An error, in words for the person who gave the file, means that it holds nothing of use.
func Read(data []byte) (feeds []news.Feed, problems []string, err error) {
	dec := decoder(data)
	seen := map[string]bool{}
	root := false
	for {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			line, _ := dec.InputPos()
			if len(feeds) == 0 {
				return nil, nil, fmt.Errorf("it can't be read at line %d: %w", line, err)
			}
			problems = append(problems, fmt.Sprintf("everything from line %d on, where the file is broken: %v", line, err))
			break
		}
		start, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		if !root && !strings.EqualFold(start.Name.Local, "opml") {
			return nil, nil, fmt.Errorf("it begins with <%s> instead of <opml>", cut(start.Name.Local, 40))
		}
		root = true
		if !strings.EqualFold(start.Name.Local, "outline") {
			continue
		}
		feed, problem := outline(start.Attr)
		switch {
		case problem != "":
			problems = append(problems, problem)
		case feed.URL != "" && !seen[feed.URL]:
			seen[feed.URL] = true
			feeds = append(feeds, feed)
		}
	}
	if !root {
		return nil, nil, errors.New("there is no <opml> in it")
	}
	if len(feeds) == 0 && len(problems) == 0 {
		return nil, nil, errors.New("it lists no feeds")
	}
	return feeds, problems, nil
}

// outline is the feed an outline stands for, no feed for a folder, or why it can't be one. Exporters disagree about the case of
// attributes' names.
func outline(attributes []xml.Attr) (feed news.Feed, problem string) {
	get := func(name string) string {
		for _, a := range attributes {
			if strings.EqualFold(a.Name.Local, name) {
				return strings.Join(strings.Fields(a.Value), " ")
			}
		}
		return ""
	}
	title := cut(cmp.Or(get("title"), get("text")), maxTitle)
	given := get("xmlUrl")
	if given == "" {
		if strings.EqualFold(get("type"), "rss") {
			return feed, fmt.Sprintf("“%s” has no address (xmlUrl)", title)
		}
		return feed, ""
	}
	address := given
	if rest, ok := strings.CutPrefix(address, "feed:"); ok { // as browsers once wrote it: feed://host and feed:https://host
		address = rest
		if strings.HasPrefix(rest, "//") {
			address = "http:" + rest
		}
	}
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || len(address) > maxURL {
		return feed, fmt.Sprintf("“%s” is no web address", cut(given, 100))
	}
	feed = news.Feed{URL: address, Title: cmp.Or(title, u.Host), Site: cut(get("htmlUrl"), maxURL)}
	if tag, err := language.Parse(get("language")); err == nil && tag != language.Und {
		feed.Language = tag.String()
	}
	return feed, ""
}

// decoder reads the bytes as what they are: marked UTF-16, UTF-8 even where another encoding is declared, the declared one, or,
// where that is unknown, as much of UTF-8 as there is.
func decoder(data []byte) *xml.Decoder {
	asIs := func(_ string, in io.Reader) (io.Reader, error) { return in, nil }
	declared := charset.NewReaderLabel
	if bytes.HasPrefix(data, []byte("\xfe\xff")) || bytes.HasPrefix(data, []byte("\xff\xfe")) {
		// The error is of an odd byte at the end; the rest is there.
		data, _ = unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewDecoder().Bytes(data)
		declared = asIs
	}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	ascii := bytes.IndexFunc(data, func(r rune) bool { return r >= utf8.RuneSelf }) < 0
	if utf8.Valid(data) && !ascii {
		declared = asIs
	}
	reader := io.Reader(bytes.NewReader(data))
	if !utf8.Valid(data) && encodingOf(data) == "" {
		reader = bytes.NewReader(bytes.ToValidUTF8(data, []byte("\uFFFD")))
		declared = asIs
	}
	dec := xml.NewDecoder(reader)
	dec.CharsetReader = declared
	dec.Strict = false
	dec.Entity = xml.HTMLEntity
	return dec
}

// encodingOf is the encoding that the XML declaration names, "" when it names none that is known or UTF-8.
func encodingOf(data []byte) string {
	declaration, _, ok := bytes.Cut(data[:min(len(data), 200)], []byte("?>"))
	if !ok || !bytes.HasPrefix(bytes.TrimSpace(declaration), []byte("<?xml")) {
		return ""
	}
	_, after, ok := strings.Cut(string(declaration), "encoding=")
	if !ok || after == "" {
		return ""
	}
	label, _, _ := strings.Cut(after[1:], after[:1])
	encoding, name := charset.Lookup(label)
	if encoding == nil || name == "utf-8" {
		return ""
	}
	return name
}

// cut shortens s to at most n characters.
func cut(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:n-1]) + "…"
}

type document struct {
	XMLName  xml.Name  `xml:"opml"`
	Version  string    `xml:"version,attr"`
	Title    string    `xml:"head>title"`
	Outlines []element `xml:"body>outline"`
}

type element struct {
	Type     string `xml:"type,attr"`
	Text     string `xml:"text,attr"`
	Title    string `xml:"title,attr"`
	XMLURL   string `xml:"xmlUrl,attr"`
	HTMLURL  string `xml:"htmlUrl,attr,omitempty"`
	Language string `xml:"language,attr,omitempty"`
}

// Write returns the feeds as an OPML document.
func Write(title string, feeds []news.Feed) ([]byte, error) {
	doc := document{Version: "2.0", Title: title}
	for _, f := range feeds {
		doc.Outlines = append(doc.Outlines, element{Type: "rss", Text: f.Title, Title: f.Title, XMLURL: f.URL, HTMLURL: f.Site, Language: f.Language})
	}
	var b bytes.Buffer
	b.WriteString(xml.Header)
	enc := xml.NewEncoder(&b)
	enc.Indent("", "  ")
	if err := enc.Encode(doc); err != nil {
		return nil, fmt.Errorf("write OPML: %w", err)
	}
	b.WriteByte('\n')
	return b.Bytes(), nil
}
