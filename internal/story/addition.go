package story

import (
	"cmp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"newsbrief/internal/news"
	"newsbrief/internal/text"
)

// Additions returns the sentences of d that say what none of the known tellings of its story does: figures with what they count,
// an outcome, a date that is set, names. They are full sentences of d.Text, word for word, that can stand alone; the most telling
// first, at most three. There are none for a re-wording: numbers and names in another form, other details of the background and
// other people's words are nothing new. What is new is looked for where articles put it, in the title and the first sentences; of an
// article whose earlier version is among the known tellings, under the same id, in all that was written into it.
//
// corrects tells that d says of an earlier report that it was wrong; the first sentence then is the one that says so, if d has it.
//
// The known tellings are in the language of d; a story's first telling has none and adds nothing to it.
func Additions(known []Doc, d Doc) (added []news.Sentence, corrects bool) {
	if len(known) == 0 {
		return nil, false
	}
	a := newAddition(known, d)
	chosen := a.chosen()
	if at, ok := a.correction(); ok {
		corrects = true
		chosen = slices.DeleteFunc(chosen, func(i int) bool { return i == at })
		if at >= 0 {
			chosen = slices.Insert(chosen, 0, at)
		}
	}
	for _, i := range chosen[:min(len(chosen), maxAdditions)] {
		span := a.whole(i)
		added = append(added, news.Sentence{Text: d.Text[span.Start:span.End], Article: d.Article, Start: span.Start, End: span.End})
	}
	return added, corrects
}

// Revises reports whether now, found where was had been, is an edited version of it rather than another article.
func Revises(was, now Doc) bool {
	k := knowledge{terms: map[string]bool{}}
	for _, t := range text.Terms(was.Title+"\n"+head(was.Text, comparedBytes), was.Language) {
		k.terms[t.Text] = true
	}
	return k.unknown(now.Title+"\n"+head(now.Text, 1500), now.Language) <= mostUnknown
}

const (
	mostUnknown = 0.6 // share of the words of a new version that the old one doesn't have

	maxAdditions  = 3
	comparedBytes = 10_000 // of a text are looked at; corrections stand at the end
	longSentence  = 600    // bytes; nobody reads a longer one as an update
)

// What is new is worth, where 1 is a figure nobody has told so far.
const (
	enough = 0.8

	worthOutcome   = 0.7  // an outcome is news by itself when the title has it too …
	worthStep      = 0.45 // (a step, when it is told long after the last telling)
	longAfter      = 6 * time.Hour
	more           = 1.2
	otherWords     = 0.3 // … and so much of the sentence is new, else the word is another one for what is known
	wordOnly       = 0.5
	passing        = 0.65 // what an outcome counts for that the title doesn't have
	worthDate      = 0.8
	worthName      = 0.3
	worthPerson    = 0.45 // a name of several words
	mostInPassing  = 0.75 // of all figures and names that the title doesn't have …
	severalFigures = 1.5  // … unless the text begins with so much

	inTitle  = 1.5 // times as much, where the title says it too
	quoted   = 0.4
	earlier  = 0.4 // in a sentence about earlier times
	tollThen = 0.7 // the same for those who suffer

	// A story that was told by a title or teaser only: its first full report.
	teaserBytes   = 420
	fullerBytes   = 600
	enoughFuller  = 0.35
	unknownFuller = 0.4 // share of a sentence's words that are new
)

// addition is a new telling beside what is known.
type addition struct {
	d         Doc
	known     *knowledge
	edited    bool   // an earlier version of it is known
	late      bool   // it was told long after the others
	read      string // title and text
	begins    int    // of the text in it
	facts     facts  // of what was read
	names     []text.Name
	sentences []text.Span // of the text alone
	news      [][]novelty // of each sentence
	unknown   []float64   // share of each sentence's words that no known telling uses
}

func newAddition(known []Doc, d Doc) *addition {
	lang := text.Base(d.Language)
	a := &addition{d: d, known: newKnowledge(known, lang)}
	a.late = !slices.ContainsFunc(known, func(k Doc) bool { return d.when().Sub(k.when()) < longAfter })
	a.edited = slices.ContainsFunc(known, func(k Doc) bool { return k.Article == d.Article && d.Article != 0 })
	body := head(d.Text, comparedBytes)
	a.read = head(d.Title, titleBytes) + "\n" + body
	a.begins = len(a.read) - len(body)
	a.facts = readFacts(a.read, lang)
	a.names = text.Names(a.read, lang)
	for _, s := range text.Sentences(d.Text[:min(len(d.Text), len(body)+longSentence)], lang) {
		if s.End <= len(body) || s.Start < len(body) && len(body) == len(d.Text) {
			a.sentences = append(a.sentences, s)
		}
	}
	a.readSentences()
	return a
}

