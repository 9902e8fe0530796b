package text_test

import (
	"strings"
	"testing"

	"newsbrief/internal/text"

	"github.com/google/go-cmp/cmp"
)

func TestWords(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"punctuation", "Hello, world! (again)", "hello|world|again"},
		{"apostrophe", "Seoul's don’t 'quoted'", "seoul's|don’t|quoted"},
		{"hyphen", "Kim Sung-hwan", "kim|sung|hwan"},
		{"numbers", "1,200.50 and 3.5%", "1,200.50|and|3.5"},
		{"names with digits", "COP30 5G H1N1", "cop30|5g|h1n1"},
		{"stops inside", "U.S.A. and example.com, done.The end", "u.s.a|and|example.com|done|the|end"},
		{"Cyrillic", "Ёлка и Дом", "ёлка|и|дом"},
		{"Korean", "환경부는 12년 만에 COP30을", "환경부는|12|년|만에|cop30|을"},
		{"Japanese", "東京でカメラを買う", "東京|で|カメラ|を|買|う"},
		{"long vowels", "サーバー", "サーバー"},
		{"half width", "ﾊﾟﾘ ＡＢＣ", "パリ|abc"},
		{"Chinese", "中国和韩国签署2014年协议", "中国和韩国签署|2014|年协议"},
		{"Thai", "รัฐมนตรีพบกัน 5 ครั้ง", "รัฐมนตรีพบกัน|5|ครั้ง"},
		{"Hindi", "मंत्री मिलेंगे", "मंत्री|मिलेंगे"},
		{"Arabic", "الوزراء، مرة", "الوزراء|مرة"},
		{"Persian joiner", "می\u200cخواهم", "می\u200cخواهم"},
		{"Hebrew", "צה״ל אמר", "צה״ל|אמר"},
		{"combining marks", "cafe\u0301", "café"},
		{"emoji", "👍🏽 ok 🇰🇷", "ok"},
		{"nothing", "— … !", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, w := range text.Words(c.in, "") {
				got = append(got, w.Text)
			}
			if diff := cmp.Diff(c.want, strings.Join(got, "|")); diff != "" {
				t.Errorf("Words(%q) (-want +got):\n%s", c.in, diff)
			}
		})
	}
}

func TestWordCount(t *testing.T) {
	for _, c := range []struct {
		in, lang string
		want     int
	}{
		{"", "en", 0},
		{"The well-known minister, 59, said: “yes” — twice.", "en", 7},
		{"환경부는 27일 12년 만에 개정했다.", "ko", 5},
		{"部长们将每年举行一次会议。", "zh", 8}, // 12 characters
		{"閣僚は年に一度会談する", "ja", 5},   // 11 characters
		{"NVIDIA发布新产品", "zh", 4},
		{"१२ मंत्री मिलेंगे।", "hi", 3},
	} {
		if got := text.WordCount(c.in, c.lang); got != c.want {
			t.Errorf("WordCount(%q, %q) = %d, want %d", c.in, c.lang, got, c.want)
		}
	}
	if thai := text.WordCount("รัฐมนตรีจะพบกันปีละครั้ง", "th"); thai < 4 || thai > 7 { // six words
		t.Errorf("WordCount of Thai = %d", thai)
	}
}

func TestTerms(t *testing.T) {
	for _, c := range []struct{ name, lang, in, want string }{
		{"English", "en", "The ministers' agreements were revised", "the|minist|agreement|were|revis"},
		{"German", "de", "Häuser und Verträge", "haus|und|vertrag"},
		{"French", "fr", "Élections générales", "elect|general"},
		{"French elisions", "fr", "l'Europe d’Italie aujourd’hui", "europ|ital|aujourd'hui"},
		{"Italian elisions", "it", "dell’Italia", "ital"},
		{"English with a curly apostrophe", "en", "London’s", "london"},
		{"endings of Turkish names", "tr", "Ankara'da NATO’nun İzmir", "ankar|nato|izmir"},
		{"Spanish", "es", "las elecciones", "las|eleccion"},
		{"Russian", "ru", "министров", "министр"},
		{"Polish", "pl", "Łódź", "lodz"},
		{"Danish", "da", "Ærø", "aero"},
		{"Vietnamese", "vi", "bộ trưởng", "bộ|trưởng"},
		{"unknown language", "", "agreements", "agreement"},
		{"English in Korean", "ko", "agreements", "agreement"},
		{"Korean", "ko", "환경부", "환|환경|경|경부|부"},
		{"Korean words don't touch", "ko", "두 나라", "두|나|나라|라"},
		{"decomposed Korean", "ko", "\u1112\u116a\u11ab\u1100\u1167\u11bc", "환|환경|경"},
		{"Japanese across scripts", "ja", "東京タ", "東|東京|京|京タ|タ"},
		{"half width", "ja", "ﾊﾟﾘ", "パ|パリ|リ"},
		{"Chinese", "zh", "协议2014", "协|协议|议|2014"},
		{"Thai", "th", "พบกัน", "พ|พบ|บ|บกั|กั|กัน|น"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, w := range text.Terms(c.in, c.lang) {
				got = append(got, w.Text)
			}
			if diff := cmp.Diff(c.want, strings.Join(got, "|")); diff != "" {
				t.Errorf("Terms(%q) (-want +got):\n%s", c.in, diff)
			}
		})
	}
}

func TestTermOffsets(t *testing.T) {
	in := "The 環境省 agreed"
	for _, w := range text.Terms(in, "en") {
		if got := text.Stem(in[w.Start:w.End], "en"); !strings.Contains(w.Text, "環") && !strings.Contains(w.Text, "境") && !strings.Contains(w.Text, "省") && got != w.Text {
			t.Errorf("term %q stands at %q, which gives %q", w.Text, in[w.Start:w.End], got)
		}
	}
}

func TestStopword(t *testing.T) {
	for _, c := range []struct {
		word, lang string
		want       bool
	}{
		{"the", "en", true}, {"The", "en", true}, {"minister", "en", false}, {"und", "de", true}, {"und", "en", false},
		{"그리고", "ko", true}, {"的", "zh-Hans", true}, {"the", "", true}, {"", "en", false}, {"и", "ru", true}, {"the", "xx", true},
	} {
		if got := text.Stopword(c.word, c.lang); got != c.want {
			t.Errorf("Stopword(%q, %q) = %t", c.word, c.lang, got)
		}
	}
}

func TestHead(t *testing.T) {
	for _, c := range []struct{ word, lang, want string }{
		{"Cumhurbaşkanı", "tr", "cumhu"},
		{"Ankara'da", "tr", "ankar"},
		{"Ali'nin", "tr", ""},
		{"evde", "tr", ""},
		{"mieszkańców", "pl", "miesz"},
		{"ministers", "en", ""},
		{"2026000", "tr", ""},
	} {
		if got := text.Head(c.word, c.lang); got != c.want {
			t.Errorf("Head(%q, %q) = %q, want %q", c.word, c.lang, got, c.want)
		}
	}
}

func BenchmarkTerms(b *testing.B) {
	for _, c := range []struct{ name, in, lang string }{{"english", article, "en"}, {"korean", koreanArticle, "ko"}} {
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(int64(len(c.in)))
			for b.Loop() {
				text.Terms(c.in, c.lang)
			}
		})
	}
}

func BenchmarkWords(b *testing.B) {
	b.SetBytes(int64(len(article)))
	for b.Loop() {
		text.Words(article, "en")
	}
}
