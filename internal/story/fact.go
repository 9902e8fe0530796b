package story

import (
	_ "embed"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"newsbrief/internal/text"
)

// facts are what can be compared of what a text says.
type facts struct {
	words   []text.Word
	hits    []hit // of data/additions.txt, in order
	figures []figure
}

// hit is where a text has words of data/additions.txt.
type hit struct {
	id         string
	start, end int
}

// figure is a number, a score or a date.
type figure struct {
	kind       figureKind
	value      string // canonical; "2-1" of a score, "3-14" of a date
	unit       string
	toll       string // whom it counts, "" unless it counts those who suffer
	hedged     bool   // is not meant to the last digit
	start, end int
}

type figureKind uint8

const (
	plainFigure figureKind = iota
	yearFigure
	dateFigure    // month and day
	scoreFigure   // of a match
	measureFigure // that outlets convert
	asideFigure   // somebody's age, the time of day, a day without its month
)

func (f figure) key() string { return strconv.Itoa(int(f.kind)) + " " + f.value }

//go:embed data/additions.txt
var additionData string

var additionLexicons = sync.OnceValue(func() map[string]*lexicon {
	all := map[string]*lexicon{}
	for _, lang := range conceptLanguages {
		all[lang] = &lexicon{words: &node{}, runes: &node{}}
	}
	for line := range strings.Lines(additionData) {
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		id, names, _ := strings.Cut(line, ":")
		columns := strings.Split(names, "|")
		if len(columns) != len(conceptLanguages) {
			panic("story: data/additions.txt: " + id + " needs a column for each language")
		}
		for i, column := range columns {
			for name := range strings.SplitSeq(column, ",") {
				if name = strings.TrimSpace(name); name != "" {
					all[conceptLanguages[i]].add(name, id)
				}
			}
		}
	}
	for _, l := range all {
		l.words.inherit()
	}
	return all
})

// inherit gives a word, or the beginning of one, also what its own beginnings stand for: "gestorben" is found and nothing shorter.
func (n *node) inherit() {
	for key, c := range n.next {
		word, starred := strings.CutSuffix(key, "*")
		i := len(word)
		if starred {
			i--
		}
		for ; i > 0; i-- {
			if shorter := n.next[word[:i]+"*"]; shorter != nil {
				for _, id := range shorter.ids {
					if !slices.Contains(c.ids, id) {
						c.ids = append(c.ids, id)
					}
				}
			}
		}
		slices.Sort(c.ids)
		c.inherit()
	}
}

func readFacts(s, lang string) facts {
	f := facts{words: text.Words(s, lang)}
	if l := additionLexicons()[lang]; l != nil {
		l.find(s, f.words, func(ids []string, start, end int) {
			for _, id := range ids {
				f.hits = append(f.hits, hit{id, start, end})
			}
		})
	}
	f.readFigures(s, lang)
	return f
}

// about reports whether the words of id stand between two places.
func (f *facts) about(id string, from, to int) bool {
	return slices.ContainsFunc(f.hits, func(h hit) bool { return h.id == id && h.start >= from && h.end <= to })
}

// titled reports whether a figure or an outcome stands before the text begins.
func (f *facts) titled(key string, begins int) bool {
	return slices.ContainsFunc(f.hits, func(h hit) bool { return h.id == key && h.end <= begins }) ||
		slices.ContainsFunc(f.figures, func(g figure) bool { return g.end <= begins && g.key() == key })
}

func (f *facts) readFigures(s, lang string) {
	numbers := text.Numbers(s, lang)
	for i := 0; i < len(numbers); i++ {
		n := numbers[i]
		g := figure{value: n.Value, unit: n.Unit, start: n.Start, end: n.End}
		if i+1 < len(numbers) {
			next := numbers[i+1]
			if day, ok := eastDate(n, next); ok {
				f.figures = append(f.figures, figure{kind: dateFigure, value: day, start: n.Start, end: next.End})
				i++
				continue
			}
			if i+2 < len(numbers) && joined(s, n.End, next.Start, "./-") && joined(s, next.End, numbers[i+2].Start, "./-") {
				i += 2 // 12.03.2026
				continue
			}
			if joined(s, n.End, next.Start, ":") && next.End-next.Start == 2 {
				i++ // a time of day
				continue
			}
			if score, ok := scored(s, n, next); ok {
				f.figures = append(f.figures, figure{kind: scoreFigure, value: score, start: n.Start, end: next.End})
				i++
				continue
			}
			if joined(s, n.End, next.Start, "./") {
				i++
				continue
			}
		}
		if day := f.monthDay(n, s, lang); day != "" {
			g.kind, g.value = dateFigure, day
		} else {
			g.kind, g.hedged = f.kindOf(n, s, lang)
		}
		f.figures = append(f.figures, g)
	}
	f.count(s)
}

