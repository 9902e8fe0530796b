package opml_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/unicode"

	"newsbrief/internal/news"
	"newsbrief/internal/opml"
)

// list is a document around outlines.
func list(outlines string) string {
	return `<opml version="2.0"><head><title>My feeds</title></head><body>` + outlines + `</body></opml>`
}

func TestRead(t *testing.T) {
	for _, c := range []struct {
		name     string
		data     string
		want     []news.Feed
		problems []string
	}{
		{"one", list(`<outline type="rss" text="Harbour Post" xmlUrl="https://harbour.example/rss" htmlUrl="https://harbour.example/" language="en-GB"/>`),
			[]news.Feed{{URL: "https://harbour.example/rss", Title: "Harbour Post", Site: "https://harbour.example/", Language: "en-GB"}}, nil},
		{"title before text", list(`<outline text="hp" title="Harbour Post" xmlUrl="https://a.example/"/>`),
			[]news.Feed{{URL: "https://a.example/", Title: "Harbour Post"}}, nil},
		{"no title at all", list(`<outline xmlUrl="https://a.example/rss"/>`),
			[]news.Feed{{URL: "https://a.example/rss", Title: "a.example"}}, nil},
		{"folders in folders, in order", list(`<outline text="News"><outline text="World"><outline text="A" xmlUrl="http://a.example"/></outline><outline text="B" xmlUrl="http://b.example"/></outline><outline text="C" xmlUrl="http://c.example"/>`),
			[]news.Feed{{URL: "http://a.example", Title: "A"}, {URL: "http://b.example", Title: "B"}, {URL: "http://c.example", Title: "C"}}, nil},
		{"a feed that is a folder too", list(`<outline text="A" xmlUrl="http://a.example"><outline text="B" xmlUrl="http://b.example"/></outline>`),
			[]news.Feed{{URL: "http://a.example", Title: "A"}, {URL: "http://b.example", Title: "B"}}, nil},
		{"each address once", list(`<outline text="A" xmlUrl="http://a.example"/><outline text="Again" xmlUrl=" http://a.example "/>`),
			[]news.Feed{{URL: "http://a.example", Title: "A"}}, nil},
		{"white space", list("<outline text=\" Harbour\n  Post \" xmlUrl=\"\n http://a.example/rss \"/>"),
			[]news.Feed{{URL: "http://a.example/rss", Title: "Harbour Post"}}, nil},
		{"names in other cases", `<OPML><Body><Outline TYPE="rss" TEXT="A" xmlurl="http://a.example" htmlURL="http://a.example/home"/></Body></OPML>`,
			[]news.Feed{{URL: "http://a.example", Title: "A", Site: "http://a.example/home"}}, nil},
		{"feed: addresses", list(`<outline text="A" xmlUrl="feed://a.example/rss"/><outline text="B" xmlUrl="feed:https://b.example/rss"/>`),
			[]news.Feed{{URL: "http://a.example/rss", Title: "A"}, {URL: "https://b.example/rss", Title: "B"}}, nil},
		{"no language is none", list(`<outline text="A" xmlUrl="http://a.example" language="unknown"/>`),
			[]news.Feed{{URL: "http://a.example", Title: "A"}}, nil},
		{"links that are no feeds", list(`<outline type="link" text="A page" url="http://a.example"/><outline text="B" xmlUrl="http://b.example"/>`),
			[]news.Feed{{URL: "http://b.example", Title: "B"}}, nil},
		{"a feed's address as url", list(`<outline type="rss" text="A" url="http://a.example"/><outline text="A page" url="http://b.example"/>`),
			[]news.Feed{{URL: "http://a.example", Title: "A"}}, []string{"line 1: “A page” links a page (url) and names no feed (xmlUrl)"}},
		{"addresses without a scheme", list(`<outline text="A" xmlUrl="a.example/rss"/><outline text="B" xmlUrl="//b.example/rss"/>`),
			[]news.Feed{{URL: "https://a.example/rss", Title: "A"}, {URL: "http://b.example/rss", Title: "B"}}, nil},
		{"bare ampersands and HTML entities", list(`<outline text="Caf&eacute; &amp; B & C" xmlUrl="http://a.example/?x=1&y=2"/>`),
			[]news.Feed{{URL: "http://a.example/?x=1&y=2", Title: "Café & B & C"}}, nil},
		{"no web addresses", list(`<outline text="F" xmlUrl="file:///etc/passwd"/><outline text="J" xmlUrl="javascript:alert(1)"/><outline text="H" xmlUrl="https://"/><outline text="R" xmlUrl="/rss"/><outline text="P" xmlUrl="http://[::1"/><outline text="D" xmlUrl="feed:file:///etc/passwd"/>`),
			nil, []string{"line 1: “file:///etc/passwd” is no web address", "line 1: “javascript:alert(1)” is no web address", "line 1: “https://” is no web address", "line 1: “/rss” is no web address", "line 1: “http://[::1” is no web address", "line 1: “feed:file:///etc/passwd” is no web address"}},
		{"a feed without address", list(`<outline type="rss" text="A"/><outline type="rss" text="B" xmlUrl="http://b.example"/>`),
			[]news.Feed{{URL: "http://b.example", Title: "B"}}, []string{"line 1: “A” has no address (xmlUrl)"}},
		{"missing end tags", `<opml><body><outline text="A" xmlUrl="http://a.example"><outline text="B" xmlUrl="http://b.example">`,
			[]news.Feed{{URL: "http://a.example", Title: "A"}, {URL: "http://b.example", Title: "B"}},
			[]string{"line 1: everything from here on, where the file is broken: unexpected EOF"}},
		{"cut off", "<opml><body>\n<outline text=\"A\" xmlUrl=\"http://a.example\"/>\n<outline text=\"B\" xmlU",
			[]news.Feed{{URL: "http://a.example", Title: "A"}},
			[]string{"line 3: everything from here on, where the file is broken: unexpected EOF"}},
		{"cut off after a bad line", "<opml><body>\n<outline text=\"A\" xmlUrl=\"http://a.example\"/>\n<outline xmlUrl=\"ftp://b.example\"/>\n<outline text=\"B\" xmlU",
			[]news.Feed{{URL: "http://a.example", Title: "A"}},
			[]string{"line 4: everything from here on, where the file is broken: unexpected EOF", "line 3: “ftp://b.example” is no web address"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			list, err := opml.Read([]byte(c.data))
			if err != nil {
				t.Fatal(err)
			}
			if fmt.Sprintf("%+v", list.Feeds) != fmt.Sprintf("%+v", c.want) {
				t.Errorf("feeds\n got %+v\nwant %+v", list.Feeds, c.want)
			}
			if got := inWords(list.Problems); !slices.Equal(got, c.problems) {
				t.Errorf("problems\n got %q\nwant %q", got, c.problems)
			}
		})
	}
}

