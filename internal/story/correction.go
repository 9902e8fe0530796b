package story

import (
	"slices"
	"strings"
	"unicode/utf8"

	"newsbrief/internal/text"
)

// correction reports whether the article says that an earlier report was wrong, which the known tellings don't, and which of its
// sentences says what; -1 when none can be shown.
func (a *addition) correction() (sentence int, corrects bool) {
	labelled := false
	for _, h := range a.facts.hits {
		if h.id != "label correction" && h.id != "phrase correction" {
			continue
		}
		if h.end <= a.begins {
			labelled = labelled || h.id == "label correction" && a.isLabel(h) && !a.knownTitle()
			continue
		}
		i := slices.IndexFunc(a.sentences, func(s text.Span) bool { return h.start >= a.begins+s.Start && h.end <= a.begins+s.End })
		if i < 0 || h.id == "label correction" && (h.start != a.begins+a.sentences[i].Start && !a.isBracketed(h) || !a.isLabel(h)) || a.says(i) {
			continue
		}
		if h.id == "label correction" && len(a.d.Text[a.sentences[i].Start:a.sentences[i].End]) < h.end-h.start+6 {
			if i+1 == len(a.sentences) { // the label stands alone
				return a.wrong(i), true
			}
			i++
		}
		if a.facts.about("cue wrong", a.begins+a.sentences[i].Start, a.begins+a.sentences[i].End) {
			return i, true
		}
		return a.wrong(i), true
	}
	if labelled {
		return a.wrong(-1), true
	}
	return -1, false
}

// isLabel reports whether the words stand apart like a label: "Correction: …", "[정정] …", "… (CORRECTED)".
func (a *addition) isLabel(h hit) bool {
	s := a.read
	before, _ := utf8.DecodeLastRuneInString(strings.TrimRight(s[:h.start], " "))
	after, _ := utf8.DecodeRuneInString(strings.TrimLeft(s[h.end:], " "))
	if strings.ContainsRune("([【〔（［<", before) {
		return strings.ContainsRune(")]】〕）］>:：", after)
	}
	begins := h.start == 0 || before == '\n' || h.start > a.begins
	return begins && strings.ContainsRune(":：|—–-\n.", after) && !(after == '-' && s[h.end] == '-')
}

func (a *addition) isBracketed(h hit) bool {
	before, _ := utf8.DecodeLastRuneInString(a.read[:h.start])
	return strings.ContainsRune("([【〔（［", before)
}

// says reports whether a known telling has sentence i.
func (a *addition) says(i int) bool {
	s := text.Fold(a.d.Text[a.sentences[i].Start:a.sentences[i].End])
	return len(s) > 20 && strings.Contains(a.known.folded, s)
}

func (a *addition) knownTitle() bool {
	return strings.Contains(a.known.folded, text.Fold(head(a.d.Title, titleBytes))+"\n")
}

// wrong is the sentence that names the error: one that says so, sentence i, or the one with most that is new, or the first.
func (a *addition) wrong(i int) int {
	fits := func(j int) bool { return j >= 0 && j < len(a.sentences) && a.fit(j) && !a.says(j) }
	for j, s := range a.sentences {
		if fits(j) && a.facts.about("cue wrong", a.begins+s.Start, a.begins+s.End) {
			return j
		}
	}
	if fits(i) {
		return i
	}
	if chosen := a.chosen(); len(chosen) > 0 {
		return chosen[0]
	}
	for j := range a.sentences {
		if fits(j) {
			return j
		}
	}
	return -1
}
