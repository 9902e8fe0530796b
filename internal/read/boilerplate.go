package read

import (
	"regexp"
	"strings"
	"sync"
	"unicode/utf8"
)

// markup finds HTML in what could be plain text.
var markup = regexp.MustCompile(`(?i)</?(?:p|br|div|a|b|i|em|strong|span|img|ul|ol|li|h[1-6]|table|blockquote|figure)(?:\s[^<>]*)?/?>`)

// lazily compiles an expression when it is first asked for: a large one takes megabytes that few uses of the program need.
func lazily(expression string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expression) })
}

// tail is what feeds append to their texts.
var tail = lazily(`(?i)^(?:[\[(]?(?:` +
	`(?:click here to |tap to )?(?:read|see|view|learn|find out|show|get) (?:more|the (?:full|rest|whole|entire|original|complete)\b.{0,40}|full (?:story|article|text|post)|on\b.{0,40}|original\b.{0,30}|the article)(?: (?:here|at|on|about|of this|from|in)\b.{0,80})?` +
	`|continue reading\b.{0,120}|keep reading\b.{0,60}|full (?:story|article|text)|more\b.{0,20}|comments?(?: \(\d+\))?|leave a comment|permalink|source|link|via .{1,40}|share (?:this|on)\b.{0,40}|discuss(?: .{0,40})?|source link` +
	`|weiter(?:lesen| lesen)?\b.{0,80}|mehr(?: lesen| dazu| erfahren| zum thema)?\b.{0,40}|zum artikel|zur meldung|lesen sie (?:mehr|weiter|hier)\b.{0,80}|den (?:ganzen|vollständigen) artikel\b.{0,60}` +
	`|lire (?:la suite|plus|l.article|aussi)\b.{0,80}|en savoir plus|suite\b.{0,10}|leer más\b.{0,40}|seguir leyendo\b.{0,40}|ler mais\b.{0,40}|leia mais\b.{0,80}|continue lendo\b.{0,40}|leggi (?:tutto|di più|anche|l.articolo)\b.{0,80}|continua a leggere\b.{0,60}` +
	`|lees (?:meer|verder)\b.{0,60}|läs (?:mer|hela)\b.{0,60}|les (?:mer|hele)\b.{0,60}|læs (?:mere|hele)\b.{0,60}|lue (?:lisää|koko)\b.{0,60}|czytaj (?:więcej|dalej|całość)\b.{0,60}|číst (?:dále|více)\b.{0,40}|celý článek` +
	`|читать (?:далее|дальше|полностью|ещё)\b?.{0,40}|подробнее\b?.{0,40}|читати (?:далі|більше).{0,40}|devamı(?:nı oku)?\b.{0,30}|xem thêm.{0,40}|đọc (?:tiếp|thêm).{0,40}|selengkapnya.{0,20}|baca (?:selengkapnya|juga).{0,80}` +
	`|続きを(?:読む|みる|見る|もっと).{0,20}|全文(?:を読む|表示)?|もっと(?:読む|見る)|記事(?:全文|の続き).{0,10}|阅读(?:全文|更多|原文).{0,10}|閱讀(?:全文|更多|原文).{0,10}|查看(?:全文|更多).{0,10}|继续阅读.{0,40}|繼續閱讀.{0,40}|原文(?:链接|連結).{0,20}|더\s*(?:보기|읽기)|계속\s*(?:읽기|보기).{0,20}|전체\s*(?:보기|기사).{0,10}|기사\s*(?:원문|더\s*보기|전문).{0,10}|اقرأ (?:المزيد|أيضا).{0,60}|קרא עוד.{0,40}|อ่านต่อ.{0,20}` +
	`)[\])]?[\s.…:»›→>⟶↗]*|\[(?:…|\.\.\.|link|comments|&hellip;)\]|[»›→…]+)$`)

var (
	firstAppeared = lazily(`(?i)(?:^|\s)(?:the (?:post|article|entry)\s.{1,300}?\s(?:first )?(?:appeared|was (?:first )?published|originally appeared)(?: first)? (?:on|at|in)\s.{1,120}|(?:der|dieser) (?:beitrag|artikel)\s.{1,300}?\serschien (?:zuerst|als erstes) (?:auf|bei)\s.{1,120}|cet article\s.{0,300}?est apparu en premier sur\s.{1,120}|l.article\s.{1,300}?est apparu en premier sur\s.{1,120}|la entrada\s.{1,300}?(?:se publicó primero|apareció primero) en\s.{1,120}|o post\s.{1,300}?apareceu primeiro em\s.{1,120}|(?:l.articolo|il post)\s.{1,300}?(?:proviene da|sembra essere il primo su)\s.{1,120}|het bericht\s.{1,300}?verscheen eerst op\s.{1,120}|запись\s.{1,300}?впервые появилась\s.{1,120}|wpis\s.{1,300}?pojawił się (?:poczatkowo|początkowo|najpierw) (?:w|na)\s.{1,120}|投稿\s.{1,300}?(?:に最初に表示されました|は.{1,80}に最初に表示されました).{0,10})$`)
	submittedBy   = regexp.MustCompile(`^submitted by\s+/?u/[\w-]+.{0,80}$`)
	moreAtEnd     = regexp.MustCompile(`(?i)\s*(?:\[(?:…|\.\.\.|&hellip;|\+\d+ chars)\]|(?:…|\.\.\.)?\s*[\[(]?(?:read more|continue reading|weiterlesen|mehr lesen|lire la suite|leer más|続きを読む|阅读全文|閱讀全文|더보기)\s*[»›→>….]*[\])]?)$`)
)

// appeared holds a word of each sentence that firstAppeared finds, which is slow to look for.
var appeared = []string{"appeared", "published", "erschien", "apparu", "publicó", "apareció", "apareceu", "proviene", "sembra", "verscheen", "появилась", "pojawił", "最初"}

// longestMore is the number of bytes at the end of a text within which moreAtEnd looks.
const longestMore = 120

// cutTail cuts s in two before its last n bytes or so.
func cutTail(s string, n int) (head, tail string) {
	at := max(len(s)-n, 0)
	for at > 0 && !utf8.RuneStart(s[at]) {
		at--
	}
	return s[:at], s[at:]
}

// withoutTail drops what feeds append from the end of a text's lines. What is left over is never nothing but for texts that
// were nothing but such lines.
func withoutTail(lines []string) []string {
	for len(lines) > 0 {
		last := lines[len(lines)-1]
		if utf8.RuneCountInString(last) <= 160 && tail().MatchString(last) || submittedBy.MatchString(last) {
			lines = lines[:len(lines)-1]
			continue
		}
		var notice []int
		if len(last) < 2000 && containsAny(strings.ToLower(last), appeared...) {
			notice = firstAppeared().FindStringIndex(last)
		}
		if notice != nil {
			last = strings.TrimSpace(last[:notice[0]])
		} else {
			before, end := cutTail(last, longestMore)
			at := moreAtEnd.FindStringIndex(end)
			if at == nil {
				return lines
			}
			cut := strings.TrimSpace(before + end[:at[0]])
			if more := end[at[0]:]; strings.HasSuffix(more, "]") && strings.Contains(more, "…") || strings.Contains(more, "...") {
				cut += "…" // the text goes on elsewhere
			}
			if cut == last {
				return lines
			}
			last = cut
		}
		if last == "" || last == "…" {
			lines = lines[:len(lines)-1]
			continue
		}
		lines[len(lines)-1] = last
		return lines
	}
	return lines
}
