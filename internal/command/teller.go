package command

import (
	"newsbrief/internal/locale"
	"newsbrief/internal/news"
	"newsbrief/internal/outlet"
)

// kinds are the kinds of outlets in words.
var kinds = map[outlet.Kind]string{
	outlet.State: "state media", outlet.Public: "public media", outlet.Agency: "news agency", outlet.Official: "official site", outlet.Company: "a company's site",
	outlet.Journal: "scholarly journal", outlet.Nonprofit: "nonprofit", outlet.Trade: "trade press", outlet.Blog: "blog", outlet.Aggregator: "aggregator of others' articles",
}

// teller is who told a source, and what is known of that outlet, in words.
func teller(a Ask, s news.Source) Line {
	o, _ := outlet.Of(s.URL)
	name, about := Span{Text: o.Called(s.Name), URL: s.URL}, locale.Translate(a.Locale, kinds[o.Kind])
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
