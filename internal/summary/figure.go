package summary

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"newsbrief/internal/text"
)

// figure is a number, an ordinal or a fraction that a sentence states.
type figure struct {
	value      string // as text.Numbers has it; of a fraction "1/3"
	unit       string // as text.Numbers has it, or a measure
	text       string
	start, end int
	next       int // the token behind it
	year       bool
	both       bool // "the two": says no more than that there is a pair
}

// ordinal is the unit of "third".
const ordinal = "ordinal"

var (
	joinedWord     = regexp.MustCompile(`([0-9])(million|billion|trillion|thousand|Millionen|Milliarden|millones|milhões|млн|млрд|тыс)`)
	koreanThousand = regexp.MustCompile(`([0-9]+)천([0-9]{1,3})`)
	koreanMyriad   = regexp.MustCompile(`([0-9]+)만 ([0-9,]{1,5})`)
	spacedGroups   = regexp.MustCompile(`[0-9]{1,3}(?:[ \x{A0}\x{202F}][0-9]{3})+`)
	dottedGroups   = regexp.MustCompile(`[0-9]{1,3}(?:\.[0-9]{3})+`)
	tenths         = regexp.MustCompile(`([0-9一二三四五六七八九])(割|成)`)
)

// plainNumerals writes the numerals that only some writers of a language use as the others do: 1천700만 as 1700만, 1만 8,200 as 18200,
// 4割 as 40%, in German 23 000 and in French 210.000 without the mark; and £5million as £5 million.
func plainNumerals(s, base string) string {
	s = joinedWord.ReplaceAllString(s, "$1 $2")
	switch base {
	case "ko":
		s = koreanThousand.ReplaceAllStringFunc(s, func(m string) string {
			p := koreanThousand.FindStringSubmatch(m)
			return p[1] + strings.Repeat("0", 3-len(p[2])) + p[2]
		})
		s = replaceNumeral(koreanMyriad, s, func(p []string, after rune) string {
			small, err := strconv.Atoi(strings.ReplaceAll(p[2], ",", ""))
			if err != nil || small >= 10000 || strings.ContainsRune("0123456789만억조천", after) {
				return p[0]
			}
			return p[1] + strings.Repeat("0", 4-len(strconv.Itoa(small))) + strconv.Itoa(small)
		})
	case "de", "it", "nl":
		s = replaceNumeral(spacedGroups, s, func(p []string, after rune) string {
			if after >= '0' && after <= '9' {
				return p[0]
			}
			return strings.NewReplacer(" ", "", "\u00A0", "", "\u202F", "").Replace(p[0])
		})
	case "fr":
		s = replaceNumeral(dottedGroups, s, func(p []string, after rune) string {
			if after >= '0' && after <= '9' || after == '.' {
				return p[0]
			}
			return strings.ReplaceAll(p[0], ".", "")
		})
	case "ja", "zh":
		s = replaceNumeral(tenths, s, func(p []string, after rune) string {
			if strings.ContainsRune("为為員员功立本果分年熟就都", after) {
				return p[0]
			}
			digit := p[1]
			if i := slices.Index([]string{"一", "二", "三", "四", "五", "六", "七", "八", "九"}, digit); i >= 0 {
				digit = strconv.Itoa(i + 1)
			}
			return digit + "0%"
		})
	}
	return s
}

// replaceNumeral replaces what re finds, unless a digit or mark stands before it that makes it part of a longer number. f gets the match
// with its groups and the rune behind it.
func replaceNumeral(re *regexp.Regexp, s string, f func(parts []string, after rune) string) string {
	var b strings.Builder
	last := 0
	for _, m := range re.FindAllStringSubmatchIndex(s, -1) {
		if m[0] > 0 && strings.IndexByte("0123456789.,", s[m[0]-1]) >= 0 {
			continue
		}
		var parts []string
		for i := 0; i < len(m); i += 2 {
			parts = append(parts, s[m[i]:m[i+1]])
		}
		after, _ := utf8.DecodeRuneInString(s[m[1]:])
		b.WriteString(s[last:m[0]])
		b.WriteString(f(parts, after))
		last = m[1]
	}
	if last == 0 {
		return s
	}
	b.WriteString(s[last:])
	return b.String()
}

