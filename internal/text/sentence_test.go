package text_test

import (
	"strings"
	"testing"

	"newsbrief/internal/text"

	"github.com/google/go-cmp/cmp"
)

func TestSentences(t *testing.T) {
	for _, c := range []struct{ name, lang, in string }{
		// The bars show where the sentences part.
		{"plain", "en", "The cat sat.|The dog ran!|Did it?|Yes"},
		{"titles and initials", "en", "Dr. Kim met J. R. Smith and Mrs. Lee.|They talked to Sen. Ossoff."},
		{"initials before a family name", "en", "John F. Kennedy spoke.|George W. Bush listened."},
		{"country", "en", "He lives in the U.S. and works.|She left the U.S.|The trip took hours."},
		{"company", "en", "He joined Acme Inc. in May.|She left Acme Inc.|The board agreed."},
		{"time", "en", "It starts at 8 p.m. on Friday.|It ends at 9 p.m.|The hall then closes."},
		{"month", "en", "It was signed on Jan. 5 in Seoul.|It ends on Dec. 31."},
		{"number", "en", "Prices rose 3.5% to 1,200.50.|No. 5 is out, see p. 12.|In 2014 it began."},
		{"year before the stop", "en", "It was signed in 2014.|The next came later."},
		{"address", "en", "See https://example.com/a.b?c=d.e or mail a.b@example.org.|Then go."},
		{"quotation", "en", "He said: “I came. I saw. I won.”|The crowd cheered."},
		{"quotation and speaker", "en", "“We won! We won!” said Kim.|“It is over.” Smith told reporters.|She left."},
		{"straight quotation", "en", "\"Is it? It is.\" he asked.|\"Fine.\"|They left."},
		{"parenthesis", "en", "It rose (see Fig. 3. It is old.) by half.|Then it fell."},
		{"parenthesis of its own", "en", "It rose.|(It had been falling. Few saw it.)|Then it fell."},
		{"ellipsis", "en", "Well ... maybe.|And so … on.|It ends..."},
		{"name with a mark", "en", "Yahoo! said it would pay.|Jeopardy! is a show."},
		{"lower-case name", "en", "It rained.|iPhone sales fell.|eBay gained."},
		{"footnote", "en", "It rose.[3]|It fell.[12]"},
		{"unclosed quotation", "en", "He said \"it works.|They agreed.|It was late."},
		{"lines", "en", "A headline\nThe first sentence.|The second.\n\nA list:\n1. First thing\n2. Second thing"},
		{"German", "de", "Am 3. Oktober kam Dr. Müller z. B. nach Berlin.|Das 21. Jahrhundert begann.|„Gut. Sehr gut.“|Er ging."},
		{"German amounts", "de", "Es kostet 2,5 Mio. Euro bzw. 1.200 Dollar.|Das ist viel."},
		{"French", "fr", "M. Macron est arrivé à 8 h.|« C’est bien. Très bien. »|Il est parti."},
		{"Spanish", "es", "¿Qué pasó?|¡Nada!|El Sr. Gómez llegó a EE. UU. ayer.|Dijo que sí."},
		{"Russian", "ru", "В 2014 г. договор подписал А. С. Иванов.|Он живёт на ул. Ленина.|Это всё."},
		{"Greek", "el", "Τι έγινε;|Τίποτα.|Όλα καλά!"},
		{"Korean", "ko", "환경부는 27일 밝혔다.|김 장관은 \"기쁘다. 좋다.\"라고 말했다.|3.5% 올랐어요.|정말?|네."},
		{"Korean without spaces", "ko", "개정했다고 밝혔다.|이어 설명했다."},
		{"Korean date", "ko", "2026. 3. 1. 시행된다.|끝났다."},
		{"Japanese", "ja", "日本は「行くよ。」と言った。|次の日、雨が降った！|本当？|はい。"},
		{"Chinese", "zh", "价格为3.5元。|他说：“我们会努力。真的。”|“不会。”他说。|结束了！"},
		{"Arabic", "ar", "ذهب محمد إلى السوق.|هل عاد؟|نعم."},
		{"Urdu", "ur", "وہ گیا۔|وہ آیا۔"},
		{"Hindi", "hi", "यह पहला वाक्य है।|यह दूसरा है।|क्या यह तीसरा है?"},
		{"Amharic", "am", "ሰላም ነው።|ደህና ነኝ።"},
		{"Armenian", "hy", "Նա եկավ։|Նա գնաց։"},
		{"Burmese", "my", "သူ လာသည်။|သူ သွားသည်။"},
		{"no letters", "en", "It rose.\n***\n–\nIt fell."},
		{"marks join the sentence before", "en", "It rose. ***\nIt fell."},
	} {
		t.Run(c.name, func(t *testing.T) {
			var want []string
			for line := range strings.SplitSeq(c.in, "\n") {
				for s := range strings.SplitSeq(line, "|") {
					if s = strings.TrimSpace(s); strings.Trim(s, "*–") != "" {
						want = append(want, s)
					}
				}
			}
			in := strings.ReplaceAll(c.in, "|", " ")
			if c.name == "Korean without spaces" || c.lang == "ja" || c.lang == "zh" {
				in = strings.ReplaceAll(c.in, "|", "")
			}
			var got []string
			for _, sp := range text.Sentences(in, c.lang) {
				got = append(got, in[sp.Start:sp.End])
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("Sentences(%q) (-want +got):\n%s", in, diff)
			}
		})
	}
}

func TestSentencesOfThai(t *testing.T) {
	first := strings.Repeat("รัฐมนตรีสิ่งแวดล้อม", 4)
	in := first + " ทั้งนี้จะมีการประชุมทุกปี"
	spans := text.Sentences(in, "th")
	if len(spans) != 2 || in[spans[0].Start:spans[0].End] != first {
		t.Errorf("Sentences(%q) = %v, want it cut before ทั้งนี้", in, spans)
	}
}

func TestLongQuotationIsCut(t *testing.T) {
	in := "“" + strings.Repeat("We came here to talk. ", 60) + "” It was over."
	for _, sp := range text.Sentences(in, "en") {
		if sp.End-sp.Start > 600 {
			t.Fatalf("a sentence of %d bytes", sp.End-sp.Start)
		}
	}
}

func BenchmarkSentences(b *testing.B) {
	for _, c := range []struct{ name, in, lang string }{{"english", article, "en"}, {"korean", koreanArticle, "ko"}} {
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(int64(len(c.in)))
			for b.Loop() {
				text.Sentences(c.in, c.lang)
			}
		})
	}
}
