package story

import (
	"hash/maphash"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"newsbrief/internal/text"
)

// telling is what is remembered of one article to recognise its copies and the other issues of a series it belongs to.
type telling struct {
	source  string
	when    time.Time
	title   uint64   // the folded title
	pattern uint64   // the title with its numbers and dates taken out
	dates   []string // days and months in the title
	prints  []uint64 // smallest hashes of its word sequences
	decimal []string // the numbers with a decimal point in the title, also inside a word: M6.1
	label   string   // what the title begins with and a colon ends, or brackets hold: the name of a column or series
	casing  casing   // of the title
}

const (
	shingleWords = 4
	maxPrints    = 32
	copyShare    = 0.6
	seriesGap    = 18.0 // hours
)

var seed = maphash.MakeSeed()

func newTelling(d Doc, read *reading, all wording) telling {
	t := telling{source: d.Source, when: d.when()}
	var title, pattern strings.Builder
	var numbers []string
	for _, w := range read.words {
		title.WriteString(w.Text + " ")
		switch {
		case calendarWord(w.Text, read.lang):
			t.dates = append(t.dates, w.Text)
		case strings.IndexFunc(w.Text, unicode.IsDigit) >= 0:
			t.decimal = append(t.decimal, decimals(w.Text)...)
			numbers = append(numbers, w.Text)
		default:
			pattern.WriteString(w.Text + " ")
		}
	}
	if len(t.dates) > 0 {
		t.dates = append(t.dates, numbers...) // the day, most likely
	}
	t.title = maphash.String(seed, title.String())
	t.pattern = maphash.String(seed, pattern.String())
	t.label, t.casing = label(head(d.Title, titleBytes)), read.casing()
	t.prints = all.prints()
	return t
}

// full reports whether the article came with a text.
func (t telling) full() bool { return len(t.prints) > 0 }

// decimals are the parts of a word that are digits, a point or comma, and digits.
func decimals(word string) []string {
	var found []string
	for part := range strings.FieldsFuncSeq(word, func(r rune) bool { return !unicode.IsDigit(r) && r != '.' && r != ',' }) {
		if i := strings.IndexAny(part, ".,"); i > 0 && i+1 < len(part) && len(part)-i <= 3 {
			found = append(found, strings.Replace(part, ",", ".", 1))
		}
	}
	return found
}

// prints are the smallest hashes of the text's word sequences: two texts share about as many of them as they share wording
// (Broder, "On the resemblance and containment of documents", 1997).
func (w wording) prints() []uint64 {
	body := w[slices.IndexFunc(w, func(p placed) bool { return p.hash == textBegins })+1:]
	if len(body) < 2*shingleWords {
		return nil
	}
	all := make([]uint64, 0, len(body))
	for i := 0; i+shingleWords <= len(body); i++ {
		h := uint64(0)
		for _, p := range body[i : i+shingleWords] {
			h = (h ^ uint64(p.hash)) * 0x9E3779B97F4A7C15 // the golden ratio spreads the bits
			h ^= h >> 32
		}
		all = append(all, h)
	}
	slices.Sort(all)
	all = slices.Compact(all)
	return slices.Clone(all[:min(len(all), maxPrints)])
}

// copies reports whether the two texts are nearly the same; articles without a text are copies when their titles are equal.
func (t telling) copies(o telling) bool {
	if len(t.prints) == 0 || len(o.prints) == 0 {
		return t.title == o.title
	}
	// Of the smallest hashes of both texts together, the share that both have.
	same, i, j, n := 0, 0, 0, 0
	for n < maxPrints && i < len(t.prints) && j < len(o.prints) {
		switch a, b := t.prints[i], o.prints[j]; {
		case a == b:
			same++
			i++
			j++
		case a < b:
			i++
		default:
			j++
		}
		n++
	}
	return float64(same) >= copyShare*float64(n)
}

// label is the beginning of a title that names a column or kind of news rather than what happened: up to four words before
// a colon, or in brackets. "" when there is none, or when any news may carry it.
func label(title string) string {
	title = strings.TrimSpace(title)
	found := ""
	if r := []rune(title); len(r) > 0 && strings.ContainsRune("[【〔（(", r[0]) {
		if i := strings.IndexAny(title, "]】〕）)"); i > 0 {
			found = title[len(string(r[0])):i]
		}
	} else if i := strings.LastIndex(title, "【"); i > 0 && strings.HasSuffix(title, "】") {
		found = strings.TrimSuffix(title[i+len("【"):], "】")
	} else if i := strings.IndexAny(title, ":：|"); i > 0 && (strings.HasPrefix(title[i:], "：") || strings.HasPrefix(title[i+1:], " ")) {
		found = title[:i]
	}
	found = text.Fold(strings.TrimSpace(found))
	if n := len(strings.Fields(found)); n == 0 || n > 4 || len(found) > 60 {
		return ""
	}
	for word := range strings.FieldsSeq(found) {
		if anyNews[strings.TrimFunc(word, func(r rune) bool { return !unicode.IsLetter(r) })] {
			return ""
		}
	}
	return found
}

// anyNews are labels that say nothing about what a title is about.
var anyNews = func() map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq("update updated breaking exclusive live video watch photos analysis opinion editorial report reports urgent alert correction " +
		"eilmeldung exklusiv kommentar liveblog liveticker última urgente directo opinión vídeo direct urgence vidéo срочно видео мнение " +
		"속보 단독 종합 영상 포토 사설 快讯 快訊 突发 突發 独家 獨家 视频 影片 速報 独自 動画") {
		m[w] = true
	}
	return m
}()

// casing is what the capitals of a title are for.
type casing uint8

const (
	alikeForAll casing = iota // the script has none, or all nouns have one, as in German
	forNames
	forTitles // nearly every word has one
)

func (r *reading) casing() casing {
	big, small, others := 0, 0, 0
	for _, w := range r.words {
		if text.Stopword(w.Text, r.lang) || w.Script == text.None {
			continue
		}
		if first, _ := utf8.DecodeRuneInString(r.s[w.Start:]); unicode.IsUpper(first) {
			big++
		} else if unicode.IsLower(first) {
			small++
		} else {
			others++
		}
	}
	switch {
	case r.lang == "de" || big+small <= others:
		return alikeForAll
	case big > 0 && small*3 <= big:
		return forTitles
	}
	return forNames
}
