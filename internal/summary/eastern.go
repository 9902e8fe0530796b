package summary

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// hasEastern reports whether the article has a name of a script without capitals.
func (e *evidence) hasEastern(name string) bool {
	s := strings.ReplaceAll(squeeze(name), " ", "")
	return s == "" || strings.Contains(e.packed, s)
}

// unknownEastern are the names of a Korean, Chinese or Japanese claim that the article doesn't have and that only what stands beside them
// shows to be names: places and bodies of data/places.txt, what a title follows (or in Chinese comes before), what ends like the name
// of a place or body.
func (e *evidence) unknownEastern(c *statement) []string {
	if c.base != "ko" && c.base != "ja" && c.base != "zh" {
		return nil
	}
	var unknown []string
	add := func(name string) {
		if !slices.Contains(unknown, name) {
			unknown = append(unknown, name)
		}
	}
	if c.base != e.base {
		for _, n := range c.titles {
			if !e.transcribed(n.name) && !isCommon(n.name, c.base) {
				add(n.name)
			}
		}
		return unknown
	}
	for _, n := range c.titles {
		if isCommon(n.name, c.base) || len(n.name) < 2*len("가") {
			continue
		}
		if !e.hasEastern(n.name) {
			add(n.name + n.title)
		}
	}
	for _, n := range c.suffixed() {
		if !e.hasEastern(n) && !isCommon(n, c.base) {
			add(n)
		}
	}
	return unknown
}

// titledName is a person's name and the title beside it.
type titledName struct {
	name, title string
	start       int
}

// titled finds names by the titles beside them.
func titled(st *statement) []titledName {
	if st.base != "ko" && st.base != "ja" && st.base != "zh" {
		return nil
	}
	l := lexiconOf(st.base)
	var found []titledName
	if st.base == "ko" {
		for i := 1; i < len(st.tokens); i++ {
			t, before := st.tokens[i], st.tokens[i-1]
			if !l.endsInTitle(t.text) || before.figure > 0 || st.text[before.end:t.start] != " " {
				continue
			}
			if n := utf8.RuneCountInString(before.text); n >= 2 && n <= 4 && !before.stop && !l.titles[before.text] {
				found = append(found, titledName{before.text, t.text, before.start})
			}
		}
		return found
	}
	// The longest title that ends a run of characters' part; the name is what stands before it back to a kana, mark or digit.
	for title := range l.titles {
		for from := 0; ; {
			at := strings.Index(st.text[from:], title)
			if at < 0 {
				break
			}
			at += from
			from = at + len(title)
			if l.longerTitle(st.text, at, from) {
				continue
			}
			if name := nameBefore(st.text[:at]); name != "" && st.base == "ja" {
				found = append(found, titledName{name, title, at - len(name)})
			}
			if st.base == "zh" {
				if name := surnamed(st.text[from:]); name != "" {
					found = append(found, titledName{name, title, from})
				}
			}
		}
	}
	slices.SortFunc(found, func(a, b titledName) int { return a.start - b.start })
	return found
}

// endsInTitle reports whether a Korean word is a title, or one with what it is the title of: 강원지사.
func (l *lexicon) endsInTitle(word string) bool {
	for t := range l.titles {
		if word == t || len(t) >= 2*len("가") && strings.HasSuffix(word, t) {
			return true
		}
	}
	return false
}

// longerTitle reports whether the title at s[at:end] is part of a longer one.
func (l *lexicon) longerTitle(s string, at, end int) bool {
	for t := range l.titles {
		if len(t) <= end-at {
			continue
		}
		for i := max(0, end-len(t)); i <= at; i++ {
			if strings.HasPrefix(s[i:], t) && i+len(t) >= end {
				return true
			}
		}
	}
	return false
}

// nameBefore is the run of two to five Han characters that ends s.
func nameBefore(s string) string {
	end, n := len(s), 0
	for end > 0 && n < 8 {
		r, size := utf8.DecodeLastRuneInString(s[:end])
		if !han(r) {
			break
		}
		end -= size
		n++
	}
	if n < 2 || n > 7 {
		return ""
	}
	return s[end:]
}

