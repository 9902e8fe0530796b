package summary

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"newsbrief/internal/text"
)

// date is what a text says of a day: a day of the week, or a month with or without its day.
type date struct {
	weekday int // 1 for Monday to 7 for Sunday, 0 for none
	month   int // 1 to 12, 0 for none
	day     int // of the month, 0 for none
	text    string
}

// calendar holds the days of the week and the months, the same place in every language.
var calendar = map[string][19]string{
	"en": {"monday mon", "tuesday tue tues", "wednesday wed", "thursday thu thurs", "friday fri", "saturday sat", "sunday sun",
		"january jan", "february feb", "march", "april apr", "may", "june jun", "july jul", "august aug", "september sep sept", "october oct", "november nov", "december dec"},
	"de": {"montag montags", "dienstag dienstags", "mittwoch mittwochs", "donnerstag donnerstags", "freitag freitags", "samstag samstags sonnabend", "sonntag sonntags",
		"januar jänner", "februar", "märz", "april", "mai", "juni", "juli", "august", "september", "oktober", "november", "dezember"},
	"fr": {"lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche",
		"janvier", "février", "mars", "avril d'avril", "mai", "juin", "juillet", "août d'août", "septembre", "octobre d'octobre", "novembre", "décembre"},
	"es": {"lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo",
		"enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre setiembre", "octubre", "noviembre", "diciembre"},
	"pt": {"segunda", "terça", "quarta", "quinta", "sexta", "sábado", "domingo",
		"janeiro", "fevereiro", "março", "abril", "maio", "junho", "julho", "agosto", "setembro", "outubro", "novembro", "dezembro"},
	"it": {"lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato", "domenica",
		"gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno", "luglio", "agosto", "settembre", "ottobre", "novembre", "dicembre"},
	"nl": {"maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag",
		"januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november", "december"},
	"ru": {"понедельник понедельника понедельнику", "вторник вторника вторнику", "среда среду среды среде", "четверг четверга четвергу", "пятница пятницу пятницы пятнице", "суббота субботу субботы субботе", "воскресенье воскресенья воскресенью",
		"январь января январе январю", "февраль февраля феврале февралю", "март марта марте марту", "апрель апреля апреле апрелю", "май мая мае маю", "июнь июня июне июню", "июль июля июле июлю", "август августа августе августу",
		"сентябрь сентября сентябре сентябрю", "октябрь октября октябре октябрю", "ноябрь ноября ноябре ноябрю", "декабрь декабря декабре декабрю"},
	"ko": {"월요일", "화요일", "수요일", "목요일", "금요일", "토요일", "일요일"},
	"ja": {"月曜", "火曜", "水曜", "木曜", "金曜", "土曜", "日曜"},
	"zh": {"星期一 周一 週一", "星期二 周二 週二", "星期三 周三 週三", "星期四 周四 週四", "星期五 周五 週五", "星期六 周六 週六", "星期日 星期天 周日 週日"},
}

const firstMonth = 7

var calendarWords = func() map[string]map[string]int {
	all := map[string]map[string]int{}
	for base, names := range calendar {
		all[base] = map[string]int{}
		for i, list := range names {
			for name := range strings.FieldsSeq(list) {
				all[base][name] = i
			}
		}
	}
	return all
}()

// numericDate is 12.05.2026, 12/05/2026 or 2026-05-12.
var numericDate = regexp.MustCompile(`\b(?:([0-9]{1,2})([./])([0-9]{1,2})[./](?:[0-9]{4}|[0-9]{2})|[0-9]{4}-([0-9]{2})-([0-9]{2}))\b`)

