package summary

import (
	"slices"
	"strings"
)

// denial is a word that turns what stands near it round.
type denial struct {
	token int
	scope []int // tokens of what is denied, the nearest first
}

// deniers are the words that say no; in eastern Asia parts of words.
var deniers = map[string]string{
	"en": "not no never none nobody nothing neither nor cannot",
	"de": "nicht nie niemals kein keine keinen keinem keiner keines nichts niemand",
	"fr": "ne n pas jamais aucun aucune rien",
	"es": "no nunca jamás ningún ninguna ninguno nada nadie tampoco",
	"pt": "não nunca jamais nenhum nenhuma nada ninguém",
	"it": "non mai nessun nessuno nessuna niente nulla",
	"nl": "niet nooit geen niets niemand",
	"ru": "не ни нет никогда никто ничего нельзя никто никого",
	"ko": "않 못하 못했 못한 못할 못해 없 아니",
	"ja": "ない なかっ なく ません ずに",
	"zh": "不 没 沒 未 无 無",
}

// noDenial are words in which such a part says something else.
var noDenial = map[string]string{
	"ko": "끊임없 다름없 틀림없",
	"ja": "少ない 少なく 少なかっ 危ない なくて 間もなく まもなく だけでなく のみならず",
	"zh": "不过 不過 不仅 不僅 不断 不斷 不久 不同 不少 不但 不只 未来 未來 不满 无人机 無人機 无线 無線 无疑 不锈 不动产 不公 不足 不到 不止 不明 不法 不安 不幸 不良 不当 不妥 不及 不如 不利 无论 無論 无锡 未成年",
}

// softDeniers begin words that can stand for a "not": who refused did not agree, what is unchanged did not change.
var softDeniers = map[string][]string{
	"en": strings.Fields("fail refus declin deni deny reject without lack absen impossib unable unlikely unchanged unclear avoid prevent stop ban halt cancel few hardly barely only out drop miss clear acquit oppos against turn free withdr postpon suspend innocent remain last first young old"),
	"de": strings.Fields("unmöglich unverändert unklar ablehn abgelehn lehn verweiger verhinder fehl kaum stopp verbot verbiet leugn bestreit bestritt frei gegen nur"),
	"fr": strings.Fields("refus rejet sans manqu échou dément démen impossib inchang contre seul reste report annul suspend"),
	"es": strings.Fields("rechaz neg sin falt fracas imposib contra solo sólo sigue cancel suspend apenas"),
	"pt": strings.Fields("rejeit neg sem falt fracass impossív contra só apenas cancel suspend isol"),
	"ru": strings.Fields("отказ отверг без отриц не недо лишь только против приостан отмен бесплатн"),
	"ko": strings.Fields("거부 거절 부인 무산 실패 불가 불참 불발 불투명 미흡 미달 미정 중단 보류 어려 부족 반대 취소 유보 무관 그쳤 미루 미뤄 적은 적을 적다 적었 낮은 낮을 낮다 작은 작을"),
	"ja": strings.Fields("拒否 否定 見送 中止 不 無 未 失敗 非 反対 止ま 見合わせ 困難"),
	"zh": strings.Fields("拒绝 拒絕 否认 否認 失败 失敗 缺乏 取消 停止 暂 反对 反對 难 非 不 仅 只 免"),
}

const (
	spread = 3  // how many words that say something a denier reaches, before or behind it
	reach  = 12 // and how many of any kind
)

