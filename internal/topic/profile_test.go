package topic_test

import (
	"slices"
	"testing"

	"newsbrief/internal/topic"
)

// Where no spaces part words, a keyword counts only where it can be a word.
func TestRankFindsWordsWithoutSpaces(t *testing.T) {
	for _, c := range []struct {
		lang, title, word string
		want              bool
	}{
		{"ja", "カメの研究", "カメ", true},
		{"ja", "カメラの研究", "カメ", false},
		{"ja", "トラブルの研究", "トラ", false},
		{"ja", "スマートフォン用カメラ", "カメラ", true},
		{"ja", "脳が眠る", "脳", true},
		{"ja", "首脳が眠る", "脳", false},
		{"ja", "ブラッド・ピットが来る", "ブラッド・ピット", true},
		{"zh", "泰勒·斯威夫特来了", "泰勒·斯威夫特", true},
		{"zh", "發明新的軟體", "軟體", true},
		{"ko", "태풍이 다가온다", "태풍", true},
		{"ko", "국제유가가 올랐다", "국제유가", true},
		{"ko", "그럴 수도 있다", "수도", false},
		{"ko", "국제 유가가 올랐다", "국제 유가", true},
		{"ko", "전 세계가 놀랐다", "전 세", false},
	} {
		var words []string
		for _, m := range topic.Rank(topic.Doc{Title: c.title, Language: c.lang}) {
			words = append(words, m.Words...)
		}
		if slices.Contains(words, c.word) != c.want {
			t.Errorf("%s: %q counts in %q: %v, want %v (%q)", c.lang, c.word, c.title, !c.want, c.want, words)
		}
	}
}
