package text

import (
	"strings"
	"sync"
)

// numberWords are the number words of a language: word, value, word, value … Values from a thousand up multiply what
// stands before them, and so does a hundred.
var numberWords = map[string]string{
	"en": `one 1 two 2 three 3 four 4 five 5 six 6 seven 7 eight 8 nine 9 ten 10 eleven 11 twelve 12 thirteen 13 fourteen 14 fifteen 15 sixteen 16
		seventeen 17 eighteen 18 nineteen 19 twenty 20 thirty 30 forty 40 fifty 50 sixty 60 seventy 70 eighty 80 ninety 90 hundred 100 thousand 1000
		million 1000000 billion 1000000000 trillion 1000000000000 dozen 12`,
	"de": `zwei 2 drei 3 vier 4 fünf 5 sechs 6 sieben 7 acht 8 neun 9 zehn 10 elf 11 zwölf 12 dreizehn 13 vierzehn 14 fünfzehn 15 sechzehn 16 siebzehn 17
		achtzehn 18 neunzehn 19 zwanzig 20 dreissig 30 vierzig 40 fünfzig 50 sechzig 60 siebzig 70 achtzig 80 neunzig 90 hundert 100 tausend 1000`,
	"fr": `deux 2 trois 3 quatre 4 cinq 5 six 6 sept 7 huit 8 neuf 9 dix 10 onze 11 douze 12 treize 13 quatorze 14 quinze 15 seize 16 vingt 20 trente 30
		quarante 40 cinquante 50 soixante 60 cent 100 cents 100 mille 1000`,
	"es": `dos 2 tres 3 cuatro 4 cinco 5 seis 6 siete 7 ocho 8 nueve 9 diez 10 once 11 doce 12 trece 13 catorce 14 quince 15 dieciséis 16 diecisiete 17
		dieciocho 18 diecinueve 19 veinte 20 treinta 30 cuarenta 40 cincuenta 50 sesenta 60 setenta 70 ochenta 80 noventa 90 cien 100 ciento 100 mil 1000`,
	"pt": `dois 2 duas 2 três 3 quatro 4 cinco 5 seis 6 sete 7 oito 8 nove 9 dez 10 onze 11 doze 12 treze 13 catorze 14 quinze 15 dezesseis 16 dezassete 17
		dezessete 17 dezoito 18 dezenove 19 vinte 20 trinta 30 quarenta 40 cinquenta 50 sessenta 60 setenta 70 oitenta 80 noventa 90 cem 100 cento 100 mil 1000`,
	"it": `due 2 tre 3 quattro 4 cinque 5 sei 6 sette 7 otto 8 nove 9 dieci 10 undici 11 dodici 12 tredici 13 quattordici 14 quindici 15 sedici 16
		diciassette 17 diciotto 18 diciannove 19 venti 20 trenta 30 quaranta 40 cinquanta 50 sessanta 60 settanta 70 ottanta 80 novanta 90 cento 100 mille 1000 mila 1000`,
	"nl": `twee 2 drie 3 vier 4 vijf 5 zes 6 zeven 7 acht 8 negen 9 tien 10 elf 11 twaalf 12 dertien 13 veertien 14 vijftien 15 zestien 16 zeventien 17
		achttien 18 negentien 19 twintig 20 dertig 30 veertig 40 vijftig 50 zestig 60 zeventig 70 tachtig 80 negentig 90 honderd 100 duizend 1000`,
	"ru": `два 2 две 2 двух 2 двумя 2 три 3 трёх 3 трех 3 четыре 4 четырёх 4 четырех 4 пять 5 пяти 5 шесть 6 шести 6 семь 7 семи 7 восемь 8 восьми 8 девять 9
		девяти 9 десять 10 десяти 10 одиннадцать 11 двенадцать 12 двенадцати 12 пятнадцать 15 двадцать 20 тридцать 30 сорок 40 пятьдесят 50 шестьдесят 60
		семьдесят 70 восемьдесят 80 девяносто 90 сто 100 тысяча 1000 тысячи 1000 тысяч 1000`,
	"uk": `два 2 дві 2 двох 2 три 3 трьох 3 чотири 4 пять 5 п'ять 5 шість 6 сім 7 вісім 8 дев'ять 9 десять 10 дванадцять 12 двадцять 20 тридцять 30 сто 100 тисяч 1000 тисячі 1000`,
	"pl": `dwa 2 dwie 2 dwóch 2 trzy 3 trzech 3 cztery 4 pięć 5 pięciu 5 sześć 6 siedem 7 osiem 8 dziewięć 9 dziesięć 10 jedenaście 11 dwanaście 12 piętnaście 15
		dwadzieścia 20 trzydzieści 30 czterdzieści 40 pięćdziesiąt 50 sto 100 tysiąc 1000 tysiące 1000 tysięcy 1000`,
	"sv": `två 2 tre 3 fyra 4 fem 5 sex 6 sju 7 åtta 8 nio 9 tio 10 elva 11 tolv 12 femton 15 tjugo 20 trettio 30 fyrtio 40 femtio 50 hundra 100 tusen 1000`,
	"da": `to 2 tre 3 fire 4 fem 5 seks 6 syv 7 otte 8 ni 9 ti 10 elleve 11 tolv 12 tyve 20 tredive 30 fyrre 40 hundrede 100 tusind 1000`,
	"nb": `to 2 tre 3 fire 4 fem 5 seks 6 sju 7 åtte 8 ni 9 ti 10 elleve 11 tolv 12 tjue 20 tretti 30 førti 40 femti 50 hundre 100 tusen 1000`,
	"cs": `dva 2 dvě 2 tři 3 čtyři 4 pět 5 šest 6 sedm 7 osm 8 devět 9 deset 10 jedenáct 11 dvanáct 12 dvacet 20 třicet 30 čtyřicet 40 padesát 50 sto 100 tisíc 1000`,
	"tr": `iki 2 üç 3 dört 4 beş 5 altı 6 yedi 7 sekiz 8 dokuz 9 on 10 yirmi 20 otuz 30 kırk 40 elli 50 altmış 60 yetmiş 70 seksen 80 doksan 90 yüz 100 bin 1000`,
	"id": `dua 2 tiga 3 empat 4 lima 5 enam 6 tujuh 7 delapan 8 sembilan 9 sepuluh 10 sebelas 11 ribu 1000`,
	"vi": `hai 2 ba 3 bốn 4 sáu 6 bảy 7 tám 8 chín 9 mười 10 trăm 100 nghìn 1000 ngàn 1000`,
}

