package text_test

import (
	"testing"
	"unicode/utf8"

	"newsbrief/internal/text"
)

func TestSimplify(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"兩國部長每年會晤", "两国部长每年会晤"},
		{"两国部长每年会晤", "两国部长每年会晤"},
		{"climate 기후 きこう", "climate 기후 きこう"},
		{"a\xff國\xe5\x9c", "a\xff国\xe5\x9c"},
		{"", ""},
	} {
		if got := text.Simplify(c.in); got != c.want {
			t.Errorf("%q became %q, want %q", c.in, got, c.want)
		}
	}
}

func FuzzSimplify(f *testing.F) {
	f.Add("兩國\xff部長")
	f.Fuzz(func(t *testing.T, s string) {
		once := text.Simplify(s)
		if len(once) != len(s) || text.Simplify(once) != once || utf8.ValidString(once) != utf8.ValidString(s) {
			t.Errorf("%q became %q", s, once)
		}
	})
}