// readSentences finds what is new in each sentence. What is new in the title and in none of them the first one says in other words.
func (a *addition) readSentences() {
	said := map[string]bool{}
	for i, s := range a.sentences {
		found := a.novelties(a.begins+s.Start, a.begins+s.End, func(key string) bool {
			return a.d.Title == "" && i == 0 || a.facts.titled(key, a.begins)
		})
		for _, n := range found {
			said[n.key] = true
		}
		a.news = append(a.news, found)
		a.unknown = append(a.unknown, a.known.unknown(a.d.Text[s.Start:s.End], a.d.Language))
	}
	if len(a.sentences) == 0 {
		return
	}
	for _, n := range a.novelties(0, a.begins, func(string) bool { return true }) {
		if !said[n.key] && n.kind != newName {
			a.news[0] = append(a.news[0], n)
		}
	}
}

// chosen are the sentences that say something new, best first; each says something that those before it don't.
func (a *addition) chosen() []int {
	bar := enough
	fuller := a.known.longest < teaserBytes && len(a.d.Text) >= max(fullerBytes, 3*a.known.longest)
	if fuller {
		bar = enoughFuller
	}
	told := map[string]bool{}
	var chosen []int
	for range maxAdditions {
		best, most := -1, 0.0
		for i := range a.sentences {
			if !slices.Contains(chosen, i) && a.fit(i) {
				if worth := a.worth(i, fuller, told); worth > most {
					best, most = i, worth
				}
			}
		}
		if best < 0 || most < bar {
			break
		}
		chosen = append(chosen, best)
		for _, n := range a.news[best] {
			told[n.key] = true
		}
	}
	return chosen
}

// novelty is one thing that no known telling says.
type novelty struct {
	key    string
	worth  float64
	kind   noveltyKind
	titled bool // stands in the title too
}

type noveltyKind uint8

const (
	newFigure noveltyKind = iota
	newToll
	newTurn
	newOutcome // or a step
	newDate
	newName
)

// worth is how much of what sentence i says is new and was not told by the sentences that are chosen already.
func (a *addition) worth(i int, fuller bool, told map[string]bool) float64 {
	sum, inPassing, outcome := 0.0, 0.0, 0.0
	reworded := a.unknown[i] < otherWords
	then := a.facts.about("cue background", a.begins+a.sentences[i].Start, a.begins+a.sentences[i].End)
	for _, n := range a.news[i] {
		if told[n.key] {
			continue
		}
		w := n.worth
		switch {
		case n.kind == newOutcome && reworded:
			w *= wordOnly
		case n.kind != newOutcome && n.kind != newTurn || n.titled:
		case a.edited:
			w *= inTitle
		default:
			w *= passing
		}
		switch {
		case n.titled || !then:
		case n.kind == newToll:
			w *= tollThen
		default:
			w *= earlier
		}
		switch {
		case n.kind == newTurn || n.kind == newOutcome: // a sentence tells one, in however many words
			outcome = max(outcome, w)
		case !n.titled && (n.kind == newName || n.kind == newFigure):
			inPassing += w
		default:
			sum += w
		}
	}
	if !fuller && !a.edited && (i > 1 || inPassing < severalFigures) {
		inPassing = min(inPassing, mostInPassing)
	}
	sum += outcome + inPassing
	if a.mostlyQuoted(i) {
		sum *= quoted
	}
	switch {
	case a.edited:
		return sum
	case fuller && a.unknown[i] < unknownFuller:
		return 0
	case fuller:
		return sum * place(i/2)
	}
	return sum * place(i)
}

// place is what sentence i of a text counts for: articles say first what is new.
func place(i int) float64 {
	switch {
	case i < 2:
		return 1
	case i < 4:
		return 0.85
	case i < 7:
		return 0.6
	}
	return 0.4
}

