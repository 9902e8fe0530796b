package text_test

import (
	"strings"
	"testing"

	"newsbrief/internal/text"
)

func TestFold(t *testing.T) {
	for in, want := range map[string]string{
		"":                   "",
		"Straße":             "strasse",
		"ＡＢＣ１２３":             "abc123",
		"ﾊﾟﾘ":                "パリ",
		"Σίσυφος":            "σίσυφοσ",
		"İstanbul":           "istanbul",
		"Ünïcode":            "ünïcode",
		"e\u0301":            "é",
		"ﬁnance":             "finance",
		"①":                  "1",
		"ПРИВЕТ":             "привет",
		"환경":                 "환경",
		"\u1112\u116a\u11ab": "환",
		"a\xffb":             "a\uFFFDb",
		"ꭰ":                  "Ꭰ", // Cherokee folds to capitals
	} {
		if got := text.Fold(in); got != want {
			t.Errorf("Fold(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestClean(t *testing.T) {
	for _, c := range []struct{ name, in, want, lines string }{
		{"plain", "Plain title", "Plain title", "Plain title"},
		{"white space", "  a\t\u00a0 b\r\nc  \n\n\n d\u3000e ", "a b c d e", "a b\nc\n\nd e"},
		{"separators", "a\u2028b\u2029c", "a b c", "a\nb\nc"},
		{"control characters", "a\x00b\x07c\x1bd\u009fe", "abcde", "abcde"},
		{"bidirectional controls", "abc\u202edcba\u202c \u2066x\u2069\u200f", "abcdcba x", "abcdcba x"},
		{"zero width", "a\u200bb\ufeffc\u2060d\u00ade", "abcde", "abcde"},
		{"blank names", "\u3164a\u2800b", "a b", "a b"},
		{"tags", "hi\U000E0068\U000E0069", "hi", "hi"},
		{"Persian joiner", "می\u200cخواهم", "می\u200cخواهم", "می\u200cخواهم"},
		{"joiner in Latin", "a\u200cb\u200dc", "abc", "abc"},
		{"Hindi joiner", "क्\u200dष", "क्\u200dष", "क्\u200dष"},
		{"family", "👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"},
		{"heart", "❤\ufe0f", "❤\ufe0f", "❤\ufe0f"},
		{"keycap", "1\ufe0f\u20e3", "1\ufe0f\u20e3", "1\ufe0f\u20e3"},
		{"flag of Scotland", "🏴\U000E0067\U000E0062\U000E0073\U000E0063\U000E0074\U000E007F", "🏴\U000E0067\U000E0062\U000E0073\U000E0063\U000E0074\U000E007F", "🏴\U000E0067\U000E0062\U000E0073\U000E0063\U000E0074\U000E007F"},
		{"flood of marks", "Z" + strings.Repeat("\u0335", 50) + "algo", "Z\u0335\u0335\u0335\u0335algo", "Z\u0335\u0335\u0335\u0335algo"},
		{"composed", "e\u0301", "é", "é"},
		{"marks of nothing", "\u0301a", "a", "a"},
		{"Thai", "ที่นี่", "ที่นี่", "ที่นี่"},
		{"invalid", "a\xffb", "a\uFFFDb", "a\uFFFDb"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := text.Clean(c.in); got != c.want {
				t.Errorf("Clean(%q) = %q, want %q", c.in, got, c.want)
			}
			if got := text.CleanLines(c.in); got != c.lines {
				t.Errorf("CleanLines(%q) = %q, want %q", c.in, got, c.lines)
			}
		})
	}
}

func TestTruncate(t *testing.T) {
	for _, c := range []struct {
		name, in string
		limit    int
		ellipsis string
		want     string
	}{
		{"fits", "hello", 5, "…", "hello"},
		{"at a word", "The ministers met in Seoul", 20, "…", "The ministers met…"},
		{"at the end of a word", "The ministers met in Seoul", 18, "…", "The ministers met…"},
		{"inside a long word", "Donaudampfschifffahrt", 10, "…", "Donaudamp…"},
		{"separator before the cut", "Seoul, Beijing, Tokyo", 17, "…", "Seoul, Beijing…"},
		{"no room for the ellipsis", "hello", 2, " [more]", "he"},
		{"nothing", "hello", 0, "…", ""},
		{"negative", "hello", -3, "…", ""},
		{"Korean", "환경부는 협약을 개정했다", 10, "…", "환경부는 협약을…"},
		{"Chinese", "部长们将每年举行一次会议", 6, "…", "部长们将每…"},
		{"family is one", "ab👨‍👩‍👧‍👦cd", 5, "…", "ab…"},
		{"flags are pairs", "🇰🇷🇨🇳🇯🇵", 4, "…", "🇰🇷…"},
		{"marks stay with their letter", "cafe\u0301s", 5, "…", "caf…"},
		{"code points, not bytes", "ééééé", 5, "…", "ééééé"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := text.Truncate(c.in, c.limit, c.ellipsis); got != c.want {
				t.Errorf("Truncate(%q, %d, %q) = %q, want %q", c.in, c.limit, c.ellipsis, got, c.want)
			}
		})
	}
}

func TestGraphemes(t *testing.T) {
	for in, want := range map[string]int{"": 0, "abc": 3, "a\r\nb": 3, "👨‍👩‍👧": 1, "🇰🇷": 1, "e\u0301": 1, "환경": 2, "नि": 1} {
		if got := text.Graphemes(in); got != want {
			t.Errorf("Graphemes(%q) = %d, want %d", in, got, want)
		}
	}
}

func BenchmarkClean(b *testing.B) {
	for _, c := range []struct{ name, in string }{{"english", article}, {"korean", koreanArticle}} {
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(int64(len(c.in)))
			for b.Loop() {
				text.Clean(c.in)
			}
		})
	}
}
