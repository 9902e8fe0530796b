package command

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"

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
	parts := make([]Line, len(spans))
	for i, s := range spans {
		parts[i] = Line{s}
	}
	return a.lineOf(format, parts...)
}

// lineOf is a sentence in the asker's language with stretches of a line in it.
func (a Ask) lineOf(format string, parts ...Line) Line {
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
		line = append(line, parts[next]...)
		rest = strings.TrimPrefix(after, "s")
	}
}

// list sets stretches of a line side by side, with the comma of the asker's language.
func (a Ask) list(parts []Line) Line {
	var line Line
	for i, part := range parts {
		if i > 0 {
			line = append(line, Span{Text: locale.Comma(a.Locale)})
		}
		line = append(line, part...)
	}
	return line
}

// followed is a line with another behind it: after a space, unless it ends in a full-width mark, which has its own.
func followed(line, by Line) Line {
	last, _ := utf8.DecodeLastRuneInString(line[len(line)-1].Text)
	kind := width.LookupRune(last).Kind()
	if !unicode.IsPunct(last) || kind != width.EastAsianWide && kind != width.EastAsianFullwidth {
		line = append(line, Span{Text: " "})
	}
	return append(line, by...)
}

// quoted is a line in the quotation marks of the asker's language.
func (a Ask) quoted(line Line) Line {
	open, end, _ := strings.Cut(locale.Translate(a.Locale, "“%s”"), "%s")
	return slices.Concat(Line{{Text: open}}, line, Line{{Text: end}})
}