// multipliers stand behind a number; of a word that differs between languages, the languages follow it.
var multipliers = map[string][]struct {
	exp   int
	langs string
}{
	"thousand": {{3, ""}}, "million": {{6, ""}}, "millions": {{6, ""}}, "billions": {{12, " fr "}, {9, ""}}, "billion": {{12, " fr de da nb sv nl "}, {9, ""}}, "trillion": {{12, ""}}, "trillions": {{12, ""}}, "bn": {{9, ""}}, "mn": {{6, ""}}, "tn": {{12, ""}}, "hundred": {{2, ""}}, "dozen": {{0, ""}},
	"tausend": {{3, ""}}, "millionen": {{6, ""}}, "mio": {{6, ""}}, "milliarde": {{9, ""}}, "milliarden": {{9, ""}}, "mrd": {{9, ""}}, "billionen": {{12, ""}},
	"mille": {{3, " fr "}}, "milliard": {{9, ""}}, "milliards": {{9, ""}}, "md": {{9, " fr "}}, "mds": {{9, " fr "}},
	"mil": {{3, " es pt ca gl "}, {6, " sk cs "}}, "millón": {{6, ""}}, "millones": {{6, ""}}, "billón": {{12, ""}}, "billones": {{12, ""}},
	"milhão": {{6, ""}}, "milhões": {{6, ""}}, "bilhão": {{9, ""}}, "bilhões": {{9, ""}}, "trilhão": {{12, ""}}, "trilhões": {{12, ""}}, "milhares": {{3, ""}},
	"mila": {{3, " it "}}, "milione": {{6, ""}}, "milioni": {{6, ""}}, "miliardo": {{9, ""}}, "miliardi": {{9, ""}},
	"duizend": {{3, ""}}, "miljoen": {{6, ""}}, "miljard": {{9, ""}}, "biljoen": {{12, ""}},
	"тыс": {{3, ""}}, "тысяча": {{3, ""}}, "тысячи": {{3, ""}}, "тысяч": {{3, ""}}, "млн": {{6, ""}}, "миллион": {{6, ""}}, "миллиона": {{6, ""}}, "миллионов": {{6, ""}}, "млрд": {{9, ""}}, "миллиард": {{9, ""}}, "миллиарда": {{9, ""}}, "миллиардов": {{9, ""}}, "трлн": {{12, ""}}, "триллион": {{12, ""}}, "триллиона": {{12, ""}}, "триллионов": {{12, ""}},
	"тис": {{3, ""}}, "тисяч": {{3, ""}}, "тисячі": {{3, ""}}, "мільйон": {{6, ""}}, "мільйона": {{6, ""}}, "мільйони": {{6, ""}}, "мільйонів": {{6, ""}}, "мільярд": {{9, ""}}, "мільярда": {{9, ""}}, "мільярдів": {{9, ""}},
	"tys": {{3, ""}}, "tysiąc": {{3, ""}}, "tysiące": {{3, ""}}, "tysięcy": {{3, ""}}, "mln": {{6, ""}}, "milion": {{6, ""}}, "miliony": {{6, ""}}, "milionów": {{6, ""}}, "mld": {{9, ""}}, "miliard": {{9, ""}}, "miliardy": {{9, ""}}, "miliardów": {{9, ""}},
	"tisíc": {{3, ""}}, "tis": {{3, " cs sk "}}, "miliónů": {{6, ""}}, "milionů": {{6, ""}}, "milionu": {{6, ""}}, "miliardu": {{9, ""}}, "miliarda": {{9, ""}}, "miliard korun": {{9, ""}}, "miliardă": {{9, ""}}, "milioane": {{6, ""}}, "miliarde": {{9, ""}}, "mii": {{3, " ro "}},
	"tusen": {{3, ""}}, "tusind": {{3, ""}}, "miljon": {{6, ""}}, "miljoner": {{6, ""}}, "miljarder": {{9, ""}}, "millioner": {{6, ""}}, "milliarder": {{9, ""}}, "mia": {{9, " da "}}, "mill": {{6, " nb no nn "}}, "tuhatta": {{3, ""}}, "miljoonaa": {{6, ""}}, "miljardia": {{9, ""}},
	"bin": {{3, " tr az "}}, "milyon": {{6, ""}}, "milyar": {{9, ""}}, "trilyon": {{12, ""}},
	"nghìn": {{3, ""}}, "ngàn": {{3, ""}}, "triệu": {{6, ""}}, "tỷ": {{9, ""}}, "tỉ": {{9, ""}},
	"ribu": {{3, ""}}, "juta": {{6, ""}}, "miliar": {{9, ""}}, "triliun": {{12, ""}},
	"ألف": {{3, ""}}, "الف": {{3, ""}}, "آلاف": {{3, ""}}, "مليون": {{6, ""}}, "ملايين": {{6, ""}}, "مليار": {{9, ""}}, "مليارات": {{9, ""}}, "تريليون": {{12, ""}},
	"هزار": {{3, ""}}, "میلیون": {{6, ""}}, "میلیارد": {{9, ""}}, "تریلیون": {{12, ""}},
	"אלף": {{3, ""}}, "אלפים": {{3, ""}}, "מיליון": {{6, ""}}, "מיליארד": {{9, ""}},
	"हजार": {{3, ""}}, "हज़ार": {{3, ""}}, "लाख": {{5, ""}}, "करोड़": {{7, ""}}, "करोड": {{7, ""}}, "अरब": {{9, ""}}, "lakh": {{5, ""}}, "crore": {{7, ""}},
	"χιλιάδες": {{3, ""}}, "εκατομμύρια": {{6, ""}}, "εκατ": {{6, ""}}, "δισεκατομμύρια": {{9, ""}}, "δισ": {{9, ""}},
	"พัน": {{3, ""}}, "หมื่น": {{4, ""}}, "แสน": {{5, ""}}, "ล้าน": {{6, ""}},
}

