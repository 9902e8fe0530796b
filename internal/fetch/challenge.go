package fetch

import (
	"bytes"
	"net/http"
	"strings"
)

// maxInterstitial is the size up to which a successful HTML answer may be a challenge
// in disguise. They are small; the articles that write about them seldom are.
const maxInterstitial = 16 << 10

// challenge returns whose bot challenge the answer is, or "". Such pages are made to
// be solved by a browser and hold nothing to read.
func challenge(resp *http.Response, body []byte) string {
	if by := challengeHeader(resp); by != "" {
		return by
	}
	failed := false
	switch code := resp.StatusCode; {
	case code/100 == 2:
		kind := resp.Header.Get("Content-Type")
		if len(body) > maxInterstitial || kind != "" && !strings.Contains(strings.ToLower(kind), "html") {
			return ""
		}
	case code == http.StatusNotFound, code == http.StatusGone:
		return ""
	default:
		failed = true
	}
	page := bytes.ToLower(body)
	for _, m := range challengeMarks {
		if (failed || !m.failed) && bytes.Contains(page, []byte(m.text)) {
			return m.by
		}
	}
	return ""
}

// challengeHeader knows the vendors that say so in the header, e.g.
// https://developers.cloudflare.com/cloudflare-challenges/challenge-types/challenge-pages/detect-response/
// and https://docs.aws.amazon.com/waf/latest/developerguide/waf-captcha-and-challenge-how-it-works.html.
func challengeHeader(resp *http.Response) string {
	h := resp.Header
	switch {
	case strings.EqualFold(h.Get("Cf-Mitigated"), "challenge"):
		return "Cloudflare"
	case strings.EqualFold(h.Get("X-Vercel-Mitigated"), "challenge"):
		return "Vercel"
	case strings.EqualFold(h.Get("X-Amzn-Waf-Action"), "challenge"), strings.EqualFold(h.Get("X-Amzn-Waf-Action"), "captcha"):
		return "AWS WAF"
	case resp.StatusCode == http.StatusForbidden && h.Get("X-Datadome") != "":
		return "DataDome"
	case resp.StatusCode == http.StatusTooManyRequests && h.Get("X-Kpsdk-Ct") != "":
		return "Kasada"
	}
	return ""
}

// challengeMarks are bits of markup, in lower case, that stand in a vendor's challenge
// or block page. Those with failed set stand in ordinary pages of its customers too, so
// they count only when the request failed.
var challengeMarks = []struct {
	by, text string
	failed   bool
}{
	{"Cloudflare", "<title>just a moment...</title>", false},
	{"Cloudflare", "_cf_chl_opt", false},
	{"Cloudflare", "<title>attention required! | cloudflare</title>", false},
	{"Cloudflare", "/cdn-cgi/challenge-platform/", true},
	{"DataDome", "captcha-delivery.com/", false},
	{"Akamai", "bm-verify", false},
	{"Akamai", "sec-if-cpt-container", false},
	{"Akamai", "errors.edgesuite.net/", true},
	{"Imperva", "incapsula incident id", false},
	{"Imperva", "/_incapsula_resource?", true},
	{"HUMAN", "px-captcha", false},
	{"HUMAN", "_pxappid", true},
	{"AWS WAF", "window.gokuprops", false},
	{"Sucuri", "sucuri_cloudproxy_js", false},
	{"DDoS-Guard", "/.well-known/ddos-guard/js-challenge/", false},
	{"Anubis", `id="anubis_challenge"`, false},
}
