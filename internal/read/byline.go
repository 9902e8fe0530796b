package read

import (
	"cmp"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"newsbrief/internal/text"
)

// credit is what an element says that is marked as naming the author.
type credit struct {
	text  string
	at    int  // bytes of text that stand before it
	exact bool // the element is marked as holding the name alone
	guess bool // nothing marks it but a word like "By"
}

// credit keeps what n says of the author, if it does.
func (v *view) credit(n *html.Node, says className, aside bool) {
	exact := attr(n, "itemprop") == "author" || n.DataAtom == atom.A && (attr(n, "rel") == "author" || strings.Contains(attr(n, "href"), "/author/"))
	if !exact && !says.author || aside || len(v.authors) >= maxCredits || n.DataAtom == atom.Body || n.DataAtom == atom.Meta {
		return
	}
	s := content(n)
	for c := range n.Descendants() {
		if c.Type == html.ElementNode && attr(c, "itemprop") == "name" {
			s, exact = cmp.Or(attr(c, "content"), content(c)), true
			break
		}
	}
	if s = text.CleanLines(strings.ToValidUTF8(s[:min(len(s), 300)], "")); s != "" {
		v.authors = append(v.authors, credit{text: s, at: v.at, exact: exact})
	}
}

// authorNames are meta tags that name the author.
var authorNames = []string{"article:author", "article:author_name", "parsely-author", "byl", "author", "sailthru.author", "dc.creator", "dcterms.creator", "citation_author", "citation_authors"}

// byline chooses the authors' names: what the page states for other programs, then what people see. The name of the outlet counts
// when no person is named.
func (m *metadata) byline(seen *view, page *url.URL) string {
	outlet := []string{m.first("og:site_name", "application-name", "publisher"), m.ld.publisher, siteName(page)}
	stated := append([]string{m.ld.author}, m.all(authorNames)...)
	if authorLabel.MatchString(m.first("twitter:label1")) {
		stated = append(stated, m.first("twitter:data1"))
	}
	var house string
	isOutlet := func(s string) bool {
		return slices.ContainsFunc(outlet, func(o string) bool { return names(s, o) })
	}
	for _, s := range append(stated, seen.credits()...) {
		switch names := people(s, isOutlet); {
		case names == "":
		case isOutlet(names):
			house = cmp.Or(house, names)
		default:
			return names
		}
	}
	return house
}

// names reports whether s is the name of an outlet, begins with it ("CBS News") or is a word that the outlet's name begins with.
func names(s, outlet string) bool {
	a, b := letterString(s), letterString(outlet)
	return b != "" && (a == b || len(b) > 2 && strings.HasPrefix(a, b) || len(a) > 2 && strings.HasPrefix(b, a) && !strings.Contains(s, " "))
}

// credits returns what people see of the author, best first: what stands near the headline, and there the elements that hold
// nothing but names. Several names that stand together are one.
func (v *view) credits() (list []string) {
	far := func(c credit) bool { return v.headAt >= 0 && (c.at < v.headAt-400 || c.at > v.headAt+1500) }
	v.authors = slices.DeleteFunc(v.authors, func(c credit) bool { return c.guess && (v.headAt < 0 || c.at < v.headAt || far(c)) })
	slices.SortStableFunc(v.authors, func(a, b credit) int {
		rank := func(c credit) int {
			r := 0
			if far(c) {
				r += 2
			}
			if !c.exact {
				r++
			}
			return r
		}
		return rank(a) - rank(b)
	})
	var together []string
	for _, c := range v.authors {
		if first := v.authors[0]; c.exact && first.exact && far(c) == far(first) && c.at-first.at < 150 {
			if !slices.Contains(together, c.text) {
				together = append(together, c.text)
			}
			continue
		}
		list = append(list, c.text)
	}
	if len(together) > 0 {
		list = append([]string{strings.Join(together, ", ")}, list...)
	}
	return list
}

