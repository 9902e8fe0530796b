package read

import (
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"

	"newsbrief/internal/text"
)

// sampleSize is how many bytes, from the first one that isn't ASCII, guess looks at.
const sampleSize = 24 << 10

// An encoding that is declared wins unless another one reads better by this much (a mean score, see candidate).
const (
	declaredInside  = 0.22
	declaredOutside = 0.15
)

// certain is a score that text of another script or language doesn't reach.
const certain = 0.6

// candidate is an encoding and how plausible a character is in what is written in it: from 1 for the most common ones down to
// -3 for what can't be.
type candidate struct {
	name      string
	encoding  encoding.Encoding
	score     func(prev, r, next rune) float64
	latin     bool
	languages []string // of a Latin encoding other than windows-1252: it is chosen for texts in one of these only
}

var candidates = sync.OnceValue(func() []candidate {
	cyrillic := letters(unicode.Cyrillic, "оеаинтсрвлкм", "дпуягьызбчйхжї і")
	return []candidate{
		{name: "gb18030", encoding: simplifiedchinese.GB18030, score: eastAsian(commonSimplified, false)},
		{name: "big5", encoding: traditionalchinese.Big5, score: eastAsian(commonTraditional, false)},
		{name: "euc-kr", encoding: korean.EUCKR, score: hangul},
		{name: "shift_jis", encoding: japanese.ShiftJIS, score: eastAsian(commonJapanese, true)},
		{name: "euc-jp", encoding: japanese.EUCJP, score: eastAsian(commonJapanese, true)},
		{name: "windows-1251", encoding: charmap.Windows1251, score: cyrillic},
		{name: "koi8-r", encoding: charmap.KOI8R, score: cyrillic},
		{name: "koi8-u", encoding: charmap.KOI8U, score: cyrillic},
		{name: "iso-8859-5", encoding: charmap.ISO8859_5, score: cyrillic},
		{name: "ibm866", encoding: charmap.CodePage866, score: cyrillic},
		{name: "windows-1253", encoding: charmap.Windows1253, score: letters(unicode.Greek, "αοιετνσηυρ", "πκλμςόίάέωήύδγχθφ")},
		{name: "iso-8859-7", encoding: charmap.ISO8859_7, score: letters(unicode.Greek, "αοιετνσηυρ", "πκλμςόίάέωήύδγχθφ")},
		{name: "windows-1255", encoding: charmap.Windows1255, score: letters(unicode.Hebrew, "יוהלארתמבש", "נדקםעןחפגצךטכז")},
		{name: "windows-1256", encoding: charmap.Windows1256, score: letters(unicode.Arabic, "اليمونترةبعد", "سفهقكأحجشطىصخإذزضغثئءظآؤیکپگچ،")},
		{name: "iso-8859-6", encoding: charmap.ISO8859_6, score: letters(unicode.Arabic, "اليمونترةبعد", "سفهقكأحجشطىصخإذزضغثئءظآؤ،")},
		{name: "windows-874", encoding: charmap.Windows874, score: letters(unicode.Thai, "านรอกเง่มยลวด", "ทสต้ะปบแิีัคจหใไพชผุู์ขำโ็ถซ")},
		{name: "windows-1252", encoding: charmap.Windows1252, score: latin, latin: true},
		{name: "iso-8859-15", encoding: charmap.ISO8859_15, score: latin, latin: true},
		{name: "windows-1250", encoding: charmap.Windows1250, score: latin, latin: true, languages: []string{"pl", "cs", "sk", "hu", "hr", "sl", "ro", "sr", "bs", "sq"}},
		{name: "iso-8859-2", encoding: charmap.ISO8859_2, score: latin, latin: true, languages: []string{"pl", "cs", "sk", "hu", "hr", "sl", "ro", "sr", "bs", "sq"}},
		{name: "windows-1254", encoding: charmap.Windows1254, score: latin, latin: true, languages: []string{"tr", "az"}},
		{name: "windows-1257", encoding: charmap.Windows1257, score: latin, latin: true, languages: []string{"lt", "lv", "et"}},
		{name: "windows-1258", encoding: charmap.Windows1258, score: latin, latin: true, languages: []string{"vi"}},
		{name: "macintosh", encoding: charmap.Macintosh, score: func(p, r, n rune) float64 { return latin(p, r, n) - 0.1 }, latin: true},
	}
})

