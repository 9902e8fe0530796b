package fetch

import (
	"fmt"
	"net/url"
	"strings"
)

// parseURL reads an address as a person or a feed gives it.
func parseURL(raw string) (*url.URL, error) {
	u, err := url.Parse(strings.TrimSpace(raw))
	if err != nil {
		// The parser's words repeat the address with whatever secret stands in it.
		return nil, fmt.Errorf("%w: it can't be read as one", ErrURL)
	}
	return u, checkURL(u)
}

// checkURL refuses what no news comes from: other schemes, no host, ports of other services.
func checkURL(u *url.URL) error {
	switch {
	case u.Scheme != "http" && u.Scheme != "https":
		return fmt.Errorf("%w: it has to begin with https:// or http://", ErrURL)
	case u.Hostname() == "":
		return fmt.Errorf("%w: it names no host", ErrURL)
	case badPorts[port(u)]:
		return fmt.Errorf("%w: port %s belongs to another service than the web", ErrURL, port(u))
	}
	return nil
}

// originOf returns the origin of u in its canonical form, without a default port (RFC 6454).
func originOf(u *url.URL) string {
	host := strings.ToLower(u.Hostname())
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	if p := port(u); p != defaultPort(u) {
		host += ":" + p
	}
	return u.Scheme + "://" + host
}

func port(u *url.URL) string {
	if p := u.Port(); p != "" {
		return p
	}
	return defaultPort(u)
}

func defaultPort(u *url.URL) string {
	if u.Scheme == "https" {
		return "443"
	}
	return "80"
}

// badPorts is the list of the Fetch standard, https://fetch.spec.whatwg.org/#port-blocking.
var badPorts = func() map[string]bool {
	m := map[string]bool{}
	for p := range strings.FieldsSeq(`0 1 7 9 11 13 15 17 19 20 21 22 23 25 37 42 43 53 69 77 79 87 95
		101 102 103 104 109 110 111 113 115 117 119 123 135 137 139 143 161 179 389 427 465
		512 513 514 515 526 530 531 532 540 548 554 556 563 587 601 636 989 990 993 995
		1719 1720 1723 2049 3659 4045 4190 5060 5061 6000 6566 6665 6666 6667 6668 6669 6679 6697 10080`) {
		m[p] = true
	}
	return m
}()

// RedactURL returns the address as it may be shown to people and written to logs:
// user info, fragment and the values of the query are left out, since that is
// where addresses carry keys.
func RedactURL(raw string) string {
	u, err := url.Parse(strings.TrimSpace(raw))
	if err != nil || u.Host == "" {
		return "(unreadable address)"
	}
	shown := "//" + u.Host + u.EscapedPath()
	if u.Scheme != "" {
		shown = u.Scheme + ":" + shown
	}
	if u.RawQuery == "" {
		return shown
	}
	mark := "?"
	for part := range strings.SplitSeq(u.RawQuery, "&") {
		// A part without "=" is a value too: "?0123456789abcdef".
		if name, _, ok := strings.Cut(part, "="); ok {
			shown += mark + name + "=…"
		} else {
			shown += mark + "…"
		}
		mark = "&"
	}
	return shown
}