var (
	// unmarkedByline is how a line begins that names the author without saying so to programs.
	unmarkedByline = regexp.MustCompile(`^(?:[Bb]y|BY|Von|VON|Par|Por|Door|Автор:?)\s+\p{Lu}[\p{L}.'’-]*(?:\s+[\p{L}.'’-]+){0,2}\s+\p{Lu}[\p{L}.'’-]+\s*(?:$|[,|/–—(&]|\s(?:and|und|et|y|e|for)\s)|^\p{Hangul}{2,4} (?:\p{Hangul}{2})?기자(?:$|\s)`)
	authorLabel    = regexp.MustCompile(`(?i)^(?:written by|author|by|verfasst von|geschrieben von|autor|écrit par|auteur|escrito por|scritto da|geschreven door|написано|автор|投稿者|執筆者|글쓴이|작성자)`)
	byPrefix       = regexp.MustCompile(`(?i)^(?:[\s:：,|>»–-]+|(?:post author\s+)?(?:[\p{L}&-]+\s+){0,2}by\b:?|(?:(?:ein\s+)?(?:beitrag|artikel|text|kommentar|bericht|interview|verfasst|geschrieben|erstellt|eingestellt|veröffentlicht|gepostet)\s+)?von\b:?|par\b:?|por\b:?|di\b:|a cura di\b|door\b:?|af\b:?|(?:autor(?:in|es|a)?|authors?|auteur|автор)(?::|\s)|(?:\p{L}+(?:\s+|,\s+)?){1,3}:\s|(?:作者|撰文|文(?:字)?\s*[/:：]|(?:本报|本報)?记者|記者|編輯\s*[:：]|글\s*[:=]|글쓴이|作成者)[:：/]?)\s*`)
	// role is what follows a name: what someone does, or that the name is over.
	role = lazily(`(?i)(?:(?:^|[^\p{L}])(?:(?:senior|staff|chief|deputy|managing|contributing|associate|executive|political|politics|science|news|sports?|business|health|technology|tech|guest|opinion|national|foreign|features?|culture|investigative|legal|white house|environment|education)\s+)*(?:editors?|editor-at-large|editor-in-chief|reporters?|correspondents?|writers?|journalists?|columnists?|contributors?|producers?|critics?|analysts?|director|professor|lecturer|researcher|fellow|freelancer?|founder|ceo|president|author|` +
		`(?:chef)?redakteur(?:in)?|redaktion|korrespondent(?:in)?|reporterin|volontär(?:in)?|autor(?:in)?|journaliste?|rédact\w+|correspondante?|periodista|redactora?|corresponsal|jornalista|repórter|giornalista|` +
		`e-?mail|twitter|facebook|linkedin|instagram|bio|follow|(?:view|see|show|more|about|über) (?:all|more|full|from|by|the|den|die|profile|stories)|alle artikel|articles|updated|published|posted|share|contact|profile|says?|sagt|schreibt|wrote|reports?|copyright|©|all rights|is an?|ist (?:ein|der|die)|an? \p{Ll}+|(?:am|on) (?:mon|tues|wednes|thurs|fri|satur|sun)day|am (?:\p{L}+tag|mittwoch)|veröffentlicht|publié|publicado|pubblicato|(?:for|für) (?:the|die|den|das)|(?:mon|tues|wednes|thurs|fri|satur|sun)day)(?:[^\p{L}]|$)|корреспондент|журналист|редактор|обозреватель|\s(?:am|on|at|le|el)\s+\d)`)
	afterName = regexp.MustCompile(`(?:\s+|^)(?:(?:선임|수습|인턴|전문|객원)?기자|특파원|논설위원|앵커|編集委員|記者|编辑|報導|报道)$`)
	between   = regexp.MustCompile(`(?i)\s*(?:[,;、，&＆]|\s(?:and|und|et|y|e|en|och|og|и|with|-)(?:\s|$))\s*`)
	handle    = regexp.MustCompile(`(?:^|\s)/?(?:@\w+|https?://\S+)|[\w.+\-]+@[\w\-]+(?:\.[\w\-]+)+`)
	domain    = regexp.MustCompile(`(?i)^(?:www\.)?[\w-]+(?:\.[\w-]+)*\.[a-z]{2,6}$`)
	nobody    = regexp.MustCompile(`(?i)^(?:admin\w*|webmaster|root|guest|null|undefined|none|n/?a|unknown|anonym(?:ous)?|unbenannt|name\b.*|staff|von|by|untitled|default|post|\P{L}*\p{Latin}?\P{L}*|.*[<>©].*|\W?\d.*|.*\s\d.*)$`)
)

