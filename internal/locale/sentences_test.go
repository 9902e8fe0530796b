package locale_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"newsbrief/internal/fetch"
	"newsbrief/internal/locale"
)

// sentence is one that the code says: a format in English.
type sentence struct {
	format string
	at     token.Position
	limit  int // of characters, where Discord has one; else 0
}

// said are the sentences that packages hand to this one, and all literals they have.
func said(t *testing.T, dirs ...string) (sentences []sentence, literals map[string]bool) {
	t.Helper()
	literals = map[string]bool{}
	for _, dir := range dirs {
		files, err := filepath.Glob(filepath.Join("..", dir, "*.go"))
		if err != nil || len(files) == 0 {
			t.Fatalf("no code in %s: %v", dir, err)
		}
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			set := token.NewFileSet()
			file, err := parser.ParseFile(set, name, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			limits := map[ast.Expr]int{}
			add := func(e ast.Expr, call ast.Expr) bool {
				s, ok := text(e)
				if ok {
					sentences = append(sentences, sentence{s, set.Position(e.Pos()), limits[call]})
				}
				return ok
			}
			var within ast.Node // the function that what is looked at stands in
			ast.Inspect(file, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.FuncDecl:
					within = n
				case *ast.BasicLit:
					if s, ok := text(n); ok {
						literals[s] = true
					}
				case *ast.BinaryExpr:
					if s, ok := text(n); ok {
						literals[s] = true
					}
				case *ast.KeyValueExpr:
					key, ok := n.Key.(*ast.Ident)
					if !ok {
						break
					}
					switch key.Name {
					case "Sentence":
						add(n.Value, nil)
					case "Label":
						limits[n.Value] = 80 // https://docs.discord.com/developers/components/reference#button
					case "Placeholder":
						limits[n.Value] = 150 // https://docs.discord.com/developers/components/reference#string-select
					}
				case *ast.CallExpr:
					formats := formatsOf(n)
					for _, f := range formats {
						if !add(f, n) && within != nil { // a format from a table beside it
							ast.Inspect(within, func(n ast.Node) bool {
								if lit, ok := n.(*ast.BasicLit); ok {
									if s, ok := text(lit); ok && strings.Contains(s, "%d") && strings.Contains(s, " ") {
										add(lit, nil)
									}
								}
								return true
							})
						}
					}
				}
				return true
			})
		}
	}
	return sentences, literals
}

// formatsOf are the arguments of a call that are formats to be translated.
func formatsOf(call *ast.CallExpr) []ast.Expr {
	name := ""
	switch f := call.Fun.(type) {
	case *ast.Ident:
		name = f.Name
	case *ast.SelectorExpr:
		name = f.Sel.Name
	}
	at, ok := map[string][]int{"say": {0}, "line": {0}, "userError": {0}, "count": {1, 2}, "Say": {1}, "Count": {2, 3}}[name]
	if !ok || len(call.Args) <= at[len(at)-1] {
		return nil
	}
	var formats []ast.Expr
	for _, i := range at {
		formats = append(formats, call.Args[i])
	}
	return formats
}

// text is the value of a string literal, or of several that are added.
func text(e ast.Expr) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		if e.Kind == token.STRING {
			s, err := strconv.Unquote(e.Value)
			return s, err == nil
		}
	case *ast.BinaryExpr:
		x, ok1 := text(e.X)
		y, ok2 := text(e.Y)
		return x + y, ok1 && ok2
	}
	return "", false
}

// forOperators are the files whose sentences stop the program: who runs it reads them.
var forOperators = map[string]bool{"bot.go": true, "gateway.go": true, "gateway_pace.go": true}