// guess returns the encoding in which b, which isn't UTF-8, reads best, and whether it is one of Latin script. Declarations count as
// a bonus.
func guess(b []byte, inside, outside string) (e encoding.Encoding, latin bool) {
	sample := sampleOf(b)
	insideEnc, inside := named(inside)
	outsideEnc, outside := named(outside)
	if e := obvious(sample, inside, outside); e != nil {
		return e, false
	}
	var best candidate
	bestScore := -4.0
	try := func(c candidate) {
		score, decoded := c.try(sample)
		if c.languages != nil {
			if score > 0 && slices.Contains(c.languages, text.Base(text.Language(withoutTags(decoded), ""))) {
				score += 0.3
			} else {
				score -= 0.05
			}
		}
		if same(c.name, inside) {
			score += declaredInside
		} else if same(c.name, outside) {
			score += declaredOutside
		}
		if score > bestScore {
			best, bestScore = c, score
		}
	}
	for _, c := range candidates() {
		if c.languages == nil {
			try(c)
		}
	}
	if bestScore < 0.2 || best.latin {
		for _, c := range candidates() {
			if c.languages != nil {
				try(c)
			}
		}
	}
	// An encoding that isn't among the candidates (ISO-8859-3, IBM 862, …) is believed where nothing reads well.
	if bestScore < 0.2 {
		for _, e := range []encoding.Encoding{insideEnc, outsideEnc} {
			if e != nil {
				return e, false
			}
		}
	}
	if best.encoding == nil {
		return charmap.Windows1252, true
	}
	return best.encoding, best.latin
}

// obvious returns the encoding that a document declares where it reads well in it, as most do, or the one in which a short sample
// reads far better than in all others. It is nil where more has to be looked at.
func obvious(sample []byte, inside, outside string) encoding.Encoding {
	for _, c := range candidates() {
		if !c.latin && (c.name == inside || c.name == outside || c.name == "gb18030" && inside == "gbk") {
			if score, _ := c.try(sample); score > certain {
				return c.encoding
			}
		}
	}
	short := sample[:min(len(sample), 3<<10)]
	var best encoding.Encoding
	first, second := -4.0, -4.0
	for _, c := range candidates() {
		if c.languages != nil {
			continue
		}
		switch score, _ := c.try(short); {
		case score > first:
			first, second = score, first
			if best = c.encoding; c.latin {
				best = nil
			}
		case score > second:
			second = score
		}
	}
	if first > certain && first-second > declaredInside {
		return best
	}
	return nil
}

// try decodes a sample and scores it.
func (c candidate) try(sample []byte) (score float64, decoded string) {
	b, err := c.encoding.NewDecoder().Bytes(sample)
	if err != nil {
		return -4, ""
	}
	return meanScore(string(b), c.score), string(b)
}

// same reports whether an encoding is the declared one or contains it.
func same(name, declared string) bool {
	return name == declared || name == "gb18030" && declared == "gbk" || name == "windows-1255" && strings.HasPrefix(declared, "iso-8859-8") ||
		name == "koi8-r" && declared == "koi8-u"
}

func sampleOf(b []byte) []byte {
	first := slices.IndexFunc(b, func(c byte) bool { return c >= utf8.RuneSelf })
	if first < 0 {
		return nil
	}
	first = max(0, first-200) // for the language: some text before it
	return b[first:min(len(b), first+sampleSize)]
}

func meanScore(s string, score func(prev, r, next rune) float64) float64 {
	sum, n := 0.0, 0
	prev := ' '
	for i, r := range s {
		if r >= utf8.RuneSelf {
			next, _ := utf8.DecodeRuneInString(s[i+utf8.RuneLen(r):])
			if r == utf8.RuneError || unicode.Is(unicode.Co, r) {
				sum -= 3
			} else {
				sum += score(prev, r, next)
			}
			n++
		}
		prev = r
	}
	if n == 0 {
		return -4
	}
	return sum / float64(n)
}

