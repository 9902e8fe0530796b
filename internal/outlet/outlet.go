// Package outlet knows who outlets are: what they are called, where they are edited and what kind they are, from a list that people
// edit (data/outlets.txt). It describes and never scores, and it knows nothing of articles or how anything is shown.
package outlet

import (
	_ "embed"
	"fmt"
	"net/url"
	"strings"
	"sync"

	"golang.org/x/net/idna"
)

// Kind is what an outlet is by who keeps it and whom it writes for; the head of data/outlets.txt says how each is decided. "" is the
// commercial press at large, and whatever is in doubt or disputed.
type Kind string

const (
	State      Kind = "state"
	Public     Kind = "public"
	Agency     Kind = "agency"
	Official   Kind = "official"
	Company    Kind = "company"
	Journal    Kind = "journal"
	Nonprofit  Kind = "nonprofit"
	Trade      Kind = "trade"
	Blog       Kind = "blog"
	Aggregator Kind = "aggregator"
)

// Outlet is one that is known.
type Outlet struct {
	Domain    string   // that its addresses end in, as people write it
	Name      string   // what it is called abroad
	Country   string   // ISO 3166-1 alpha-2, XK, EU or UN; "" when unknown or more than one
	Kind      Kind     // may be ""
	Languages []string // BCP 47, the main one first
}

// Of returns the outlet that publishes at a web address: the one with the longest domain that the address's host ends in. An address
// that only leads on to an outlet, such as an aggregator's or a feed service's, is not known.
func Of(address string) (Outlet, bool) {
	u, err := url.Parse(address)
	if err != nil {
		return Outlet{}, false
	}
	host := ascii(strings.TrimSuffix(u.Hostname(), "."))
	for ok := true; ok; _, host, ok = strings.Cut(host, ".") {
		if o, known := outlets()[host]; known {
			return o, true
		}
	}
	return Outlet{}, false
}

// Called is the name an outlet goes by beside an article of a feed with that title: its own where the title holds it among other words
// ("World news | The Guardian"), else the title, which is in its readers' language.
func (o Outlet) Called(title string) string {
	if title == "" || o.Name != "" && strings.Contains(strings.ToLower(title), strings.ToLower(o.Name)) {
		return o.Name
	}
	return title
}

// ascii is a host in the form in which hosts are compared: lower case, and other scripts in Punycode. One that is no valid host stays
// as it is.
func ascii(host string) string {
	host = strings.ToLower(host)
	if a, err := idna.Lookup.ToASCII(host); err == nil {
		return a
	}
	return host
}

//go:embed data/outlets.txt
var file string

// outlets are those of the file by their domain in ASCII.
var outlets = sync.OnceValue(func() map[string]Outlet {
	known := map[string]Outlet{}
	for line := range strings.Lines(file) {
		if line = strings.TrimSpace(line); line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		o, err := parse(line)
		if err != nil {
			panic(fmt.Sprintf("outlets.txt: %q: %v", line, err)) // the file is part of the program, and a test reads it
		}
		known[ascii(o.Domain)] = o
	}
	return known
})

func parse(line string) (Outlet, error) {
	fields := strings.Split(line, " | ")
	if len(fields) != 5 {
		return Outlet{}, fmt.Errorf("%d fields, want 5", len(fields))
	}
	for i, f := range fields {
		if f == "-" {
			fields[i] = ""
		}
	}
	return Outlet{Domain: fields[0], Name: fields[1], Country: fields[2], Kind: Kind(fields[3]), Languages: strings.Fields(fields[4])}, nil
}
