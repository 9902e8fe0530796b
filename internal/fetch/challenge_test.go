package fetch_test

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"newsbrief/internal/fetch"
)

func TestChallenge(t *testing.T) {
	html := http.Header{"Content-Type": {"text/html; charset=utf-8"}}
	for _, test := range []struct {
		name   string
		code   int
		header http.Header
		body   string
		by     string // "" means no challenge
	}{
		{"Cloudflare's header", 403, http.Header{"Cf-Mitigated": {"challenge"}}, "", "Cloudflare"},
		{"Cloudflare's page", 503, html, "<html><head><title>Just a moment...</title>", "Cloudflare"},
		{"Cloudflare's block", 403, html, "<title>Attention Required! | Cloudflare</title>", "Cloudflare"},
		{"Cloudflare under 200", 200, html, "<script>window._cf_chl_opt={cvId:'3'}</script>", "Cloudflare"},
		{"DataDome's header", 403, http.Header{"X-Datadome": {"protected"}}, "", "DataDome"},
		{"DataDome's page", 403, html, `<script src="https://ct.captcha-delivery.com/c.js"></script>`, "DataDome"},
		{"Akamai's block", 403, html, "<H1>Access Denied</H1> Reference #18.2d https://errors.edgesuite.net/18.2d", "Akamai"},
		{"Akamai's interstitial", 200, html, `<script>xhr.open("POST","/_sec/verify?provider=interstitial");JSON.stringify({"bm-verify":"A"})</script>`, "Akamai"},
		{"Imperva", 200, html, `<iframe src="/_Incapsula_Resource?SWUDNSAI=31">Request unsuccessful. Incapsula incident ID: 1</iframe>`, "Imperva"},
		{"HUMAN", 403, html, `<div id="px-captcha"></div>`, "HUMAN"},
		{"AWS WAF's header", 202, http.Header{"X-Amzn-Waf-Action": {"challenge"}}, "", "AWS WAF"},
		{"Vercel", 429, http.Header{"X-Vercel-Mitigated": {"challenge"}}, "", "Vercel"},
		{"Anubis", 200, html, `<title>Making sure you're not a bot!</title><script id="anubis_challenge" type="application/json">`, "Anubis"},

		{"a plain refusal", 403, html, "<h1>Forbidden</h1>", ""},
		{"a customer's missing page", 404, html, `<script src="/cdn-cgi/challenge-platform/scripts/jsd/main.js"></script>`, ""},
		{"a customer's ordinary page", 200, html, `<p>News.</p><script src="/cdn-cgi/challenge-platform/scripts/jsd/main.js"></script>`, ""},
		{"a site under DataDome", 200, http.Header{"X-Datadome": {"protected"}}, "<p>News.</p>", ""},
		{"a feed that quotes one", 200, http.Header{"Content-Type": {"application/rss+xml"}}, "<rss><title>Just a moment...</title></rss>", ""},
		{"a long article about them", 200, html, "_cf_chl_opt" + strings.Repeat("word ", 10_000), ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := serve(t, func(w http.ResponseWriter, r *http.Request) {
				for name, values := range test.header {
					w.Header()[name] = values
				}
				w.WriteHeader(test.code)
				io.WriteString(w, test.body)
			})
			_, err := client(t, fetch.Options{}).Get(t.Context(), fetch.Request{URL: s.URL})
			var status *fetch.StatusError
			errors.As(err, &status)
			if errors.Is(err, fetch.ErrChallenge) != (test.by != "") {
				t.Fatalf("error = %v", err)
			}
			if test.by != "" && (status.Challenge != test.by || status.Status != test.code || !strings.Contains(err.Error(), test.by)) {
				t.Errorf("challenge by %q, status %d: %v", status.Challenge, status.Status, err)
			}
			if test.by == "" && (err == nil) != (test.code == 200) {
				t.Errorf("error = %v", err)
			}
		})
	}
}