// joined reports whether nothing but one of the marks stands between two places.
func joined(s string, end, start int, marks string) bool {
	return start == end+1 && strings.IndexByte(marks, s[end]) >= 0
}

// eastDate reads 3月14日, 3월 14일.
func eastDate(month, day text.Number) (string, bool) {
	if month.Unit != "month" || day.Unit != "day" || day.Start-month.End > 1 {
		return "", false
	}
	return month.Value + "-" + day.Value, true
}

// scored reads 2-1, 2:1, 2대 1, 2比1.
func scored(s string, a, b text.Number) (string, bool) {
	switch strings.TrimSpace(s[min(a.End, b.Start):b.Start]) {
	case "-", "–", "‑", ":", "대", "比", "－", "—", "対":
	default:
		return "", false
	}
	x, errA := strconv.Atoi(a.Value)
	y, errB := strconv.Atoi(b.Value)
	if errA != nil || errB != nil || x > 200 || y > 200 {
		return "", false
	}
	return strconv.Itoa(min(x, y)) + "-" + strconv.Itoa(max(x, y)), true
}

// monthDay reads a day beside the name of its month: 14 March, March 14, 14 de marzo.
func (f *facts) monthDay(n text.Number, s, lang string) string {
	words := f.words
	if len(n.Value) > 2 || n.Unit != "" || n.Value > "31" && len(n.Value) == 2 || lexicons()[lang] == nil {
		return ""
	}
	at, found := slices.BinarySearchFunc(words, n.Start, func(w text.Word, start int) int { return w.Start - start })
	if !found {
		return ""
	}
	for _, j := range []int{at + 1, at - 1, at + 2} {
		if j < 0 || j >= len(words) || j == at+2 && words[at+1].Text != "de" && words[at+1].Text != "of" {
			continue
		}
		if r, _ := utf8.DecodeRuneInString(s[words[j].Start:]); lang == "en" && !unicode.IsUpper(r) {
			continue
		}
		if c := lexicons()[lang].words.step(words[j].Text); c != nil {
			for _, id := range c.ids {
				if m := months[strings.TrimPrefix(id, "time ")]; m > 0 {
					return strconv.Itoa(m) + "-" + n.Value
				}
			}
		}
	}
	return ""
}

const (
	besideBytes = 2  // between a number and what says what kind it is
	hedgeBytes  = 14 // between a number and "more than"
	tollBytes   = 40 // between a number and those it counts
)

// kindOf looks at what stands around a number.
func (f *facts) kindOf(n text.Number, s, lang string) (kind figureKind, hedged bool) {
	east := lang == "ko" || lang == "zh" || lang == "ja"
	switch {
	case n.Year || east && n.Unit == "year" && len(n.Value) == 4:
		kind = yearFigure
	case east && (n.Unit == "day" || n.Unit == "month"):
		kind = asideFigure
	case measured(n.Text):
		kind = measureFigure
	case len(n.Value) == 2 && n.Unit == "" && enclosed(s, n.Start, n.End):
		kind = asideFigure // Neil Garrow, 51, … and Neil Garrow (51) …
	}
	for _, h := range f.hits {
		before, after := n.Start-h.end, h.start-n.End // bytes between
		switch {
		case h.id == "cue aside" && (before >= 0 && before < besideBytes || after >= 0 && after < besideBytes) && kind == plainFigure && n.Unit != "%":
			kind = asideFigure
		case h.id == "cue measure" && after >= 0 && after < besideBytes && kind == plainFigure && n.Unit == "":
			kind = measureFigure
		case h.id == "cue hedge" && (before >= 0 && before < hedgeBytes || after >= 0 && after < 2*besideBytes):
			hedged = true
		}
	}
	return kind, hedged
}

