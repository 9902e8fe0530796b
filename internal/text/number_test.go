package text_test

import (
	"strings"
	"testing"

	"newsbrief/internal/text"

	"github.com/google/go-cmp/cmp"
)

func TestNumbers(t *testing.T) {
	for _, c := range []struct{ name, lang, in, want string }{ // value, unit after a slash
		{"group marks", "en", "1,200 and 12,345,678.90", "1200 12345678.9"},
		{"decimals", "en", "0.50, 3.14 and 007", "0.5 3.14 7"},
		{"list", "en", "1, 2,3 and 4", "1 2 3 4"},
		{"multipliers", "en", "3.5 million, 2bn, $5m, 40k, 1.2 trillion", "3500000 2000000000 5000000/USD 40000 1200000000000"},
		{"metres", "en", "5m tall and 3km long", "5 3"},
		{"percent", "en", "12%, 3.5 percent, 7 per cent, 4-percent", "12/% 3.5/% 7/% 4/%"},
		{"money", "en", "$1.2 billion, €30, 40 dollars, 5 million euros, £3", "1200000000/USD 30/EUR 40/USD 5000000/EUR 3/GBP"},
		{"years", "en", "in 2014, for 12 years, a 12-year deal", "2014 12/year 12/year"},
		{"ordinals", "en", "the 21st and 3rd", "21 3"},
		{"words", "en", "twelve, twenty-one, two hundred and five, three million", "12 21 205 3000000"},
		{"no words", "en", "one of them, thousands, a million ways, someone, often", ""},
		{"lists of words", "en", "two and three, five or six", "2 3 5 6"},
		{"names", "en", "COP30, 5G, H1N1, MP3, A4, 4S, 27A", ""},
		{"dates", "en", "2026-03-01, 5/12", "2026 3 1 5 12"},
		{"German", "de", "1.200 Euro, 2,5 Mrd. Euro, 3,5 Prozent, 12 Jahre", "1200/EUR 2500000000 3.5/% 12/year"},
		{"German words", "de", "zwölf, zweiundzwanzig, dreihundert, fünftausend", "12 22 300 5000"},
		{"German date", "de", "am 12.03.2026", "12 3 2026"},
		{"Swiss", "de", "1'200'000 Franken", "1200000"},
		{"French", "fr", "1\u202f200 personnes, 2,5 %, douze, quatre-vingt-dix, 3 milliards d'euros", "1200 2.5/% 12 90 3000000000"},
		{"Spanish", "es", "1.200, 2,5 millones, 10 mil millones, doce por ciento", "1200 2500000 10000000000 12/%"},
		{"Russian", "ru", "1 200 человек, 2,5 млн рублей, двенадцать лет, 12 процентов", "1200 2500000/RUB 12/year 12/%"},
		{"Indian", "hi", "12,34,567 और ५ करोड़", "1234567 50000000"},
		{"Arabic", "ar", "١٢٣٤ و ٢٫٥ مليون", "1234 2500000"},
		{"Persian", "fa", "۱۲ میلیارد", "12000000000"},
		{"Korean", "ko", "300만 명, 12년 만에, 3억5000만원, 1조 2000억, 1만2345, 2.5%", "3000000 12/year 350000000/KRW 1200000000000 12345 2.5/%"},
		{"Korean words", "ko", "두 명이 세 차례 열두 번 만났다", "2 3 12"},
		{"Chinese", "zh", "3億人, 十二年, 二〇二六年, 三个月, 百分之十二, 1.2亿美元, 第三", "300000000 12/year 2026/year 3/month 12/% 120000000/USD 3"},
		{"Chinese kilo", "zh", "深度10千米，重5千克，3千人", "10 5 3000"},
		{"Chinese words", "zh", "百度和三星一起在四川, 万科", ""},
		{"Japanese", "ja", "三百万人、十二回、3億5000万円、２０２６年、5月", "3000000 12 350000000/JPY 2026/year 5/month"},
		{"Thai", "th", "๕ ล้าน", "5000000"},
		{"Turkish", "tr", "1.200 ve on iki milyon", "1200 12000000"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, n := range text.Numbers(c.in, c.lang) {
				v := n.Value
				if n.Unit != "" {
					v += "/" + n.Unit
				}
				got = append(got, v)
			}
			if diff := cmp.Diff(c.want, strings.Join(got, " ")); diff != "" {
				t.Errorf("Numbers(%q) (-want +got):\n%s", c.in, diff)
			}
		})
	}
}

func TestYears(t *testing.T) {
	for in, want := range map[string]bool{"in 2014": true, "2,014": false, "2014 dollars": false, "2014년": true, "12": false, "9999": false} {
		ns := text.Numbers(in, "en")
		if len(ns) != 1 || ns[0].Year != want {
			t.Errorf("Numbers(%q) = %+v, want one with Year %t", in, ns, want)
		}
	}
}

func BenchmarkNumbers(b *testing.B) {
	b.SetBytes(int64(len(article)))
	for b.Loop() {
		text.Numbers(article, "en")
	}
}