// multiplier returns the power of ten that a folded word behind a number stands for, or 0.
func multiplier(word, base string) int {
	for _, m := range multipliers[word] {
		if m.langs == "" || strings.Contains(m.langs, " "+base+" ") {
			return m.exp
		}
	}
	if scriptHead(word) == Thai {
		for _, w := range []string{"ล้าน", "แสน", "หมื่น", "พัน"} {
			if strings.HasPrefix(word, w) {
				return multipliers[w][0].exp
			}
		}
	}
	return 0
}

func scriptHead(s string) Script {
	if s == "" {
		return None
	}
	r, _ := decode(s, 0)
	return scriptOf(r)
}

var numberWordTables = sync.OnceValue(func() map[string]map[string]int64 {
	tables := map[string]map[string]int64{}
	for lang, list := range numberWords {
		table := map[string]int64{}
		fields := strings.Fields(list)
		for i := 0; i+1 < len(fields); i += 2 {
			var v int64
			for _, c := range fields[i+1] {
				v = v*10 + int64(c-'0')
			}
			table[Fold(fields[i])] = v
		}
		tables[lang] = table
	}
	tables["no"], tables["nn"] = tables["nb"], tables["nb"]
	return tables
})

func numberWordsOf(base string) map[string]int64 {
	tables := numberWordTables()
	if base == "" {
		base = "en"
	}
	return tables[base]
}

