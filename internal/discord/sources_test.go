package discord

import (
	"encoding/json"
	"strings"
	"testing"

	"newsbrief/internal/news"
)

func TestSourcesLine(t *testing.T) {
	b := news.Brief{
		Sources: []news.Source{
			{Name: "연합뉴스 최신기사", URL: "https://www.yna.co.kr/view/1", Language: "en"},
			{Name: "World news | The Guardian", URL: "https://www.theguardian.com/1"},
			{Name: "Harbour [Blog]", URL: "https://harbour.example/1"},
		},
		Also: []news.Source{{Name: "新华社", URL: "http://www.xinhuanet.com/1", Language: "zh"}, {Name: "中央社", URL: "https://www.cna.com.tw/1", Language: "zh-TW"}},
	}
	want := "-# ¹ [연합뉴스 최신기사](https://www.yna.co.kr/view/1) (KR, agency) · ² [The Guardian](https://www.theguardian.com/1) (GB) · ³ [Harbour \\[Blog\\]](https://harbour.example/1)\n" +
		"-# also in 中文: [新华社](http://www.xinhuanet.com/1) (CN, state), [中央社](https://www.cna.com.tw/1) (TW, agency)"
	if got := strings.ReplaceAll(sources(b, "en", 1200), "\u00a0", " "); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	for in, between := range map[tongue]string{"ja": "）、", "zh-CN": "）、", "ko": "), ", "de": "), "} {
		if got := sources(b, in, 1200); !strings.Contains(got, between+"[中央社]") || strings.Contains(got, "： ") {
			t.Errorf("%s: %s", in, got)
		}
	}
}

func TestPicture(t *testing.T) {
	long := "https://media.example/" + strings.Repeat("a", 2048)
	for _, c := range []struct {
		name, image, alt string
		want             string // the accessory, "" for none
	}{
		{"with words", "https://media.example/a.jpg", "Two ministers\nshake hands", `{"type":11,"media":{"url":"https://media.example/a.jpg"},"description":"Two ministers shake hands","spoiler":false}`},
		{"without", "http://media.example/a (1).jpg", " ", `{"type":11,"media":{"url":"http://media.example/a%20%281%29.jpg"},"spoiler":false}`},
		{"an address that is too long", long, "", ""},
		{"no web address", "javascript:alert(1)", "x", ""},
		{"none", "", "x", ""},
	} {
		d := delivery(1, "A headline", "A sentence.", "https://example.org/a", "Outlet")
		d.Brief.Image, d.Brief.ImageAlt = c.image, c.alt
		data, err := json.Marshal(briefMessage(d))
		if err != nil {
			t.Fatal(err)
		}
		var m []struct {
			Components []struct{ Accessory json.RawMessage }
		}
		if err := json.Unmarshal(data, &m); err != nil {
			t.Fatal(err)
		}
		if got := string(m[0].Components[0].Accessory); !sameMedia(got, c.want) {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
	d := delivery(1, "A headline", "A sentence.", "https://example.org/a", "Outlet")
	d.Brief.Image, d.Brief.ImageAlt = "https://media.example/a.jpg", strings.Repeat("가나다 ", 2000)
	if problems := check(briefMessage(d)); len(problems) > 0 {
		t.Error(problems)
	}
	if data, _ := json.Marshal(briefMessage(d)); strings.Count(string(data), "가나다") > 1024/4 {
		t.Error("the words for a picture are longer than Discord takes")
	}
}

// sameMedia compares two components as JSON objects.
func sameMedia(a, b string) bool {
	var x, y map[string]any
	if a == "" || b == "" {
		return a == b
	}
	if json.Unmarshal([]byte(a), &x) != nil || json.Unmarshal([]byte(b), &y) != nil {
		return false
	}
	x["media"] = map[string]any{"url": x["media"].(map[string]any)["url"]} // what the library adds to it is told by Discord alone
	p, _ := json.Marshal(x)
	q, _ := json.Marshal(y)
	return string(p) == string(q)
}