// enclosed reports whether what stands between two places stands alone between commas or in brackets.
func enclosed(s string, start, end int) bool {
	before, after := strings.TrimRight(s[:start], " "), s[end:]
	return strings.HasSuffix(before, ",") && strings.HasPrefix(after, ",") || strings.HasSuffix(before, "(") && strings.HasPrefix(after, ")") ||
		strings.HasSuffix(before, "（") && strings.HasPrefix(after, "）")
}

// count finds out which numbers count those who suffer. Such a word counts by one number only: the one right behind it ("killed five"),
// else the last one before it.
func (f *facts) count(s string) {
	taken := -1 // the end of the last word that has its number
	for i := range f.figures {
		g := &f.figures[i]
		if g.kind != plainFigure || g.unit != "" {
			continue
		}
		from, to := 0, len(s) // the neighbours
		if i > 0 {
			from = f.figures[i-1].end
		}
		if i+1 < len(f.figures) {
			to = f.figures[i+1].start
		}
		best := hit{}
		for _, h := range f.hits {
			if !strings.HasPrefix(h.id, "toll ") || h.start < taken {
				continue
			}
			if h.start >= from && h.end <= g.start && g.start-h.end < hedgeBytes && !parted(s[h.end:g.start]) {
				best = h
				break
			}
			if h.start >= g.end && h.end <= to && h.start-g.end <= tollBytes && !strings.ContainsAny(s[g.end:h.start], "\n。;,，、") && best.id == "" {
				best = h
			}
		}
		switch {
		case best.id != "":
			g.toll, taken = best.id, best.end
		case slices.ContainsFunc(f.hits, func(h hit) bool {
			return h.id == "cue rise" && (h.end <= g.start && g.start-h.end < hedgeBytes || h.start >= g.end && h.start-g.end < hedgeBytes)
		}):
			for _, h := range f.hits { // the last one before it in its sentence: the number of people injured in … has risen to 31
				if strings.HasPrefix(h.id, "toll ") && h.end <= g.start && !strings.ContainsAny(s[h.end:g.start], "\n。") && !strings.Contains(s[h.end:g.start], ". ") {
					g.toll = h.id
				}
			}
		}
	}
}

// parted reports whether what stands between two words keeps them apart: a comma, an "and".
func parted(between string) bool {
	if strings.ContainsAny(between, ",.;:\n，、。；：") {
		return true
	}
	for w := range strings.FieldsSeq(between) {
		switch w {
		case "and", "y", "e", "et", "und", "и", "а", "ещё", "еще":
			return true
		}
	}
	return false
}

// measured reports whether a number came with the sign of a measure: 5km.
func measured(s string) bool {
	unit := text.Fold(strings.TrimLeftFunc(s, func(r rune) bool { return !unicode.IsLetter(r) }))
	switch unit {
	case "km", "cm", "mm", "kg", "g", "t", "l", "ml", "ha", "ft", "in", "lb", "lbs", "oz", "mph", "kmh", "c", "f", "км", "кг", "м":
		return true
	}
	return false
}

// knowledge is what the known tellings say together.
type knowledge struct {
	terms   map[string]bool
	words   map[string]bool
	folded  string
	figures []figure
	values  map[string]bool // by figure.key
	digits  map[string]bool // every run of digits, in whatever word, and with the marks between groups taken out
	told    map[string]bool // what of data/additions.txt
	longest int             // bytes of the longest telling
}

