package command

import (
	"fmt"
	"slices"
	"strings"

	"newsbrief/internal/locale"
)

// say says an English sentence in the asker's language.
func (a Ask) say(format string, args ...any) string { return locale.Say(a.Locale, format, args...) }

// count says how many in the asker's language, as in a.count(n, "%d story", "%d stories"). n comes before args.
func (a Ask) count(n int, one, other string, args ...any) string {
	return locale.Count(a.Locale, n, one, other, args...)
}

// line is a sentence in the asker's language with spans in it: format has a %s or %[1]s for each.
func (a Ask) line(format string, spans ...Span) Line {
	rest := locale.Translate(a.Locale, format)
	line := Line{}
	plain := func(text string) {
		if text != "" {
			line = append(line, Span{Text: text})
		}
	}
	for next := 0; ; next++ {
		before, after, found := strings.Cut(rest, "%")
		plain(before)
		if !found {
			return line
		}
		if at := 0; strings.HasPrefix(after, "[") {
			if _, err := fmt.Sscanf(after, "[%d]", &at); err == nil {
				next = at - 1
			}
			_, after, _ = strings.Cut(after, "]")
		}
		line = append(line, spans[next])
		rest = strings.TrimPrefix(after, "s")
	}
}

// quoted is a line in the quotation marks of the asker's language.
func (a Ask) quoted(line Line) Line {
	open, end, _ := strings.Cut(locale.Translate(a.Locale, "“%s”"), "%s")
	return slices.Concat(Line{{Text: open}}, line, Line{{Text: end}})
}