func TestReadRefuses(t *testing.T) {
	for _, c := range []struct{ name, data, want string }{
		{"nothing", "", "there is no <opml> in it"},
		{"text", "just words", "there is no <opml> in it"},
		{"a page", "<!DOCTYPE html><html><body>hello</body></html>", "it is a web page"},
		{"a feed", `<rss version="2.0"><channel/></rss>`, "it is a feed itself"},
		{"another kind of document", "<xbel/>", "it begins with <xbel> instead of <opml>"},
		{"no feeds", list(`<outline text="empty folder"/>`), "it lists no feeds"},
		{"broken at once", "<opml>\n<body><outline <", "it can't be read at line 2: expected attribute name in element"},
		{"zeros", "\x00\x00\x00\x00", "it can't be read at line 1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			list, err := opml.Read([]byte(c.data))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, %v; want an error with %q", list, err, c.want)
			}
		})
	}
}

func TestReadCharsets(t *testing.T) {
	body := func(declared, title string) string {
		return `<?xml version="1.0"` + declared + `?>` + list(`<outline text="`+title+`" xmlUrl="http://a.example"/>`)
	}
	encoded := func(e encoding.Encoding, s string) []byte {
		data, err := e.NewEncoder().Bytes([]byte(s))
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	for _, c := range []struct {
		name  string
		data  []byte
		title string
	}{
		{"UTF-8", []byte(body(` encoding="UTF-8"`, "한강일보")), "한강일보"},
		{"UTF-8 undeclared", []byte(body("", "東方日報")), "東方日報"},
		{"UTF-8 with a mark", []byte("\xef\xbb\xbf" + body(` encoding="utf-8"`, "Grüße")), "Grüße"},
		{"UTF-8 declared as another", []byte(body(` encoding="ISO-8859-1"`, "Grüße")), "Grüße"},
		{"ISO-8859-1", encoded(charmap.ISO8859_1, body(` encoding="ISO-8859-1"`, "Grüße")), "Grüße"},
		{"windows-1251, single quotes", encoded(charmap.Windows1251, body(` encoding='windows-1251'`, "Новости")), "Новости"},
		{"EUC-KR", encoded(korean.EUCKR, body(` encoding="euc-kr"`, "한강일보")), "한강일보"},
		{"Shift_JIS", encoded(japanese.ShiftJIS, body(` encoding="Shift_JIS"`, "朝の新聞")), "朝の新聞"},
		{"ISO-2022-JP", encoded(japanese.ISO2022JP, body(` encoding="ISO-2022-JP"`, "朝の新聞")), "朝の新聞"},
		{"UTF-16, little end first", encoded(unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), body(` encoding="UTF-16"`, "한강일보")), "한강일보"},
		{"UTF-16, big end first", encoded(unicode.UTF16(unicode.BigEndian, unicode.UseBOM), body(` encoding="UTF-16"`, "한강일보")), "한강일보"},
		{"an encoding nobody knows", []byte(body(` encoding="x-none"`, "Gr\xfc\xdfe")), "Gr\uFFFDe"},
		{"undeclared and no UTF-8", []byte(body("", "Gr\xfc\xdfe")), "Gr\uFFFDe"},
	} {
		t.Run(c.name, func(t *testing.T) {
			list, err := opml.Read(c.data)
			if err != nil || len(list.Problems) > 0 || len(list.Feeds) != 1 {
				t.Fatalf("got %+v, %v", list, err)
			}
			if got := list.Feeds[0].Title; got != c.title {
				t.Errorf("title %q, want %q", got, c.title)
			}
		})
	}
}

