package text

import (
	"strings"
	"unicode/utf8"
)

// hanDigit returns the value of a Han digit, or -1.
func hanDigit(r rune) int64 {
	switch r {
	case '〇', '零', '○':
		return 0
	case '一', '壹', '壱':
		return 1
	case '二', '两', '兩', '贰', '弐':
		return 2
	case '三', '叁', '参':
		return 3
	case '四':
		return 4
	case '五':
		return 5
	case '六':
		return 6
	case '七':
		return 7
	case '八':
		return 8
	case '九':
		return 9
	}
	return -1
}

// hanUnit returns the power of ten that a Han or Korean numeral unit stands for, or 0.
func hanUnit(r rune) int {
	switch r {
	case '十', '拾', '십':
		return 1
	case '百', '백':
		return 2
	case '千', '천':
		return 3
	case '万', '萬', '만':
		return 4
	case '億', '亿', '억':
		return 8
	case '兆', '조':
		return 12
	}
	return 0
}

// eastAsian reads units behind a digit numeral, and further numerals with smaller units: 300만, 3천만, 1조 2000억.
func eastAsian(s string, start, end int, value string) (string, int, bool) {
	if end >= len(s) {
		return "", 0, false
	}
	i := end
	for i < len(s) && s[i] == ' ' && i-end < 1 {
		i++
	}
	r, _ := decode(s, i)
	if hanUnit(r) == 0 || i > end && !koreanUnitWord(s, i) {
		return "", 0, false
	}
	total, limit := "0", 99
	cur, at := value, end
	for {
		i := at
		if i < len(s) && s[i] == ' ' && koreanUnitWord(s, i+1) {
			i++
		}
		exp, last := 0, 0
		for i < len(s) {
			r, n := decode(s, i)
			u := hanUnit(r)
			if u <= last { // also where there is no unit
				break
			}
			if (r == '조' || r == '천' || r == '백' || r == '만') && notUnit(s, i, n) {
				break
			}
			if next, _ := decode(s, min(i+n, len(s)-1)); r == '千' && strings.ContainsRune("米克瓦赫卡伏帕焦", next) { // 10千米 are kilometres
				break
			}
			exp += u
			last = u
			i += n
		}
		if exp == 0 || exp >= limit {
			break
		}
		total, limit = addDecimal(total, shift(cur, exp)), exp
		end, at = i, i
		// a further numeral: "억 5000만"
		j := i
		if j < len(s) && s[j] == ' ' {
			j++
		}
		k := j
		for k < len(s) && (s[k] >= '0' && s[k] <= '9' || s[k] == ',') {
			k++
		}
		for k > j && s[k-1] == ',' {
			k--
		}
		if k == j || s[j] == ',' {
			break
		}
		next := decimal(strings.ReplaceAll(s[j:k], ",", ""), "")
		if k < len(s) {
			if r, _ := decode(s, k); hanUnit(r) > 0 {
				cur, at = next, k
				continue
			}
		}
		if j == i && len(next) <= limit { // 1만2345
			total, end = addDecimal(total, next), k
		}
		break
	}
	if total == "0" && value != "0" {
		return "", 0, false
	}
	return total, end, true
}

// koreanUnitWord reports whether a Korean numeral unit stands at s[i:], apart from its digits ("3 만").
func koreanUnitWord(s string, i int) bool {
	if i >= len(s) {
		return false
	}
	r, n := decode(s, i)
	return (r == '만' || r == '억') && !notUnit(s, i, n)
}

// notUnit tells syllables that are no numeral unit here: 조 in "3조로" (group), 만 in "3만큼", 천 in "3천사" are too rare
// to be worth a list, but units are followed by a counter, a particle, a digit or the end, never by these.
func notUnit(s string, i, n int) bool {
	for _, w := range []string{"만큼", "조각", "조합", "백신", "천막", "만점", "만기"} {
		if strings.HasPrefix(s[i:], w) {
			return true
		}
	}
	return false
}

// addDecimal adds two canonical decimals; a fraction is kept of one of them at most, which is how people write.
func addDecimal(a, b string) string {
	ai, af, _ := strings.Cut(a, ".")
	bi, bf, _ := strings.Cut(b, ".")
	if af == "" {
		af = bf
	}
	if len(ai) < len(bi) {
		ai, bi = bi, ai
	}
	sum := make([]byte, len(ai)+1)
	carry := 0
	for k := 0; k < len(ai); k++ {
		d := int(ai[len(ai)-1-k]-'0') + carry
		if k < len(bi) {
			d += int(bi[len(bi)-1-k] - '0')
		}
		sum[len(sum)-1-k] = byte('0' + d%10)
		carry = d / 10
	}
	sum[0] = byte('0' + carry)
	return decimal(string(sum), af)
}