func newKnowledge(known []Doc, lang string) *knowledge {
	k := &knowledge{terms: map[string]bool{}, words: map[string]bool{}, values: map[string]bool{}, digits: map[string]bool{}, told: map[string]bool{}}
	var folded strings.Builder
	for _, d := range known {
		s := head(d.Title, titleBytes) + "\n" + head(d.Text, comparedBytes)
		k.longest = max(k.longest, len(d.Text))
		for _, t := range text.Terms(s, lang) {
			k.terms[t.Text] = true
		}
		folded.WriteString(text.Fold(s))
		folded.WriteByte('\n')
		k.readDigits(s)
		f := readFacts(s, lang)
		for _, w := range f.words {
			k.words[w.Text] = true
		}
		for i, g := range f.figures {
			k.figures = append(k.figures, g)
			k.values[g.key()] = true
			if i > 0 && g.start-f.figures[i-1].end <= 6 { // 29 to 27
				if score, ok := pair(f.figures[i-1].value, g.value); ok {
					k.values[figure{kind: scoreFigure, value: score}.key()] = true
				}
			}
			if a, b, ok := strings.Cut(g.value, "-"); ok && g.kind == scoreFigure {
				k.values[figure{value: a}.key()], k.values[figure{value: b}.key()] = true, true
			}
		}
		for _, h := range f.hits {
			k.told[h.id] = true
		}
	}
	k.folded = folded.String()
	return k
}

var grouped = regexp.MustCompile(`[0-9]+(?:[.,\x{a0}\x{202f} '’][0-9]{3})*`)

func (k *knowledge) readDigits(s string) {
	for _, run := range grouped.FindAllString(s, -1) {
		parts := strings.FieldsFunc(run, func(r rune) bool { return r < '0' || r > '9' })
		for _, part := range append(parts, strings.Join(parts, "")) {
			k.digits[strings.TrimLeft(part, "0")] = true
		}
	}
}

// unknown is the share of a sentence's words that no known telling uses.
func (k *knowledge) unknown(s, lang string) float64 {
	n, unknown := 0, 0
	for _, t := range text.Terms(s, lang) {
		if word := s[t.Start:t.End]; !text.Stopword(word, lang) && utf8.RuneCountInString(word) > 1 { // pairs of characters, not single ones
			n++
			if !k.terms[t.Text] {
				unknown++
			}
		}
	}
	return float64(unknown) / max(float64(n), 1)
}

func pair(a, b string) (string, bool) {
	x, errA := strconv.Atoi(a)
	y, errB := strconv.Atoi(b)
	return strconv.Itoa(min(x, y)) + "-" + strconv.Itoa(max(x, y)), errA == nil && errB == nil
}

// newFigure is what a figure is worth that is not known, 0 for one that is.
func (k *knowledge) newFigure(f figure, d Doc) float64 {
	value, err := strconv.ParseFloat(f.value, 64)
	if f.kind != dateFigure && f.kind != scoreFigure && (err != nil || value == 0) || f.kind == asideFigure {
		return 0
	}
	if k.values[f.key()] {
		if f.toll != "" && k.rises(f.toll, value) {
			return 0.9
		}
		return 0
	}
	switch f.kind {
	case dateFigure:
		return newDay(f.value, d.when())
	case yearFigure:
		if value > float64(d.when().Year()) {
			return 0.6
		}
		return 0.1
	case scoreFigure:
		return 1
	}
	if f.toll == "" && (k.digits[f.value] || k.sums(value)) {
		return 0
	}
	for _, g := range k.figures {
		if g.kind == scoreFigure || g.kind == dateFigure {
			continue
		}
		v, err := strconv.ParseFloat(g.value, 64)
		if err != nil {
			continue
		}
		if v == value || rounded(f, value, g, v) || f.kind == measureFigure && g.kind == measureFigure && converted(value, v) {
			return 0
		}
		if f.unit == "year" && g.unit == "month" && 12*value == v || f.unit == "month" && g.unit == "year" && value == 12*v {
			return 0
		}
	}
	switch {
	case f.toll != "":
		return 1.2
	case f.unit != "" && f.unit != "day" && f.unit != "month":
		return 1
	case value <= 3:
		return 0.25
	case value <= 12: // often in words, which not every language's inflection lets be read
		return 0.6
	}
	return 1
}

// sums reports whether a number is that of two kinds of those who suffer together: five dead and twelve injured.
func (k *knowledge) sums(value float64) bool {
	for i, g := range k.figures {
		for _, h := range k.figures[:i] {
			if g.toll != "" && h.toll != "" && g.toll != h.toll {
				x, errX := strconv.ParseFloat(g.value, 64)
				y, errY := strconv.ParseFloat(h.value, 64)
				if errX == nil && errY == nil && x+y == value {
					return true
				}
			}
		}
	}
	return false
}

