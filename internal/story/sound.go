package story

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"newsbrief/internal/text"
)

// A name is told by its consonants across scripts: vowels are what transcriptions differ in most, and some scripts put one behind
// each consonant. Consonants that one script or another doesn't tell apart are one letter here:
//
//	P  b p f v    T  d t th    S  s z sh ch ts j    K  g k q kh    L  l r    M  m    N  n ng
//
// h, w and y are left out like vowels; A stands for any of these at the beginning.

const (
	leastSound = 4 // letters of a sound that tells a name; shorter ones are shared by too many words
	maxSound   = 12

	maxSoundWeight = 1.8
)

// sounds are the consonants of a word that may be a name, or nil for a word that can't be read or is too short. A second one
// leaves out an r that no vowel follows, as English speakers and those who write down what they hear from them do.
func sounds(word string, script text.Script) []string {
	var latin string
	switch script {
	case text.Latin:
		latin = plain(word)
	case text.Cyrillic:
		latin = fromCyrillic(word)
	case text.Hangul:
		latin = fromHangul(word)
	case text.Katakana:
		latin = fromKatakana(word)
	default:
		return nil
	}
	full, mute := consonants(latin)
	var found []string
	for _, s := range []string{full, mute} {
		if len(s) >= leastSound && len(s) <= maxSound && (len(found) == 0 || found[0] != s) {
			found = append(found, s)
		}
	}
	return found
}

// clusters are consonants that Latin spelling makes of several letters, longest first.
var clusters = strings.NewReplacer(
	"tsch", "S", "dsch", "S", "sch", "S", "shch", "S", "tch", "S", "tsh", "S", "tz", "S", "ts", "S", "zz", "S", "cz", "S", "sz", "S", "sh", "S", "ch", "S",
	"dj", "S", "dz", "S", "dzh", "S", "zh", "S", "ph", "P", "th", "T", "ck", "K", "kh", "K", "gh", "K", "qu", "K", "x", "KS",
	"ce", "Se", "ci", "Si", "cy", "Sy", "ng", "N", "gn", "N", "mb", "NP", "mp", "NP", "mf", "NP", "mv", "NP",
)

func consonants(latin string) (full, mute string) {
	s := clusters.Replace(latin)
	var a, b []byte
	put := func(to []byte, c byte, doubled bool) []byte {
		if doubled && len(to) > 0 && to[len(to)-1] == c {
			return to
		}
		return append(to, c)
	}
	last := byte(0) // the letter before, 0 for a vowel
	for i := 0; i < len(s); i++ {
		c := byte(0)
		switch s[i] {
		case 'b', 'p', 'f', 'v', 'P':
			c = 'P'
		case 'd', 't', 'T':
			c = 'T'
		case 's', 'z', 'j', 'S':
			c = 'S'
		case 'c', 'k', 'g', 'q', 'K':
			c = 'K'
		case 'l', 'r':
			c = 'L'
		case 'm':
			c = 'M'
		case 'n', 'N':
			c = 'N'
		}
		if c == 0 {
			if i == 0 {
				a, b = append(a, 'A'), append(b, 'A')
			}
			last = 0
			continue
		}
		a = put(a, c, last == c)
		if s[i] != 'r' || i+1 < len(s) && strings.IndexByte("aeiouy", s[i+1]) >= 0 {
			b = put(b, c, last == c)
		}
		last = c
	}
	return string(a), string(b)
}

// fromCyrillic writes a stem in Latin letters as Russian news is commonly transcribed.
func fromCyrillic(word string) string {
	var b strings.Builder
	for _, r := range word {
		if i := strings.IndexRune("абвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґ", r); i >= 0 {
			b.WriteString(cyrillic[utf8.RuneCountInString("абвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґ"[:i])])
		}
	}
	return b.String()
}

var cyrillic = strings.Split("a b v g d e e zh z i i k l m n o p r s t u f h ts ch sh sh _ y _ e yu ya i yi ye g", " ")

// fromHangul writes Hangul after the Revised Romanization, each letter as it begins a syllable and without sound changes.
func fromHangul(word string) string {
	var b strings.Builder
	for _, r := range word {
		if r < 0xAC00 || r > 0xD7A3 {
			return ""
		}
		i := int(r - 0xAC00)
		b.WriteString(hangulLeads[i/588])
		b.WriteString(hangulVowels[i%588/28])
		b.WriteString(hangulTails[i%28])
	}
	return strings.ReplaceAll(b.String(), "_", "")
}

// The letters of a syllable in the order of Unicode (The Unicode Standard, 3.12).
var (
	hangulLeads  = strings.Split("g g n d d r m b b s s _ j j ch k t p h", " ")
	hangulVowels = strings.Split("a e ya ye o e yo ye o wa we we yo u wo we wi yu _ ui i", " ") // ㅡ only carries a consonant in foreign names
	hangulTails  = strings.Split("_ k k k n n n t l k m l l l p l m p p t t ng t t k t p t", " ")
)

