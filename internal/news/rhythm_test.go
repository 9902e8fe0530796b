package news_test

import (
	"encoding/json"
	"math"
	"reflect"
	"testing"
	"time"

	"newsbrief/internal/news"
)

func TestRhythmText(t *testing.T) {
	r := news.Rhythm{Since: time.Date(2026, 3, 2, 9, 0, 0, 1e6, time.UTC), Base: time.Date(2026, 3, 12, 9, 0, 0, 0, time.UTC)}
	for i := range r.Hours {
		r.Hours[i] = news.WeightOf(float64(i) / 7)
	}
	for i := range r.Days {
		r.Days[i] = news.WeightOf(float64(i) * 1e6)
	}
	for _, feed := range []news.Feed{{Rhythm: r}, {}} {
		row, err := json.Marshal(feed)
		if err != nil {
			t.Fatal(err)
		}
		var back news.Feed
		if err := json.Unmarshal(row, &back); err != nil || !reflect.DeepEqual(back, feed) {
			t.Errorf("%s\nbecame %+v, %v", row, back, err)
		}
	}
	for _, text := range []string{"", "AAAA", "?"} {
		if err := new(news.Rhythm).UnmarshalText([]byte(text)); err == nil {
			t.Errorf("%q is a rhythm", text)
		}
	}
}

func TestWeight(t *testing.T) {
	for _, x := range []float64{0, 1e-6, .3, 1, 3.996, 255, 257, 1e9} {
		if got := news.WeightOf(x).Float(); math.Abs(got-x) > x/256 {
			t.Errorf("%v is kept as %v", x, got)
		}
	}
}