const surnames = "王李张張刘劉陈陳杨楊赵趙黄黃周吴吳徐孙孫胡朱高林何郭马馬罗羅梁宋郑鄭谢謝韩韓唐冯馮于董萧蕭程曹袁邓鄧许許傅沈曾彭吕呂苏蘇卢盧蒋蔣蔡贾賈丁魏薛叶葉阎閻余潘杜戴夏钟鍾汪田任姜范方石姚谭譚廖邹鄒熊金陆陸郝孔白崔康毛邱秦江史顾顧侯邵孟龙龍万萬段雷钱錢汤湯尹黎易常武乔喬贺賀赖賴龚龔文习習朴"

// afterName are characters that follow a Chinese name rather than belong to it.
const afterName = "说說称稱表在和与與于於会會将將的是对對今向也就则則等及同率出应應为為指宣强強主日上下访訪抵并並介告答透认認批呼警预預，。、：；！？（）“”「」"

// surnamed is the Chinese name that s begins with, "" for none.
func surnamed(s string) string {
	r, size := utf8.DecodeRuneInString(s)
	if !strings.ContainsRune(surnames, r) {
		return ""
	}
	end, n := size, 1
	for end < len(s) && n < 3 {
		r, size := utf8.DecodeRuneInString(s[end:])
		if !han(r) || strings.ContainsRune(afterName, r) {
			break
		}
		end += size
		n++
	}
	if n < 2 {
		return ""
	}
	return s[:end]
}

// suffixed are the names that an ending shows: with the two characters before it.
func (st *statement) suffixed() []string {
	l := lexiconOf(st.base)
	var found []string
	if st.base == "ko" {
		for _, t := range st.tokens {
			for s := range l.suffixes {
				if head, ok := strings.CutSuffix(t.text, s); ok && len(head) >= 2*len("가") && !isCommon(head, "ko") {
					found = append(found, t.text)
				}
			}
		}
		return found
	}
	for s := range l.suffixes {
		for from := 0; ; {
			at := strings.Index(st.text[from:], s)
			if at < 0 {
				break
			}
			at += from
			from = at + len(s)
			end, n := at, 0
			for end > 0 && n < 2 {
				r, size := utf8.DecodeLastRuneInString(st.text[:end])
				if !han(r) || strings.ContainsRune(smallHan, r) {
					break
				}
				end -= size
				n++
			}
			_, last := utf8.DecodeLastRuneInString(st.text[end:at])
			if n == 2 && !isCommon(st.text[end:at], st.base) && !isCommon(st.text[at-last:from], st.base) {
				found = append(found, st.text[end:from])
			}
		}
	}
	return found
}

// smallHan are characters that stand before a name rather than in it.
const smallHan = "的和与與在是于於至到从從向对對为為由被把将將该該各全本同両两兩一二三四五六七八九十百千万億亿个個家座条条所了着过過也都就还又再不没未其此这那及或並并且而以可能会會要"

func han(r rune) bool { return r >= 0x4E00 && r < 0xA000 || r == '々' || r == '〇' }

