package text_test

import (
	"strings"
	"testing"

	"newsbrief/internal/text"

	"github.com/google/go-cmp/cmp"
)

func TestNames(t *testing.T) {
	for _, c := range []struct{ name, lang, in, want string }{
		{"inside the sentence", "en", "The European Union met Ursula von der Leyen in Seoul on Monday.", "European Union|Ursula von der Leyen|Seoul"},
		{"begins the sentence", "en", "Police said Samsung was absent. Samsung denied it. Critics agree.", "Samsung|Samsung"},
		{"possessor", "en", "Hyundai's plant closed. South Korea’s minister left.", "Hyundai|South Korea"},
		{"hyphens and initials", "en", "They saw Kim Sung-hwan and J. R. Smith.", "Kim Sung-hwan|J. R. Smith"},
		{"organisation", "en", "The Bank of Korea left.", "Bank of Korea"},
		{"acronyms", "en", "NATO and COP30 were named, and so was the iPhone.", "NATO|COP30|iPhone"},
		{"full stop missing", "en", "They saw the film Ismol Family The Darwin woman left.", "Ismol Family|Darwin"},
		{"German genitive", "de", "Gestern kam Ursula von der Leyen zur Reform des Arbeitsrechts nach Kiew.", "Ursula von der Leyen|Kiew"},
		{"headline", "en", "Trump Says He Will Meet Xi In Beijing", "Trump|Meet|Xi|Beijing"},
		{"quotation begins anew", "en", "He said: “Nobody knows.”", ""},
		{"German", "de", "Kanzler Friedrich Merz traf in Berlin die neue Regierung, Frankreich und die EU wegen der Verhandlungen.", "Kanzler Friedrich Merz|Berlin|Frankreich|EU"},
		{"Russian", "ru", "Вчера президент Владимир Путин прибыл в Пекин.", "Владимир Путин|Пекин"},
		{"Greek", "el", "Ο πρωθυπουργός Κυριάκος Μητσοτάκης πήγε στην Αθήνα.", "Κυριάκος Μητσοτάκης|Αθήνα"},
		{"Korean", "ko", "김성환 장관은 'COP30'을 말했다. 이재명 대통령은 《기생충》을 봤다. 삼성은 NVIDIA H200을 샀다.", "김성환|COP30|이재명|기생충|NVIDIA H200"},
		{"Japanese", "ja", "ドナルド・トランプ氏はソフトバンクで『千と千尋』を見た。", "ドナルド・トランプ|ソフトバンク|千と千尋"},
		{"Chinese", "zh", "气候部长金星焕表示，唐纳德·特朗普将访问。看《流浪地球》。", "金星焕|唐纳德·特朗普|流浪地球"},
		{"Latin in Arabic", "ar", "قال Donald Trump إن ذلك ممكن", "Donald Trump"},
		{"nothing", "en", "it rained and they stayed at home.", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, n := range text.Names(c.in, c.lang) {
				got = append(got, n.Text)
			}
			if diff := cmp.Diff(c.want, strings.Join(got, "|")); diff != "" {
				t.Errorf("Names(%q) (-want +got):\n%s", c.in, diff)
			}
		})
	}
}

func BenchmarkNames(b *testing.B) {
	b.SetBytes(int64(len(article)))
	for b.Loop() {
		text.Names(article, "en")
	}
}
