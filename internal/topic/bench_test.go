package topic_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"newsbrief/internal/news"
	"newsbrief/internal/text"
	"newsbrief/internal/topic"
)

// press writes articles and queries in the nine languages. Its words are made of the halves of the profiles' words, as frequent as those of
// real text; one in ten is a profile's own.
type press struct {
	random *rand.Rand
	langs  []tongue
}

type tongue struct {
	lang      string
	words     []string // frequent ones first
	frequency *rand.Zipf
	keywords  []string
	gap       string // between words
}

func newPress(b *testing.B) *press {
	const words = 30_000
	p := &press{random: rand.New(rand.NewPCG(1, 2))}
	for _, lang := range topic.Languages {
		profile, err := os.ReadFile("profiles/" + lang + ".txt")
		if err != nil {
			b.Fatal(err)
		}
		l := tongue{lang: lang, gap: " ", frequency: rand.NewZipf(p.random, 1.1, 6, words-1)}
		latin := lang != "ko" && lang != "ja" && lang != "zh" && lang != "ru"
		if lang == "ja" || lang == "zh" {
			l.gap = ""
		}
		for _, w := range text.Words(string(profile), lang) {
			if letters := strings.IndexFunc(w.Text, func(r rune) bool { return !unicode.IsLetter(r) }) < 0; letters && (w.Script == text.Latin) == latin {
				l.keywords = append(l.keywords, w.Text)
			}
		}
		made := map[string]bool{}
		for len(l.words) < words {
			word := half(l.keywords[p.random.IntN(len(l.keywords))], true) + half(l.keywords[p.random.IntN(len(l.keywords))], false)
			if !made[word] && utf8.RuneCountInString(word) > 2 {
				made[word] = true
				l.words = append(l.words, word)
			}
		}
		p.langs = append(p.langs, l)
	}
	return p
}

func half(s string, first bool) string {
	runes := []rune(s)
	if first {
		return string(runes[:(len(runes)+1)/2])
	}
	return string(runes[len(runes)/2:])
}

// article has 300 to 600 words.
func (p *press) article() topic.Doc {
	l := p.langs[p.random.IntN(len(p.langs))]
	write := func(n int) string {
		var b strings.Builder
		for i := range n {
			word := l.words[l.frequency.Uint64()]
			if i%10 == 0 {
				word = l.keywords[p.random.IntN(len(l.keywords))]
			}
			b.WriteString(word)
			switch {
			case i%15 == 14:
				b.WriteString(". ")
			case i%6 == 5:
				b.WriteString(", ")
			default:
				b.WriteString(l.gap)
			}
		}
		return b.String()
	}
	return topic.Doc{Title: write(8), Text: write(300 + p.random.IntN(301)), Source: "Harbour Post", Language: l.lang}
}

// query is one as people make them: one to four words, of which others than the first may be such as are in most articles.
func (p *press) query() string {
	l := p.langs[p.random.IntN(len(p.langs))]
	telling := func() string { return l.words[p.random.IntN(len(l.words))] }
	more := func() string {
		if p.random.IntN(2) == 0 {
			return l.words[l.frequency.Uint64()]
		}
		return telling()
	}
	switch n := p.random.IntN(100); {
	case n < 25:
		return telling()
	case n < 45:
		return telling() + " " + more()
	case n < 55:
		return telling() + " " + more() + " " + more()
	case n < 65:
		return `"` + more() + " " + telling() + `"`
	case n < 80:
		return telling() + " OR " + telling()
	case n < 85:
		return "(" + telling() + " OR " + telling() + ") " + more()
	case n < 90:
		return telling() + " -" + more()
	case n < 93:
		return half(telling()+telling(), true) + "*"
	case n < 96:
		return "title:" + telling()
	case n < 98:
		return "source:" + []string{"post", "herald", `"Daily Mail"`}[p.random.IntN(3)] + " " + telling()
	}
	return "lang:" + l.lang + " " + telling()
}

const subscribed = 100_000

// BenchmarkMatch measures an article of nine languages against 100,000 queries, each time another article: words cut and stemmed, which is
// done once for what follows; the built-in topics; the queries by the index; all of that as Index.Match does it; and the queries
// one by one.
func BenchmarkMatch(b *testing.B) {
	p := newPress(b)
	queries := make([]string, subscribed)
	for i := range queries {
		queries[i] = p.query()
	}
	articles := make([]topic.Doc, 1500)
	for i := range articles {
		articles[i] = p.article()
	}
	benchmarkMatch(b, queries, articles)
}

func benchmarkMatch(b *testing.B, queries []string, articles []topic.Doc) {
	x := topic.NewIndex()
	before := inUse()
	for i, q := range queries {
		if err := x.Put(news.Topic{ID: topicID(i), Query: q}); err != nil {
			b.Fatal(err)
		}
	}
	for _, d := range articles { // it learns which words are common
		x.Match(d)
	}
	perQuery := float64(inUse()-before) / float64(len(queries))
	each := func(name string, do func(d topic.Doc)) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				do(articles[i%len(articles)])
			}
		})
	}
	each("cut", topic.Cut)
	parts := make([]topic.Parts, len(articles))
	for i, d := range articles {
		parts[i] = topic.PartsOf(x, d)
	}
	b.Run("builtin", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			parts[i%len(parts)].Builtin()
		}
	})
	b.Run("queries", func(b *testing.B) {
		n := 0
		for i := 0; b.Loop(); i++ {
			n += parts[i%len(parts)].Queries()
		}
		b.ReportMetric(float64(n)/float64(b.N), "matches/op")
		b.ReportMetric(perQuery, "B/query")
	})
	each("all", func(d topic.Doc) { x.Match(d) })
	b.Run("subscribe", func(b *testing.B) { // and unsubscribe
		for i := 0; b.Loop(); i++ {
			if err := x.Put(news.Topic{ID: "2/new", Query: queries[i%len(queries)] + " OR new" + fmt.Sprint(i)}); err != nil {
				b.Fatal(err)
			}
			x.Delete("2/new")
		}
	})
	b.Run("loop", func(b *testing.B) {
		match := topic.Loop(b, queries)
		for i := 0; b.Loop(); i++ {
			match(articles[i%len(articles)])
		}
	})
}

func topicID(i int) news.TopicID { return news.TopicID(fmt.Sprintf("1/%d", i)) }

func inUse() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