// easternAgainst finds what stands in a claim in the place of a name of the passage, in the languages of eastern Asia: two pieces that
// have changed places, or a piece put for another where one of them is a name.
func (e *evidence) easternAgainst(c, p *statement, gaps []gap, matched float64) []fault {
	if c.base != "ko" && c.base != "ja" && c.base != "zh" || matched < 0.5 {
		return nil
	}
	piece := func(st *statement, from, to int) string {
		var b strings.Builder
		for _, t := range st.tokens[from:to] {
			if t.figure == 0 {
				b.WriteString(t.text)
			}
		}
		return b.String()
	}
	type pair struct{ mine, theirs string }
	pairs := make([]pair, len(gaps))
	for i, g := range gaps {
		if g.cFrom == 0 && g.pFrom == 0 { // what stands there before a mark is another clause
			for k := g.pTo - 1; k > g.pFrom; k-- {
				if p.clauseEnds(k-1, k) {
					g.pFrom = k
					break
				}
			}
			gaps[i] = g
		}
		pairs[i] = pair{piece(c, g.cFrom, g.cTo), piece(p, g.pFrom, g.pTo)}
	}
	for i, g := range pairs {
		if g.mine == "" || g.theirs == "" {
			continue
		}
		for k := i + 1; k < len(pairs); k++ {
			if pairs[k].mine == g.theirs && pairs[k].theirs == g.mine && !e.joined(c, gaps[i].cTo, gaps[k].cFrom) {
				return []fault{{kind: Named, what: g.mine, instead: g.theirs}}
			}
		}
	}
	for i, g := range pairs {
		if utf8.RuneCountInString(g.mine) > 8 || utf8.RuneCountInString(g.theirs) > 8 || g.mine == "" || g.theirs == "" {
			continue
		}
		if e.putFor(c, p, gaps[i], g.mine, g.theirs) {
			return []fault{{kind: Named, what: g.mine, instead: g.theirs}}
		}
	}
	return nil
}

// joined reports whether nothing but "and" stands between two pieces.
func (e *evidence) joined(c *statement, from, to int) bool {
	for _, t := range c.tokens[from:to] {
		if !isJoint(t.text, c.base) {
			return false
		}
	}
	return to > from
}

// putFor reports whether a piece of the claim stands where the passage names someone or something else.
func (e *evidence) putFor(c, p *statement, g gap, mine, theirs string) bool {
	if c.base == "ko" {
		return e.putForKorean(c, p, g)
	}
	if strings.Contains(c.text, theirs) || strings.Contains(p.text, mine) || strings.Contains(mine, theirs) || strings.Contains(theirs, mine) {
		return false
	}
	if isCommon(mine, c.base) || anyKana(mine) || anyKana(theirs) {
		return false
	}
	beside := c.text[:c.at(g.cFrom)]
	behind := c.text[c.endOf(g.cTo):]
	named := false
	for t := range lexiconOf(c.base).titles {
		if strings.HasPrefix(behind, t) || c.base == "zh" && strings.HasSuffix(beside, t) {
			named = true
		}
	}
	for s := range lexiconOf(c.base).suffixes {
		if r, size := utf8.DecodeRuneInString(behind); strings.HasPrefix(behind, s) || han(r) && strings.HasPrefix(behind[size:], s) && utf8.RuneCountInString(s) == 1 {
			named = true
		}
	}
	if named {
		return !isCommon(theirs, c.base)
	}
	// A character inside a word that the article has again and again.
	if utf8.RuneCountInString(mine) == 1 && utf8.RuneCountInString(theirs) == 1 {
		next := ""
		for _, r := range behind {
			if !han(r) || utf8.RuneCountInString(next) == 2 {
				break
			}
			next += string(r)
		}
		if next == "" || e.hasEastern(mine+next) {
			return false
		}
		return utf8.RuneCountInString(next) == 2 && strings.Count(e.packed, theirs+next) >= 2 || strings.Contains(surnames, mine) && strings.Contains(surnames, theirs)
	}
	// What the article says again and again is what it is about.
	return strings.Count(e.packed, theirs) >= 2 && utf8.RuneCountInString(theirs) >= 2 && utf8.RuneCountInString(mine) >= 2 && !isCommon(theirs, c.base) && (!e.hasEastern(mine) || utf8.RuneCountInString(mine) > 2)
}