// dates finds the days and months of s.
func dates(s string, words []text.Word, numbers []figure, base string) []date {
	var found []date
	for _, m := range numericDate.FindAllStringSubmatch(s, -1) {
		day, _ := strconv.Atoi(m[1] + m[5])
		month, _ := strconv.Atoi(m[3] + m[4])
		if month > 12 && day <= 12 || base == "en" && m[2] == "/" && day <= 12 { // as Americans write it
			day, month = month, day
		}
		if month >= 1 && month <= 12 && day >= 1 && day <= 31 {
			found = append(found, date{month: month, day: day, text: m[0]})
		}
	}
	if base == "ko" || base == "ja" || base == "zh" {
		return append(found, easternDates(s, numbers, base)...)
	}
	names := calendarWords[base]
	for at, w := range words {
		i, ok := names[w.Text]
		if !ok {
			i, ok = names[strings.TrimSuffix(strings.TrimSuffix(w.Text, "'s"), "’s")]
		}
		if !ok || i >= firstMonth && base == "en" && (s[w.Start] < 'A' || s[w.Start] > 'Z') { // may, march
			continue
		}
		d := date{text: s[w.Start:w.End]}
		if i < firstMonth {
			if base == "pt" && i < 5 && !portugueseWeekday(words, at) {
				continue
			}
			d.weekday = i + 1
			found = append(found, d)
			continue
		}
		d.month = i - firstMonth + 1
		if d.day = dayNumber(words, at-1); d.day == 0 {
			d.day = dayNumber(words, at+1)
		}
		if d.day == 0 && at >= 2 && (words[at-1].Text == "de" || words[at-1].Text == "of") {
			d.day = dayNumber(words, at-2)
		}
		if d.day == 0 && base == "en" && (w.Text == "may" || w.Text == "march") && at == 0 {
			continue // the first word of a sentence has a capital whatever it means
		}
		if d.day > 0 {
			d.text = strconv.Itoa(d.day) + " " + d.text
		}
		found = append(found, d)
	}
	return found
}

// easternDates reads days of the week by their names, months and days by their units: 5월 12일, 7月4日. A day without a month stands for
// one of the article's own month (see deduce).
func easternDates(s string, numbers []figure, base string) []date {
	var found []date
	for name, i := range calendarWords[base] {
		if strings.Contains(s, name) {
			found = append(found, date{weekday: i + 1, text: name})
		}
	}
	slices.SortFunc(found, func(a, b date) int { return a.weekday - b.weekday })
	for k, f := range numbers {
		n, err := strconv.Atoi(f.value)
		if err != nil || n < 1 {
			continue
		}
		switch {
		case f.unit == "month" && n <= 12 && calendarMonth(s[f.start:f.end]):
			d := date{month: n, text: f.text}
			if k+1 < len(numbers) && numbers[k+1].unit == "day" && numbers[k+1].start-f.end <= 1 {
				if day, err := strconv.Atoi(numbers[k+1].value); err == nil && day >= 1 && day <= 31 {
					d.day, d.text = day, s[f.start:numbers[k+1].end]
				}
			}
			found = append(found, d)
		case f.unit == "day" && n <= 31 && !(k > 0 && numbers[k-1].unit == "month" && f.start-numbers[k-1].end <= 1):
			found = append(found, date{day: n, text: f.text})
		}
	}
	return found
}

// calendarMonth tells 5월 and 5月 from 5개월 and 5か月.
func calendarMonth(s string) bool {
	for _, count := range []string{"개월", "ヶ月", "か月", "カ月", "个月", "個月"} {
		if strings.HasSuffix(s, count) {
			return false
		}
	}
	return true
}

// portugueseWeekday tells "na sexta" and "sexta-feira" from the ordinal.
func portugueseWeekday(words []text.Word, at int) bool {
	if at+1 < len(words) && words[at+1].Text == "feira" {
		return true
	}
	return at > 0 && slices.Contains([]string{"na", "nesta", "desta", "última", "até", "à"}, words[at-1].Text)
}

// dayNumber is the number from 1 to 31 that a word is, 0 if it is none: "14", "14th", "1er".
func dayNumber(words []text.Word, i int) int {
	if i < 0 || i >= len(words) {
		return 0
	}
	w := words[i].Text
	letters := strings.TrimLeft(w, "0123456789")
	n, err := strconv.Atoi(w[:len(w)-len(letters)])
	if err != nil || n > 31 || len(letters) > 2 {
		return 0
	}
	return n
}

