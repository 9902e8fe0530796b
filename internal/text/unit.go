package text

import (
	"strings"
	"unicode/utf8"
)

// suffixes may be written right behind digits; the value is the power of ten they stand for.
var suffixes = map[string]int{
	"k": 3, "m": 6, "mn": 6, "mio": 6, "bn": 9, "b": 9, "mrd": 9, "tn": 12, "tr": 12,
	"st": 0, "nd": 0, "rd": 0, "th": 0, "s": 0, "er": 0, "e": 0, "ème": 0, "º": 0, "ª": 0, "o": 0, "a": 0, "x": 0,
	"km": 0, "cm": 0, "mm": 0, "kg": 0, "g": 0, "mg": 0, "t": 0, "l": 0, "ml": 0, "ha": 0, "ft": 0, "in": 0, "lb": 0, "lbs": 0, "oz": 0,
	"w": 0, "kw": 0, "mw": 0, "gw": 0, "tw": 0, "kwh": 0, "mwh": 0, "gwh": 0, "twh": 0, "v": 0, "hz": 0, "mhz": 0, "ghz": 0,
	"kb": 0, "mb": 0, "gb": 0, "tb": 0, "mph": 0, "kmh": 0, "am": 0, "pm": 0, "h": 0, "hr": 0, "hrs": 0, "min": 0, "mins": 0, "sec": 0,
	"pt": 0, "pts": 0, "bp": 0, "bps": 0, "pp": 0, "c": 0, "f": 0, "years": 0, "year": 0, "yr": 0, "p": 0, "й": 0, "го": 0, "м": 0, "км": 0, "кг": 0, "г": 0, "я": 0, "ю": 0, "е": 0,
	"usd": 0, "eur": 0, "gbp": 0,
}

// unitWords come behind a number, after at most one space. Longer ones stand before those they begin with.
var unitWords = []struct{ word, unit string }{
	{"%", "%"}, {"％", "%"}, {"٪", "%"}, {"퍼센트", "%"}, {"프로", "%"}, {"パーセント", "%"}, {"百分点", "%"}, {"€", "EUR"}, {"$", "USD"}, {"£", "GBP"}, {"₽", "RUB"}, {"₴", "UAH"},
	{"년", "year"}, {"年", "year"}, {"개월", "month"}, {"월", "month"}, {"ヶ月", "month"}, {"か月", "month"}, {"カ月", "month"}, {"个月", "month"}, {"個月", "month"}, {"月", "month"}, {"일", "day"}, {"日", "day"}, {"号", "day"},
	{"원", "KRW"}, {"달러", "USD"}, {"엔", "JPY"}, {"유로", "EUR"}, {"위안", "CNY"}, {"円", "JPY"}, {"ドル", "USD"}, {"ユーロ", "EUR"}, {"美元", "USD"}, {"欧元", "EUR"}, {"歐元", "EUR"}, {"日元", "JPY"}, {"韩元", "KRW"}, {"韓元", "KRW"}, {"ウォン", "KRW"}, {"人民元", "CNY"}, {"元", "CNY"},
}

// spacedUnits are whole words of spaced scripts, or their beginnings where a * ends them.
var spacedUnits = []struct{ word, unit string }{
	{"percent*", "%"}, {"per cent", "%"}, {"pct", "%"}, {"prozent*", "%"}, {"pour cent", "%"}, {"por ciento", "%"}, {"por cento", "%"}, {"per cento", "%"}, {"procent*", "%"}, {"процент*", "%"}, {"відсот*", "%"}, {"persen", "%"}, {"phần trăm", "%"}, {"τοις εκατό", "%"}, {"prosent*", "%"}, {"бpoc*", "%"}, {"في المئة", "%"}, {"بالمئة", "%"}, {"درصد", "%"}, {"प्रतिशत", "%"}, {"फीसदी", "%"},
	{"year*", "year"}, {"jahr*", "year"}, {"ans", "year"}, {"années", "year"}, {"año*", "year"}, {"anos", "year"}, {"ano", "year"}, {"anni", "year"}, {"jaar", "year"}, {"год*", "year"}, {"лет", "year"}, {"lat", "year"}, {"let", "year"}, {"år", "year"}, {"tahun", "year"}, {"năm", "year"}, {"yıl*", "year"}, {"рок*", "year"}, {"years-old", "year"},
	{"month*", "month"}, {"monat*", "month"}, {"mois", "month"}, {"mes", "month"}, {"meses", "month"}, {"mesi", "month"}, {"месяц*", "month"},
	{"day", "day"}, {"days", "day"}, {"tag", "day"}, {"tage*", "day"}, {"jours", "day"}, {"jour", "day"}, {"días", "day"}, {"dias", "day"}, {"giorni", "day"}, {"дней", "day"}, {"дня", "day"},
	{"dollar*", "USD"}, {"us dollar*", "USD"}, {"dólar*", "USD"}, {"dollari", "USD"}, {"доллар*", "USD"}, {"долл", "USD"}, {"usd", "USD"}, {"euro*", "EUR"}, {"евро", "EUR"}, {"eur", "EUR"}, {"pounds sterling", "GBP"}, {"gbp", "GBP"}, {"yen", "JPY"}, {"won", "KRW"}, {"yuan", "CNY"}, {"renminbi", "CNY"}, {"рубл*", "RUB"},
}

// unitAfter returns the unit that stands at s[i:] and where it ends, or "" and i.
func unitAfter(s string, i int) (string, int) {
	if i >= len(s) {
		return "", i
	}
	j := i
	if r, n := decode(s, j); r == ' ' || r == '\u00A0' || r == '\u202F' || r == '-' {
		j += n
	}
	if j >= len(s) {
		return "", i
	}
	r, _ := decode(s, j)
	if r < 0x80 && r != '%' && r != '$' && scriptOf(r) == None {
		return "", i
	}
	if sc := scriptOf(r); sc == None || sc.ideographic() {
		if j > i && sc.ideographic() {
			return "", i
		}
		for _, u := range unitWords {
			if strings.HasPrefix(s[j:], u.word) {
				return u.unit, j + len(u.word)
			}
		}
		return "", i
	}
	end := endOfLetters(s, j)
	first := Fold(s[j:end])
	for _, u := range spacedUnits {
		if prefix, ok := strings.CutSuffix(u.word, "*"); ok && !strings.Contains(prefix, " ") {
			if strings.HasPrefix(first, prefix) && len(first) <= len(prefix)+8 {
				return u.unit, end
			}
			continue
		}
		if u.word == first {
			return u.unit, end
		}
		if head, tail, ok := strings.Cut(u.word, " "); ok && head == first && end+1 < len(s) {
			e := endOfLetters(s, end+1)
			second := Fold(s[end+1 : e])
			if second == tail || strings.HasSuffix(tail, "*") && strings.HasPrefix(second, tail[:len(tail)-1]) {
				return u.unit, e
			}
		}
	}
	return "", i
}

// unitBefore returns the currency whose sign stands right before s[i:], or "".
func unitBefore(s string, i int) string {
	r, n := utf8.DecodeLastRuneInString(s[:i])
	if r == ' ' || r == '\u00A0' {
		r, _ = utf8.DecodeLastRuneInString(s[:i-n])
	}
	switch r {
	case '$', '＄':
		return "USD"
	case '€':
		return "EUR"
	case '£':
		return "GBP"
	case '¥', '￥':
		return "JPY"
	case '₩', '￦':
		return "KRW"
	case '₹':
		return "INR"
	case '₽':
		return "RUB"
	}
	return ""
}

func currencyBefore(s string, i int) bool { return unitBefore(s, i) != "" }
