package read

import (
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"

	"newsbrief/internal/text"
)

// firstDate returns the first of the strings that is a date, or the zero time.
func firstDate(lang string, dates ...string) time.Time {
	for _, s := range dates {
		if t, ok := parseDate(s, lang); ok {
			return t
		}
	}
	return time.Time{}
}

var layouts = []string{time.RFC3339, time.RFC1123Z, "Mon, 2 Jan 2006 15:04:05 -0700", "Mon, 02 Jan 2006 15:04:05 GMT", "2006-01-02T15:04:05-0700", "2006-01-02T15:04:05Z", "2006-01-02T15:04:05"}

// parseDate reads a date as feeds and pages write it: RFC 822 and 3339 and what is meant to be one of them, names of months
// in some thirty languages, Chinese, Japanese and Korean dates. What has no zone is taken for UTC, a day without a time is its
// first moment. lang decides whether 3/4/2026 is in March or in April.
func parseDate(s, lang string) (time.Time, bool) {
	s = strings.TrimSpace(s)
	if len(s) < 6 || len(s) > 120 {
		return time.Time{}, false
	}
	for _, l := range layouts {
		if t, err := time.Parse(l, s); err == nil {
			return plausible(t)
		}
	}
	s = strings.Join(strings.Fields(strings.Map(plainDigit, strings.ToLower(s))), " ")
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		switch len(s) {
		case 8: // 20260131, below
		case 10:
			return plausible(time.Unix(n, 0).UTC())
		case 13:
			return plausible(time.UnixMilli(n).UTC())
		default:
			return time.Time{}, false
		}
	}
	clock, zone, rest := cutClock(s)
	year, month, day, ok := calendarDay(rest, lang)
	if !ok {
		return time.Time{}, false
	}
	if month < 1 || month > 12 || day < 1 || day > daysIn(year, month) {
		return time.Time{}, false
	}
	return plausible(time.Date(year, time.Month(month), day, 0, 0, 0, 0, zone).Add(clock))
}

// plausible refuses what a broken clock or an empty field makes.
func plausible(t time.Time) (time.Time, bool) {
	if y := t.Year(); y < 1971 || y > 2200 {
		return time.Time{}, false
	}
	return t, true
}

