package read

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// CanonicalURL returns the address under which people know the page at s: unwrapped from redirectors that carry it, not the AMP
// version, without tracking parameters, fragment, default port and a trailing dot of the host. Two addresses become one only
// where they are certainly the same page, and the result can be opened: paths, their case, other parameters and their order
// stay. What isn't an absolute http(s) address is returned as it is. CanonicalURL(CanonicalURL(s)) == CanonicalURL(s).
func CanonicalURL(s string) string {
	s = strings.TrimSpace(s)
	for range 1000 { // a redirector may lead to the next; each step is shorter
		next := strings.TrimSpace(canonical(s))
		if next == s {
			break
		}
		s = next
	}
	return s
}

func canonical(s string) string {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || len(s) > 8192 {
		return s
	}
	u.User = nil
	host, port := strings.ToLower(strings.TrimSuffix(u.Hostname(), ".")), u.Port()
	if port == "80" && u.Scheme == "http" || port == "443" && u.Scheme == "https" {
		port = ""
	}
	if target := unwrap(u, host); target != "" {
		return target
	}
	if !strings.HasPrefix(u.Fragment, "!") { // "#!" is how some pages name what they show
		u.Fragment, u.RawFragment = "", ""
	}
	query(u)
	host = desktopHost(host)
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	if port != "" {
		host += ":" + port
	}
	u.Host = host
	withoutAMP(u)
	if u.Path == "" {
		u.Path = "/"
	}
	u.ForceQuery = false
	return u.String()
}

// unwrap returns the address that a redirector's or cache's own address carries, or "".
func unwrap(u *url.URL, host string) string {
	q := func(names ...string) string {
		values := u.Query()
		for _, n := range names {
			if v := values.Get(n); isWebAddress(v) {
				return v
			}
		}
		return ""
	}
	path := u.EscapedPath()
	switch {
	case googleHost.MatchString(host) && (u.Path == "/url" || u.Path == "/imgres"):
		return q("url", "q", "imgrefurl")
	case googleHost.MatchString(host) && strings.HasPrefix(path, "/amp/"):
		return fromPath(strings.TrimPrefix(path, "/amp/"), u.RawQuery)
	case strings.HasSuffix(host, ".cdn.ampproject.org"):
		for _, kind := range []string{"/c/", "/v/", "/wp/", "/a/"} {
			if rest, ok := strings.CutPrefix(path, kind); ok {
				return fromPath(rest, u.RawQuery)
			}
		}
	case (host == "l.facebook.com" || host == "lm.facebook.com") && u.Path == "/l.php":
		return q("u")
	case host == "news.url.google.com" || host == "www.bing.com" && u.Path == "/news/apiclick.aspx":
		return q("url")
	case host == "out.reddit.com", host == "l.instagram.com":
		return q("url", "u")
	case host == "www.youtube.com" && u.Path == "/redirect":
		return q("q")
	case host == "slack-redir.net" && u.Path == "/link":
		return q("url")
	case host == "getpocket.com" && u.Path == "/redirect":
		return q("url")
	case host == "steamcommunity.com" && u.Path == "/linkfilter/":
		return q("url", "u")
	case host == "vk.com" && u.Path == "/away.php":
		return q("to")
	}
	return ""
}

var googleHost = regexp.MustCompile(`^(?:www|news)\.google\.[a-z]{2,3}(?:\.[a-z]{2})?$`)

// fromPath reads "s/host/path" (https) and "host/path" (http).
func fromPath(rest, query string) string {
	scheme := "http://"
	if r, ok := strings.CutPrefix(rest, "s/"); ok {
		scheme, rest = "https://", r
	}
	if host, _, _ := strings.Cut(rest, "/"); !strings.Contains(host, ".") {
		return ""
	}
	if query != "" {
		rest += "?" + query
	}
	return scheme + rest
}

// tracking are parameters that say where a reader came from and never which page is meant.
var tracking = map[string]bool{
	"fbclid": true, "gclid": true, "gclsrc": true, "dclid": true, "gbraid": true, "wbraid": true, "msclkid": true, "yclid": true, "ysclid": true, "twclid": true, "ttclid": true, "igshid": true, "igsh": true, "li_fat_id": true,
	"mc_cid": true, "mc_eid": true, "mkt_tok": true, "_hsenc": true, "_hsmi": true, "__hssc": true, "__hstc": true, "__hsfp": true, "hsctatracking": true, "vero_id": true, "vero_conv": true, "oly_enc_id": true, "oly_anon_id": true,
	"ga_source": true, "ga_medium": true, "ga_campaign": true, "_ga": true, "_gl": true, "wt_mc": true, "wt.mc_id": true, "ncid": true, "cmpid": true, "cmp": false, "s_cid": true, "icid": true, "intcid": true, "ito": true, "ftag": true,
	"at_medium": true, "at_campaign": true, "at_custom1": true, "at_custom2": true, "at_custom3": true, "at_custom4": true, "at_link_id": true, "at_link_origin": true, "at_link_type": true, "at_ptr_name": true, "at_bbc_team": true, "at_format": true, "at_campaign_type": true,
	"xtor": true, "rss_id": true, "partner_id": false, "smid": true, "smtyp": true, "ref_src": true, "ref_url": true, "guccounter": true, "guce_referrer": true, "guce_referrer_sig": true, "soc_src": true, "soc_trk": true, "spm": true, "scm": true,
	"__twitter_impression": true, "echobox": true, "sr_share": true, "feature": false, "share_id": true, "ns_mchannel": true, "ns_source": true, "ns_campaign": true, "ns_linkname": true, "ns_fee": true, "wprov": true, "zanpid": true, "rb_clickid": true, "srsltid": true, "stream": false, "traffic_source": true,
}

