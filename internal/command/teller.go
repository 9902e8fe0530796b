package command

import (
	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"newsbrief/internal/news"
	"newsbrief/internal/outlet"
)

// kinds are the kinds of outlets in words.
var kinds = map[outlet.Kind]string{
	outlet.State: "state media", outlet.Public: "public media", outlet.Agency: "news agency", outlet.Official: "official site", outlet.Company: "a company's site",
	outlet.Journal: "scholarly journal", outlet.Nonprofit: "nonprofit", outlet.Trade: "trade press", outlet.Blog: "blog", outlet.Aggregator: "aggregator of others' articles",
}

// teller is who told a source, and what is known of that outlet, in words.
func teller(s news.Source) Line {
	o, _ := outlet.Of(s.URL)
	line := Line{{Text: o.Called(s.Name), URL: s.URL}}
	about := kinds[o.Kind]
	if region, err := language.ParseRegion(o.Country); err == nil {
		if about != "" {
			about += ", "
		}
		about += display.English.Regions().Name(region)
	}
	if about != "" {
		line = append(line, Span{Text: " (" + about + ")"})
	}
	return line
}