// TestEverySentenceIsTranslated: what the code says is in every language, with what fills it, within Discord's limits, and the data has
// nothing that nobody says.
func TestEverySentenceIsTranslated(t *testing.T) {
	sentences, literals := said(t, "command", "discord", "app")
	if len(sentences) < 300 {
		t.Errorf("only %d sentences are found in the code", len(sentences))
	}
	all := map[string]map[string]string{}
	for _, name := range files {
		maps.Copy(all, file(t, name))
	}
	for _, s := range sentences {
		if strings.IndexFunc(verbs.ReplaceAllString(s.format, ""), unicode.IsLetter) < 0 || forOperators[filepath.Base(s.at.Filename)] {
			continue // nothing to translate
		}
		translations := all[s.format]
		if len(translations) == 0 {
			t.Errorf("%s: %q has no translations: add them to data/replies.txt", s.at, s.format)
		}
		for l, translated := range translations {
			if n := utf8.RuneCountInString(translated); s.limit > 0 && n > s.limit {
				t.Errorf("%s: in %s it has %d characters, at most %d fit: %q", s.at, l, n, s.limit, translated)
			}
		}
	}
	for english := range file(t, "replies.txt") {
		if !literals[english] {
			t.Errorf("data/replies.txt: nobody says %q any more", english)
		}
	}
}

// TestTranslations: a translation is filled by what fills the English text, keeps the commands that people are to type, and has the
// punctuation of its language.
func TestTranslations(t *testing.T) {
	narrow := regexp.MustCompile(`[\p{Han}\p{Hiragana}\p{Katakana}][.,:;!?(]`)
	quotes := map[string]string{"de": "“„", "es-ES": "«»", "fr": "«»", "ja": "「」", "zh-TW": "「」", "zh-CN": "“”", "ko": "‘’“”"}
	for _, name := range files {
		for english, translations := range file(t, name) {
			for _, l := range locale.Languages[1:] {
				s := translations[l]
				if s == "" {
					t.Errorf("data/%s: %q has no translation in %s", name, english, l)
					continue
				}
				if got, want := filled(s), filled(english); !maps.Equal(got, want) {
					t.Errorf("data/%s: %q is filled with %v, in %s with %v", name, english, want, l, got)
				}
				for _, typed := range typedWords.FindAllString(english, -1) {
					if !strings.Contains(s, typed) {
						t.Errorf("data/%s: %q lacks %s in %s: %q", name, english, typed, l, s)
					}
				}
				if strings.Contains(english, "“") && !strings.ContainsAny(s, quotes[l]) {
					t.Errorf("data/%s: in %s a quotation has other marks: %q", name, l, s)
				}
				if m := narrow.FindString(s); m != "" && (l == "ja" || strings.HasPrefix(l, "zh")) {
					t.Errorf("data/%s: in %s a mark is narrow in %q: %q", name, l, m, s)
				}
				if l == "fr" && strings.IndexAny(s, ";»") > 0 && !strings.Contains(s, "\u00a0;") && !strings.Contains(s, "\u00a0»") {
					t.Errorf("data/%s: in French a mark may stand alone at the begin of a line: %q", name, s)
				}
			}
		}
	}
}

var (
	verbs      = regexp.MustCompile(`%(?:\[(\d)\])?[.\d]*([sdf%])`)
	typedWords = regexp.MustCompile(`/[a-z]+(?: (?:add|remove|list|import|export|create|edit|delete|preview|notices|quiet)\b)?`)
)

// filled is which verb each argument of a format has.
func filled(format string) map[int]string {
	args, next := map[int]string{}, 1
	for _, m := range verbs.FindAllStringSubmatch(format, -1) {
		if m[2] == "%" {
			continue
		}
		if m[1] != "" {
			next, _ = strconv.Atoi(m[1])
		}
		args[next] = m[2]
		next++
	}
	return args
}

