package summary

import (
	"strings"

	"newsbrief/internal/text"
)

// negations are the words that turn a sentence round; where words aren't told apart by spaces, parts of them.
var negations = map[string]string{
	"en": "not no never none nobody nothing neither nor without cannot didn't don't doesn't won't wasn't weren't isn't aren't can't couldn't wouldn't shouldn't hasn't haven't hadn't didn’t don’t doesn’t won’t wasn’t weren’t isn’t aren’t can’t couldn’t wouldn’t shouldn’t hasn’t haven’t hadn’t",
	"de": "nicht nie niemals kein keine keinen keinem keiner keines nichts niemand ohne",
	"fr": "ne pas jamais aucun aucune rien personne sans n'a n'est",
	"es": "no nunca jamás ningún ninguna ninguno nada nadie sin",
	"pt": "não nunca jamais nenhum nenhuma nada ninguém sem",
	"it": "non mai nessun nessuno nessuna niente nulla senza",
	"nl": "niet nooit geen niets niemand zonder",
	"ru": "не ни нет никогда никто ничего без нельзя",
	"ko": "않 아니 못하 못했 없 안된",
	"ja": "ない なかっ ません ず、 ぬ",
	"zh": "不 没 沒 未 无 無 非",
}

// negates reports whether s says no somewhere.
func negates(s string, words []text.Word, lang string) bool {
	base := text.Base(lang)
	list := strings.Fields(negations[base])
	n := 0
	if base == "ko" || base == "ja" || base == "zh" {
		for _, part := range list {
			n += strings.Count(s, part)
		}
		return n > 0
	}
	for _, w := range words {
		for _, no := range list {
			if w.Text == no {
				n++
			}
		}
	}
	return n > 0
}