// denials finds the deniers of a statement and what they deny.
func denials(st *statement) []denial {
	var found []denial
	east := st.base == "ko" || st.base == "ja" || st.base == "zh"
	if east {
		parts := strings.Fields(deniers[st.base])
		masked := st.text
		for _, w := range strings.Fields(noDenial[st.base]) {
			masked = strings.ReplaceAll(masked, w, strings.Repeat(" ", len(w)))
		}
		for i, t := range st.tokens {
			if !slices.ContainsFunc(parts, func(p string) bool { return denierAt(masked, t.start, t.end, p) }) && !(st.base == "ko" && (t.text == "안" || t.text == "못")) {
				continue
			}
			d := denial{token: i}
			step, far := -1, 6
			switch st.base {
			case "zh":
				step, far = 1, 4
			case "ko":
				far = 2
				if t.text == "안" || t.text == "못" {
					step = 1
				}
			}
			for k := i + step; k >= max(0, i-2*reach) && k < min(len(st.tokens), i+2*reach) && len(d.scope) < far; k += step {
				if !st.tokens[k].entity() && !st.tokens[k].stop {
					d.scope = append(d.scope, k)
				}
			}
			found = append(found, d)
		}
		return found
	}
	list := strings.Fields(deniers[st.base])
	for i, t := range st.tokens {
		word := t.text
		if !slices.Contains(list, word) && !(st.base == "en" && (strings.HasSuffix(word, "n't") || strings.HasSuffix(word, "n’t"))) &&
			!(st.base == "fr" && (strings.HasPrefix(word, "n'") || strings.HasPrefix(word, "n’"))) {
			continue
		}
		concord := -1 // ne … pas, никто не: two words deny once
		if n := len(found); n > 0 && (st.base == "fr" || st.base == "ru" || st.base == "es" || st.base == "pt" || st.base == "it") && !st.clauseBetween(found[n-1].token, i) {
			if st.base != "ru" {
				continue
			}
			concord = n - 1
		}
		d := denial{token: i}
		for k := i + 1; k < min(len(st.tokens), i+reach) && len(d.scope) < spread && !st.clauseEnds(k-1, k); k++ {
			if t := st.tokens[k]; !t.stop && t.figure == 0 {
				d.scope = append(d.scope, k)
			}
		}
		if st.base == "de" || st.base == "nl" {
			for k, n := i-1, 0; k >= max(0, i-reach) && n < spread && !st.clauseEnds(k, k+1); k-- {
				if t := st.tokens[k]; !t.stop && !t.entity() {
					d.scope = append(d.scope, k)
					n++
				}
			}
		}
		if concord >= 0 {
			found[concord] = d
			continue
		}
		found = append(found, d)
	}
	return found
}

// clauseBetween reports whether a clause ends between two tokens.
func (st *statement) clauseBetween(i, j int) bool {
	for ; i < j; i++ {
		if st.clauseEnds(i, i+1) {
			return true
		}
	}
	return false
}

func denierAt(s string, start, end int, part string) bool {
	if strings.HasPrefix(s[start:], part) {
		return true
	}
	return end-start > len(part) && strings.Contains(s[start:end], part)
}

// clauseEnds reports whether a clause ends between two neighbouring tokens.
func (st *statement) clauseEnds(i, j int) bool {
	return strings.ContainsAny(st.text[st.tokens[i].end:st.tokens[j].start], ",;:—–、，；：。.!?()\"“”«»")
}

// softens reports whether a statement has a word that can stand for a "not" and that the other doesn't have.
func softens(st, other *statement) bool {
	list := softDeniers[st.base]
	for _, t := range st.tokens {
		if t.entity() {
			continue
		}
		for _, stem := range list {
			if !strings.HasPrefix(t.text, stem) && !(!cased(stem) && strings.HasPrefix(st.text[t.start:], stem)) {
				continue
			}
			if !other.has(t.key) {
				return true
			}
		}
	}
	return false
}

// softensAt reports whether a word of the passage can stand for what the claim denies: near the denied word where the passage has that
// too, anywhere otherwise.
func (st *statement) softensAt(c *statement, d denial) bool {
	if !softens(st, c) {
		return false
	}
	if len(d.scope) == 0 || !cased(c.tokens[d.scope[0]].key) {
		return true
	}
	at := slices.IndexFunc(st.tokens, func(t token) bool { return t.key == c.tokens[d.scope[0]].key })
	if at < 0 {
		return true
	}
	near := *st
	near.tokens = st.tokens[max(0, at-spread-1):min(len(st.tokens), at+spread+2)]
	return softens(&near, c)
}