// TestToldIsTranslated: what packages tell that know nothing of languages is found again among the formats of data/told.txt, and those are
// what they tell.
func TestToldIsTranslated(t *testing.T) {
	where := []string{"app", "discord", "fetch", "opml", "outbox", "outlet", "pipeline", "read", "summary", "topic"}
	_, literals := said(t, where...)
	all := strings.Join(slices.Collect(maps.Keys(literals)), "\n")
	for english := range file(t, "told.txt") {
		for piece := range strings.FieldsFuncSeq(strings.ReplaceAll(strings.ReplaceAll(english, "(status %s)", "("), " but a", "("), func(r rune) bool { return strings.ContainsRune("(;,:.%<>", r) }) {
			if piece = strings.TrimSpace(strings.TrimPrefix(piece, "s ")); strings.Count(piece, " ") > 1 && !strings.Contains(all, piece) {
				t.Errorf("data/told.txt: nobody tells %q any more, of %q", piece, english)
			}
		}
	}
	for _, e := range told(t) {
		for _, l := range locale.Languages[1:] {
			if s := locale.Retell(l, e); s == e {
				t.Errorf("%q is told in English in %s: add it to data/told.txt", e, l)
			}
		}
	}
}

// told are texts as they are told: all that these packages have of some kinds, and errors as they are made.
func told(t *testing.T) (all []string) {
	fill := func(format string) string {
		return regexp.MustCompile(`%[sdqvw]`).ReplaceAllString(format, "7")
	}
	for _, dir := range []string{"discord", "outbox", "pipeline", "summary", "topic"} {
		files, _ := filepath.Glob(filepath.Join("..", dir, "*.go"))
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") || strings.HasSuffix(name, "push.go") || strings.HasSuffix(name, "callback.go") {
				continue
			}
			file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			take := func(e ast.Expr) {
				if s, ok := text(e); ok && s != "" {
					all = append(all, fill(s))
				}
			}
			ast.Inspect(file, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.ValueSpec: // summary's notes
					for i, id := range n.Names {
						if strings.HasSuffix(id.Name, "Note") && i < len(n.Values) {
							take(n.Values[i])
						}
						if id.Name == "placeProblems" {
							for _, e := range n.Values[0].(*ast.CompositeLit).Elts {
								take(e.(*ast.KeyValueExpr).Value)
							}
						}
						if strings.HasPrefix(id.Name, "err") && dir == "pipeline" && i < len(n.Values) {
							take(n.Values[i].(*ast.CallExpr).Args[0])
						}
					}
				case *ast.CompositeLit:
					if s, ok := n.Type.(*ast.SelectorExpr); ok && s.Sel.Name == "SendError" {
						for _, e := range n.Elts {
							if kv := e.(*ast.KeyValueExpr); kv.Key.(*ast.Ident).Name == "Sentence" {
								take(kv.Value)
							}
						}
					}
				case *ast.AssignStmt:
					if s, ok := n.Lhs[0].(*ast.SelectorExpr); ok && s.Sel.Name == "Problem" && dir == "pipeline" {
						take(n.Rhs[0])
					}
				case *ast.CallExpr:
					if s, ok := n.Fun.(*ast.SelectorExpr); ok && s.Sel.Name == "errorf" && dir == "topic" {
						take(n.Args[1])
					}
				}
				return true
			})
		}
	}
	for _, status := range []int{401, 403, 404, 410, 418, 429, 500, 503} {
		all = append(all, (&fetch.StatusError{URL: "https://harbour.example", Status: status}).Error())
	}
	all = append(all, (&fetch.StatusError{URL: "https://harbour.example", Status: 429, RetryAfter: 60e9}).Error(),
		(&fetch.StatusError{URL: "https://harbour.example", Status: 403, Challenge: "Cloudflare"}).Error(),
		"Harbour Post has ended", "Harbour Post works again", "Harbour Post can't be read", "Harbour Post has moved to another site",
		"It could not be read for 3 days. What it published meanwhile and still lists is read now.")
	return all
}

