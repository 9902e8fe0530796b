package text

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// koreanTitles begin the word behind a Korean name.
var koreanTitles = []string{"대통령", "총리", "국무총리", "부총리", "장관", "차관", "의원", "대표", "회장", "부회장", "사장", "위원장", "시장", "지사", "감독", "선수", "교수",
	"기자", "원장", "총장", "의장", "대사", "후보", "검사", "판사", "변호사", "대변인", "본부장", "청장", "이사장", "이사", "배우", "가수", "작가", "박사", "총재", "비서실장", "주석", "국가주석", "전 대통령", "씨", "연구원", "센터장", "국장", "실장", "부장", "팀장", "상무", "전무"}

const (
	koreanFamilies  = "김이박최정강조윤장임한오서신권황안송류유홍전고문손양배백허남심노하곽성차주우구나민진지엄채원천방공현함변염여추도소석선설마길연위표명기반왕금옥육인맹제모탁국어은편용예경봉사부가복태목형계피두감음빈동온호범좌팽승간상시갈단견당화창시진핑"
	chineseFamilies = "王李张張刘劉陈陳杨楊赵趙黄黃周吴吳徐孙孫胡朱高林何郭马馬罗羅梁宋郑鄭谢謝韩韓唐冯馮于董萧蕭程曹袁邓鄧许許傅沈曾彭吕呂苏蘇卢盧蒋蔣蔡贾賈丁魏薛叶葉阎閻余潘杜戴夏钟鍾汪田任姜范方石姚谭譚廖邹鄒熊金陆陸郝孔白崔康毛邱秦江史顾顧侯邵孟龙龍万萬段雷钱錢汤湯尹黎易常武乔喬贺賀赖賴龚龔文习習尹朴文"
)

// chineseTitles stand before (or behind) a Chinese name.
var chineseTitles = []string{"部长", "部長", "主席", "总统", "總統", "总理", "總理", "首相", "书记", "書記", "省长", "省長", "市长", "市長", "外长", "外長", "大使", "发言人", "發言人", "教授", "记者", "記者", "董事长", "董事長", "主任", "局长", "局長", "院长", "院長", "议员", "議員", "总裁", "總裁", "先生", "女士", "博士"}

// afterChineseName are characters that follow a name rather than belong to it.
const afterChineseName = "说說称稱表在和与與于於会會将將的是对對今向也就则則等及同率出应應为為指宣强強主日上下等访訪抵称并並介告答透"

// transliteration are the characters that Chinese writes foreign names with.
const transliteration = "阿埃艾爱愛安昂奥奧巴白拜班邦保鲍鮑贝貝本比彼毕畢别別宾賓波伯博布查昌楚茨达達大戴丹道德登邓鄧迪蒂丁东東杜敦多厄恩尔爾法凡范方费費芬丰弗福夫盖蓋甘冈岡高戈格葛贡貢古瓜圭哈海汉漢豪赫黑亨洪胡华華怀懷霍基吉及加贾賈简簡江杰捷金喀卡凯凱坎康考科克肯库庫夸奎昆拉莱萊兰蘭朗劳勞勒雷蕾黎李里理利莉连連良列烈林琳伶龙龍卢盧鲁魯路伦倫罗羅洛吕律马馬玛瑪迈邁麦麥曼芒毛梅门門蒙米密明莫默姆穆拿内內那娜纳納南瑙尼年涅宁寧纽紐努诺諾欧歐帕派潘庞龐佩蓬皮平珀普奇齐齊恰乔喬切钦欽琼瓊丘让讓热熱仁日荣榮儒瑞若撒萨薩塞赛賽桑瑟森沙莎山尚绍紹舍圣聖施什石史士舒朔斯司思松苏蘇索塔泰坦汤湯唐陶特滕提铁鐵廷通图圖托瓦万萬旺威维維韦韋魏温溫文翁沃乌烏吾武西希锡錫夏香肖谢謝辛休修许許雅亚亞延扬揚耶叶葉伊依易因英尤于雨约約泽澤扎詹珍芝治朱兹茲子佐"

func (f *nameFinder) eastAsian() {
	f.latinInOther()
	f.quoted()
	s := f.text
	for i, w := range f.words {
		switch w.script {
		case Katakana:
			f.katakana(i)
		case Hangul:
			if i+1 < len(f.words) && f.words[i+1].script == Hangul && s[w.end:f.words[i+1].start] == " " {
				f.koreanPerson(w, f.words[i+1])
			}
		case Han:
			if f.base != "ja" {
				f.chinesePersons(w)
			}
			f.dotted(w)
		}
	}
}

// katakana adds the run that begins with word i, parts joined by ・ or ＝.
func (f *nameFinder) katakana(i int) {
	s := f.text
	if i > 0 && f.words[i-1].script == Katakana && nameDot(s[f.words[i-1].end:f.words[i].start]) {
		return // the run has been read
	}
	last := i
	for last+1 < len(f.words) && f.words[last+1].script == Katakana && nameDot(s[f.words[last].end:f.words[last+1].start]) {
		last++
	}
	start, end := f.words[i].start, f.words[last].end
	if last > i || utf8.RuneCountInString(s[start:end]) >= 3 {
		f.add(start, end)
	}
}

