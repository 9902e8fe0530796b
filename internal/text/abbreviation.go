package text

import (
	"strings"
	"sync"
)

// How a full stop after an abbreviation is read.
type abbreviation uint8

const (
	notAbbreviated abbreviation = iota
	neverEnds                   // a title or the like: the sentence goes on ("Dr. Kim")
	beforeNumber                // goes on when a number follows ("No. 5")
	mayEnd                      // ends the sentence when a word follows that begins sentences ("… Samsung Inc. The …")
)

// The abbreviations, in lower case and without their last full stop. Single letters and letters with full stops
// between them are known by their shape.
const (
	neverAny = `mr mrs ms mx dr drs prof rev hon gen lt col sgt capt cmdr adm maj sen rep gov pres st mt ft vs cf eg ie approx
		messrs mlle mme mgr msgr fr sr sra srta don dna d-r phd hr fru frk ing dipl mag univ ca ggf bzw resp inkl exkl sog
		usw evtl vgl dh zb ua uä u.a etc.a аkad акад проф гр им ул г-н г-жа тов св см напр`
	numberAny = `no nos nr núm num nº n° vol p pp pg ch chap fig figs art arts sec sect par para paras ver v eq ed op bd kap abs ziff
		str tel abb s č čl str. rozp ust poz поз рис табл стр ст п гл`
	maybeAny = `inc corp ltd co cos bros llc plc jr sr etc al jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thur thurs
		fri sat sun dept est govt assn ave blvd rd bldg min max avg gmbh ag kg hrsg mio mrd mill mld mln bn tn cía soc ltda
		hrs sek std pct km kg cm mm ph.d млн млрд трлн тыс руб коп долл гг вв др пр`
)

// Abbreviations of one language that are plain words in others.
var languageAbbreviations = map[string]struct{ never, maybe string }{
	"en": {never: "gen lieut supt insp det const spc pfc pvt cpl lcpl ssgt msgt cdr brig cllr assoc asst"},
	"de": {never: "bsp nat chr geb gest verh str allg bes betr bez dt ehem einschl engl entspr franz gem ggü hl jh jhd kath max min mind näml ost röm schwed sg städt staatl tgl tsd übl ungef urspr verf vorm wiss zz zzt zt dr med jur phil rer", maybe: "jan febr aug sept okt nov dez mo di mi do fr sa so"},
	"fr": {never: "av boul bd env ex mm m p pl", maybe: "janv févr avr juil sept oct nov déc"},
	"es": {never: "ud uds vd sra srta sres dña d excmo ee", maybe: "uu pág págs aprox depto"},
	"pt": {never: "exmo exma sra srs dra profa eng av", maybe: "pág págs"},
	"it": {never: "sig sigg sig.ra dott dott.ssa avv on ing geom rag arch cav egr gent", maybe: "pag pagg ecc"},
	"nl": {never: "dhr mevr mw ir drs mr bijv blz enz evt jl o.a ds", maybe: "enz"},
	"sv": {never: "bl.a t.ex dvs ca kl resp s.k", maybe: "m.m osv"},
	"da": {never: "bl.a f.eks ca kl dvs pga ifm", maybe: "m.m osv mio mia"},
	"nb": {never: "bl.a f.eks ca kl dvs pga", maybe: "m.m osv mill mrd"},
	"fi": {never: "esim ns mm n", maybe: "jne ym"},
	"pl": {never: "np tzw tj ul al pl im ks prof dr hab inż mgr św gen płk mjr por red m.in br ub pt", maybe: "r w ok godz zł tys mln mld itd itp"},
	"cs": {never: "např tzv tj ul nám dr ing mgr prof doc sv gen pplk mjr resp vč", maybe: "atd apod tis mil hod kč"},
	"sk": {never: "napr tzv tj ul nám sv resp", maybe: "atď tis mil hod"},
	"ru": {never: "г ул им т тов акад проф д е к н", maybe: "г гг в вв р руб"},
	"uk": {never: "вул ім акад проф див напр м", maybe: "р рр ст грн тис"},
	"tr": {never: "dr prof doç av sn alb gen sok cad mah no bkz örn yy", maybe: "vb vs"},
	"vi": {never: "ths ts pgs gs bs ks tp tt q"},
	"id": {never: "dr drs ir jl kh tn ny yth no", maybe: "dll dsb"},
	"el": {never: "κ κκ δρ καθ αγ π.χ βλ αρ", maybe: "κ.λπ κλπ κ.ά δισ εκατ χιλ"},
	"hu": {never: "dr ifj id özv pl ún kb ill", maybe: "stb"},
	"ro": {never: "dl dna dr prof ing str nr art", maybe: "etc ș.a"},
	"ar": {never: "د أ م"},
}

var abbreviations = sync.OnceValue(func() map[string]map[string]abbreviation {
	add := func(to map[string]abbreviation, words string, a abbreviation) {
		for _, w := range strings.Fields(words) {
			if _, ok := to[w]; !ok {
				to[w] = a
			}
		}
	}
	every := map[string]map[string]abbreviation{}
	for lang, l := range languageAbbreviations {
		set := map[string]abbreviation{}
		add(set, l.maybe, mayEnd)
		add(set, l.never, neverEnds)
		add(set, numberAny, beforeNumber)
		add(set, maybeAny, mayEnd)
		add(set, neverAny, neverEnds)
		every[lang] = set
	}
	other := map[string]abbreviation{}
	add(other, numberAny, beforeNumber)
	add(other, maybeAny, mayEnd)
	add(other, neverAny, neverEnds)
	every[""] = other
	return every
})

// abbreviationOf looks up a word that stands before a full stop.
func abbreviationOf(word, base string) abbreviation {
	lists := abbreviations()
	list := lists[base]
	if list == nil {
		list = lists[""]
	}
	if len(word) > 24 {
		return notAbbreviated
	}
	return list[strings.ToLower(word)]
}

// ordinalStop lists languages that write ordinal numbers with a full stop: "am 3. Oktober".
func ordinalStop(base string) bool {
	switch base {
	case "de", "da", "nb", "no", "nn", "fi", "cs", "sk", "pl", "hu", "tr", "sl", "hr", "sr", "bs", "et", "lv", "is", "lb":
		return true
	}
	return false
}
