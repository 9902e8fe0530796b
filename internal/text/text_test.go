package text_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"newsbrief/internal/text"
)

// article and koreanArticle are of the length of a news story.
var (
	article = strings.Repeat("Seoul's climate minister Kim Sung-hwan met his counterpart on Monday, Jan. 5. The two sides signed a memorandum that "+
		"revises the 2014 agreement for the first time in 12 years. “It is a foundation,” Kim said. Trade rose 3.5 percent to $1.2 billion. ", 12)
	koreanArticle = strings.Repeat("기후에너지환경부는 27일 중국 생태환경부와 환경협력 양해각서를 12년 만에 개정했다고 밝혔다. 협력 범위는 대기질에서 기후변화와 순환경제로 넓어진다. "+
		"김성환 장관은 \"탈탄소 녹색문명의 토대\"라고 말했다. ", 12)
)

// samples go through every function in every language of the list.
var samples = []string{
	"", " ", "\n", "a", "The cat. The dog.", article[:400], koreanArticle[:400], "他说：“我们会努力。”记者提问。", "日本は「行くよ。」と言った。",
	"ذهب محمد. هل عاد؟ ١٢٣٤ مليون", "यह पहला है। १२ करोड़", "รัฐมนตรีจะพบกันปีละครั้ง โดยไม่มีกำหนด", "👨‍👩‍👧‍👦👍🏽🇰🇷", "e\u0301\u0302\u0303\u0304\u0305\u0306",
	"\xff\xfe\xc3", "a\u202eb\u200b", "1.2.3.4,5,6 7 000 1'000 ", "ﾊﾟﾋﾟﾌﾟ ＡＢＣ １２３", "İSTANBUL ẞ ſ ŉ ΐ", "\u1112\u1161\u11ab", "百分之", "第", "두 ", "(((", "“„«\"", "...!?", "\u0301abc", "ـ", "Ꮴꮴ ᏸ", "👧\u200d\u200d",
}

var tags = []string{"", "en", "de", "fr", "ko", "ja", "zh", "th", "ar", "hi", "tr", "el", "vi", "xx"}

func checkSpans(t *testing.T, what, s string, last *int, start, end int) {
	t.Helper()
	if start < *last || end <= start || end > len(s) {
		t.Fatalf("%s of %q: span %d to %d after %d", what, s, start, end, *last)
	}
	if utf8.ValidString(s) && !utf8.ValidString(s[start:end]) {
		t.Fatalf("%s of %q: %q is cut inside a character", what, s, s[start:end])
	}
	*last = end
}

// checkAll holds every function to what it promises of any text.
func checkAll(t *testing.T, s, lang string) {
	t.Helper()
	last := 0
	for _, sp := range text.Sentences(s, lang) {
		checkSpans(t, "Sentences", s, &last, sp.Start, sp.End)
		if in := s[sp.Start:sp.End]; strings.TrimSpace(in) != in {
			t.Fatalf("Sentences(%q): %q isn't trimmed", s, in)
		}
	}
	last = 0
	words := text.Words(s, lang)
	for _, w := range words {
		checkSpans(t, "Words", s, &last, w.Start, w.End)
		if w.Text != text.Fold(s[w.Start:w.End]) {
			t.Fatalf("Words(%q): %q isn't %q folded", s, w.Text, s[w.Start:w.End])
		}
	}
	before := 0
	for _, w := range text.Terms(s, lang) {
		if w.Start < before || w.End <= w.Start || w.End > len(s) || !utf8.ValidString(w.Text) || w.Text == "" && utf8.ValidString(s) {
			t.Fatalf("Terms(%q): %+v after %d", s, w, before)
		}
		before = w.Start
	}
	last = 0
	for _, n := range text.Numbers(s, lang) {
		checkSpans(t, "Numbers", s, &last, n.Start, n.End)
		if n.Text != s[n.Start:n.End] || !canonical(n.Value) {
			t.Fatalf("Numbers(%q): %+v", s, n)
		}
	}
	last = 0
	for _, n := range text.Names(s, lang) {
		checkSpans(t, "Names", s, &last, n.Start, n.End)
		if n.Text != s[n.Start:n.End] {
			t.Fatalf("Names(%q): %+v", s, n)
		}
	}
	for _, limit := range []int{-1, 0, 1, 2, 3, 5, 10, 40} {
		for _, ellipsis := range []string{"", "…", " [more]"} {
			cut := text.Truncate(s, limit, ellipsis)
			if n := utf8.RuneCountInString(cut); n > max(limit, 0) {
				t.Fatalf("Truncate(%q, %d, %q) = %q has %d characters", s, limit, ellipsis, cut, n)
			}
			if utf8.ValidString(s) && !utf8.ValidString(cut) {
				t.Fatalf("Truncate(%q, %d, %q) = %q is invalid", s, limit, ellipsis, cut)
			}
		}
	}
	if n := text.Graphemes(s); n > utf8.RuneCountInString(s) || n == 0 && s != "" {
		t.Fatalf("Graphemes(%q) = %d", s, n)
	}
	folded := text.Fold(s)
	if !utf8.ValidString(folded) || text.Fold(folded) != folded {
		t.Fatalf("Fold(%q) = %q, folded again %q", s, folded, text.Fold(folded))
	}
	for name, clean := range map[string]func(string) string{"Clean": text.Clean, "CleanLines": text.CleanLines} {
		c := clean(s)
		if !utf8.ValidString(c) || clean(c) != c || strings.TrimSpace(c) != c {
			t.Fatalf("%s(%q) = %q, cleaned again %q", name, s, c, clean(c))
		}
	}
	if n := text.WordCount(s, lang); n < 0 || n == 0 && len(words) > 0 {
		t.Fatalf("WordCount(%q) = %d, but there are %d words", s, n, len(words))
	}
	text.Stem(s, lang)
	text.Stopword(s, lang)
	text.Language(s, lang)
}

func canonical(v string) bool {
	integer, fraction, point := strings.Cut(v, ".")
	if integer == "" || len(integer) > 1 && integer[0] == '0' || point && (fraction == "" || fraction[len(fraction)-1] == '0') {
		return false
	}
	return strings.Trim(integer+fraction, "0123456789") == ""
}

func TestAnyText(t *testing.T) {
	for _, s := range samples {
		for _, lang := range tags {
			checkAll(t, s, lang)
		}
	}
}

func FuzzAnyText(f *testing.F) {
	for i, s := range samples {
		f.Add(s, tags[i%len(tags)])
	}
	f.Fuzz(func(t *testing.T, s, lang string) { checkAll(t, s, lang) })
}
