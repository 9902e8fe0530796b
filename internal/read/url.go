package read

import (
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// CanonicalURL returns the address under which people know the page at s: unwrapped from redirectors that carry it, not the AMP
// version, without tracking parameters, session, fragment, default port and a trailing dot of the host, percent-encoded in the one
// way of RFC 3986, section 6.2.2. Two addresses become one only where they are certainly the same page, and the result can be
// opened: paths, their case, other parameters and their order stay. What isn't an absolute http(s) address is returned as it is. CanonicalURL(CanonicalURL(s)) == CanonicalURL(s).
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
	if !strings.HasPrefix(u.Fragment, "!") && !strings.HasPrefix(u.Fragment, "/") { // "#!" and "#/" are how some pages name what they show
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
	setPath(u, unreserved(session.ReplaceAllString(u.EscapedPath(), "")))
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
	case (host == "l.facebook.com" || host == "lm.facebook.com" || host == "l.messenger.com") && u.Path == "/l.php":
		return q("u")
	case host == "news.url.google.com" || host == "www.bing.com" && u.Path == "/news/apiclick.aspx":
		return q("url")
	case strings.HasSuffix(host, ".safelinks.protection.outlook.com"), host == "www.linkedin.com" && (u.Path == "/redir/redirect" || u.Path == "/safety/go"):
		return q("url")
	case host == "duckduckgo.com" && strings.TrimSuffix(u.Path, "/") == "/l":
		return q("uddg")
	case host == "t.umblr.com" && u.Path == "/redirect":
		return q("z")
	case host == "href.li" && isWebAddress(u.RawQuery):
		return u.RawQuery
	case host == "r.search.yahoo.com":
		if _, rest, ok := strings.Cut(path, "/RU="); ok {
			rest, _, _ = strings.Cut(rest, "/")
			if target, err := url.PathUnescape(rest); err == nil && isWebAddress(target) {
				return target
			}
		}
	case host == "go.theregister.com" && strings.HasPrefix(path, "/feed/"):
		return fromPath("s/"+strings.TrimPrefix(path, "/feed/"), u.RawQuery)
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
var tracking = parameterSet(`
	fbclid gclid gclsrc dclid gbraid wbraid gad_source gad_campaignid msclkid yclid ysclid twclid ttclid igshid igsh mibextid li_fat_id epik srsltid rb_clickid wickedid _openstat _branch_match_id
	mc_cid mc_eid mkt_tok _hsenc _hsmi __hssc __hstc __hsfp hsctatracking hss_channel vero_id vero_conv oly_enc_id oly_anon_id _bhlid
	ga_source ga_medium ga_campaign _ga _gl wt_mc wt.mc_id wt_zmc wt.tsrc ncid cmpid s_cid icid intcid ito ftag ocid eref emc mbid maca taid itid
	at_medium at_campaign at_custom1 at_custom2 at_custom3 at_custom4 at_link_id at_link_origin at_link_type at_ptr_name at_bbc_team at_format at_campaign_type
	xtor rss_id feedtype feedname smid smtyp ref_src ref_url reflink guccounter guce_referrer guce_referrer_sig soc_src soc_trk spm scm fb_source fb_ref fb_action_ids fb_action_types
	__twitter_impression echobox sr_share share_id ns_mchannel ns_source ns_campaign ns_linkname ns_fee wprov zanpid traffic_source refresh_ce _fr
	amp_js_v amp_gsa usqp phpsessid jsessionid`)

// whence are parameters that say it in some values: of those, a feed (see feedValue).
var whence = parameterSet("ref source src from partner cid cmp mc mod ana ft via origin campaign medium feed channel format")

var (
	// feedValue is what these say when a reader came from a feed, or shares the page.
	feedValue = regexp.MustCompile(`(?i)^(?:rss|atom|feed|newsfeed|share)(?:$|[^a-z]|nyt)|[^a-z](?:rss|atom|feed)(?:$|[^a-z])`)
	session   = regexp.MustCompile(`(?i);jsessionid=[^/;?]*`)
)

func parameterSet(words string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(words) {
		set[w] = true
	}
	return set
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
		case p == "", tracking[name], strings.HasPrefix(name, "utm_"), strings.HasPrefix(name, "pk_") && len(name) > 5, strings.HasPrefix(name, "mtm_"), strings.HasPrefix(name, "hsa_"), strings.HasPrefix(name, "itm_"), strings.HasPrefix(name, "gaa_"):
			return true
		case whence[name] && feedValue.MatchString(value):
			return true
		case name == "amp" || name == "rss":
			return value == "" || value == "1" || value == "true"
		case name == "output" || name == "outputtype":
			return value == "amp"
		}
		return false
	})
	u.RawQuery = unreserved(strings.Join(parts, "&"))
}

// unreserved writes what is percent-encoded in s in upper case, and what need not be as it is.
func unreserved(s string) string {
	if !strings.Contains(s, "%") {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '%' || i+2 >= len(s) {
			b.WriteByte(s[i])
			continue
		}
		c, err := strconv.ParseUint(s[i+1:i+3], 16, 8)
		switch {
		case err != nil:
			b.WriteByte('%')
			continue
		case 'a' <= c|0x20 && c|0x20 <= 'z' || '0' <= c && c <= '9' || c == '-' || c == '.' || c == '_' || c == '~':
			b.WriteByte(byte(c))
		default:
			b.WriteString(strings.ToUpper(s[i : i+3]))
		}
		i += 2
	}
	return b.String()
}

// setPath sets the path of u, which is given as it is written.
func setPath(u *url.URL, escaped string) {
	if decoded, err := url.PathUnescape(escaped); err == nil {
		u.Path, u.RawPath = decoded, escaped
	}
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
	setPath(u, path)
}

// sameAs returns what tells the page of an address apart within its feed. It is coarser than CanonicalURL and no address: scheme,
// www., m. and amp. of the host, a trailing slash, an index file and the
// order of parameters don't tell pages apart there.
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
		parts := strings.Split(u.RawQuery, "&")
		slices.Sort(parts)
		path += "?" + strings.Join(parts, "&")
	}
	if u.Fragment != "" {
		path += "#" + u.Fragment
	}
	return host + path
}
