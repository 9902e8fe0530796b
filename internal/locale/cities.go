package locale

import (
	"slices"
	"strings"
	"sync"
)

// Zone is a time zone (IANA) and its city.
type Zone struct {
	Name   string
	cities []string // by Languages
}

// Zones are those whose cities have names in all Languages, the more usual ones first where they are near. Not to be changed.
var Zones = sync.OnceValue(func() []Zone {
	table, err := data.ReadFile("data/cities.txt")
	if err != nil {
		panic(err) // the file is part of the program, and a test reads it
	}
	var all []Zone
	for line := range strings.Lines(string(table)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		cells := strings.Split(strings.TrimSpace(line), " | ")
		if len(cells) != 1+len(Languages) {
			panic("locale: data/cities.txt: " + line)
		}
		all = append(all, Zone{cells[0], cells[1:]})
	}
	return all
})

// City is what the zone's city is called in the language nearest to a locale.
func (z Zone) City(locale string) string { return z.cities[slices.Index(tags(), match(locale))] }

// Cities are its names in all Languages.
func (z Zone) Cities() []string { return slices.Clone(z.cities) }