// novelties are what no known telling says of what stands between two places; titled tells what the title has.
func (a *addition) novelties(from, to int, titled func(key string) bool) (found []novelty) {
	add := func(key string, worth float64, kind noveltyKind, titled bool) {
		if titled {
			worth *= inTitle
		}
		found = append(found, novelty{key, worth, kind, titled})
	}
	for _, f := range a.facts.figures {
		if f.start >= from && f.end <= to {
			if worth := a.known.newFigure(f, a.d); worth > 0 {
				kind := newFigure
				switch {
				case f.kind == dateFigure:
					kind = newDate
				case f.toll != "":
					kind = newToll
				}
				add(f.key(), worth, kind, titled(f.key()))
			}
		}
	}
	for _, h := range a.facts.hits {
		if h.start < from || h.end > to || a.known.told[h.id] {
			continue
		}
		switch kind, _, _ := strings.Cut(h.id, " "); kind {
		case "turn":
			add(h.id, worthOutcome, newTurn, titled(h.id))
		case "outcome":
			add(h.id, worthOutcome, newOutcome, titled(h.id))
		case "step":
			worth := worthStep
			if a.late {
				worth *= more
			}
			add(h.id, worth, newOutcome, titled(h.id))
		}
	}
	for _, n := range a.names {
		if n.Start >= from && n.End <= to && !a.known.names(n.Text) && !a.outlet(n.Text) && !strings.ContainsFunc(n.Text[strings.IndexByte(n.Text, ' ')+1:], unicode.IsDigit) {
			worth := worthName
			if strings.ContainsAny(n.Text, " ・·") {
				worth = worthPerson
			}
			folded := text.Fold(n.Text)
			add("name "+folded, worth, newName, strings.Contains(text.Fold(a.d.Title), folded))
		}
	}
	slices.SortStableFunc(found, func(x, y novelty) int { return cmp.Or(strings.Compare(x.key, y.key), cmp.Compare(y.worth, x.worth)) })
	return slices.CompactFunc(found, func(x, y novelty) bool { return x.key == y.key })
}

// agencies are named by the way of saying where a report comes from.
var agencies = func() map[string]bool {
	m := map[string]bool{}
	for name := range strings.SplitSeq("reuters,afp,ap,associated press,agence france-presse,dpa,efe,ansa,lusa,tass,тасс,риа новости,риа,интерфакс,interfax,xinhua,kyodo,yonhap,bloomberg,getty images,getty,afp news,upi,pti,ani,apa,belga,anp,연합뉴스,뉴시스,뉴스1,新华社,新華社,中新社,央视,共同通信,時事通信,ロイター,europa press,agência brasil,agencia brasil,telegram,facebook,twitter,x", ",") {
		m[name] = true
	}
	return m
}()

// outlet reports whether a name is that of whoever reports.
func (a *addition) outlet(name string) bool {
	folded := text.Fold(name)
	return agencies[folded] || strings.Contains(text.Fold(a.d.Source), folded)
}

// fit reports whether sentence i can be shown: a full sentence that is news, by itself or behind the one before it.
func (a *addition) fit(i int) bool {
	span := a.sentences[i]
	s := a.d.Text[span.Start:span.End]
	if span.End-span.Start > longSentence || !full(s) || a.facts.about("cue boilerplate", a.begins+span.Start, a.begins+span.End) && len(s) < longSentence/3 {
		return false
	}
	return !a.pointsBack(i) || a.leans(i)
}

// pointsBack reports whether sentence i begins with a word that means something only after the sentence before it.
func (a *addition) pointsBack(i int) bool {
	s := a.d.Text[a.sentences[i].Start:a.sentences[i].End]
	at := strings.IndexFunc(s, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) })
	for _, h := range a.facts.hits {
		if h.id == "opener back" && h.start == a.begins+a.sentences[i].Start+at {
			return true
		}
	}
	return false
}

// leans reports whether sentence i, which points back, can be shown together with the one before it.
func (a *addition) leans(i int) bool {
	if i == 0 || a.pointsBack(i-1) {
		return false
	}
	before, span := a.sentences[i-1], a.sentences[i]
	return full(a.d.Text[before.Start:before.End]) && span.End-before.Start <= longSentence && !strings.Contains(a.d.Text[before.End:span.Start], "\n")
}

// whole is sentence i, with the one before it where it means nothing alone.
func (a *addition) whole(i int) text.Span {
	span := a.sentences[i]
	if a.pointsBack(i) && a.leans(i) {
		span.Start = a.sentences[i-1].Start
	}
	return span
}

// full reports whether s ends like a sentence that was not cut off.
func full(s string) bool {
	s = strings.TrimRightFunc(s, func(r rune) bool {
		return unicode.Is(unicode.Pe, r) || unicode.Is(unicode.Pf, r) || r == '"' || r == '\''
	})
	r, _ := utf8.DecodeLastRuneInString(s)
	return strings.ContainsRune(".!?。！？．｡؟۔।॥።។", r) && !strings.HasSuffix(s, "..")
}

// mostlyQuoted reports whether most of sentence i is somebody's words.
func (a *addition) mostlyQuoted(i int) bool {
	s := a.d.Text[a.sentences[i].Start:a.sentences[i].End]
	inside, quoted := false, 0
	for _, r := range s {
		switch r {
		case '“', '„', '«', '「', '『':
			inside = true
		case '”', '»', '」', '』':
			inside = false
		case '"':
			inside = !inside
		}
		if inside {
			quoted += utf8.RuneLen(r)
		}
	}
	return 2*quoted > len(s)
}
