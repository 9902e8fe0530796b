package fetch_test

import (
	"net/http"
	"testing"
	"time"

	"newsbrief/internal/fetch"
)

const month = 30 * 24 * time.Hour

var noon = time.Date(2025, 7, 1, 12, 0, 0, 0, time.UTC)

func TestRetryAfter(t *testing.T) {
	for value, want := range map[string]time.Duration{
		"":                                0,
		"0":                               0,
		"120":                             2 * time.Minute,
		" 120 ":                           2 * time.Minute,
		"1.2":                             2 * time.Second,
		"86400":                           24 * time.Hour,
		"99999999999":                     month,
		"99999999999999999999999999":      month,
		"-5":                              0,
		"1e3":                             0,
		"soon":                            0,
		"Tue, 01 Jul 2025 12:10:00 GMT":   10 * time.Minute,
		"Tuesday, 01-Jul-25 12:10:00 GMT": 10 * time.Minute,
		"Tue Jul  1 12:10:00 2025":        10 * time.Minute,
		"Tue, 01 Jul 2025 11:00:00 GMT":   0,
		"Wed, 01 Jul 2026 12:00:00 GMT":   month,
	} {
		if got := fetch.RetryAfter(value, noon); got != want {
			t.Errorf("RetryAfter(%q) = %v, want %v", value, got, want)
		}
	}
}

func TestMaxAge(t *testing.T) {
	type h = map[string]string
	for _, test := range []struct {
		header h
		want   time.Duration
	}{
		{h{}, 0},
		{h{"Cache-Control": "max-age=60"}, time.Minute},
		{h{"Cache-Control": `public, MAX-AGE = "60"`}, time.Minute},
		{h{"Cache-Control": "max-age=60, max-age=30"}, 30 * time.Second},
		{h{"Cache-Control": `private="a, max-age=5", max-age=60`}, time.Minute},
		{h{"Cache-Control": "max-age=60", "Age": "20"}, 40 * time.Second},
		{h{"Cache-Control": "max-age=60", "Age": "90"}, 0},
		{h{"Cache-Control": "max-age=60, no-cache"}, 0},
		{h{"Cache-Control": "no-store", "Expires": "Tue, 01 Jul 2025 13:00:00 GMT"}, 0},
		{h{"Cache-Control": "max-age=junk"}, 0},
		{h{"Cache-Control": "max-age=31536000"}, month},
		{h{"Cache-Control": "max-age=0", "Expires": "Tue, 01 Jul 2025 13:00:00 GMT"}, 0},
		{h{"Cache-Control": "s-maxage=600", "Expires": "Tue, 01 Jul 2025 13:00:00 GMT"}, time.Hour},
		{h{"Expires": "Tue, 01 Jul 2025 13:00:00 GMT"}, time.Hour},
		{h{"Expires": "0"}, 0},
		{h{"Expires": "Tue, 01 Jul 2025 11:00:00 GMT"}, 0},
	} {
		header := http.Header{}
		for name, value := range test.header {
			header.Set(name, value)
		}
		if got := fetch.MaxAge(header, noon); got != test.want {
			t.Errorf("MaxAge(%v) = %v, want %v", test.header, got, test.want)
		}
	}
}

// Dates count from the server's clock, cached answers included, and from ours when it has none.
func TestServerClock(t *testing.T) {
	header := http.Header{}
	rt := transport(func(r *http.Request) (*http.Response, error) {
		resp := answer(r, 200, "")
		resp.Header = header.Clone()
		return resp, nil
	})
	c := fetch.NewOver(fetch.Options{Now: func() time.Time { return noon }}, rt)
	header.Set("Expires", "Tue, 01 Jul 2025 12:30:00 GMT")
	header.Set("Retry-After", "Tue, 01 Jul 2025 12:45:00 GMT")
	for _, test := range []struct {
		date, age          string
		maxAge, retryAfter time.Duration
	}{
		{"", "", 30 * time.Minute, 45 * time.Minute},
		{"Tue, 01 Jul 2025 12:20:00 GMT", "", 10 * time.Minute, 25 * time.Minute},
		{"Tue, 01 Jul 2025 12:20:00 GMT", "300", 5 * time.Minute, 20 * time.Minute},
	} {
		header.Set("Date", test.date)
		header.Set("Age", test.age)
		resp := get(t, c, fetch.Request{URL: "http://example.com/"})
		if resp.MaxAge != test.maxAge || resp.RetryAfter != test.retryAfter {
			t.Errorf("%+v: MaxAge %v, RetryAfter %v", test, resp.MaxAge, resp.RetryAfter)
		}
	}
}

func FuzzRetryAfter(f *testing.F) {
	for _, s := range []string{"", "120", "1.5", "-1", "..", "9999999999999999999999", "Tue, 01 Jul 2025 12:10:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if d := fetch.RetryAfter(s, noon); d < 0 || d > month {
			t.Errorf("RetryAfter(%q) = %v", s, d)
		}
	})
}

func FuzzMaxAge(f *testing.F) {
	f.Add("max-age=60", "10", "Tue, 01 Jul 2025 13:00:00 GMT")
	f.Add(`private="a, b", max-age="5`, "", "0")
	f.Add("max-age=99999999999999999999999,,=,", "x", "")
	f.Fuzz(func(t *testing.T, control, age, expires string) {
		h := http.Header{"Cache-Control": {control}, "Age": {age}, "Expires": {expires}}
		if d := fetch.MaxAge(h, noon); d < 0 || d > month {
			t.Errorf("MaxAge(%q) = %v", h, d)
		}
	})
}
