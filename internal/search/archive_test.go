package search

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"newsbrief/internal/news"
)

var archiveSize = flag.Int("archive", 5000, "how many articles BenchmarkArchive indexes")

// press makes articles that are distributed like those of an archive: words after Zipf, most articles in one language, lengths of 30
// to 130 words, as feeds carry them.
type press struct {
	random *rand.Rand
	words  map[string]*lexicon
}

type lexicon struct {
	words []string
	rank  *rand.Zipf
	space string
}

var languages = []string{"en", "en", "en", "de", "fr", "es", "ru", "ko", "zh", "ja"}

const (
	feeds   = 300
	outlets = 120
)

func newPress() *press {
	p := &press{random: rand.New(rand.NewPCG(1, 2)), words: map[string]*lexicon{}}
	for _, lang := range languages {
		if p.words[lang] != nil {
			continue
		}
		l := &lexicon{space: " "}
		parts, longest, count := strings.Fields("ba de ri mo lun ter sa ki von est or ma pre ti cal no fer us gra in"), 4, 60_000
		switch lang {
		case "ru":
			parts = strings.Fields("ба де ри мо лун тер са ки вон ест ор ма пре ти кал но фер ус гра ин")
		case "ko":
			parts, longest = strings.Split("가나다라마바사아자차카타파하거너더러머버서어저처고노도로모보소오조초구누두루무부수우주추기니디리미비시이지치은는을를에의와과", ""), 3
		case "zh", "ja":
			l.space, longest, count = "", 2, 20_000
			for r := range rune(2500) {
				parts = append(parts, string('一'+r*7))
			}
		}
		seen := map[string]bool{}
		for len(l.words) < count {
			var w strings.Builder
			for range 1 + p.random.IntN(longest) + len(l.words)*longest/count {
				w.WriteString(parts[p.random.IntN(len(parts))])
			}
			if !seen[w.String()] || len(l.words) < 200 {
				seen[w.String()] = true
				l.words = append(l.words, w.String())
			}
		}
		l.rank = rand.NewZipf(p.random, 1.05, 10, uint64(count-1))
		p.words[lang] = l
	}
	return p
}

func (p *press) text(lang string, n int) string {
	l := p.words[lang]
	words := make([]string, n)
	for i := range words {
		words[i] = l.words[l.rank.Uint64()]
	}
	return strings.Join(words, l.space)
}

// article is the nth article, one a minute.
func (p *press) article(n int) news.Article {
	lang := languages[p.random.IntN(len(languages))]
	at := day.Add(time.Duration(n) * time.Minute)
	feed := p.random.IntN(feeds)
	return news.Article{
		ID:       news.ArticleID(at.UnixMilli()<<22 | int64(n)&0xfff),
		Title:    p.text(lang, 6+p.random.IntN(6)),
		Text:     p.text(lang, 30+p.random.IntN(100)),
		Language: lang, Source: fmt.Sprintf("Outlet %d", feed%outlets), Feeds: []news.FeedID{news.FeedID(feed + 1)}, Published: at,
	}
}

// words are n words of a language, neither the rarest nor the most frequent.
func (p *press) query(n int) string {
	lang := languages[p.random.IntN(len(languages))]
	l := p.words[lang]
	words := make([]string, n)
	for i := range words {
		words[i] = l.words[20+p.random.IntN(5000)]
	}
	return strings.Join(words, " ")
}