// figures finds the numbers, ordinals and fractions of s in order.
func figures(s string, words []text.Word, base string) []figure {
	var found []figure
	for _, n := range text.Numbers(s, base) {
		f := figure{value: n.Value, unit: n.Unit, text: strings.TrimSpace(n.Text), start: n.Start, end: n.End, year: n.Year}
		if f.unit == "" {
			f.unit = currencyAt(s, n.End, base)
		}
		if f.unit == "" {
			f.unit = measureAt(s, n.End)
		}
		if n.Value == "2" {
			before := strings.TrimRight(s[max(0, n.Start-8):n.Start], " ")
			f.both = slices.ContainsFunc(definite[base], func(the string) bool { return strings.HasSuffix(text.Fold(" "+before), " "+the) })
		}
		found = append(found, f)
	}
	if base == "de" {
		found = append(found, aged(s, words)...)
	}
	read := len(found)
	at := 0
	for i, w := range words {
		for at < read && found[at].end <= w.Start {
			at++
		}
		value := ordinals[base][w.Text]
		if value == "" || at < read && found[at].start < w.End {
			continue
		}
		if top, ok := strings.CutPrefix(value, "/"); ok || base == "en" && (w.Text == "third" || w.Text == "fifth" || w.Text == "tenth") && i > 0 && (words[i-1].Text == "a" || words[i-1].Text == "one") {
			if !ok {
				top = value
			}
			numerator := "1"
			if at > 0 && i > 0 && found[at-1].start == words[i-1].Start { // two thirds
				numerator = found[at-1].value
				w.Start = found[at-1].start
				found[at-1].value = ""
			}
			value = numerator + "/" + top
		}
		unit := ordinal
		if strings.Contains(value, "/") {
			unit = ""
		}
		found = append(found, figure{value: value, unit: unit, text: s[w.Start:w.End], start: w.Start, end: w.End})
	}
	found = slices.DeleteFunc(found, func(f figure) bool { return f.value == "" })
	slices.SortStableFunc(found, func(a, b figure) int { return a.start - b.start })
	return found
}

// aged finds the numbers in German words such as "zehnjährig" and "fünfköpfig".
func aged(s string, words []text.Word) []figure {
	var found []figure
	for _, w := range words {
		for _, tail := range []string{"jährig", "tägig", "stündig", "minütig", "monatig", "wöchig", "köpfig", "stöckig", "seitig"} {
			head, _, ok := strings.Cut(w.Text, tail)
			if !ok || head == "" {
				continue
			}
			if n := text.Numbers(head, "de"); len(n) == 1 && n[0].End == len(head) {
				found = append(found, figure{value: n[0].Value, text: s[w.Start:w.End], start: w.Start, end: w.End})
			}
		}
	}
	return found
}

// linked is what may stand between a number and its currency: "3 millions de dollars", "3 million US dollars".
var linked = regexp.MustCompile(`^(?: de | d'| d’| do | of | US | us )([\pL]+)`)

// currencyAt returns the currency that a linked word behind a number at s[i:] names, or "".
func currencyAt(s string, i int, base string) string {
	m := linked.FindStringSubmatch(s[i:])
	if m == nil {
		return ""
	}
	if n := text.Numbers("7 "+m[1], base); len(n) == 1 && len(n[0].Unit) == 3 {
		return n[0].Unit
	}
	return ""
}

var definite = map[string][]string{"en": {"the", "both", "these", "those"}, "de": {"die", "den", "der"}, "fr": {"les", "des", "aux"}, "es": {"los", "las"}, "pt": {"os", "as"}, "it": {"i", "le"}}