func TestRetell(t *testing.T) {
	for _, c := range []struct{ locale, text, want string }{
		{"ko", "There is no such page (status 404 Not Found); check the address.", "그런 페이지가 없어요(상태 404 Not Found). 주소를 확인하세요."},
		{"ja", "fetching https://harbour.example/: the site refuses (status 403 Forbidden); ask the site to let feed readers in",
			"https://harbour.example/の取得：サイトに拒否されました（ステータス403 Forbidden）。フィードリーダーを許可するようサイトに依頼してください"},
		{"de", "Harbour Post can't be read", "Harbour Post ist nicht lesbar"},
		{"de", "a sentence nobody knows", "a sentence nobody knows"},
		{"de", "", ""},
		{"en-GB", "Harbour Post can't be read", "Harbour Post can't be read"},
		{"pl", "Harbour Post can't be read", "Harbour Post can't be read"},
		{"de", "%s %d has ended", "%s %d wurde eingestellt"},
		{"es-ES", "Only the title: there was no text to take sentences from. What sources in other languages say was translated by the model.",
			"Solo el título: no había texto del que tomar frases. El modelo tradujo lo que dicen las fuentes en otros idiomas."},
	} {
		if got := locale.Retell(c.locale, c.text); got != c.want {
			t.Errorf("%q in %q is %q, not %q", c.text, c.locale, got, c.want)
		}
	}
}

func TestArguments(t *testing.T) {
	if got, want := locale.Say("ja", "In that channel I lack %s. Give me that in the channel's settings, under Permissions, then try again.", locale.List{"View Channel", "Embed Links"}),
		"そのチャンネルで次の権限が足りません：チャンネルを見る、埋め込みリンク。チャンネル設定の「権限」で付与して、もう一度お試しください。"; got != want {
		t.Errorf("it is %q, not %q", got, want)
	}
	if got, want := fmt.Sprintf("%s, %s", locale.List{"View Channel", "Embed Links"}, locale.Text("it is empty")), "View Channel, Embed Links, it is empty"; got != want {
		t.Errorf("it is %q, not %q", got, want)
	}
}

func TestNames(t *testing.T) {
	for _, c := range []struct{ locale, language, country string }{
		{"en-US", "Korean", "South Korea"}, {"", "Korean", "South Korea"}, {"ko", "한국어", "대한민국"}, {"ja", "韓国語", "韓国"}, {"zh-TW", "韓文", "南韓"}, {"fr", "coréen", "Corée du Sud"},
	} {
		if got := locale.Language(c.locale, "ko"); got != c.language {
			t.Errorf("in %q the language is %q, not %q", c.locale, got, c.language)
		}
		if got := locale.Country(c.locale, "KR"); got != c.country {
			t.Errorf("in %q the country is %q, not %q", c.locale, got, c.country)
		}
	}
	if got := locale.Language("de", "no language"); got != "no language" {
		t.Errorf("no language is called %q", got)
	}
	if got := locale.Country("de", ""); got != "" {
		t.Errorf("no country is called %q", got)
	}
}

var files = []string{"commands.txt", "replies.txt", "told.txt"}

// file reads one of the files of data as a person does: a text, and indented below it its translations.
func file(t *testing.T, name string) map[string]map[string]string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("data", name))
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]map[string]string{}
	english := ""
	for line := range strings.Lines(string(data)) {
		line = strings.ReplaceAll(strings.TrimSuffix(line, "\n"), `\n`, "\n")
		if l, s, ok := strings.Cut(strings.TrimPrefix(line, "    "), ": "); ok && strings.HasPrefix(line, "    ") {
			all[english][l] = s
		} else if line != "" && line[0] != '#' {
			english = line
			all[english] = map[string]string{}
		}
	}
	return all
}

func FuzzRetell(f *testing.F) {
	f.Add("ko", "Some entries can't be read: 3 of 7 entries can't be read; %d")
	f.Add("zh-TW", "fetching fetching fetching : : : : .")
	f.Add("fr", "\xff. “%s” is no web address")
	f.Fuzz(func(t *testing.T, l, s string) {
		if got := locale.Retell(l, s); strings.Contains(got, "%!") && !strings.Contains(s, "%!") {
			t.Errorf("%q in %q is %q", s, l, got)
		}
	})
}

func BenchmarkSay(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		locale.Say("ko", "%d stories in %s.", 12, "지난 3일")
	}
}

func BenchmarkRetell(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		locale.Retell("ko", "fetching https://harbour.example/: there is no such page (status 404 Not Found); check the address")
	}
}