// rises reports whether more of those who suffer are counted than in any known telling that counts them.
func (k *knowledge) rises(toll string, value float64) bool {
	most := 0.0
	for _, g := range k.figures {
		if g.toll == toll {
			if v, err := strconv.ParseFloat(g.value, 64); err == nil {
				most = max(most, v)
			}
		}
	}
	return most > 0 && value > most
}

const exactBelow = 1000 // smaller whole numbers are meant to the last digit unless somebody says "about"

// rounded reports whether one of two numbers is the other one in fewer digits.
func rounded(f figure, value float64, g figure, known float64) bool {
	if f.unit != g.unit && f.unit != "" && g.unit != "" || value == 0 || known == 0 {
		return false
	}
	whole := math.Trunc(value) == value && math.Trunc(known) == known
	if whole && min(value, known) < exactBelow && !f.hedged && (!g.hedged || f.toll != "") {
		return false
	}
	a, b := digits(f.value), digits(g.value)
	if a == b {
		return false
	}
	rough, fine := value, known
	n := a
	if b < a {
		rough, fine, n = known, value, b
	}
	off := 0.12
	if f.hedged && rough == value {
		off = 0.3 // "more than 200" after 240 tells less
	}
	unit := math.Pow(10, math.Floor(math.Log10(fine))-float64(n-1)) // what the last digit of the rough one counts
	return math.Abs(rough-fine) < unit && math.Abs(rough-fine) <= off*fine
}

// digits is how many significant digits a canonical number has.
func digits(value string) int {
	if !strings.Contains(value, ".") {
		value = strings.TrimRight(value, "0")
	}
	return max(1, len(strings.TrimLeft(strings.ReplaceAll(value, ".", ""), "0")))
}

// converted reports whether one measure may be the other in another unit: miles, feet, acres, pounds, degrees.
func converted(a, b float64) bool {
	for _, r := range []float64{1.609, 3.281, 2.471, 2.59, 2.205, 0.907, 3.785} {
		if q := a / b; q > r*0.94 && q < r*1.06 || 1/q > r*0.94 && 1/q < r*1.06 {
			return true
		}
	}
	return math.Abs(a-(b*1.8+32)) < 1.5 || math.Abs(b-(a*1.8+32)) < 1.5
}

// newDay is what a month and day is worth in an article of that time: one to come is set, one that is over is history, and one beside
// today says when it was written.
func newDay(value string, at time.Time) float64 {
	m, day, _ := strings.Cut(value, "-")
	month, err := strconv.Atoi(m)
	if err != nil || at.IsZero() {
		return 0
	}
	n, err := strconv.Atoi(day)
	if err != nil {
		return 0
	}
	when := time.Date(at.Year(), time.Month(month), n, 12, 0, 0, 0, time.UTC)
	if when.Before(at.AddDate(0, -6, 0)) {
		when = when.AddDate(1, 0, 0)
	} else if when.After(at.AddDate(0, 9, 0)) {
		when = when.AddDate(-1, 0, 0)
	}
	if when.Sub(at) < 36*time.Hour {
		return 0
	}
	return worthDate
}

// names reports whether the known tellings have a name, allowing for endings, spellings and parts of it.
func (k *knowledge) names(name string) bool {
	folded := text.Fold(name)
	if strings.Contains(k.folded, folded) {
		return true
	}
	missing, n := 0, 0
	for _, w := range text.Words(possessive(name+" "), "") {
		if utf8.RuneCountInString(w.Text) < 2 || text.Stopword(w.Text, "en") {
			continue
		}
		n++
		if !k.words[w.Text] && !k.spelled(w.Text) {
			missing++
		}
	}
	return n == 0 || missing == 0 || n > 1 && 2*missing <= n // a family name, or the place an office is of
}

// spelled reports whether a known word begins like this one and is as long, but for an ending.
func (k *knowledge) spelled(word string) bool {
	rs := []rune(word)
	if len(rs) < 4 {
		return false
	}
	stem := string(rs[:max(4, len(rs)*2/3)])
	for w := range k.words {
		if strings.HasPrefix(w, stem) && max(len(w), len(word))-min(len(w), len(word)) <= 6 {
			return true
		}
	}
	return false
}