// ordinals and fractions, the latter with a slash before the denominator. "Second" is left out: it is a time as well.
var ordinals = func() map[string]map[string]string {
	all := map[string]map[string]string{}
	for base, list := range map[string]string{
		"en": "third 3 fourth 4 fifth 5 sixth 6 seventh 7 eighth 8 ninth 9 tenth 10 twelfth 12 half /2 halve /2 halves /2 halved /2 halving /2 thirds /3 quarters /4 fifths /5 tenths /10",
		"de": "dritte 3 dritten 3 dritter 3 drittes 3 vierte 4 vierten 4 vierter 4 viertes 4 fünfte 5 fünften 5 sechste 6 sechsten 6 siebte 7 siebten 7 achten 8 neunte 9 zehnte 10 zehnten 10 hälfte /2 drittel /3 viertel /4 fünftel /5",
		"fr": "troisième 3 quatrième 4 cinquième 5 sixième 6 septième 7 huitième 8 neuvième 9 dixième 10 moitié /2 tiers /3",
		"es": "tercer 3 tercera 3 tercero 3 cuarta 4 cuarto 4 quinta 5 quinto 5 sexta 6 sexto 6 séptima 7 séptimo 7 octava 8 octavo 8 novena 9 décima 10 décimo 10 mitad /2 tercio /3",
		"pt": "terceiro 3 terceira 3 quarto 4 quinto 5 sexto 6 sétimo 7 sétima 7 oitavo 8 oitava 8 nono 9 décimo 10 décima 10 metade /2 terço /3",
		"ru": "третий 3 третья 3 третье 3 третьего 3 третьей 3 третьем 3 четвёртый 4 четвертый 4 четвёртое 4 четвертое 4 четвёртого 4 пятый 5 пятое 5 пятого 5 шестой 6 шестое 6 седьмой 7 седьмое 7 половина /2 половину /2 половины /2 треть /3 трети /3 четверть /4",
	} {
		all[base] = map[string]string{}
		fields := strings.Fields(list)
		for i := 0; i+1 < len(fields); i += 2 {
			all[base][fields[i]] = fields[i+1]
		}
	}
	return all
}()

// measures are units that can be taken for one another; "*" ends the beginning of a word.
var measures = []struct{ unit, words string }{
	{"km", "km kilomet* kilómet* quilómet* quilômet* километ* км 킬로미터 公里 キロメートル"},
	{"mile", "mile* meile* milla* milha* mille-marin миль мили 마일 英里 マイル"},
	{"m", "m metre* meter* mètre* metro* метр* м 미터 米 メートル"},
	{"cm", "cm centimet* zentimet* centímet* сантиметр* см 센티미터 厘米 センチ"},
	{"mm", "mm millimet* milímet* миллиметр* мм 밀리미터 毫米 ミリ"},
	{"kg", "kg kilogram* kilo* quilo* килограмм* кг 킬로그램 公斤"},
	{"t", "t tonne* ton tons tonnen tonelad* тонн* 톤 吨 トン"},
	{"l", "l litre* liter* litro* литр* 리터 升 リットル"},
	{"ha", "ha hectare* hektar* hectárea* гектар* 헥타르 公顷 ヘクタール"},
	{"hour", "hour* stunde* heure* hora* час* 시간 小时 小時 時間"},
	{"minute", "minute* minuto* минут* 분 分钟 分鐘 分間"},
	{"second", "second* sekunde* seconde* segundo* секунд* 초 秒"},
	{"week", "week* woche* semaine* semana* недел* 주 周 週間"},
	{"day", "day* tag tage tagen jour* día* dia dias дней дня день"},
}

// measureAt returns the measure that stands behind a number at s[i:], or "".
func measureAt(s string, i int) string {
	rest := strings.TrimLeft(s[i:], " \u00A0\u202F-")
	end := strings.IndexFunc(rest, func(r rune) bool { return !unicode.IsLetter(r) })
	if end < 0 {
		end = len(rest)
	}
	if end > 24 {
		end = 24
	}
	word := text.Fold(rest[:end])
	if word == "" {
		return ""
	}
	for i := len(word); i > 0; i-- {
		if i < len(word) && !utf8.RuneStart(word[i]) {
			continue
		}
		unit, ok := measureWords[word[:i]]
		if ok && (i == len(word) || !cased(word)) {
			return unit
		}
		if unit, ok = measureWords[word[:i]+"*"]; ok && len(word) <= i+6 {
			return unit
		}
	}
	return ""
}

var measureWords = func() map[string]string {
	all := map[string]string{}
	for _, m := range measures {
		for w := range strings.FieldsSeq(m.words) {
			all[w] = m.unit
		}
	}
	return all
}()

// same reports whether two figures state the same: the value, and the unit where both name one.
func (f figure) same(g figure) bool {
	return f.value == g.value && (comparable(f.unit, g.unit) || f.unit == ordinal || g.unit == ordinal)
}

func comparable(a, b string) bool { return a == b || a == "" || b == "" }