// people returns the names in a byline, without what stands around them: "By", a date, a job, an address, the outlet.
func people(s string, isOutlet func(string) bool) string {
	s = person(s)
	if at := datePhrase.FindStringIndex(s); at != nil {
		s = s[:at[0]]
	}
	s = handle.ReplaceAllString(s, " ")
	for part := range strings.FieldsFuncSeq(s, func(r rune) bool { return strings.ContainsRune("\n|•—–·»", r) }) {
		part = unprefixed(part)
		if isOutlet(part) {
			part, _ = nameIn(part)
			return part
		}
		var names []string
		whole := true // nothing but names
		for i, piece := range between.Split(part, -1) {
			if i == maxNames {
				whole = false
				break
			}
			name, more := nameIn(piece)
			whole = whole && name == piece
			if name != "" && !slices.Contains(names, name) && !isOutlet(name) {
				names = append(names, name)
			} else {
				whole = false
			}
			if !more {
				whole = false
				break
			}
		}
		switch {
		case len(names) == 0:
		case whole:
			return part
		default:
			return strings.Join(names, ", ")
		}
	}
	return ""
}

// maxNames is how many authors a byline names; studies have hundreds.
const maxNames = 8

// unprefixed takes what leads to the names off the beginning: "Analysis by Jo Doe".
func unprefixed(s string) string {
	for s = strings.TrimSpace(s); ; {
		rest := strings.TrimSpace(byPrefix.ReplaceAllString(s, ""))
		if rest == s {
			return s
		}
		s = rest
	}
}

// nameIn returns the name that s is, or "". It reports whether other names may follow.
func nameIn(s string) (name string, more bool) {
	more = true
	if at := role().FindStringIndex(s); at != nil {
		s, more = s[:at[0]], false
	}
	if i := strings.IndexAny(s, "(（[=＝"); i > 0 {
		s = s[:i]
	}
	s = strings.Trim(afterName.ReplaceAllString(strings.TrimSpace(s), ""), " \t:*\"“”/-")
	words := strings.Fields(s)
	for len(words) > 1 && particle[strings.ToLower(words[len(words)-1])] {
		words = words[:len(words)-1] // what led to a date
	}
	for n := 1; n <= len(words)/2; n++ { // "Jo Doe Jo Doe": a picture's text and the name
		if slices.Equal(words[:n], words[n:2*n]) {
			words = words[:n]
			break
		}
	}
	s = strings.Join(words, " ")
	switch {
	case domain.MatchString(s), len(words) > 6, utf8.RuneCountInString(s) > 60, mostlySmall(words):
		return "", false
	case nobody.MatchString(s):
		return "", more
	}
	return s, more
}

var particle = wordSet("le la el il the a on at am um den der de von by")

// mostlySmall reports whether more than half of several words begin small, as those of a name don't.
func mostlySmall(words []string) bool {
	small := 0
	for _, w := range words {
		if r, _ := utf8.DecodeRuneInString(w); unicode.IsLower(r) {
			small++
		}
	}
	return len(words) > 3 && small*2 > len(words)
}

// siteName returns what tells a host's name apart: "example" of "www.example.co.uk".
func siteName(page *url.URL) string {
	name := ""
	for label := range strings.SplitSeq(page.Hostname(), ".") {
		if len(label) > len(name) {
			name = label
		}
	}
	return name
}
