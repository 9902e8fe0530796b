package summary

import (
	"regexp"
	"strings"
)

// maxCredits is how many sentences of an article may begin with a place, an agency or a reporter.
const maxCredits = 3

// credits are what stands in front of the first sentence of a report, in the forms that agencies and papers use.
var credits = []*regexp.Regexp{
	regexp.MustCompile(`^\([\p{Lu}][\p{Lu}&. ]{1,14}\)\s*(?:[-–—]+\s*)?`),                                                                             // (CNN)
	regexp.MustCompile(`^\p{Lu}{4,}(?:[ ,]+\p{Lu}{2,}){0,3}: `),                                                                                       // LONDON:
	regexp.MustCompile(`^[(\[【][^)\]】=]{1,20}=[^)\]】]{1,20}[)\]】]\s*(?:\p{Hangul}{2,4}(?:·\p{Hangul}{2,4})* (?:\p{Hangul}{0,4}(?:기자|특파원))\s*=?\s*)?`), // (서울=한강통신) 홍길동 기자 =
	regexp.MustCompile(`^\p{Hangul}{2,4} (?:\p{Hangul}{0,4}(?:기자|특파원))\s*=\s*`),
	regexp.MustCompile(`^\p{Han}{2,16}\d{1,2}月\d{1,2}日(?:\p{Han}{0,2})?[电電讯訊]\s*(?:[（(][^）)]{1,40}[）)])?\s*[：:，,]?\s*`), // 某某社首都11月23日电（记者 某某）
	regexp.MustCompile(`^[（(][^）)]{0,8}(?:记者|記者)[^）)]{1,30}[）)]\s*`),
	regexp.MustCompile(`^本[报報台网網][讯訊]\s*(?:[（(][^）)]{1,40}[）)])?\s*`),
	regexp.MustCompile(`^【[^】]{1,30}(?:[＝=]|报道|報道|記者|记者|通信|共同|電)[^】]{0,30}】\s*`),                                                                     // 【首都＝某記者】
	regexp.MustCompile(`^\p{Lu}{2}[\p{Lu} -]{0,24}, \d{1,2} \p{L}{3,9}\.?(?: \d{4} г\.)?\s*(?:/[^/]{2,30}/\.?|[-–—]\s*[\p{Lu}][\p{L} ]{1,20}\.)\s*`), // МОСКВА, 23 ноя — Агентство.
	regexp.MustCompile(`^\p{Lu}[\p{L} ]{2,24},? \d{1,2}\.? (?:de )?\p{L}{3,10}\.? \([^)]{2,20}\)\s*[.,]?\s*[-–—]+\s*`),                               // Madrid, 23 nov (Agencia).-
}

// credit returns the length of the credit at the start of s: place, date, agency and reporter.
func credit(s string) int {
	head := s
	if len(head) > 240 {
		head = head[:240]
	}
	for _, c := range credits {
		if at := c.FindStringIndex(head); at != nil {
			return at[1]
		}
	}
	return dateline(s)
}

// dateline returns the length of a dateline at the start of s: a place in capitals or an agency in brackets, and a dash.
func dateline(s string) int {
	head := s
	if len(head) > 90 {
		head = head[:90]
	}
	for _, dash := range []string{" - ", " – ", " — ", " -- "} {
		i := strings.Index(head, dash)
		if i <= 0 {
			continue
		}
		place := head[:i]
		if strings.HasSuffix(place, ")") && strings.Contains(place, "(") && len(strings.Fields(place)) <= 8 {
			return i + len(dash)
		}
		if first := strings.FieldsFunc(place, func(r rune) bool { return r == ',' || r == ' ' }); len(first) > 0 && len(first) <= 5 &&
			len(first[0]) >= 3 && strings.ToUpper(first[0]) == first[0] && strings.ToLower(first[0]) != first[0] {
			return i + len(dash)
		}
	}
	return 0
}
