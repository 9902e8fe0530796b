package read

import (
	"regexp"
	"strings"
	"sync"
)

// phrases are many patterns of which one is to match a whole string, in any case. They are sorted by how they begin, so that a
// string is tried against the few that it could match.
type phrases struct {
	once     sync.Once
	patterns []string
	byStart  map[string][]*regexp.Regexp // by the first one or two bytes
	anywhere []*regexp.Regexp            // those that begin with anything
	needs    []string                    // what each of these contains
}

// newPhrases takes patterns in lower case, which are compiled at first use. One that begins with anything is written as
// "word~pattern", with a word that it always contains.
func newPhrases(patterns ...string) *phrases { return &phrases{patterns: patterns} }

func (p *phrases) compile() {
	p.byStart = map[string][]*regexp.Regexp{}
	starts := map[string][]string{}
	for _, pattern := range p.patterns {
		if need, pattern, ok := strings.Cut(pattern, "~"); ok {
			p.anywhere = append(p.anywhere, regexp.MustCompile(`\A(?:`+pattern+`)\z`))
			p.needs = append(p.needs, need)
			continue
		}
		for _, single := range unfold(pattern, 0) {
			prefix, _ := regexp.MustCompile(single).LiteralPrefix()
			if prefix == "" {
				panic("a pattern without a beginning: " + single)
			}
			start := prefix[:min(len(prefix), 2)]
			starts[start] = append(starts[start], single)
		}
	}
	for start, list := range starts {
		for ; len(list) > 0; list = list[min(len(list), 8):] {
			p.byStart[start] = append(p.byStart[start], regexp.MustCompile(`\A(?:`+strings.Join(list[:min(len(list), 8)], "|")+`)\z`))
		}
	}
}

func (p *phrases) match(s string) bool {
	p.once.Do(p.compile)
	s = strings.ToLower(s)
	for n := 1; n <= min(2, len(s)); n++ {
		for _, r := range p.byStart[s[:n]] {
			if r.MatchString(s) {
				return true
			}
		}
	}
	for i, r := range p.anywhere {
		if strings.Contains(s, p.needs[i]) && r.MatchString(s) {
			return true
		}
	}
	return false
}

// unfold writes a pattern that begins with alternatives as one pattern for each.
func unfold(pattern string, depth int) []string {
	if depth > 4 || !strings.HasPrefix(pattern, "(?:") {
		return []string{pattern}
	}
	level, start := 0, 3
	var parts []string
	for i := 0; i < len(pattern); i++ {
		switch pattern[i] {
		case '\\':
			i++
		case '[':
			i += strings.IndexByte(pattern[i:], ']')
		case '(':
			level++
		case '|':
			if level == 1 {
				parts = append(parts, pattern[start:i])
				start = i + 1
			}
		case ')':
			if level--; level == 0 {
				parts = append(parts, pattern[start:i])
				rest := pattern[i+1:]
				if strings.HasPrefix(rest, "?") {
					rest = rest[1:]
					parts = append(parts, "")
				} else if rest != "" && strings.ContainsRune("*+{", rune(rest[0])) {
					return []string{pattern}
				}
				var all []string
				for _, p := range parts {
					all = append(all, unfold(p+rest, depth+1)...)
				}
				return all
			}
		}
	}
	return []string{pattern}
}
