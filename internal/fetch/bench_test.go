package fetch_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"newsbrief/internal/fetch"
)

// BenchmarkNotModified compares a 304 through the client with one through bare net/http.
func BenchmarkNotModified(b *testing.B) {
	const tag = `"v1"`
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusNotModified)
	}))
	defer s.Close()

	b.Run("bare", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			req, err := http.NewRequestWithContext(b.Context(), http.MethodGet, s.URL, nil)
			if err != nil {
				b.Fatal(err)
			}
			req.Header.Set("If-None-Match", tag)
			resp, err := s.Client().Do(req)
			if err != nil {
				b.Fatal(err)
			}
			if _, err := io.Copy(io.Discard, resp.Body); err != nil {
				b.Fatal(err)
			}
			resp.Body.Close()
		}
	})
	b.Run("client", func(b *testing.B) {
		c := client(b, fetch.Options{})
		b.ReportAllocs()
		for b.Loop() {
			if resp, err := c.Get(b.Context(), fetch.Request{URL: s.URL, ETag: tag}); err != nil || !resp.NotModified {
				b.Fatal(resp, err)
			}
		}
	})
}

// BenchmarkBody is the same for a compressed feed of common size.
func BenchmarkBody(b *testing.B) {
	text := make([]byte, 60<<10)
	for i := range text {
		text[i] = "<item><title>news of the day</title></item>\n"[i*7%44]
	}
	zip := zipped(b, text)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		w.Write(zip)
	}))
	defer s.Close()
	b.Run("bare", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			resp, err := s.Client().Get(s.URL)
			if err != nil {
				b.Fatal(err)
			}
			if body, err := io.ReadAll(resp.Body); err != nil || len(body) != len(text) {
				b.Fatal(len(body), err)
			}
			resp.Body.Close()
		}
	})
	b.Run("client", func(b *testing.B) {
		c := client(b, fetch.Options{})
		b.ReportAllocs()
		for b.Loop() {
			if resp, err := c.Get(b.Context(), fetch.Request{URL: s.URL}); err != nil || len(resp.Body) != len(text) {
				b.Fatal(resp, err)
			}
		}
	})
}