// TestReadHostile reads what is made to cost much.
func TestReadHostile(t *testing.T) {
	deep := "<opml><body>" + strings.Repeat(`<outline text="x">`, 200_000) + `<outline text="A" xmlUrl="http://a.example"/>`
	bomb := `<!DOCTYPE opml [<!ENTITY a "` + strings.Repeat("x", 1000) + `">`
	for i := range 20 {
		bomb += fmt.Sprintf(`<!ENTITY %c "%s">`, 'b'+i, strings.Repeat(fmt.Sprintf("&%c;", 'a'+i), 10))
	}
	bomb += `]>` + list(`<outline text="&u;" xmlUrl="http://a.example"/>`)
	external := `<!DOCTYPE opml [<!ENTITY a SYSTEM "file:///etc/passwd">]>` + list(`<outline text="&a;" xmlUrl="http://a.example"/>`)
	long := list(`<outline text="` + strings.Repeat("ㅋ", 1_000_000) + `" xmlUrl="http://a.example"/><outline text="B" xmlUrl="http://b.example/` + strings.Repeat("x", 1_000_000) + `"/>`)
	for _, c := range []struct{ name, data, title string }{
		{"deep", deep, "A"}, {"entity bomb", bomb, "&u;"}, {"external entity", external, "&a;"}, {"long", long, strings.Repeat("ㅋ", 199) + "…"},
	} {
		t.Run(c.name, func(t *testing.T) {
			list, err := opml.Read([]byte(c.data))
			if err != nil || len(list.Feeds) != 1 || list.Feeds[0].Title != c.title {
				t.Fatalf("got %d feeds %.300v, %v", len(list.Feeds), list.Feeds, err)
			}
			for _, p := range list.Problems {
				if n := utf8.RuneCountInString(p.Text); n > 200 {
					t.Errorf("a problem of %d characters", n)
				}
			}
		})
	}
}