// worded reads the number words at i and returns where they end, or i if there are none.
func (p *numberParser) worded(i int) int {
	s := p.text
	var total, cur int64
	end, at, words := i, i, 0
	for at < len(s) && words < 12 {
		w := endOfLetters(s, at)
		if w == at || w-at > 40 {
			break
		}
		word := Fold(s[at:w])
		if words > 0 && (word == "and" || word == "y" || word == "e" || word == "et") {
			next := skipOne(s, w)
			n := endOfLetters(s, next)
			v, ok := p.wordValue(Fold(s[next:n]))
			if !ok || v >= 100 || cur%100 != 0 && word == "and" || cur == 0 && total == 0 || word == "and" && cur < 100 && total == 0 {
				break
			}
			at, w, word = next, n, Fold(s[next:n])
		}
		v, ok := p.wordValue(word)
		if !ok {
			if e := multiplier(word, p.base); words > 0 && e >= 3 && e <= 12 {
				v, ok = pow10(e), true
			}
		}
		if !ok {
			break
		}
		switch {
		case v >= 1000 || v == 12 && word == "dozen" && cur > 0:
			if _, plain := p.words[word]; words == 0 && plain {
				return i // "thousands", "a million": no number
			}
			total += max(cur, 1) * v
			cur = 0
		case v == 100:
			if cur >= 100 {
				return p.keepWords(i, end, total+cur)
			}
			cur = max(cur, 1) * 100
		case p.base == "fr" && v == 20 && cur%100 == 4:
			cur += 76
		case cur%10 != 0 && words > 0 || cur%100 != 0 && v >= 10 && !(p.base == "fr" && v < 20 && cur%100 >= 60):
			return p.keepWords(i, end, total+cur)
		default:
			cur += v
		}
		if total < 0 || total > pow10(16) {
			return i
		}
		words++
		end = w
		at = skipOne(s, w)
		if at == w {
			break
		}
	}
	return p.keepWords(i, end, total+cur)
}

// keepWords records the number words s[i:end], unless they say one or nothing.
func (p *numberParser) keepWords(i, end int, value int64) int {
	if end == i || value < 2 {
		return i
	}
	p.add(formatInt(value), i, end, false)
	return p.out[len(p.out)-1].End
}

// wordValue looks a folded word up, also as a German or Dutch compound ("zweiundzwanzig", "dreihundert").
func (p *numberParser) wordValue(word string) (int64, bool) {
	if v, ok := p.words[word]; ok {
		return v, true
	}
	var and string
	switch p.base {
	case "de":
		and = "und"
	case "nl":
		and = "en"
		word = strings.NewReplacer("ë", "e").Replace(word)
	default:
		return 0, false
	}
	if v, ok := p.words[word]; ok {
		return v, true
	}
	for _, h := range []struct {
		word  string
		value int64
	}{{"tausend", 1000}, {"duizend", 1000}, {"hundert", 100}, {"honderd", 100}} {
		if head, tail, ok := strings.Cut(word, h.word); ok {
			a, okA := p.wordValue(head)
			if head == "" || head == "ein" || head == "een" {
				a, okA = 1, true
			}
			b, okB := p.wordValue(strings.TrimPrefix(tail, and))
			if tail == "" {
				b, okB = 0, true
			}
			if okA && okB && a < h.value {
				return a*h.value + b, true
			}
			return 0, false
		}
	}
	if head, tail, ok := strings.Cut(word, and); ok && head != "" {
		ones, okO := p.words[head]
		if head == "ein" || head == "een" {
			ones, okO = 1, true
		}
		tens, okT := p.words[tail]
		if okO && okT && ones < 10 && tens >= 20 && tens < 100 {
			return ones + tens, true
		}
	}
	return 0, false
}

// skipOne skips one space or hyphen.
func skipOne(s string, i int) int {
	if i < len(s) {
		if r, n := decode(s, i); r == ' ' || r == '-' || r == '\u00A0' || r == '‑' {
			return i + n
		}
	}
	return i
}