func (st *statement) has(key string) bool {
	return slices.ContainsFunc(st.tokens, func(t token) bool { return t.key == key })
}

func (st *statement) denies(key string) bool {
	return slices.ContainsFunc(st.denials, func(d denial) bool {
		return slices.ContainsFunc(d.scope, func(k int) bool { return st.tokens[k].key == key })
	})
}

// turned reports whether a claim says no to what the passage says, or the other way round. around are the passages beside it.
func turned(c, p *statement, around []*statement) bool {
	same := 0 // denials of what the passage speaks of
	for _, d := range c.denials {
		if len(d.scope) > 0 && p.has(c.tokens[d.scope[0]].key) {
			same++
		}
	}
	if len(p.denials) > 0 && same > len(p.denials) {
		return true
	}
	for _, d := range c.denials {
		if len(p.denials) == 0 {
			if p.softensAt(c, d) || len(d.scope) > 0 && p.undoes(c.tokens[d.scope[0]].key) {
				continue
			}
			heads := d.scope[:min(2, len(d.scope))]
			said := len(heads) == 0 || slices.ContainsFunc(heads, func(k int) bool { return p.has(c.tokens[k].key) })
			if said || !slices.ContainsFunc(around, func(q *statement) bool { return len(q.denials) > 0 || softens(q, c) }) {
				return true
			}
			continue
		}
		if len(d.scope) == 0 {
			continue
		}
		if head := c.tokens[d.scope[0]].key; p.has(head) && !p.denies(head) && !c.tokens[d.scope[0]].stop && cased(head) {
			return true
		}
	}
	if len(c.denials) >= len(p.denials) {
		return false
	}
	for _, d := range p.denials {
		if len(d.scope) == 0 || softens(c, p) || !c.hasClause(p, d.token) {
			continue
		}
		n := 0
		for _, k := range d.scope {
			if c.has(p.tokens[k].key) && !c.denies(p.tokens[k].key) {
				n++
			}
		}
		head := p.tokens[d.scope[0]]
		if c.has(head.key) && !c.denies(head.key) || n >= 2 {
			return true
		}
		if stem, ok := strings.CutSuffix(head.text, "지"); ok && len(c.denials) == 0 && c.base == "ko" && slices.ContainsFunc(c.tokens, func(t token) bool {
			return strings.HasPrefix(t.text, stem) && verbal(t.text)
		}) {
			return true
		}
	}
	return false
}

// undoes reports whether the statement has the word with a syllable before it that says no: "inexperienced".
func (st *statement) undoes(key string) bool {
	return slices.ContainsFunc(st.tokens, func(t token) bool {
		for _, no := range []string{"un", "in", "im", "il", "ir", "dis", "non", "des", "não", "не", "a"} {
			if rest, ok := strings.CutPrefix(t.key, no); ok && (rest == key || len(key) >= 6 && strings.HasPrefix(rest, key[:min(len(key), len(rest), 6)]) && len(rest) >= 5) {
				return true
			}
		}
		return false
	})
}

// undoesAny reports whether the statement undoes what the claim denies.
func (st *statement) undoesAny(c *statement) bool {
	return slices.ContainsFunc(c.denials, func(d denial) bool { return len(d.scope) > 0 && st.undoes(c.tokens[d.scope[0]].key) })
}

// hasClause reports whether the statement has most of what the clause of p around a token says.
func (st *statement) hasClause(p *statement, at int) bool {
	n, all := 0, 0
	for _, in := range p.clauses() {
		if at < in.from || at >= in.to {
			continue
		}
		for k := in.from; k < in.to; k++ {
			if t := p.tokens[k]; k != at && !t.stop {
				all++
				if st.has(t.key) {
					n++
				}
			}
		}
	}
	return n*2 > all
}
