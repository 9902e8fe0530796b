package command

import (
	"newsbrief/internal/locale"
	"newsbrief/internal/news"
	"newsbrief/internal/outlet"
)

// kindOf is the kind of an outlet in words.
func kindOf(a Ask, o outlet.Outlet) string {
	switch o.Kind {
	case outlet.State:
		return a.say("state media")
	case outlet.Public:
		return a.say("public media")
	case outlet.Agency:
		return a.say("news agency")
	case outlet.Official:
		return a.say("official site")
	case outlet.Company:
		return a.say("a company's site")
	case outlet.Journal:
		return a.say("scholarly journal")
	case outlet.Nonprofit:
		return a.say("nonprofit organisation")
	case outlet.Trade:
		return a.say("trade press")
	case outlet.Blog:
		return a.say("blog")
	case outlet.Aggregator:
		return a.say("aggregator of others' articles")
	}
	return ""
}

// teller is who told a source, and what is known of that outlet, in words.
func teller(a Ask, s news.Source) Line {
	o, _ := outlet.Of(s.URL)
	name, about := Span{Text: cut(o.Called(s.Name), maxOutlet), URL: s.URL}, kindOf(a, o)
	if country := locale.Country(a.Locale, o.Country); about != "" && country != "" {
		about = a.say("%s, %s", about, country)
	} else if country != "" {
		about = country
	}
	if about == "" {
		return Line{name}
	}
	return a.line("%s (%s)", name, Span{Text: about})
}