// fromKatakana writes Katakana in Latin letters after Hepburn, where a vowel that only carries a consonant does no harm.
func fromKatakana(word string) string {
	var b strings.Builder
	for _, r := range word {
		switch i := strings.IndexRune(katakana, r); {
		case r == 'ヴ':
			b.WriteByte('b')
		case r == 'ン':
			b.WriteByte('n')
		case strings.ContainsRune("ァィゥェォャュョ", r): // it changes the vowel of the letter before
			b.WriteByte('i')
		case i >= 0:
			b.WriteString(kana[i/3])
		}
	}
	return b.String()
}

const katakana = "アイウエオカキクケコガギグゲゴサシスセソザジズゼゾタチツテトダヂヅデドナニヌネノハヒフヘホバビブベボパピプペポマミムメモヤユヨラリルレロワヲ"

var kana = strings.Fields("a i u e o ka ki ku ke ko ga gi gu ge go sa shi su se so za ji zu ze zo ta chi tsu te to da ji zu de do " +
	"na ni nu ne no ha hi fu he ho ba bi bu be bo pa pi pu pe po ma mi mu me mo ya yu yo ra ri ru re ro wa o")

// foreignSyllables is the share of a Hangul word's syllables that foreign names are written with and few words of Korean
// are: those without a tail, or with one that only n, l, m or ng make.
func foreignSyllables(word string) float64 {
	all, foreign := 0, 0
	for _, r := range word {
		all++
		if strings.ContainsRune("트프크스르브드그즈츠니리아에오우이카타파바라로루레마모미노나네누레케테페베메세체코토포보호두부쿠투푸후키티피비디히치하헤란린렌론룬만민멘몬반빈벤본판핀펜폰칸킨켄콘탄틴텐톤간긴겐곤단딘덴돈산신센손잔진젠존찬첸한헨훈얀얄알엘올울일칼켈콜쿨킬탈텔톨틸팔펠폴풀필발벨볼불빌달델돌딜말멜몰밀살셀솔실할헬홀힐랄렐롤릴날넬놀닐랑링렁롱앙잉옹캉킹콩탕팅통방빙봉암엠옴임담딤람렘롬림맘밈밤범쿠야유요와위웨워저제조주자차추초처셔샤쇼슈시사소수버퍼커터더머너러허서어", r) {
			foreign++
		}
	}
	return float64(foreign) / float64(max(all, 1))
}

// soundWeight is what a sound of so many letters is worth.
func soundWeight(letters int) float64 { return min(0.4*float64(letters)-1, maxSoundWeight) }

// sounds takes how the words that may be names sound, alone and together with those they stand beside.
func (c *conceptReader) sounds(r *reading, title bool) {
	persons := map[int]bool{} // where Korean persons are named
	if c.lang == "ko" {
		for _, n := range text.Names(r.s, c.lang) {
			persons[n.Start] = true
		}
	}
	for i := range r.words {
		if !c.maybeName(r, i, persons) {
			continue
		}
		c.sound(r, i, i, title)
		for last := i + 1; last < len(r.words) && last < i+3 && c.maybeName(r, last, nil) && neighbours(r, last); last++ {
			c.sound(r, i, last, title)
		}
	}
}

func (c *conceptReader) sound(r *reading, first, last int, title bool) {
	var word strings.Builder
	for i := first; i <= last; i++ {
		word.WriteString(c.bareName(r, i))
	}
	for _, s := range sounds(word.String(), r.words[first].Script) {
		c.tie("sound "+s, r.s[r.words[first].Start:r.words[last].End], soundWeight(len(s)), title)
	}
}

// bareName is a word without what grammar adds to it.
func (c *conceptReader) bareName(r *reading, i int) string {
	switch w := r.words[i]; w.Script {
	case text.Hangul:
		return withoutParticle(w.Text)
	case text.Cyrillic:
		return r.stem(i)
	default:
		return w.Text
	}
}

// neighbours reports whether a word follows the one before as part of the same name.
func neighbours(r *reading, i int) bool {
	switch r.s[r.words[i-1].End:r.words[i].Start] {
	case " ", "-", "・", "·", "‐":
		return r.words[i].Script == r.words[i-1].Script
	}
	return false
}

// maybeName reports whether a word may be part of a name, as far as case and spelling show.
func (c *conceptReader) maybeName(r *reading, i int, persons map[int]bool) bool {
	w := r.words[i]
	switch w.Script {
	case text.Latin, text.Cyrillic:
		if i > 0 && r.s[r.words[i-1].End:w.Start] == "-" {
			break // Kim Sung-hwan
		}
		if first, _ := utf8.DecodeRuneInString(r.s[w.Start:]); !unicode.IsUpper(first) || text.Stopword(w.Text, c.lang) {
			return false
		}
	case text.Hangul:
		if !persons[w.Start] && foreignSyllables(withoutParticle(w.Text)) < 1 {
			return false
		}
	case text.Katakana:
	default:
		return false
	}
	return commonness(r.stem(i), c.lang) == 0 && (c.lexicon == nil || !c.lexicon.knows(w.Text))
}