func daysIn(year, month int) int {
	return time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

func plainDigit(r rune) rune {
	switch {
	case r < 0x80:
		return r
	case unicode.Is(unicode.Nd, r):
		// Decimal digits stand in runs of ten that begin at a multiple of ten from some zero; find it.
		d := r
		for unicode.Is(unicode.Nd, d-1) && r-d < 9 {
			d--
		}
		return '0' + (r - d)
	case r == '：':
		return ':'
	case r == '／':
		return '/'
	case r == '，', r == '、', r == 0xa0, r == 0x202f:
		return ' '
	}
	return r
}

var (
	clockTime = regexp.MustCompile(`(?:(오전|오후|上午|下午|午前|午後|晚上|凌晨|早上|中午)\s*)?\b(\d{1,2})(?::|시\s*|時\s*|时\s*|点\s*|h)(\d{1,2})(?:분|分)?(?::(\d{1,2})(?:[.,]\d+)?|\s*(\d{1,2})(?:초|秒))?\s*(?:uhr\b|heures\b)?\s*((?:a\.m\.|p\.m\.|am\b|pm\b|πμ\b|μμ\b))?`)
	isoClock  = regexp.MustCompile(`^(\d{4}-?\d\d-?\d\d)t(\d\d)(\d\d)(\d\d)?`)
	zoneShift = regexp.MustCompile(`^\s*(?:gmt|utc)?\s*([+\-−])-?(\d{1,2}):?(\d{2})?(?::\d\d)?`)
	zoneName  = regexp.MustCompile(`^\s*\(?([a-z]{1,5})\b\)?`)
)

// cutClock takes the time of day and the zone out of s.
func cutClock(s string) (clock time.Duration, zone *time.Location, rest string) {
	if m := isoClock.FindStringSubmatch(s); m != nil {
		s = m[1] + "t" + m[2] + ":" + m[3] + ":" + or(m[4], "00") + s[len(m[0]):]
	}
	s = isoT.ReplaceAllString(s, "$1 ")
	at := clockTime.FindStringSubmatchIndex(s)
	if at == nil {
		return 0, time.UTC, s
	}
	group := func(n int) string {
		if at[2*n] < 0 {
			return ""
		}
		return s[at[2*n]:at[2*n+1]]
	}
	h, _ := strconv.Atoi(group(2)) // digits, by the pattern
	m, _ := strconv.Atoi(group(3))
	sec, _ := strconv.Atoi(or(group(4)+group(5), "0"))
	switch half := group(1) + group(6); {
	case strings.HasPrefix(half, "p") || half == "오후" || half == "下午" || half == "午後" || half == "μμ" || half == "晚上":
		if h < 12 {
			h += 12
		}
	case half != "" && h == 12 && half != "中午":
		h = 0
	}
	if h > 24 || m > 59 || sec > 61 {
		return 0, time.UTC, s
	}
	before, after := s[:at[0]], s[at[1]:]
	zone, after = cutZone(after)
	return time.Duration(h)*time.Hour + time.Duration(m)*time.Minute + time.Duration(sec)*time.Second, zone, before + " " + after
}

var isoT = regexp.MustCompile(`^(\d{4}-?\d{1,2}-?\d{1,2}):?t:?`)

func or(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

// cutZone takes the zone from the beginning of s.
func cutZone(s string) (*time.Location, string) {
	if m := zoneShift.FindStringSubmatch(s); m != nil {
		h, _ := strconv.Atoi(m[2])
		min, _ := strconv.Atoi(or(m[3], "0"))
		if h <= 14 && min < 60 {
			shift := h*3600 + min*60
			if m[1] != "+" {
				shift = -shift
			}
			return time.FixedZone("", shift), s[len(m[0]):]
		}
	}
	if m := zoneName.FindStringSubmatch(s); m != nil {
		if hours, ok := zones[m[1]]; ok {
			return time.FixedZone("", int(hours*3600)), s[len(m[0]):]
		}
	}
	return time.UTC, s
}

// zones are the abbreviations seen in feeds. Where several zones share one, the one news is written in most counts.
var zones = map[string]float64{
	"z": 0, "ut": 0, "utc": 0, "gmt": 0, "wet": 0, "west": 1, "bst": 1, "ist": 5.5, "cet": 1, "cest": 2, "mez": 1, "mesz": 2, "met": 1, "mest": 2,
	"eet": 2, "eest": 3, "msk": 3, "msd": 4, "trt": 3, "sast": 2, "pkt": 5, "ict": 7, "wib": 7, "hkt": 8, "sgt": 8, "myt": 8, "pht": 8, "awst": 8,
	"jst": 9, "kst": 9, "aest": 10, "aedt": 11, "acst": 9.5, "acdt": 10.5, "nzst": 12, "nzdt": 13, "brt": -3, "art": -3, "clt": -4, "ast": -4, "adt": -3,
	"nst": -3.5, "ndt": -2.5, "est": -5, "edt": -4, "et": -5, "cst": -6, "cdt": -5, "ct": -6, "mst": -7, "mdt": -6, "mt": -7, "pst": -8, "pdt": -7, "pt": -8,
	"akst": -9, "akdt": -8, "hst": -10,
}

var (
	yearFirst = regexp.MustCompile(`(?:^|\D)(\d{4})(?:\s*[-/.年년]\s*(\d{1,2})\s*[-/.月월]\s*(\d{1,2})|(\d\d)(\d\d))(?:\D|$)`)
	ordinal   = regexp.MustCompile(`^(\d{4})-(\d{3})$`)
	yearMonth = regexp.MustCompile(`^(\d{4})(?:[-/](\d{1,2}))?$`)
	dayFirst  = regexp.MustCompile(`(?:^|\D)(\d{1,2})\s*([-/.])\s*(\d{1,2})\s*[-/.]\s*(\d{4}|\d{2})(?:\D|$)`)
	dateWord  = regexp.MustCompile(`\d+|[\p{L}\p{M}']+`)
)

// calendarDay reads the day out of a string that holds no time any more.
func calendarDay(s, lang string) (year, month, day int, ok bool) {
	num := func(s string) int { n, _ := strconv.Atoi(s); return n } // digits, by the patterns
	if m := yearFirst.FindStringSubmatch(s); m != nil {
		if m[2] != "" {
			return num(m[1]), num(m[2]), num(m[3]), true
		}
		if y := num(m[1]); y > 1970 && y < 2100 {
			return y, num(m[4]), num(m[5]), true
		}
	}
	s = strings.TrimSpace(s)
	if m := ordinal.FindStringSubmatch(s); m != nil && num(m[2]) >= 1 && num(m[2]) <= 366 {
		t := time.Date(num(m[1]), 1, num(m[2]), 0, 0, 0, 0, time.UTC)
		return t.Year(), int(t.Month()), t.Day(), true
	}
	if m := yearMonth.FindStringSubmatch(s); m != nil {
		return num(m[1]), num(or(m[2], "1")), 1, true
	}
	if m := dayFirst.FindStringSubmatch(s); m != nil {
		a, b, y := num(m[1]), num(m[3]), fullYear(m[4])
		if b > 12 || a <= 12 && m[2] == "/" && monthFirst(lang) {
			a, b = b, a
		}
		return y, b, a, true
	}
	words := dateWord.FindAllString(s, 24)
	for i, w := range words {
		if m := monthNames[strings.Trim(w, "'")]; m > 0 {
			month = m // the last one: "mar. 3 nov." is a Tuesday
			day, year = 0, 0
			for _, j := range []int{i - 1, i + 1, i - 2, i + 2, i + 3, i - 3, i + 4} {
				if j < 0 || j >= len(words) || words[j][0] < '0' || words[j][0] > '9' {
					continue
				}
				n := num(words[j])
				switch {
				case len(words[j]) == 4 && year == 0:
					year = n
				case len(words[j]) <= 2 && day == 0 && n >= 1 && n <= 31:
					day = n
				case len(words[j]) == 2 && year == 0:
					year = fullYear(words[j])
				}
			}
		}
	}
	return year, month, day, month > 0 && day > 0 && year > 0
}

func fullYear(s string) int {
	n, _ := strconv.Atoi(s)
	switch {
	case len(s) > 2:
		return n
	case n < 70:
		return 2000 + n
	}
	return 1900 + n
}

// monthFirst reports whether people of that language write the month before the day: American English.
func monthFirst(lang string) bool {
	l := strings.ToLower(lang)
	return text.Base(l) == "en" && (l == "en" || strings.HasSuffix(l, "-us") || strings.HasSuffix(l, "-ph"))
}

// monthNames are names of months in full and short, lower case, in the forms that stand in dates.
var monthNames = func() map[string]int {
	m := map[string]int{}
	for i, names := range []string{
		"january jan januar jänner jän janvier janv enero ene janeiro gennaio gen januari tammikuuta tammikuu stycznia sty styczeń ledna led leden января янв январь січня січ ocak oca ιανουαρίου ιαν január januára januára jan ianuarie ian sausio janvāris jaanuar tháng1 يناير كانون جانفي जनवरी ינואר siječnja siječanj януари яну",
		"february feb februar février févr fév febrero fevereiro fev febbraio februari helmikuuta helmikuu lutego lut luty února únor úno февраля фев февр февраль лютого лют şubat şub φεβρουαρίου φεβ február februára februarie vasario februāris veebruar فبراير فيفري फ़रवरी פברואר veljače veljača февруари",
		"march mar märz mär mrz mars marzo março maart mrt maaliskuuta maaliskuu marca mar marzec března březen bře марта мар март березня бер mart μαρτίου μαρ március márc martie kovo marts märts مارس मार्च מרץ ožujka ožujak",
		"april apr avril avr abril abr aprile huhtikuuta huhtikuu kwietnia kwi kwiecień dubna dub duben апреля апр апрель квітня кві nisan nis απριλίου απρ április ápr aprilie balandžio aprīlis aprill أبريل ابريل أفريل अप्रैल אפריל travnja travanj април",
		"may mai mayo maio mag maggio mei toukokuuta toukokuu maja maj května kvě květen мая май травня тра mayıs μαΐου μαϊ μάιος május máj mája gegužės maijs مايو ماي मई מאי svibnja svibanj",
		"june jun juni juin junio junho giugno giu kesäkuuta kesäkuu czerwca cze czerwiec června čvn červen июня июн июнь червня чер haziran haz ιουνίου ιουν június jún júna iunie iun birželio jūnijs juuni يونيو جوان जून יוני lipnja lipanj юни",
		"july jul juli juillet juil julio julho luglio lug heinäkuuta heinäkuu lipca lip lipiec července čvc červenec июля июл июль липня лип temmuz tem ιουλίου ιουλ július júl júla iulie iul liepos jūlijs juuli يوليو جويلية जुलाई יולי srpnja srpanj юли",
		"august aug août aoû agosto ago augustus elokuuta elokuu sierpnia sie sierpień srpna srp srpen августа авг август серпня сер ağustos ağu αυγούστου αυγ augusztus augusta rugpjūčio augusts أغسطس اغسطس أوت अगस्त אוגוסט kolovoza kolovoz",
		"september sep sept septembre septiembre setiembre setembro set settembre syyskuuta syyskuu września wrz wrzesień září zář сентября сен сент сентябрь вересня вер eylül eyl σεπτεμβρίου σεπ σεπτ szeptember szept septembra septembrie rugsėjo septembris سبتمبر सितंबर ספטמבר rujna rujan септември",
		"october oct oktober okt octobre octubre outubro out ottobre ott lokakuuta lokakuu października paź październik října říj říjen октября окт октябрь жовтня жов ekim eki οκτωβρίου οκτ október októbra octombrie spalio oktobris oktoober أكتوبر اكتوبر अक्टूबर אוקטובר listopada october октомври",
		"november nov novembre noviembre novembro marraskuuta marraskuu listopad lis listopadu ноября ноя нояб ноябрь листопада лис kasım kas νοεμβρίου νοε novembra noiembrie noi lapkričio novembris نوفمبر नवंबर נובמבר studenog studenoga studeni ноември",
		"december dec dezember dez décembre déc diciembre dic dezembro dicembre joulukuuta joulukuu grudnia gru grudzień prosince pro prosinec декабря дек декабрь грудня гру aralık ara δεκεμβρίου δεκ decembra decembrie gruodžio decembris detsember ديسمبر दिसंबर דצמבר prosinca prosinac декември",
	} {
		for _, n := range strings.Fields(names) {
			if m[n] == 0 {
				m[n] = i + 1
			}
		}
	}
	return m
}()
