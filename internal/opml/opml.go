// Package opml reads and writes lists of feeds, in folders or not, as OPML 2.0 (http://opml.org/spec2.opml), the format readers
// exchange them in.
package opml

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
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
	maxName  = 100 // of a folder
	maxDepth = 20  // of folders; what is deeper counts as being in the last of them
)

// List is what an OPML document holds.
type List struct {
	Feeds    []news.Feed // each URL once, in the order they stand there
	Folders  []Folder    // those that feeds stand in, in the order they begin
	Problems []Problem   // what is left out, by line, but first where the file breaks off
}

// Folder is a folder with the feeds that stand in it itself, not in folders of its own.
type Folder struct {
	Path  []string // the names from the outermost folder to this one
	Feeds []int    // of List.Feeds
}

// Problem is a line that is left out, and why: a sentence without a full stop.
type Problem struct {
	Line int
	Text string
}

func (p Problem) String() string { return fmt.Sprintf("line %d: %s", p.Line, p.Text) }

// Read returns what an OPML document lists. Outlines whose address can't be a feed's are left out and told as problems; so is what
// follows a place that is no XML any more. An error, in words for the person who gave the file, means that it holds nothing of use.
func Read(data []byte) (List, error) {
	r := reader{feeds: map[string]int{}, folders: map[[sha256.Size]byte]int{}}
	if err := r.read(decoder(data)); err != nil {
		return List{}, err
	}
	if !r.root {
		return List{}, errors.New("there is no <opml> in it")
	}
	if len(r.list.Feeds) == 0 && len(r.list.Problems) == 0 {
		return List{}, errors.New("it lists no feeds")
	}
	r.list.Folders = slices.DeleteFunc(r.list.Folders, func(f Folder) bool { return len(f.Feeds) == 0 })
	return r.list, nil
}

// reader is where the reading of a document stands.
type reader struct {
	list    List
	root    bool                      // <opml> was there
	open    []string                  // the names of the outlines we are in, "" for those that are no folders
	feeds   map[string]int            // of list.Feeds by URL
	folders map[[sha256.Size]byte]int // of list.Folders by hash of the path
}

func (r *reader) read(dec *xml.Decoder) error {
	for {
		line, _ := dec.InputPos()
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			line, _ = dec.InputPos()
			if len(r.list.Feeds) == 0 {
				return fmt.Errorf("it can't be read at line %d: %w", line, plain(err))
			}
			broken := Problem{line, fmt.Sprintf("everything from here on, where the file is broken: %v", plain(err))}
			r.list.Problems = slices.Insert(r.list.Problems, 0, broken) // before what is but one line
			return nil
		}
		switch token := token.(type) {
		case xml.StartElement:
			name := strings.ToLower(token.Name.Local)
			if !r.root && name != "opml" {
				return errors.New(notOPML(name))
			}
			r.root = true
			if name == "outline" {
				r.outline(token.Attr, line)
			}
		case xml.EndElement:
			if strings.EqualFold(token.Name.Local, "outline") && len(r.open) > 0 {
				r.open = r.open[:len(r.open)-1]
			}
		}
	}
}

// plain is what is wrong with XML, without the line, which is told already.
func plain(err error) error {
	if broken := (*xml.SyntaxError)(nil); errors.As(err, &broken) {
		return errors.New(broken.Msg)
	}
	return err
}

// notOPML says what a document is that begins with another element.
func notOPML(root string) string {
	switch root {
	case "html":
		return "it is a web page"
	case "rss", "feed", "rdf":
		return "it is a feed itself, which /feed add takes by its address"
	}
	return "it begins with <" + cut(root, 40) + "> instead of <opml>"
}

// outline takes in an outline: a folder, a feed, or both.
func (r *reader) outline(attributes []xml.Attr, line int) {
	feed, problem, folder := outline(attributes)
	defer func() { r.open = append(r.open, folder) }()
	if problem != "" {
		r.list.Problems = append(r.list.Problems, Problem{line, problem})
		return
	}
	if feed.URL == "" {
		return
	}
	n, known := r.feeds[feed.URL]
	if !known {
		n = len(r.list.Feeds)
		r.feeds[feed.URL] = n
		r.list.Feeds = append(r.list.Feeds, feed)
	}
	var path []string
	for _, name := range r.open[:min(len(r.open), maxDepth)] {
		if name != "" {
			path = append(path, name)
		}
	}
	if len(path) == 0 {
		return
	}
	key := sha256.Sum256([]byte(strings.Join(path, "\x00")))
	at, begun := r.folders[key]
	if !begun {
		at = len(r.list.Folders)
		r.folders[key] = at
		r.list.Folders = append(r.list.Folders, Folder{Path: path})
	}
	if in := r.list.Folders[at].Feeds; !known || !slices.Contains(in, n) {
		r.list.Folders[at].Feeds = append(r.list.Folders[at].Feeds, n)
	}
}