func withoutTags(s string) string {
	var b strings.Builder
	for s != "" {
		i := strings.IndexByte(s, '<')
		if i < 0 {
			b.WriteString(s)
			break
		}
		b.WriteString(s[:i])
		b.WriteByte(' ')
		j := strings.IndexByte(s[i:], '>')
		if j < 0 {
			break
		}
		s = s[i+j+1:]
	}
	return b.String()
}

const (
	commonSimplified = "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日军者意无力它与长把机十民第公此已工使情明性知全三又关点正业外将两高间由问很最重并物手应战向头文体政美相见被利什二等产或新己制身果加西斯月话合回特代内信表化老给世位次度门任常先海通教儿原东声提立及比员解水名真论处走义各入几口认条平系气题活尔更别打女变四神总何电数安少报才结反受目太量再感建务做接必场件计管期市直德资命山金指克许统区保至队形社便空决治展马科司五基眼书非则听白却界达光放强即像难且权思王象完设式色路记南品住告类求据程北边死张该交规万取拉格望觉术领共确传师观清今切院让识候带导争运亿增价率案警记京讯网络游球赛股市场企"
	// The same in traditional script where it differs, and what is common there only.
	commonTraditional = "的一是不了在人有我他這個們中來上大為和國地到以說時要就出會可也你對生能而子那得於著下自之年過發後作裡用道行所然家種事成方多經麼去法學如都同現當沒動面起看定天分還進好小部其些主樣理心她本前開但因只從想實日軍者意無力它與長把機十民第公此已工使情明性知全三又關點正業外將兩高間由問很最重並物手應戰向頭文體政美相見被利什二等產或新己制身果加西斯月話合回特代內信表化老給世位次度門任常先海通教兒原東聲提立及比員解水名真論處走義各入幾口認條平系氣題活爾更別打女變四神總何電數安少報才結反受目太量再感建務做接必場件計管期市直德資命山金指克許統區保至隊形社便空決治展馬科司五基眼書非則聽白卻界達光放強即像難且權思王象完設式色路記南品住告類求據程北邊死張該交規萬取拉格望覺術領共確傳師觀清今切院讓識候帶導爭運億增價率案警灣台縣網"
	commonJapanese    = "日一国会人年大十二本中長出三同時政事自行社見月分議後前民生連五発間対上部東者党地合市業内相方四定今回新場金員九入選立開手米力学問高代明実円関決子動京全目表戦経通外最言氏現理調体化田当八六約主題下首意法不来作性的要用制治度務強気小七成期公野協取都和統以機平総加山思家話世受区領多県続進正安設保改数記院女初北午指権心界支第産結百派点教報済書府活原先共得解名交資予川向際査勝面委告軍文反元重近千考判認画海参売利組知案道信策集在件団別物側任引使求所次水半品昨論計死官増係感特情投示変打男基私各始島直両朝革価式確村提運終挙果西勢減台広容必応演電歳住争談能無再位置企真流格有疑口過局少放税検藤町常校料沢裁状工建語球営空職証土与急止送援供可役構木割聞身費付施切由説転食比難防補車優夫研収断井何南石足違消境神番規術護展態導鮮備宅害配副算視条幹独警宮究育席輸訪楽起万着乗店述残想線率病農州武声質念待試族象銀域助労例衛然早張映限親額監環験追審商葉義伝働形景落欧担好退準賀訴辺造英被株頭技低毛医復仕去姿味負閣韓渡失移差衆個門写評課末守若脳極種美岡影命含福蔵量望松非撃佐核観察整段横融型白深字答夜製票況音申様財港識注呼渉達"
	commonHangul      = "이다에는을의가고하지로한도사기은서인자를대어아리나정일부그시라과해수있것들전만장동보여스제원상성국구주선으게면때년공조경관생세오연유신산소비위적개중안화운내무영교문민실학미용더당방야간발역마강작회우터통본할말와최계진행북거요했까니됐습금현남체후김물호모차분양네두권업번질박임접럼같없된러"
	commonMarks       = "、。，．・「」『』（）！？：；“”‘’…—《》【】〈〉·％～ー０１２３４５６７８９"
)

var (
	marksSet = runeSet(commonMarks)
)

func runeSet(s string) map[rune]bool {
	set := make(map[rune]bool, len(s)/3)
	for _, r := range s {
		set[r] = true
	}
	return set
}

