package command

import (
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/text/cases"
	"golang.org/x/text/language"

	"newsbrief/internal/locale"
)

// zoneNames are what the time zones offered are found by: their names, and those of their cities.
var zoneNames = sync.OnceValue(func() names {
	var keys []string
	for _, z := range locale.Zones() {
		keys = append(keys, nameKey(z.Name+" "+strings.Join(z.Cities(), " ")))
	}
	return newNames(keys)
})

func zoneChoices(a Ask, typed string) []Choice {
	var choices []Choice
	for _, h := range zoneNames().find(typedKey(typed), maxChoices) {
		zone := locale.Zones()[h.item]
		choices = append(choices, Choice{zone.City(a.Locale) + " — " + zone.Name, zone.Name})
	}
	return choices
}

// zoneAreas are what IANA files cities under.
var zoneAreas = []string{"Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"}

// zoneOf is the time zone that was typed: an IANA name, however its letters are cased, or a city, in any of our languages where the zone
// is one of those offered. It reports false when there is no such zone, or more than one.
func zoneOf(typed string) (string, bool) {
	known := func(name string) bool {
		_, err := time.LoadLocation(name)
		return err == nil && name != "Local" // that is the machine's, which is nobody's business here
	}
	if known(typed) {
		return typed, true
	}
	key := typedKey(typed)
	var found []string
	for _, z := range locale.Zones() {
		if is := func(name string) bool { return typedKey(name) == key }; is(z.Name) || is(z.Name[strings.LastIndex(z.Name, "/")+1:]) || slices.ContainsFunc(z.Cities(), is) {
			found = append(found, z.Name)
		}
	}
	if len(found) == 0 && key != "" {
		name := strings.ReplaceAll(cases.Title(language.Und).String(key), " ", "_")
		if known(name) {
			found = append(found, name)
		}
		for _, area := range zoneAreas {
			if known(area + "/" + name) {
				found = append(found, area+"/"+name)
			}
		}
	}
	if len(found) != 1 {
		return "", false
	}
	return found[0], true
}
