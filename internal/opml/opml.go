// Package opml reads and writes lists of feeds as OPML 2.0 (http://opml.org/spec2.opml), the format readers exchange them in.
package opml

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"golang.org/x/net/html/charset"

	"newsbrief/internal/news"
)

type document struct {
	XMLName xml.Name `xml:"opml"`
	Version string   `xml:"version,attr"`
	Title   string   `xml:"head>title"`
	Body    struct {
		Outlines []outline `xml:"outline"`
	} `xml:"body"`
}

type outline struct {
	Type     string    `xml:"type,attr,omitempty"`
	Text     string    `xml:"text,attr"`
	Title    string    `xml:"title,attr,omitempty"`
	XMLURL   string    `xml:"xmlUrl,attr,omitempty"`
	HTMLURL  string    `xml:"htmlUrl,attr,omitempty"`
	Language string    `xml:"language,attr,omitempty"`
	Outlines []outline `xml:"outline"`
}

// Read returns the feeds of an OPML document, folders flattened, each URL once. Outlines whose address can't be a feed's are left
// out and told in problems. An error says at which line the document can't be read.
func Read(data []byte) (feeds []news.Feed, problems []string, err error) {
	dec := xml.NewDecoder(bytes.NewReader(data))
	dec.CharsetReader = charset.NewReaderLabel
	dec.Strict = false
	dec.Entity = xml.HTMLEntity
	var doc document
	if err := dec.Decode(&doc); err != nil {
		line, _ := dec.InputPos()
		return nil, nil, fmt.Errorf("line %d: %w", line, err)
	}
	seen := map[string]bool{}
	var walk func([]outline)
	walk = func(outlines []outline) {
		for _, o := range outlines {
			walk(o.Outlines)
			address := strings.TrimSpace(o.XMLURL)
			if address == "" {
				if strings.EqualFold(o.Type, "rss") {
					problems = append(problems, fmt.Sprintf("%q has no xmlUrl", o.Text))
				}
				continue
			}
			u, err := url.Parse(address)
			if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
				problems = append(problems, fmt.Sprintf("%q is no web address", address))
				continue
			}
			if seen[address] {
				continue
			}
			seen[address] = true
			title := strings.TrimSpace(o.Title)
			if title == "" {
				title = strings.TrimSpace(o.Text)
			}
			if title == "" {
				title = u.Host
			}
			feeds = append(feeds, news.Feed{URL: address, Title: title, Site: strings.TrimSpace(o.HTMLURL), Language: o.Language})
		}
	}
	walk(doc.Body.Outlines)
	if len(feeds) == 0 && len(problems) == 0 {
		return nil, nil, errors.New("it lists no feeds")
	}
	return feeds, problems, nil
}

// Write returns the feeds as an OPML document.
func Write(title string, feeds []news.Feed) ([]byte, error) {
	doc := document{Version: "2.0", Title: title}
	for _, f := range feeds {
		doc.Body.Outlines = append(doc.Body.Outlines, outline{Type: "rss", Text: f.Title, Title: f.Title, XMLURL: f.URL, HTMLURL: f.Site, Language: f.Language})
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
