package locale

import (
	"cmp"
	"sync"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// Language is what a language (BCP 47) is called in the language nearest to a locale; its tag where that isn't known. The script and the
// country are not named: no two of a language are told apart by what people choose, and names for them are missing in some languages.
func Language(locale, called string) string {
	t, err := language.Parse(called)
	if err != nil {
		return called
	}
	base, _ := t.Base()
	return cmp.Or(namers()[match(locale)].languages.Name(base), called)
}

// Country is what a country (ISO 3166-1) is called in the language nearest to a locale; "" where that isn't known.
func Country(locale, code string) string {
	region, err := language.ParseRegion(code)
	if err != nil {
		return ""
	}
	return namers()[match(locale)].countries.Name(region)
}

type namer struct{ languages, countries display.Namer }

var namers = sync.OnceValue(func() map[language.Tag]namer {
	all := map[language.Tag]namer{}
	for _, t := range tags() {
		all[t] = namer{display.Languages(t), display.Regions(t)}
	}
	return all
})
