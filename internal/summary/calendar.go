package summary

import (
	"strings"

	"newsbrief/internal/text"
)

// calendar holds the days of the week and the months; the same line in every language, so that they can be compared.
var calendar = map[string][19]string{
	"en": {"monday mon", "tuesday tue", "wednesday wed", "thursday thu", "friday fri", "saturday sat", "sunday sun",
		"january jan", "february feb", "march", "april apr", "may", "june jun", "july jul", "august aug", "september sep sept", "october oct", "november nov", "december dec"},
	"de": {"montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag sonnabend", "sonntag",
		"januar jänner", "februar", "märz", "april", "mai", "juni", "juli", "august", "september", "oktober", "november", "dezember"},
	"fr": {"lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche",
		"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"},
	"es": {"lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo",
		"enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"},
	"pt": {"segunda-feira", "terça-feira", "quarta-feira", "quinta-feira", "sexta-feira", "sábado", "domingo",
		"janeiro", "fevereiro", "março", "abril", "maio", "junho", "julho", "agosto", "setembro", "outubro", "novembro", "dezembro"},
	"it": {"lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato", "domenica",
		"gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno", "luglio", "agosto", "settembre", "ottobre", "novembre", "dicembre"},
	"nl": {"maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag",
		"januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november", "december"},
	"ru": {"понедельник понедельника", "вторник вторника", "среда среду среды", "четверг четверга", "пятница пятницу пятницы", "суббота субботу субботы", "воскресенье воскресенья",
		"январь января январе", "февраль февраля феврале", "март марта марте", "апрель апреля апреле", "май мая мае", "июнь июня июне", "июль июля июле", "август августа августе",
		"сентябрь сентября сентябре", "октябрь октября октябре", "ноябрь ноября ноябре", "декабрь декабря декабре"},
	"ko": {"월요일", "화요일", "수요일", "목요일", "금요일", "토요일", "일요일"},
	"ja": {"月曜", "火曜", "水曜", "木曜", "金曜", "土曜", "日曜"},
	"zh": {"星期一 周一 週一", "星期二 周二 週二", "星期三 周三 週三", "星期四 周四 週四", "星期五 周五 週五", "星期六 周六 週六", "星期日 星期天 周日 週日"},
}

var calendarNames = [19]string{"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
	"january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"}

const firstMonth = 7

// dates finds the days of the week and the months of s. Chinese, Japanese and Korean months are numbers, and checked as those.
func dates(s string, words []text.Word, lang string) []date {
	base := text.Base(lang)
	names, ok := calendar[base]
	if !ok {
		return nil
	}
	var found []date
	if base == "ko" || base == "ja" || base == "zh" {
		for i, list := range names[:firstMonth] {
			for name := range strings.FieldsSeq(list) {
				if strings.Contains(s, name) {
					found = append(found, date{word: calendarNames[i], text: name})
				}
			}
		}
		return found
	}
	for at, w := range words {
		i := dayOrMonth(names, w.Text)
		if i < 0 || i >= firstMonth && base == "en" && (s[w.Start] < 'A' || s[w.Start] > 'Z') { // may, march
			continue
		}
		d := date{word: calendarNames[i], text: s[w.Start:w.End]}
		if i >= firstMonth {
			if d.day = dayNumber(words, at-1); d.day == "" {
				d.day = dayNumber(words, at+1)
			}
			if d.day == "" && at >= 2 && (words[at-1].Text == "de" || words[at-1].Text == "of") {
				d.day = dayNumber(words, at-2)
			}
			if d.day == "" && base == "en" && (d.word == "may" || d.word == "march") && at == 0 {
				continue // the first word of a sentence has a capital whatever it means
			}
			if d.day != "" {
				d.text = d.day + " " + d.text
			}
		}
		found = append(found, d)
	}
	return found
}

func dayOrMonth(names [19]string, word string) int {
	for i, list := range names {
		for name := range strings.FieldsSeq(list) {
			if name == word {
				return i
			}
		}
	}
	return -1
}

// dayNumber is the number from 1 to 31 that a word is, "" if it is none: "14", "14th", "1er".
func dayNumber(words []text.Word, i int) string {
	if i < 0 || i >= len(words) {
		return ""
	}
	w := words[i].Text
	digits := strings.TrimLeft(w, "0123456789")
	n := w[:len(w)-len(digits)]
	if n == "" || len(n) > 2 || len(digits) > 2 {
		return ""
	}
	return strings.TrimLeft(n, "0")
}
