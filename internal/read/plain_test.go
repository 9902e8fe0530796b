package read_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"newsbrief/internal/read"
)

func TestPlain(t *testing.T) {
	for s, want := range map[string]string{
		"<p>One &amp; two</p><p>three<br>four<script>x</script></p>":                 "One & two\nthree\nfour",
		"Plain text, 1 < 2 & more":                                                   "Plain text, 1 < 2 & more",
		"One\n\nTwo\nThree":                                                          "One\nTwo\nThree",
		"<ul><li>One</li><li>Two</li></ul>after":                                     "One\nTwo\nafter",
		"<div>a\n  b\tc</div><pre>x\ny</pre>":                                        "a b c\nx\ny",
		"<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>":            "a b\nc",
		"&lt;p&gt;escaped twice&lt;/p&gt;":                                           "escaped twice",
		"<style>p{}</style><noscript>no</noscript><iframe>x</iframe>text":            "text",
		"<p>Text.</p><p><a href='x'>Read more</a></p>":                               "Text.",
		"Text. <a href='x'>Continue reading <span>The Title</span> →</a>":            "Text. Continue reading The Title →",
		"Text goes on […]":                                                           "Text goes on…",
		"Text goes on [...] <a>Read more</a>":                                        "Text goes on [...]",
		"<p>Text.</p><p>The post <a>T</a> appeared first on <a>S</a>.</p>":           "Text.",
		"<p>Text.</p>Der Beitrag T erschien zuerst auf S.":                           "Text.",
		"<p>본문이다.</p><p>기사 더보기</p>":                                                  "본문이다.",
		"<p>本文です。</p><p>続きを読む</p>":                                                   "本文です。",
		"<table><tr><td>submitted by /u/someone [link] [comments]</td></tr></table>": "",
		"<a href='x'>Comments</a>":                                                   "",
		"caf&eacute; &#8212; &#x1F600; &nosuch;":                                     "café — 😀 &nosuch;",
		"<p>unclosed <b>bold<p>next":                                                 "unclosed bold\nnext",
		"<!-- c --><p>x<!--":                                                         "x",
		"":                                                                           "",
	} {
		if got := read.Plain(s); got != want {
			t.Errorf("%s:\n got %q\nwant %q", s, got, want)
		}
	}
}

func FuzzPlain(f *testing.F) {
	for _, s := range []string{"<p>One</p><ul><li>x", "a & b < c", "<script>", "<svg><svg></svg>x", "&lt;b&gt;", "The post x appeared first on y.", "\xff<p>\x00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := read.Plain(s)
		if !utf8.ValidString(got) || strings.Contains(got, "\n\n") || strings.TrimSpace(got) != got {
			t.Errorf("%q becomes %q", s, got)
		}
	})
}