// han reads a numeral in Han characters at i and returns where it ends, or i if it is none.
func (p *numberParser) han(i int) int {
	s := p.text
	end, runes := i, 0
	var total, section, cur int64
	digitsOnly, seenDigit, anyUnit := true, false, false
	var plain strings.Builder
	for end < len(s) && runes < 20 {
		r, n := decode(s, end)
		d, u := hanDigit(r), hanUnit(r)
		if u > 0 && scriptOf(r) == Hangul {
			break
		}
		switch {
		case d >= 0:
			cur = d
			seenDigit = true
			plain.WriteByte(byte('0' + d))
		case u > 0 && u < 4:
			if cur == 0 {
				if u > 1 && runes == 0 {
					return i // 百度, 千葉
				}
				cur = 1
			}
			section += cur * pow10(u)
			cur, digitsOnly, anyUnit = 0, false, true
		case u >= 4:
			if section+cur == 0 {
				return i // 万科
			}
			total += (section + cur) * pow10(u)
			section, cur, digitsOnly, anyUnit = 0, 0, false, true
			if total < 0 {
				return i
			}
		}
		if d < 0 && u == 0 {
			break
		}
		runes++
		end += n
	}
	if runes == 0 || !seenDigit && !anyUnit {
		return i
	}
	value := formatInt(total + section + cur)
	if digitsOnly {
		value = decimal(plain.String(), "")
	}
	counted := counterFollows(s, end)
	first := strings.HasSuffix(s[:i], "第")
	switch {
	case runes >= 2 && (counted || !digitsOnly || strings.ContainsRune(s[i:end], '〇')):
	case runes == 1 && (counted || first) && !strings.HasPrefix(s[i:], "一") && !strings.HasPrefix(s[i:], "零"):
	case first:
	default:
		return i
	}
	if strings.HasSuffix(s[:i], "百分之") {
		p.out = append(p.out, Number{Value: value, Text: s[i-len("百分之") : end], Start: i - len("百分之"), End: end, Unit: "%"})
		return end
	}
	p.add(value, i, end, digitsOnly && len(value) == 4 && value >= "1800" && value < "2200")
	return p.out[len(p.out)-1].End
}

func pow10(n int) int64 {
	v := int64(1)
	for range n {
		v *= 10
	}
	return v
}

const hanCounters = "年月日号號時时分秒点個个箇国國名人位家件次回度歳岁嵐台臺本枚社校州省市县縣周週天倍成割元円圓美吨噸公平米克股票歩步层層条條项項种種只隻架辆輛艘期届屆世"

func counterFollows(s string, i int) bool {
	if i >= len(s) {
		return false
	}
	r, _ := utf8.DecodeRuneInString(s[i:])
	return strings.ContainsRune(hanCounters, r) || r == '%' || r == '％'
}

var koreanNumerals = []struct {
	word  string
	value string
}{
	{"열두", "12"}, {"열한", "11"}, {"열", "10"}, {"스무", "20"}, {"두", "2"}, {"세", "3"}, {"석", "3"}, {"네", "4"}, {"넉", "4"}, {"다섯", "5"}, {"여섯", "6"},
	{"일곱", "7"}, {"여덟", "8"}, {"아홉", "9"}, {"한", "1"},
}

var koreanCounters = []string{"명", "번째", "번", "차례", "개월", "개국", "개", "달", "나라", "건", "곳", "살", "시간", "시", "가지", "척", "대", "마리", "사람", "배", "해", "분", "자녀", "아이"}

// korean reads a native Korean numeral before a counter at i: "두 명", "세 차례".
func (p *numberParser) korean(i int) int {
	s := p.text
	for _, k := range koreanNumerals {
		if !strings.HasPrefix(s[i:], k.word) {
			continue
		}
		end := i + len(k.word)
		j := end
		if j < len(s) && s[j] == ' ' {
			j++
		}
		if j == end && k.word != "두" && k.word != "열" { // "세대", "한번" are words of their own
			return i
		}
		for _, c := range koreanCounters {
			if !strings.HasPrefix(s[j:], c) {
				continue
			}
			if k.word == "한" && c != "명" && c != "건" && c != "차례" {
				return i // "한 번", "한 가지", "한 나라" say "a" more often than "one"
			}
			p.out = append(p.out, Number{Value: k.value, Text: s[i:end], Start: i, End: end})
			return end
		}
		return i
	}
	return i
}