// query drops tracking and AMP parameters. The others keep their order and spelling.
func query(u *url.URL) {
	if u.RawQuery == "" {
		return
	}
	parts := strings.Split(u.RawQuery, "&")
	parts = slices.DeleteFunc(parts, func(p string) bool {
		name, value, _ := strings.Cut(p, "=")
		if decoded, err := url.QueryUnescape(name); err == nil {
			name = decoded
		}
		name = strings.ToLower(strings.TrimPrefix(name, "amp;"))
		switch {
		case p == "", tracking[name], strings.HasPrefix(name, "utm_"), strings.HasPrefix(name, "pk_") && len(name) > 5, strings.HasPrefix(name, "mtm_"), strings.HasPrefix(name, "hsa_"), strings.HasPrefix(name, "itm_"):
			return true
		case name == "amp" && (value == "" || value == "1" || value == "true"), name == "outputtype" && value == "amp", name == "amp_js_v", name == "amp_gsa", name == "usqp":
			return true
		case name == "output" && value == "amp":
			return true
		}
		return false
	})
	u.RawQuery = strings.Join(parts, "&")
}

// desktopHost returns the host that shows the same path to everyone. Only hosts of which that is known are changed: elsewhere
// "m." and "amp." may have paths of their own.
func desktopHost(host string) string {
	if lang, ok := strings.CutSuffix(host, ".m.wikipedia.org"); ok {
		return lang + ".wikipedia.org"
	}
	if to, ok := desktop[host]; ok {
		return to
	}
	return host
}

var desktop = map[string]string{
	"m.youtube.com": "www.youtube.com", "youtube.com": "www.youtube.com", "mobile.twitter.com": "twitter.com", "m.facebook.com": "www.facebook.com", "amp.theguardian.com": "www.theguardian.com", "mobile.nytimes.com": "www.nytimes.com",
	"amp.reddit.com": "www.reddit.com", "old.reddit.com": "www.reddit.com", "m.reddit.com": "www.reddit.com", "mobile.reuters.com": "www.reuters.com", "m.huffpost.com": "www.huffpost.com", "m.dw.com": "www.dw.com", "amp.dw.com": "www.dw.com",
	"m.yna.co.kr": "www.yna.co.kr", "m.hani.co.kr": "www.hani.co.kr", "m.faz.net": "www.faz.net", "m.spiegel.de": "www.spiegel.de", "m.tagesspiegel.de": "www.tagesspiegel.de", "m.sueddeutsche.de": "www.sueddeutsche.de", "m.bbc.co.uk": "www.bbc.co.uk", "m.bbc.com": "www.bbc.com", "amp.cnn.com": "www.cnn.com",
	"amp.france24.com": "www.france24.com", "amp.smh.com.au": "www.smh.com.au", "amp.theage.com.au": "www.theage.com.au", "amp.scmp.com": "www.scmp.com", "m.scmp.com": "www.scmp.com", "m.timesofindia.com": "timesofindia.indiatimes.com",
}

var ampPath = regexp.MustCompile(`(?i)^(.+?)(?:/amp/?|/amp\.html|\.amp(?:\.html)?|/amp/index\.html)$`)

// withoutAMP takes the AMP version's mark off the end of a path: "/story/amp/", "/story.amp", "/story.amp.html". A mark at the
// beginning ("/amp/story") is left: what stands without it differs from site to site.
func withoutAMP(u *url.URL) {
	m := ampPath.FindStringSubmatch(u.EscapedPath())
	if m == nil || strings.Count(m[1], "/") < 2 && !strings.Contains(m[1], "-") {
		return // "/amp" or "/electronics/amp" may be a page of its own
	}
	path := m[1]
	if strings.HasSuffix(strings.ToLower(u.EscapedPath()), ".amp.html") {
		path += ".html"
	} else if strings.HasSuffix(u.EscapedPath(), "/amp/") {
		path += "/"
	}
	if decoded, err := url.PathUnescape(path); err == nil {
		u.Path, u.RawPath = decoded, path
	}
}

// sameAs returns what tells the page of an address apart within its feed. It is coarser than CanonicalURL and no address: scheme,
// www., m. and amp. of the host, a trailing slash and an index file don't tell pages apart there.
func sameAs(address string) string {
	c := CanonicalURL(address)
	u, err := url.Parse(c)
	if err != nil || u.Host == "" {
		return c
	}
	host := u.Host
	for _, prefix := range []string{"www.", "m.", "mobile.", "amp."} {
		if rest, ok := strings.CutPrefix(host, prefix); ok && strings.Contains(rest, ".") {
			host = rest
			break
		}
	}
	path := strings.TrimSuffix(u.EscapedPath(), "/")
	for _, index := range []string{"/index.html", "/index.htm", "/index.php"} {
		path = strings.TrimSuffix(path, index)
	}
	if u.RawQuery != "" {
		path += "?" + u.RawQuery
	}
	if u.Fragment != "" {
		path += "#" + u.Fragment
	}
	return host + path
}