func TestWriteRoundTrip(t *testing.T) {
	want := opml.List{
		Feeds: []news.Feed{
			{URL: "https://a.example/rss?x=1&y=%3C2%3E", Title: `Tom & "Jerry" <b>'s`, Site: "https://a.example/", Language: "en"},
			{URL: "https://b.example/", Title: "한강일보 📰", Language: "ko"},
			{URL: "https://c.example/", Title: "C"},
		},
		Folders: []opml.Folder{{Path: []string{"News"}, Feeds: []int{0}}, {Path: []string{"News", "Korea & Japan"}, Feeds: []int{1, 0}}},
	}
	data, err := opml.Write("newsbrief", want)
	if err != nil {
		t.Fatal(err)
	}
	got, err := opml.Read(data)
	if err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %+v, %v\nwant %+v\n%s", got, err, want, data)
	}
	for _, part := range []string{`<?xml version="1.0" encoding="UTF-8"?>`, `<opml version="2.0">`, `<title>newsbrief</title>`, `<outline text="News" title="News">`} {
		if !bytes.Contains(data, []byte(part)) {
			t.Errorf("%s is missing in\n%s", part, data)
		}
	}
}

func TestReadFolders(t *testing.T) {
	deep := strings.Repeat(`<outline text="f">`, 10) + `<outline text="deep" xmlUrl="http://deep.example"/>` + strings.Repeat(`</outline>`, 10)
	got, err := opml.Read([]byte(list(`
		<outline text="News" title="">
			<outline text="A" xmlUrl="http://a.example"/>
			<outline text="World"><outline text="B" xmlUrl="http://b.example"/></outline>
			<outline text="C" xmlUrl="http://c.example"/>
		</outline>
		<outline text="Empty"><outline text="so is this"/></outline>
		<outline text="World"><outline text="A again" xmlUrl="http://a.example"/><outline text="and again" xmlUrl="http://a.example"/></outline>
		<outline><outline text="D" xmlUrl="http://d.example"/></outline>
		<outline text="News"><outline text="E" xmlUrl="http://e.example"><outline text="below a feed" xmlUrl="http://f.example"/></outline></outline>
		<outline text="G" xmlUrl="http://g.example"/>` + deep)))
	if err != nil || len(got.Problems) > 0 {
		t.Fatal(got.Problems, err)
	}
	var folders []string
	for _, f := range got.Folders {
		line := strings.Join(f.Path, " / ") + ":"
		for _, n := range f.Feeds {
			line += " " + got.Feeds[n].Title
		}
		folders = append(folders, line)
	}
	want := []string{"News: A C E below a feed", "News / World: B", "World: A", strings.Join(slices.Repeat([]string{"f"}, 10), " / ") + ": deep"}
	if !slices.Equal(folders, want) {
		t.Errorf("folders\n got %q\nwant %q", folders, want)
	}
	if len(got.Feeds) != 8 {
		t.Errorf("%d feeds", len(got.Feeds))
	}
}

// TestReadLines: each problem tells its line, with different ends of lines and in other encodings.
func TestReadLines(t *testing.T) {
	data := "<opml>\n<body>\n\n<outline text='A' xmlUrl='ftp://a.example'/>\n<outline\n  text='B'\n  xmlUrl='ftp://b.example'/><outline type='rss' text='C'/>\n<outline text='D' xmlUrl='http://d.example'/>\n</body></opml>"
	want := []string{"line 4: “ftp://a.example” is no web address", "line 5: “ftp://b.example” is no web address", "line 7: “C” has no address (xmlUrl)"}
	utf16, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().Bytes([]byte(data))
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{"as on Unix": []byte(data), "as on Windows": []byte(strings.ReplaceAll(data, "\n", "\r\n")), "UTF-16": utf16} {
		if got, err := opml.Read(data); err != nil || !slices.Equal(inWords(got.Problems), want) {
			t.Errorf("%s: %q, %v, want %q", name, inWords(got.Problems), err, want)
		}
	}
}