func nameDot(gap string) bool {
	return gap == "・" || gap == "·" || gap == "＝" || gap == "･" || gap == "•" || gap == "‧"
}

func (f *nameFinder) koreanPerson(w, next nameWord) {
	name := f.text[w.start:w.end]
	runes := utf8.RuneCountInString(name)
	if runes < 2 || runes > 4 || !strings.ContainsRune(koreanFamilies, firstRune(name)) {
		return
	}
	title := f.text[next.start:next.end]
	for _, t := range koreanTitles {
		if strings.HasPrefix(title, t) {
			f.add(w.start, w.end)
			return
		}
	}
}

// chinesePersons adds names of two or three characters behind a title in the Han run w.
func (f *nameFinder) chinesePersons(w nameWord) {
	run := f.text[w.start:w.end]
	for _, t := range chineseTitles {
		for from := 0; ; {
			at := strings.Index(run[from:], t)
			if at < 0 {
				break
			}
			at += from
			from = at + len(t)
			rest := run[from:]
			if rest == "" || !strings.ContainsRune(chineseFamilies, firstRune(rest)) {
				continue
			}
			n, end := 0, 0
			for i, r := range rest {
				if n >= 1 && strings.ContainsRune(afterChineseName, r) || n == 3 {
					break
				}
				n++
				end = i + utf8.RuneLen(r)
			}
			if n >= 2 {
				f.add(w.start+from, w.start+from+end)
			}
		}
	}
}

// dotted adds a foreign name in Han characters whose first part ends the run w.
func (f *nameFinder) dotted(w nameWord) {
	s := f.text
	r, n := utf8.DecodeRuneInString(s[w.end:])
	if !nameDot(string(r)) {
		return
	}
	start := w.end
	for start > w.start {
		r, n := utf8.DecodeLastRuneInString(s[w.start:start])
		if !strings.ContainsRune(transliteration, r) {
			break
		}
		start -= n
	}
	end := w.end + n
	for end < len(s) {
		r, n := decode(s, end)
		if !strings.ContainsRune(transliteration, r) && !nameDot(string(r)) {
			break
		}
		end += n
	}
	if start < w.end && end > w.end+n {
		f.add(start, end)
	}
}

// latinInOther adds Latin words with a capital or digit in a text that isn't Latin; neighbours make one name.
func (f *nameFinder) latinInOther() {
	s := f.text
	latin, other := 0, 0
	for _, w := range f.words {
		switch w.script {
		case Latin:
			latin += w.end - w.start
		case None:
		default:
			other += utf8.RuneCountInString(s[w.start:w.end])
		}
	}
	if latin > other*2 || other == 0 {
		return
	}
	for i := 0; i < len(f.words); i++ {
		w := f.words[i]
		if w.script != Latin {
			continue
		}
		last := i
		for last+1 < len(f.words) && (f.words[last+1].script == Latin || f.words[last+1].script == None && w.script == Latin) {
			gap := s[f.words[last].end:f.words[last+1].start]
			if gap != " " && gap != "-" && gap != " & " && gap != "&" {
				break
			}
			last++
		}
		for last > i && f.words[last].script == None && s[f.words[last-1].end:f.words[last].start] == " " && len(s[f.words[last].start:f.words[last].end]) > 3 {
			last--
		}
		if name := s[w.start:f.words[last].end]; hasUpperOrDigit(name) && len(name) > 1 {
			f.add(w.start, f.words[last].end)
		}
		i = last
	}
}

func hasUpperOrDigit(s string) bool {
	for _, r := range s {
		if unicode.IsUpper(r) || isDigit(r) {
			return true
		}
	}
	return false
}

// The longest title between marks of a work and between quotation marks, in characters.
const (
	maxWorkTitle = 40
	maxQuoted    = 15
)

// quoted adds titles of works and quoted words.
func (f *nameFinder) quoted() {
	s := f.text
	for i := 0; i < len(s); {
		r, n := decode(s, i)
		limit := 0
		switch r {
		case '《', '『', '〈':
			limit = maxWorkTitle
		case '「', '“', '‘':
			limit = maxQuoted
		}
		if limit == 0 {
			i += n
			continue
		}
		end := closing(s, i, r, n)
		if end < 0 {
			i += n
			continue
		}
		_, m := utf8.DecodeLastRuneInString(s[:end])
		inside := s[i+n : end-m]
		if count := utf8.RuneCountInString(inside); count >= 2 && count <= limit && !strings.ContainsAny(inside, "。！？!?，、.") && (limit == maxWorkTitle || !strings.HasSuffix(inside, "다")) {
			f.add(i+n, end-m)
		}
		i += n
	}
}
