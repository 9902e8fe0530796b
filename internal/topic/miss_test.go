package topic_test

import (
	"slices"
	"strings"
	"testing"

	"newsbrief/internal/topic"
)

func TestMissing(t *testing.T) {
	doc := topic.Doc{Title: "Island votes for wind park", Text: "The ferry brought the voters. 섬에 풍력 발전소가 선다.", Language: "en"}
	for _, c := range []struct{ query, want string }{
		{"wind", ""},
		{"solar", "solar"},
		{"wind solar roof", "solar,roof"},
		{"solar roof OR tide", "tide"},
		{"(solar OR tide) wind", "solar"},
		{"wind -ferry", "-ferry"},
		{"wind -(ferry park)", "-(ferry park)"},
		{`"wind farm" title:ferry`, `"wind farm",title:ferry`},
		{"풍력 태양광", "태양광"},
		{"wind lang:ko", "lang:ko"},
		{"solar -ferry", "solar,-ferry"},
	} {
		q, err := topic.Parse(c.query)
		if err != nil {
			t.Fatal(err)
		}
		got := q.Missing(doc)
		if strings.Join(got, ",") != c.want {
			t.Errorf("%s: %q is missing, want %s", c.query, got, c.want)
		}
		if _, ok := q.Match(doc); ok != (len(got) == 0) {
			t.Errorf("%s: matches is %v, missing %q", c.query, ok, got)
		}
	}
}

func TestTerms(t *testing.T) {
	q, err := topic.Parse(`(wind OR "solar power") -ferry title:island*`)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, term := range q.Terms() {
		got = append(got, term.String())
	}
	if want := []string{"wind", `"solar power"`, "title:island*"}; !slices.Equal(got, want) {
		t.Errorf("terms %q, want %q", got, want)
	}
}