// BenchmarkArchive measures what issue-sized archives cost: go test -bench Archive -benchtime 2000x -archive 200000
func BenchmarkArchive(b *testing.B) {
	dir := filepath.Join(b.TempDir(), "index")
	x, err := Open(dir)
	if err != nil {
		b.Fatal(err)
	}
	p := newPress()
	var put []time.Duration
	for n := 0; n < *archiveSize; {
		batch := make([]news.Article, min(500, *archiveSize-n))
		for i := range batch {
			batch[i] = p.article(n)
			n++
		}
		start := time.Now()
		if err := x.Put(batch, uint64(n)); err != nil {
			b.Fatal(err)
		}
		put = append(put, time.Since(start))
	}
	if err := x.Close(); err != nil {
		b.Fatal(err)
	}
	start := time.Now()
	if x, err = Open(dir); err != nil {
		b.Fatal(err)
	}
	defer x.Close()
	if n, err := x.Count(); err != nil || n != uint64(*archiveSize) {
		b.Fatalf("%d articles, %v", n, err)
	}
	opened := time.Since(start)
	now := day.Add(time.Duration(*archiveSize) * time.Minute)
	var all, some []news.FeedID
	for i := range news.FeedID(feeds) {
		if all = append(all, i+1); i < 30 {
			some = append(some, i+1)
		}
	}
	for _, c := range []struct {
		name  string
		query func() Query
	}{
		{"words", func() Query { return Query{Text: p.query(1 + p.random.IntN(3)), Now: now} }},
		{"words of all feeds", func() Query { return Query{Text: p.query(1 + p.random.IntN(3)), Now: now, Feeds: all} }},
		{"words of some feeds", func() Query { return Query{Text: p.query(1 + p.random.IntN(3)), Now: now, Feeds: some} }},
		{"words of the last week", func() Query {
			return Query{Text: p.query(1 + p.random.IntN(3)), Now: now, Feeds: all, Since: now.Add(-7 * 24 * time.Hour)}
		}},
		{"a phrase", func() Query { return Query{Text: `"` + p.query(2) + `"`, Now: now} }},
		{"a prefix", func() Query {
			w := []rune(p.words["en"].words[20+p.random.IntN(5000)])
			return Query{Text: string(w[:max(2, len(w)*2/3)]) + "*", Now: now, Feeds: all}
		}},
		{"a typing error", func() Query {
			w := []rune(p.words["en"].words[2000+p.random.IntN(5000)])
			w[len(w)-1] = 'x'
			return Query{Text: string(w), Now: now, Feeds: all}
		}},
	} {
		b.Run(c.name, func(b *testing.B) {
			var took []time.Duration
			for b.Loop() {
				q := c.query()
				start := time.Now()
				if _, err := x.Search(context.Background(), q); err != nil {
					b.Fatal(err)
				}
				took = append(took, time.Since(start))
			}
			reportTimes(b, took)
		})
	}
	b.Run("index", func(b *testing.B) {
		for b.Loop() {
		}
		var written time.Duration
		for _, d := range put {
			written += d
		}
		b.ReportMetric(float64(*archiveSize)/written.Seconds(), "articles/s")
		reportTimes(b, put)
		b.ReportMetric(milliseconds(opened), "open-ms")
		p = nil
		debug.FreeOSMemory()
		for _, kind := range []string{"RssAnon", "RssFile", "VmHWM"} {
			b.ReportMetric(resident(b, kind), kind+"-MB")
		}
		var disk int64
		err = filepath.Walk(dir, func(_ string, f os.FileInfo, err error) error {
			if err == nil && !f.IsDir() {
				disk += f.Size()
			}
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(disk)/1e6, "disk-MB")
	})
}

func reportTimes(b *testing.B, took []time.Duration) {
	slices.Sort(took)
	b.ReportMetric(milliseconds(took[len(took)/2]), "p50-ms")
	b.ReportMetric(milliseconds(took[len(took)*99/100]), "p99-ms")
}

func milliseconds(d time.Duration) float64 { return d.Seconds() * 1000 }

// resident is the process's memory of a kind in MB, 0 where the system doesn't tell.
func resident(b *testing.B, kind string) float64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	m := regexp.MustCompile(kind + `:\s+(\d+) kB`).FindSubmatch(status)
	if m == nil {
		b.Fatalf("no %s in /proc/self/status", kind)
	}
	kb, err := strconv.Atoi(string(m[1]))
	if err != nil {
		b.Fatal(err)
	}
	return float64(kb) / 1000
}
