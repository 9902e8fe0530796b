package locale_test

import (
	"testing"

	"newsbrief/internal/locale"
)

func TestSay(t *testing.T) {
	for _, c := range []struct{ locale, want string }{
		{"", "Nothing missed"}, {"en-GB", "Nothing missed"}, {"de", "Nichts verpasst"}, {"es-419", "No te has perdido nada"}, {"zh-TW", "沒有錯過任何消息"},
		{"zh-HK", "沒有錯過任何消息"}, {"zh", "没有错过任何消息"}, {"sv-SE", "Nothing missed"}, {"no locale at all", "Nothing missed"},
	} {
		if got := locale.Say(c.locale, "Nothing missed"); got != c.want {
			t.Errorf("in %q it is %q, not %q", c.locale, got, c.want)
		}
	}
}

func TestCount(t *testing.T) {
	for _, c := range []struct {
		locale string
		n      int
		want   string
	}{
		{"en-US", 1, "1 story"}, {"en-US", 1234, "1,234 stories"}, {"de", 1234, "1.234 Meldungen"}, {"fr", 0, "0 actualité"}, {"ko", 2, "소식 2건"},
	} {
		if got := locale.Count(c.locale, c.n, "%d story", "%d stories"); got != c.want {
			t.Errorf("%d in %q is %q, not %q", c.n, c.locale, got, c.want)
		}
	}
}
