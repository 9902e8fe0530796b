package discord

import (
	"cmp"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"newsbrief/internal/locale"
	"newsbrief/internal/news"
)

// tongue is the language (BCP 47) that a message says its own words in: a post's is its brief's, an answer's the asker's.
type tongue string

func (t tongue) say(format string, args ...any) string { return locale.Say(string(t), format, args...) }

func (t tongue) count(n int, one, other string, args ...any) string {
	return locale.Count(string(t), n, one, other, args...)
}

// retell says what was told where no language was known.
func (t tongue) retell(text string) string { return locale.Retell(string(t), text) }

// list are names side by side.
func (t tongue) list(names []string) string { return locale.Join(string(t), names) }

// ownName is what a language calls itself, which its readers find at a glance; both scripts of Chinese are 中文.
func (t tongue) ownName(tag string) string {
	parsed, err := language.Parse(tag)
	if err != nil {
		return t.say("another language")
	}
	if base, _ := parsed.Base(); base.String() == "zh" {
		return "中文"
	}
	return cmp.Or(display.Self.Name(parsed), tag)
}

// spoken is the language of a message of several briefs or notices: the one that was asked for, else that of most of its briefs.
func spoken(c news.Claim) tongue {
	var most tongue
	briefs := map[tongue]int{}
	for _, d := range c.Deliveries {
		if d.Language != "" {
			return tongue(d.Language)
		}
		said := tongue(d.Brief.Language)
		if briefs[said]++; briefs[said] > briefs[most] {
			most = said
		}
	}
	return most
}