// relativeDays are the words that name a day by its distance from the day of the article.
var relativeDays = map[string]map[string]int{
	"en": {"today": 0, "tonight": 0, "yesterday": -1, "tomorrow": 1, "overnight": 0},
	"de": {"heute": 0, "gestern": -1, "morgen": 1, "vorgestern": -2},
	"fr": {"aujourd'hui": 0, "aujourd’hui": 0, "hier": -1, "demain": 1},
	"es": {"hoy": 0, "ayer": -1, "mañana": 1, "anoche": -1},
	"pt": {"hoje": 0, "ontem": -1, "amanhã": 1},
	"it": {"oggi": 0, "ieri": -1, "domani": 1},
	"nl": {"vandaag": 0, "gisteren": -1, "morgen": 1},
	"ru": {"сегодня": 0, "вчера": -1, "завтра": 1},
	"ko": {"오늘": 0, "어제": -1, "내일": 1, "이날": 0},
	"ja": {"今日": 0, "きょう": 0, "昨日": -1, "きのう": -1, "明日": 1, "あす": 1},
	"zh": {"今天": 0, "今日": 0, "昨天": -1, "昨日": -1, "明天": 1},
}

// relativeYears name a year by its distance from that of the article.
var relativeYears = map[string]map[string]int{
	"en": {"this year": 0, "last year": -1, "next year": 1, "a year earlier": -1, "year-on-year": -1},
	"de": {"dieses jahr": 0, "diesem jahr": 0, "heuer": 0, "vergangenen jahr": -1, "letztes jahr": -1, "vorjahr": -1, "nächstes jahr": 1, "nächsten jahr": 1, "kommenden jahr": 1},
	"fr": {"cette année": 0, "l'an dernier": -1, "l’an dernier": -1, "l'année dernière": -1, "l'an prochain": 1, "l’an prochain": 1, "l'année prochaine": 1},
	"es": {"este año": 0, "año pasado": -1, "próximo año": 1, "año que viene": 1},
	"pt": {"este ano": 0, "neste ano": 0, "ano passado": -1, "próximo ano": 1, "ano que vem": 1},
	"ru": {"этом году": 0, "прошлом году": -1, "прошлого года": -1, "следующем году": 1, "будущем году": 1},
	"ko": {"올해": 0, "지난해": -1, "작년": -1, "내년": 1},
	"ja": {"今年": 0, "昨年": -1, "去年": -1, "来年": 1, "来春": 1},
	"zh": {"今年": 0, "去年": -1, "明年": 1},
}

// deduce adds what follows from an article's dates and its day: the date of "today" and of the last and next Tuesday, the weekday of
// 12 May, the month of a bare 12일. The years that its words name come back too.
func deduce(folded string, words map[string]bool, stated []date, base string, on time.Time) (all []date, years []string) {
	all = stated
	if on.IsZero() {
		return all, nil
	}
	east := base == "ko" || base == "ja" || base == "zh"
	addDay := func(t time.Time) {
		weekday := (int(t.Weekday())+6)%7 + 1
		all = append(all, date{weekday: weekday}, date{month: int(t.Month()), day: t.Day()})
	}
	for word, distance := range relativeDays[base] {
		if words[word] || east && strings.Contains(folded, word) {
			addDay(on.AddDate(0, 0, distance))
		}
	}
	for _, d := range stated {
		switch {
		case d.weekday > 0:
			for distance := -6; distance <= 7; distance++ {
				if t := on.AddDate(0, 0, distance); (int(t.Weekday())+6)%7+1 == d.weekday {
					all = append(all, date{month: int(t.Month()), day: t.Day()})
				}
			}
		case d.month > 0 && d.day > 0:
			for year := on.Year() - 1; year <= on.Year()+1; year++ {
				if t := time.Date(year, time.Month(d.month), d.day, 0, 0, 0, 0, on.Location()); t.Sub(on).Abs() < 180*24*time.Hour {
					all = append(all, date{weekday: (int(t.Weekday())+6)%7 + 1})
				}
			}
		case d.day > 0: // the last or next such day
			for distance := -20; distance <= 20; distance++ {
				if t := on.AddDate(0, 0, distance); t.Day() == d.day {
					addDay(t)
				}
			}
		}
	}
	for phrase, distance := range relativeYears[base] {
		if strings.Contains(folded, phrase) {
			years = append(years, strconv.Itoa(on.Year()+distance))
		}
	}
	return all, years
}

// tells reports whether one of the dates says what d says.
func tells(have []date, d date) bool {
	return slices.ContainsFunc(have, func(h date) bool {
		if d.weekday > 0 {
			return h.weekday == d.weekday
		}
		return (d.month == 0 || h.month == d.month) && (d.day == 0 || h.day == d.day) && h.weekday == 0
	})
}