// eastAsian scores Chinese, or Japanese where Kana belong to the text.
func eastAsian(common string, kana bool) func(prev, r, next rune) float64 {
	set := runeSet(common)
	return func(prev, r, _ rune) float64 {
		switch {
		case set[r]:
			return 1
		case marksSet[r]:
			return 0.6
		case 0x3041 <= r && r <= 0x3096: // Hiragana
			if kana {
				return 0.9
			}
			return -0.6
		case 0x30a1 <= r && r <= 0x30fa:
			if kana {
				return 0.7
			}
			return -0.6
		case 0xff61 <= r && r <= 0xff9f: // half width Katakana: what much else looks like in Shift_JIS
			return -0.7
		case 0x4e00 <= r && r <= 0x9fff:
			if isASCIILetter(prev) {
				return -0.4
			}
			return 0.15
		case 0xff01 <= r && r <= 0xff5e, 0x3000 <= r && r <= 0x303f, 0x2010 <= r && r <= 0x203b:
			return 0.2
		}
		return -0.8
	}
}

var hangulSet = runeSet(commonHangul)

func hangul(prev, r, _ rune) float64 {
	switch {
	case hangulSet[r]:
		return 1
	case 0xac00 <= r && r <= 0xd7a3:
		if isASCIILetter(prev) {
			return -0.3
		}
		return 0.35
	case marksSet[r]:
		return 0.5
	case 0x4e00 <= r && r <= 0x9fff:
		return -0.35
	case 0x2010 <= r && r <= 0x25ff, 0x3000 <= r && r <= 0x303f, r == '·':
		return 0.2
	}
	return -0.8
}

// letters scores a script whose letters stand in the upper half of a single-byte encoding: its most common letters, its
// other common ones, and a capital inside a word, which is what a wrong encoding of the same script looks like.
func letters(script *unicode.RangeTable, most, more string) func(prev, r, next rune) float64 {
	mostSet, moreSet := runeSet(most), runeSet(more)
	return func(prev, r, next rune) float64 {
		low := unicode.ToLower(r)
		var s float64
		switch {
		case mostSet[low]:
			s = 0.85
		case moreSet[low]:
			s = 0.35
		case unicode.Is(script, r):
			s = -0.2
		case r == '«' || r == '»' || r == '—' || r == '–' || r == '“' || r == '”' || r == '„' || r == '’' || r == '…' || r == '№' || r == 0xa0:
			return 0.3
		default:
			return -1
		}
		if low != r && unicode.IsLower(prev) || isASCIILetter(prev) || isASCIILetter(next) {
			s -= 1
		}
		return s
	}
}

// latin scores Western text: letters with diacritics stand alone between ASCII letters, quotes and dashes at words' ends.
func latin(prev, r, next rune) float64 {
	switch {
	case r < 0xa0:
		return -2
	case unicode.IsLetter(r) && unicode.Is(unicode.Latin, r):
		if unicode.IsUpper(r) && unicode.IsLower(prev) {
			return -1
		}
		switch {
		case prev >= utf8.RuneSelf && next >= utf8.RuneSelf:
			return -0.7
		case prev >= utf8.RuneSelf || next >= utf8.RuneSelf:
			return 0.3
		case isASCIILetter(prev) || isASCIILetter(next):
			return 0.9
		}
		return 0.4
	case strings.ContainsRune("’‘“”–—…«»„‚€£°·§©®™•¡¿‹›", r):
		if prev >= utf8.RuneSelf && next >= utf8.RuneSelf {
			return -0.4
		}
		if isASCIILetter(prev) && isASCIILetter(next) && r != '’' && r != '–' && r != '—' && r != '·' {
			return -0.5
		}
		return 0.7
	case r == 0xa0 || r == 0xad || r == '²' || r == '³' || r == '½' || r == '´' || r == 'º' || r == 'ª' || r == '±' || r == '×':
		if isASCIILetter(prev) && isASCIILetter(next) && r != 0xad && r != 0xa0 {
			return -0.8
		}
		return 0.3
	}
	return -0.8
}

func isASCIILetter(r rune) bool { return 'a' <= r|0x20 && r|0x20 <= 'z' }