func inWords(problems []opml.Problem) (words []string) {
	for _, p := range problems {
		words = append(words, p.String())
	}
	return words
}

// FuzzRead reads anything; what it makes of it can be written and read again.
func FuzzRead(f *testing.F) {
	f.Add([]byte(list(`<outline text="A" xmlUrl="http://a.example/?x=1&amp;y=2" language="ko"/>`)))
	f.Add([]byte(list(`<outline text="F"><outline text="G"><outline xmlUrl="a.example"/></outline><outline xmlUrl="b.example"/></outline><outline xmlUrl="a.example"/>`)))
	f.Add([]byte("\xff\xfe<\x00o\x00p\x00m\x00l\x00>\x00"))
	f.Add([]byte(`<?xml version="1.0" encoding="euc-kr"?><opml><outline xmlUrl="feed://a"/>`))
	f.Add([]byte(`<!DOCTYPE opml [<!ENTITY a "&a;">]><opml><outline type="rss" text="&a;"/></opml>`))
	f.Add([]byte(`<?xml encoding=`))
	f.Add([]byte(list(`<outline xmlUrl="e%d3.example"/>`)))
	f.Add([]byte(list(`<outline xmlUrl="` + strings.Repeat("a", 300) + `.example"/>`)))
	f.Fuzz(func(t *testing.T, data []byte) {
		first, err := opml.Read(data)
		if err != nil {
			return
		}
		for _, p := range first.Problems {
			if !utf8.ValidString(p.Text) || p.Line < 1 {
				t.Errorf("problem %+v", p)
			}
		}
		if len(first.Feeds) == 0 {
			return
		}
		again, err := opml.Write("x", first)
		if err != nil {
			t.Fatal(err)
		}
		back, err := opml.Read(again)
		if err != nil || len(back.Problems) > 0 || fmt.Sprint(inFolders(back)) != fmt.Sprint(inFolders(first)) {
			t.Errorf("wrote %+v\nread %+v, %v", first, back, err)
		}
	})
}

// inFolders are a list's feeds, each with its folders, in an order of their own.
func inFolders(l opml.List) []string {
	all := make([]string, len(l.Feeds))
	for n, f := range l.Feeds {
		all[n] = fmt.Sprintf("%+v", f)
	}
	for n := range all {
		var in []string
		for _, f := range l.Folders {
			if slices.Contains(f.Feeds, n) {
				in = append(in, fmt.Sprintf("%q", f.Path))
			}
		}
		slices.Sort(in)
		all[n] += strings.Join(in, "")
	}
	slices.Sort(all)
	return all
}

// BenchmarkRead reads 3,000 feeds in 60 folders.
func BenchmarkRead(b *testing.B) {
	var outlines strings.Builder
	for i := range 3000 {
		if i%50 == 0 {
			if i > 0 {
				outlines.WriteString("</outline>")
			}
			fmt.Fprintf(&outlines, `<outline text="Folder %d">`, i/50)
		}
		fmt.Fprintf(&outlines, `<outline type="rss" text="Feed %d" title="Feed %d" xmlUrl="https://feed%d.example/rss" htmlUrl="https://feed%d.example/"/>`, i, i, i, i)
	}
	data := []byte(list(outlines.String() + "</outline>"))
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if l, err := opml.Read(data); err != nil || len(l.Feeds) != 3000 || len(l.Folders) != 60 {
			b.Fatal(len(l.Feeds), len(l.Folders), err)
		}
	}
}