// outline is the feed an outline stands for or why it can't be one, and for a folder its name. Exporters disagree about the case of
// attributes' names, and some write a feed's address as url, which the specification has for links and includes.
func outline(attributes []xml.Attr) (feed news.Feed, problem, folder string) {
	get := func(name string) string {
		for _, a := range attributes {
			if strings.EqualFold(a.Name.Local, name) {
				return strings.Join(strings.Fields(a.Value), " ")
			}
		}
		return ""
	}
	title := cut(cmp.Or(get("title"), get("text")), maxTitle)
	kind := strings.ToLower(get("type"))
	isFeed := kind == "rss" || kind == "atom" || kind == "feed" || kind == "rdf" || kind == "json"
	given := get("xmlUrl")
	if given == "" && isFeed {
		given = cmp.Or(get("url"), get("feedUrl"))
	}
	switch {
	case given == "" && isFeed:
		return feed, fmt.Sprintf("“%s” has no address (xmlUrl)", cut(title, 100)), ""
	case given == "" && kind == "" && get("url") != "":
		return feed, fmt.Sprintf("“%s” links a page (url) and names no feed (xmlUrl)", cut(title, 100)), ""
	case given == "":
		return feed, "", cut(cmp.Or(get("text"), title), maxName)
	}
	address := webAddress(given)
	if address == "" {
		return feed, fmt.Sprintf("“%s” is no web address", cut(given, 100)), ""
	}
	u, _ := url.Parse(address)
	feed = news.Feed{URL: address, Title: cmp.Or(title, cut(u.Host, maxTitle)), Site: cut(get("htmlUrl"), maxURL)}
	if tag, err := language.Parse(get("language")); err == nil && tag != language.Und {
		feed.Language = tag.String()
	}
	return feed, "", ""
}

// webAddress is the address as it can be fetched, "" when it is none. Browsers once wrote feed://host and feed:https://host, and
// people leave the scheme out.
func webAddress(given string) string {
	address := given
	if rest, ok := strings.CutPrefix(address, "feed:"); ok {
		address = rest
	}
	if strings.HasPrefix(address, "//") {
		address = "http:" + address
	} else if host, _, _ := strings.Cut(address, "/"); strings.Contains(host, ".") && !strings.ContainsAny(host, " :@") {
		address = "https://" + address
	}
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || !utf8.ValidString(u.Host) || utf8.RuneCountInString(address) > maxURL {
		return ""
	}
	return address
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

// element is a feed or, with feeds in it, a folder.
type element struct {
	Type     string    `xml:"type,attr,omitempty"`
	Text     string    `xml:"text,attr"`
	Title    string    `xml:"title,attr"`
	XMLURL   string    `xml:"xmlUrl,attr,omitempty"`
	HTMLURL  string    `xml:"htmlUrl,attr,omitempty"`
	Language string    `xml:"language,attr,omitempty"`
	Outlines []element `xml:"outline"`
}

// Write returns a list as an OPML document: its folders first, in each the feeds that stand in it, then the feeds without a folder.
// Folders in folders are written as such.
func Write(title string, list List) ([]byte, error) {
	doc := document{Version: "2.0", Title: title}
	placed := make([]bool, len(list.Feeds))
	for _, folder := range list.Folders {
		in := &doc.Outlines
		for _, name := range folder.Path {
			i := slices.IndexFunc(*in, func(e element) bool { return e.XMLURL == "" && e.Text == name })
			if i < 0 {
				i = len(*in)
				*in = append(*in, element{Text: name, Title: name})
			}
			in = &(*in)[i].Outlines
		}
		for _, n := range folder.Feeds {
			placed[n] = true
			*in = append(*in, outlineOf(list.Feeds[n]))
		}
	}
	for n, f := range list.Feeds {
		if !placed[n] {
			doc.Outlines = append(doc.Outlines, outlineOf(f))
		}
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

func outlineOf(f news.Feed) element {
	return element{Type: "rss", Text: f.Title, Title: f.Title, XMLURL: f.URL, HTMLURL: f.Site, Language: f.Language}
}