func (e *evidence) putForKorean(c, p *statement, g gap) bool {
	words := func(st *statement, from, to int) []token {
		var list []token
		for _, t := range st.tokens[from:to] {
			if t.figure == 0 && !(t.stop && utf8.RuneCountInString(t.text) == 1) {
				list = append(list, t)
			}
		}
		return list
	}
	mine, theirs := words(c, g.cFrom, g.cTo), words(p, g.pFrom, g.pTo)
	if len(mine) == 0 || len(mine) != len(theirs) || len(mine) > 2 {
		return false
	}
	for k := range mine {
		a, b := mine[k].text, theirs[k].text
		if isCommon(a, "ko") || isCommon(b, "ko") || verbal(a) || verbal(b) || strings.Contains(c.text, b) || strings.Contains(p.text, a) || sameHead(a, b) {
			continue
		}
		na, nb := utf8.RuneCountInString(a), utf8.RuneCountInString(b)
		if na < 2 || nb < 2 {
			continue
		}
		if na == 3 && nb == 3 && koreanPerson(a) && koreanPerson(b) || strings.Count(e.packed, b) >= 2 || strings.Count(e.packed, a) >= 2 || loanword(a) && loanword(b) {
			return true
		}
	}
	return false
}

// sameHead reports whether two words begin with the same character: they may be forms of one.
func sameHead(a, b string) bool {
	x, _ := utf8.DecodeRuneInString(a)
	y, _ := utf8.DecodeRuneInString(b)
	return x == y
}

const koreanSurnames = "김이박최정강조윤장임한오서신권황안송류유홍전고문손양배백허남심노하곽성차주우구민진지엄채원천방공현함변염여추도소석선설마길연위표명기반왕금옥육인맹제"

func koreanPerson(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return strings.ContainsRune(koreanSurnames, r)
}

// loanword tells words with syllables that Korean writes foreign words with.
func loanword(s string) bool {
	r, _ := utf8.DecodeLastRuneInString(s)
	return strings.ContainsRune("스즈츠트드크프그므브르닉릭텍폰뱅닛팀킹웨넷랩샵", r)
}

// verbal tells Korean verbs and adjectives by their endings.
func verbal(s string) bool {
	for _, e := range []string{"다", "고", "며", "한", "된", "는", "던", "할", "될", "해", "돼", "지", "게", "면", "서", "어", "아", "여", "으로", "하기", "되기", "했", "됐", "히", "적", "들"} {
		if strings.HasSuffix(s, e) && utf8.RuneCountInString(s) > 1 {
			return true
		}
	}
	return false
}

func anyKana(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return r >= 0x3041 && r < 0x30A0 })
}

// at and endOf are where a token begins and the one before it ends; the ends of the text stand for tokens beyond it.
func (st *statement) at(i int) int {
	if i >= len(st.tokens) {
		return len(st.text)
	}
	return st.tokens[i].start
}

func (st *statement) endOf(i int) int {
	if i <= 0 {
		return 0
	}
	return st.tokens[i-1].end
}

// misboundEastern finds a name with the title of someone else.
func (e *evidence) misboundEastern(c *statement) []fault {
	if c.base != "ko" && c.base != "ja" && c.base != "zh" {
		return nil
	}
	for _, n := range c.titles {
		if isCommon(n.name, c.base) {
			continue
		}
		held, other := false, ""
		for _, q := range e.passages {
			for _, m := range q.titles {
				if m.title != n.title && !strings.HasSuffix(m.title, n.title) && !strings.HasSuffix(n.title, m.title) {
					continue
				}
				if strings.Contains(m.name, n.name) || strings.Contains(n.name, m.name) {
					held = true
				} else if !isCommon(m.name, c.base) {
					other = m.name
				}
			}
			rs := []rune(n.name)
			head := string(rs[:min(len(rs), 2)]) // of an outlet, a club: 전북대 for 전북대학교
			if strings.Contains(q.text, head) && strings.Contains(q.text, n.title) && !slices.ContainsFunc(q.titles, func(m titledName) bool {
				return strings.HasPrefix(m.name, head) || c.base != "ko" && strings.HasSuffix(m.title, n.title) && m.name != n.name
			}) {
				held = true
			}
		}
		if !held && other != "" {
			return []fault{{kind: Named, what: n.name + n.title, instead: other}}
		}
	}
	return nil
}
