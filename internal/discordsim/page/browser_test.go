package page_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// last is the text of the newest message's element.
const last = `[...document.querySelectorAll(".message")].at(-1)`

func TestFirstViewIsClimate(t *testing.T) {
	p := open(t, newFake(t), "", 1280, 860)
	p.wait("the brief", `document.querySelector(".container .heading")?.textContent.includes("Korea and China")`)
	for what, expression := range map[string]string{
		"climate is the open channel":     `document.querySelector(".channel.here").textContent === "climate"`,
		"the title names it":              `document.title.includes("#climate")`,
		"the welcome offers three tips":   `document.querySelectorAll("#welcome .tip").length === 3`,
		"the bot is shown online":         `document.querySelector(".presence.on") !== null`,
		"the newest message is in sight":  `(() => { const r = ` + last + `.getBoundingClientRect(); return r.bottom <= innerHeight && r.top > 0; })()`,
		"other channels are unread":       `document.querySelector("[data-channel='203']").classList.contains("unread")`,
		"threads are nested":              `document.querySelector(".threads [data-channel='206']") !== null`,
		"the command is named":            `[...document.querySelectorAll(".above")].some((e) => e.textContent.includes("You") && e.textContent.includes("/brief"))`,
		"ephemeral replies say so":        `[...document.querySelectorAll(".only-you")].some((e) => e.textContent.includes("Only you can see this"))`,
		"edits are marked":                `[...document.querySelectorAll(".message")].some((e) => e.querySelector(".embed") && e.textContent.includes("(edited)"))`,
		"a reply quotes the original":     `[...document.querySelectorAll(".above-text")].some((e) => e.textContent.includes("Korea and China widen"))`,
		"inline fields share a row":       `(() => { const [a, b] = document.querySelectorAll(".field.inline"); return a.offsetTop === b.offsetTop; })()`,
		"the application has a badge":     `document.querySelector(".badge").textContent === "APP"`,
		"links open apart":                `[...document.querySelectorAll("#timeline a[target]")].every((a) => a.rel.includes("noopener") && a.rel.includes("noreferrer"))`,
		"the disabled button is disabled": `document.querySelector("[data-custom-id='x:1']").disabled`,
	} {
		if !eval[bool](p, expression) {
			t.Errorf("not so: %s", what)
		}
	}
	p.shot("desktop-light")
	p.click("#theme-button")
	if got := eval[string](p, `document.documentElement.dataset.theme`); got != "dark" {
		t.Errorf("theme after the switch is %q", got)
	}
	p.shot("desktop-dark")
	p.click(".welcome-close")
	p.do(chromedp.Reload(), chromedp.WaitVisible(chromedp.CSS("body.ready")))
	if !eval[bool](p, `document.getElementById("welcome").hidden && document.documentElement.dataset.theme === "dark"`) {
		t.Error("the dismissed welcome or the chosen theme didn't outlive a reload")
	}
}

func TestTrialSaysItsOwnWelcome(t *testing.T) {
	f := newFake(t)
	f.state["trial"] = object{"title": "A <b>newsroom</b>", "text": "News is released for ten minutes.", "tips": []string{"/feed list"}}
	p := open(t, f, "", 1000, 700)
	p.wait("the trial's words", `document.querySelector("#welcome h2").textContent === "A <b>newsroom</b>" && document.querySelectorAll(".tip").length === 1`)
	p.click(".tip")
	p.wait("the command is ready", `document.activeElement.textContent === "/feed list"`)
	p.press(kb.Enter)
	p.wait("the reply", last+`.textContent.includes("Options")`)
}

func TestHostileTextStaysText(t *testing.T) {
	p := open(t, newFake(t), "#channel=207", 1280, 860)
	p.wait("both messages", `document.querySelectorAll(".message").length === 2`)
	if !eval[bool](p, `window.hacked === undefined && document.querySelector("#timeline script, #timeline iframe, #timeline b.evil, #timeline svg:not(.icon)") === null`) {
		t.Error("markup from a message became markup")
	}
	addresses := eval[[]string](p, `[...document.querySelectorAll("#timeline a[href], #timeline img[src]")].map((e) => e.getAttribute("href") ?? e.getAttribute("src"))`)
	for _, a := range addresses {
		if !strings.HasPrefix(a, "https://") {
			t.Errorf("address %q is linked", a)
		}
	}
	text := eval[string](p, `document.querySelector(".message").innerText`)
	for _, want := range []string{
		"<script>window.hacked = 1</script>", "<b>bold?</b>", "*not* _emphasis_ # no heading", "[https://bank.example](", "&amp; &lt;",
		"<svg onload=window.hacked=1>", "<iframe src=//evil.example>", "<b>go</b>", "component type 99",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the message doesn't show %q as text:\n%s", want, text)
		}
	}
	if !eval[bool](p, `document.querySelector("#timeline .message .mention") === null`) {
		t.Error("@everyone without the right to mention looks like a mention")
	}
	if got := eval[string](p, `document.querySelectorAll(".author")[1].textContent`); got != "<b>Boss</b>" {
		t.Errorf("author is shown as %q", got)
	}
	p.shot("hostile")
	if !eval[bool](p, `document.querySelector(".spoiler").getAttribute("aria-expanded") === "false"`) {
		t.Error("the spoiler is open")
	}
	p.focus(".spoiler")
	p.press(kb.Enter)
	if !eval[bool](p, `document.querySelector(".spoiler.shown") !== null`) {
		t.Error("Enter doesn't open the spoiler")
	}
}

func TestMarkdown(t *testing.T) {
	p := open(t, newFake(t), "", 1000, 700)
	for _, tt := range []struct{ in, want string }{
		{"plain", "plain"},
		{"**b** *i* _i_ __u__ ~~s~~", "<strong>b</strong> <em>i</em> <em>i</em> <u>u</u> <s>s</s>"},
		{"***both***", "<strong><em>both</em></strong>"},
		{"**a *b***", "<strong>a <em>b</em></strong>"},
		{"**__a__**", "<strong><u>a</u></strong>"},
		{"snake_case_name 2 * 3 * 4 ** a", "snake_case_name 2 * 3 * 4 ** a"},
		{`\*a\* \_b\_ \~\~c\~\~ \|\|d\|\| \\`, `*a* _b_ ~~c~~ ||d|| \`},
		{`\[x\]\(y\) \<@1> \@everyone \a`, `[x](y) &lt;@1&gt; @everyone \a`},
		{"`a*b*` ``c`d``", "<code>a*b*</code> <code>c`d</code>"},
		{"# One\n## Two\n### Three\n#### Four\n#None", `<h3 class="heading level-1">One</h3><h4 class="heading level-2">Two</h4><h5 class="heading level-3">Three</h5>#### Four` + "\n#None"},
		{`\# a`, "# a"}, {"a # b", "a # b"},
		{"-# small", `<small class="subtext">small</small>`}, {`\-# a`, "-# a"},
		{"> a\n> b\nc", "<blockquote>a\nb</blockquote>c"}, {">>> a\nb", "<blockquote>a\nb</blockquote>"}, {`\> a`, "&gt; a"},
		{"- a\n  - b\n- c\n3. d", `<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul><ol start="3"><li>d</li></ol>`},
		{`1\. a`, "1. a"}, {`\- a`, "- a"},
		{"a\n\nb", "a\n\nb"},
		{"<@501> <@!502> <@1> <@&601> <@&1> <#1>", `<span class="mention">@Mina Park</span> <span class="mention">@Jonas</span> <span class="mention" title="1">@unknown-user</span> <span class="mention">@Editors</span> <span class="mention">@deleted-role</span> <span class="mention">#unknown</span>`},
		{"<#202>", `<a class="mention" href="#channel=202">#climate</a>`},
		{"</feed add:804>", `<button class="mention" type="button" data-command="feed add">/feed add</button>`},
		{"<:sun:123>", `<span class="custom-emoji" title="Server emoji sun">:sun:</span>`},
		{"@everyone", "@everyone"},
		{"<t:99999999999999:R> <t:x>", "&lt;t:99999999999999:R&gt; &lt;t:x&gt;"},
		{"[x](javascript:alert(1)) [ ](https://a.example) [y](//a.example)", "[x](javascript:alert(1)) [ ](https://a.example) [y](//a.example)"},
		{"<script>", "&lt;script&gt;"},
	} {
		in, err := json.Marshal(tt.in)
		if err != nil {
			t.Fatal(err)
		}
		got := eval[string](p, `(async () => {
			const { richText } = await import("/static/text.js");
			const users = { 501: "Mina Park", 502: "Jonas" }, roles = { 601: { name: "Editors" } }, channels = { 202: { id: "202", name: "climate" } };
			const el = richText(`+string(in)+`, { user: (id) => users[id], role: (id) => roles[id], channel: (id) => channels[id] });
			for (const a of el.querySelectorAll("a[target]")) a.replaceWith(a.textContent);
			return el.innerHTML;
		})()`)
		want := tt.want
		if got != want {
			t.Errorf("%q\n got %s\nwant %s", tt.in, got, want)
		}
	}
	for in, want := range map[string]string{
		"[a [b] c](https://e.example/x_(y) \"t\")":  "https://e.example/x_(y)",
		"see (https://e.example/x).":                "https://e.example/x",
		"<https://e.example/x>":                     "https://e.example/x",
		"**https://e.example/x**":                   "https://e.example/x",
		`[a](https://e.example/\_x\_)`:              "https://e.example/_x_",
		"https://user:pw@e.example/":                "https://user:pw@e.example/",
		"ahttps://e.example/x":                      "",
		"[https://bank.example](https://e.example)": "https://e.example/",
	} {
		quoted, err := json.Marshal(in)
		if err != nil {
			t.Fatal(err)
		}
		got := eval[string](p, `(async () => {
			const { richText } = await import("/static/text.js");
			return [...richText(`+string(quoted)+`, {}).querySelectorAll("a")].map((a) => a.href).join(" ");
		})()`)
		if got != want {
			t.Errorf("%q links to %q, want %q", in, got, want)
		}
	}
	// No text may keep the browser busy: Discord's largest message of one mark.
	slowest := eval[float64](p, `(async () => {
		const { parse } = await import("/static/markdown.js");
		let slowest = 0;
		for (const s of ["*", "**", "_", "[", "`+"`"+`", "||", "<", "~~", "[a](", "> ", "- ", "*a **b ", "\\", "  - a\n", "https://", "<t:1:", "**a*b_c"]) {
			const from = performance.now();
			parse(s.repeat(4000 / s.length));
			slowest = Math.max(slowest, performance.now() - from);
		}
		return slowest;
	})()`)
	if slowest > 1000 {
		t.Errorf("a text of 4,000 characters took %.0f ms to read", slowest)
	}
	if got := eval[string](p, `(async () => {
		const { richText } = await import("/static/text.js");
		const el = richText("<t:0:R> <t:1767600000:F>", {});
		return [...el.querySelectorAll("time")].map((t) => t.dateTime).join(" ");
	})()`); got != "1970-01-01T00:00:00.000Z 2026-01-05T08:00:00.000Z" {
		t.Errorf("timestamps are %q", got)
	}
}

func TestSlashCommandWithTheKeyboard(t *testing.T) {
	f := newFake(t)
	p := open(t, f, "", 1280, 860)
	p.press("/") // from anywhere on the page
	p.wait("the command list", `document.querySelectorAll(".composer-list .option").length === 9`)
	p.shot("commands")
	p.press("bri")
	p.wait("one command", `document.querySelectorAll(".composer-list .option").length === 1 && document.querySelector(".option.active .option-label").textContent === "/brief"`)
	p.press(kb.Tab)
	p.wait("the topic's field", `document.activeElement.closest(".pill")?.textContent === "topic"`)
	if got := eval[string](p, `document.activeElement.getAttribute("aria-label")`); got != "topic, required: A topic's name" {
		t.Errorf("the field is called %q", got)
	}
	// "c" is answered late: its answer must not replace the one to "cli".
	p.press("c")
	p.wait("the question for c", `true`)
	time.Sleep(250 * time.Millisecond)
	p.press("l")
	p.press("i")
	p.wait("the choices", `[...document.querySelectorAll(".composer-list .option-label")].map((e) => e.textContent).join() === "Climate and weather,Climbing & sports"`)
	time.Sleep(500 * time.Millisecond)
	if eval[bool](p, `document.querySelector(".composer-list").textContent.includes("STALE")`) {
		t.Error("a late answer replaced a newer one")
	}
	p.shot("autocomplete")
	p.press(kb.ArrowDown) // arrow down
	p.press(kb.ArrowUp)   // and up again
	p.press(kb.Enter)
	p.wait("the choice in the field", `document.activeElement.value === "Climate and weather" && document.querySelector(".composer-list").hidden`)
	p.click(".chip")
	p.wait("the choices of since", `document.querySelectorAll(".composer-list .option").length === 3`)
	p.press("day")
	p.press(kb.Enter)
	p.press(kb.Enter)
	p.wait("the reply", last+`.textContent.includes("Options")`)
	commands := f.sent(2)
	if len(commands) != 1 {
		t.Fatalf("%d commands were sent", len(commands))
	}
	want := object{"id": "801", "name": "brief", "type": 1.0, "options": []any{
		object{"name": "topic", "type": 3.0, "value": "climate"}, object{"name": "since", "type": 3.0, "value": "24h"}}}
	if got, want := jsonOf(t, commands[0]["data"]), jsonOf(t, want); got != want {
		t.Errorf("sent %s\nwant %s", got, want)
	}
	if commands[0]["guild_id"] != "100" || commands[0]["channel_id"] != "202" || commands[0]["user_id"] != "501" {
		t.Errorf("sent %v", commands[0])
	}
	asked := f.sent(4)
	for _, a := range asked {
		if !strings.Contains(jsonOf(t, a), `"focused":true`) {
			t.Errorf("autocomplete without focus: %v", a)
		}
	}
	if n := len(asked); n < 2 || n > 4 {
		t.Errorf("autocomplete was asked %d times for three keys", n)
	}
	p.wait("the composer is free again", `document.activeElement.id === "composer-input" && document.activeElement.value === ""`)
	// What was sent last comes back with the arrow.
	p.press(kb.ArrowUp)
	p.wait("the last command", `[...document.querySelectorAll(".field-input")].map((e) => e.value).join() === "Climate and weather,a day"`)
	p.press(kb.Escape) // escape: closes the list,
	p.press(kb.Escape) // then the command
	p.wait("plain text again", `!document.getElementById("composer-input").hidden`)
}

func jsonOf(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestCommandForms(t *testing.T) {
	f := newFake(t)
	p := open(t, f, "", 1280, 860, "status of 504", "status of 400")
	p.focus("#composer-input")

	// Subcommands by typing on; a value with a space stays in its field.
	p.press("/feed add https://news.example/rss")
	p.wait("the field", `document.querySelector(".field-input")?.value === "https://news.example/rss"`)
	p.press(kb.Enter)
	p.wait("the reply", last+`.textContent.includes("news.example")`)

	// A required option that is missing, a number out of range.
	p.press("/subscribe")
	p.press(kb.Tab)
	p.wait("the field", `document.activeElement.closest(".pill")`)
	p.press(kb.Escape)
	p.press(kb.Enter)
	p.wait("the complaint", `document.querySelector(".composer-problem").textContent === "topic is required"`)
	p.press("climate")
	p.wait("choices", `document.querySelectorAll(".composer-list .option").length === 2`)
	p.clickText(`//button[contains(., "budget")]`)
	p.press("900")
	p.press(kb.Enter)
	p.wait("the complaint", `document.querySelector(".composer-problem").textContent === "budget: at most 50"`)
	p.shot("composer-problem")
	p.press(kb.Backspace)
	p.press(kb.Backspace)
	p.clickText(`//button[contains(., "+ channel")]`)
	p.wait("channels of the right kind", `[...document.querySelectorAll(".composer-list .option-label")].map((e) => e.textContent).join() === "general,climate,technology,headlines,long-reads,hostile,crowd"`)
	p.press("tech")
	p.press(kb.Enter)
	p.clickText(`//button[contains(., "+ ping")]`)
	p.press(kb.ArrowDown)
	p.press(kb.Enter)
	p.press(kb.Enter)
	p.wait("the reply", last+`.textContent.includes("budget")`)
	sent := f.sent(2)
	if got, want := jsonOf(t, sent[len(sent)-1]["data"]), `{"id":"803","name":"subscribe","options":[{"name":"topic","type":3,"value":"climate"},{"name":"channel","type":7,"value":"203"},{"name":"budget","type":4,"value":9},{"name":"ping","type":5,"value":false}],"type":1}`; got != want {
		t.Errorf("sent %s\nwant %s", got, want)
	}
	if got, want := jsonOf(t, sent[0]["data"]), `{"id":"804","name":"feed","options":[{"name":"add","options":[{"name":"url","type":3,"value":"https://news.example/rss"}],"type":1}],"type":1}`; got != want {
		t.Errorf("sent %s\nwant %s", got, want)
	}

	// The answer to a deferral takes its place.
	p.press("/slow")
	p.press(kb.Enter)
	p.press(kb.Enter)
	p.wait("thinking", last+`.textContent.includes("is thinking")`)
	p.wait("the answer", last+`.textContent.includes("It took a while.")`)
	if n := eval[int](p, `document.querySelectorAll(".message.pending").length`); n != 0 {
		t.Errorf("%d commands still look pending", n)
	}

	// No answer, and one the simulator refuses.
	p.press("/dead")
	p.press(kb.Enter)
	p.press(kb.Enter)
	p.wait("the failure", last+`.textContent.includes("The application did not respond")`)
	f.post(object{"author": object{"id": "900"}, "content": "later"}, "202")
	p.wait("what comes later is below", last+`.textContent.includes("later") && document.querySelector(".pending").nextElementSibling === `+last)
	p.click(".pending .text-button")
	p.wait("the failure is gone", `document.querySelector(".pending") === null`)
	p.press("/search xy")
	p.press(kb.Enter)
	p.wait("the refusal", `document.querySelector(".composer-problem").textContent.includes("too short or too long") && document.querySelector(".field-input").value === "xy"`)
	p.press(kb.Escape)
	p.press(kb.Escape)

	// A file goes along as its bytes.
	p.press("/feed import", kb.Enter)
	p.wait("the field", `document.querySelector(".field-input[type=file]")`)
	eval[*int](p, `{ const d = new DataTransfer(), i = document.querySelector(".field-input");
		d.items.add(new File(["<opml/>"], "feeds.opml", { type: "text/x-opml" })); i.files = d.files; i.dispatchEvent(new Event("change")); i.focus(); } null`)
	p.press(kb.Enter)
	p.wait("the reply", last+`.textContent.includes("feeds.opml")`)
	sent = f.sent(2)
	if got, want := jsonOf(t, sent[len(sent)-1]["data"]), `"value":{"base64":"PG9wbWwvPg==","content_type":"text/x-opml","filename":"feeds.opml"}`; !strings.Contains(got, want) {
		t.Errorf("sent %s, want it to hold %s", got, want)
	}

	// A tip fills the box; plain words are a message.
	p.click(".tip")
	p.wait("the tip", `document.querySelector(".field-input")?.value === "climate"`)
	p.press(kb.Escape)
	p.press(kb.Escape)
	p.press("hello *there*")
	p.press(kb.Enter)
	p.wait("the message", last+`.querySelector("em")?.textContent === "there"`)
}

func TestComponentsAndModal(t *testing.T) {
	f := newFake(t)
	p := open(t, f, "", 1280, 1100, "status of 504")
	p.click("[data-custom-id='why:1']")
	p.wait("the reply", last+`.textContent.includes("Because of climate")`)
	p.click("[data-custom-id='fail:1']")
	p.wait("the failure", `document.querySelector(".failure")?.textContent === "This interaction failed"`)
	p.focus("[data-custom-id='more:1']")
	p.press(kb.Enter)
	p.wait("the changed message", `[...document.querySelectorAll(".message")].some((e) => e.textContent.includes("The longer brief."))`)
	if got := eval[string](p, `document.activeElement.textContent`); got != "Less" {
		t.Errorf("after the update the focus is on %q", got)
	}
	p.click("[data-custom-id='pick:1']")
	p.wait("the options", `document.querySelectorAll(".select-popover .option").length === 3`)
	p.shot("select")
	p.press(kb.ArrowDown)
	p.press(kb.Enter)
	p.wait("the reply", last+`.textContent.includes("[zh]")`)
	p.click("[data-custom-id='where:1']")
	p.press("l")
	p.press(kb.Enter)
	p.press(kb.ArrowDown)
	p.press(kb.Enter)
	p.press(kb.Escape)
	p.wait("the reply", last+`.textContent.match(/\[\d+ \d+\]/)`)

	p.focus("#composer-input")
	p.press("/settings")
	p.press(kb.Enter)
	p.press(kb.Enter)
	p.wait("the dialog", `document.querySelector("dialog[open]") && document.activeElement.matches(".modal-input")`)
	p.shot("modal")
	p.press("ab")
	p.click("dialog .button.primary")
	p.wait("the complaint", `document.querySelector(".field-problem").textContent.includes("at least 3") && document.activeElement.matches(".modal-input")`)
	p.press("c")
	p.click("dialog .select")
	p.press(kb.ArrowDown)
	p.press(kb.Enter)
	p.focus("dialog .modal-input")
	p.press(kb.Enter)
	p.wait("the reply", `!document.querySelector("dialog") && `+last+`.textContent.includes("Saved")`)
	p.press("hi", kb.Backspace, kb.Backspace, "ok")
	p.wait("the composer takes text again", `document.getElementById("composer-input").value === "ok"`)
	p.press(kb.Backspace, kb.Backspace)
	want := `[{"components":[{"custom_id":"name","type":4,"value":"abc"}],"type":1},{"component":{"custom_id":"lang","type":3,"values":["ko"]},"id":3,"type":18},{"component":{"custom_id":"note","type":4,"value":""},"id":5,"type":18}]`
	if got := jsonOf(t, f.sent(5)[0]["data"].(object)["components"]); got != want {
		t.Errorf("sent %s\nwant %s", got, want)
	}

	// Message commands: with the keyboard and with the right button.
	eval[*int](p, `document.querySelector("[data-id='1000000000000000203']").focus()`+"; null")
	p.press(kb.Enter)
	p.wait("the menu", `document.querySelector(".menu")?.innerText.includes("Why this post?")`)
	p.shot("menu")
	p.press(kb.Enter)
	p.wait("the command", `document.querySelector(".menu") === null`)
	p.wait("the reply", last+`.textContent.includes("Why this post?") && `+last+`.textContent.includes("Options")`)
	sent := f.sent(2)
	if got, want := jsonOf(t, sent[len(sent)-1]["data"]), `{"id":"850","name":"Why this post?","target_id":"1000000000000000203","type":3}`; got != want {
		t.Errorf("sent %s, want %s", got, want)
	}
	eval[*int](p, `document.querySelector("[data-id='1000000000000000201'] .content").dispatchEvent(new MouseEvent("contextmenu", { bubbles: true, cancelable: true, clientX: 400, clientY: 200 }))`+"; null")
	p.wait("the menu", `document.querySelector(".menu")`)
	p.press(kb.Escape)
	p.wait("no menu", `document.querySelector(".menu") === null`)

	// Dismissed replies stay away.
	before := eval[int](p, `document.querySelectorAll(".ephemeral").length`)
	eval[*int](p, `[...document.querySelectorAll(".ephemeral .text-button")].at(-1).click()`+"; null")
	p.do(chromedp.Reload(), chromedp.WaitVisible(chromedp.CSS("body.ready")))
	p.wait("one less", fmt.Sprintf(`document.querySelectorAll(".ephemeral").length === %d`, before-1))
}

func TestLiveMessages(t *testing.T) {
	f := newFake(t)
	for k := range 60 {
		m := object{"author": object{"id": "502"}, "content": fmt.Sprintf("message %d", k)}
		f.post(m, "208")
	}
	p := open(t, f, "#channel=208", 900, 600)
	p.wait("the end", last+`.textContent.includes("message 59")`)
	if n := eval[int](p, `document.querySelectorAll(".message:not(.compact)").length`); n != 1 {
		t.Errorf("%d messages of one author in a row have a head", n)
	}
	f.post(object{"author": object{"id": "900"}, "content": "**news**"}, "208")
	p.wait("the message", last+`.querySelector("strong")?.textContent === "news"`)
	p.wait("it is in sight", last+`.getBoundingClientRect().bottom <= document.getElementById("timeline").getBoundingClientRect().bottom`)
	p.wait("the screen reader is told", `document.getElementById("announcer").textContent.includes("newsbrief: news")`)

	// As a hand on the wheel does, again and again: the page may still be following what has just come.
	p.wait("the button to the end", `(document.getElementById("timeline").scrollTop = 0, !document.getElementById("jump").hidden)`)
	f.post(object{"author": object{"id": "900"}, "content": "more"}, "208")
	p.wait("the count", `document.getElementById("jump").textContent.includes("1 new")`)
	if eval[float64](p, `document.getElementById("timeline").scrollTop`) > 50 {
		t.Error("a new message moved what the person was reading")
	}
	f.post(object{"author": object{"id": "900"}, "content": "elsewhere"}, "203")
	p.wait("the other channel's count", `document.querySelector("[data-channel='203'] .count")?.textContent === "1" && document.title.startsWith("(1)")`)
	p.click("#jump")
	p.wait("the end", `document.getElementById("jump").hidden`)

	// What happens while the connection is down is there after it is back.
	f.mu.Lock()
	viewers := f.viewers
	f.viewers = map[chan string]bool{}
	f.mu.Unlock()
	missed := f.post(object{"author": object{"id": "900"}, "content": "missed"}, "208")
	for v := range viewers {
		close(v)
	}
	p.wait("the missed message", last+`.textContent.includes("missed")`)
	p.wait("no notice", `document.getElementById("strip").hidden`)
	f.edit("208", missed["id"].(string), object{"content": "found", "edited_timestamp": time.Now().Format(time.RFC3339)})
	p.wait("the edit", last+`.textContent.includes("found") && `+last+`.textContent.includes("(edited)")`)
	f.mu.Lock()
	f.messages["208"] = f.messages["208"][:len(f.messages["208"])-1]
	f.tell("message_delete", object{"id": missed["id"], "channel_id": "208"})
	f.tell("thread_create", object{"id": "1400000000000000000", "type": 11, "name": "fresh <b>thread</b>", "parent_id": "208", "guild_id": "100"})
	f.tell("online", object{"online": false})
	f.mu.Unlock()
	p.wait("the deletion", `!`+last+`.textContent.includes("found")`)
	p.wait("the thread", `[...document.querySelectorAll(".threads .channel-name")].some((e) => e.textContent === "fresh <b>thread</b>")`)
	p.wait("offline", `document.querySelector(".presence:not(.on)")?.textContent.includes("offline")`)
}

func TestForumThreadsAndPeople(t *testing.T) {
	f := newFake(t)
	p := open(t, f, "#channel=205", 1100, 760)
	p.wait("the post", `document.querySelector(".post-text")?.textContent.includes("2014 memorandum")`)
	if !eval[bool](p, `document.querySelector(".post .tag").textContent.includes("climate") && document.getElementById("composer-input").disabled`) {
		t.Error("a forum shows no tags, or takes messages")
	}
	p.shot("forum")
	p.click(".post")
	p.wait("the post's messages", `document.querySelector(".message .content")?.textContent.includes("2014 memorandum")`)
	p.wait("where it is", `document.querySelector(".where").textContent === "long-reads›Korea and China revise their environment pact"`)
	p.click(".where a")
	p.wait("the forum again", `document.querySelector(".post")`)

	// A member without Manage Server isn't offered the managers' commands.
	p.click("[data-channel='201']")
	p.wait("the channel", `document.querySelector(".where").textContent === "general"`)
	eval[*int](p, `{ const el = document.querySelector(".person-choice"); el.value = "502"; el.dispatchEvent(new Event("change")); } null`)
	p.wait("the other person", `document.querySelector(".who-role").textContent === "Member"`)
	p.focus("#composer-input")
	p.press("/")
	p.wait("fewer commands", `[...document.querySelectorAll(".composer-list .option-label")].map((e) => e.textContent).join() === "/brief,/dead,/search,/slow"`)
	p.press(kb.Backspace)
	p.wait("the mention is for Jonas", `document.querySelector(".for-you")`)
}

// TestDirectMessages opens the direct messages with the bot, where everyone has all commands.
func TestDirectMessages(t *testing.T) {
	p := open(t, newFake(t), "#channel=201", 1100, 760)
	p.wait("the channel", `document.querySelector(".where").textContent === "general"`)
	eval[*int](p, `{ const el = document.querySelector(".person-choice"); el.value = "502"; el.dispatchEvent(new Event("change")); } null`)
	p.wait("the other person", `document.querySelector(".who-role").textContent === "Member"`)
	p.click("#open-direct")
	p.wait("the direct messages", `document.querySelector(".channel.here")?.dataset.channel === "299" && !document.getElementById("open-direct")`)
	p.focus("#composer-input")
	p.press("/")
	p.wait("the managers' commands too", `[...document.querySelectorAll(".composer-list .option-label")].some((e) => e.textContent.startsWith("/feed"))`)
}

func TestThreadFromAMessage(t *testing.T) {
	f := newFake(t)
	p := open(t, f, "#channel=208", 1000, 700, "403")
	f.post(object{"author": object{"id": "900"}, "content": "**The wall** is built"}, "208")
	p.wait("the message", last+`?.textContent.includes("The wall")`)
	pick := func(label string) {
		t.Helper()
		eval[*int](p, `{ `+last+`.querySelector(".more").click(); [...document.querySelectorAll(".menu-item")].find((e) => e.textContent === "`+label+`").click(); } null`)
	}
	pick("Start a thread")
	p.wait("the thread", last+`.querySelector(".thread-link")?.textContent.includes("The wall is built")`)
	p.wait("the thread in the list", `[...document.querySelectorAll(".threads .channel-name")].some((e) => e.textContent === "The wall is built")`)
	started := f.sent(0)
	if n := len(started); n != 1 || started[0]["channel_id"] != "208" || started[0]["user_id"] != "501" || started[0]["message_id"] == nil {
		t.Errorf("the page sent %v", started)
	}
	pick("Lock the thread")
	p.wait("the refusal", `document.getElementById("strip").textContent.includes("only moderators may")`)
	f.edit("208", started[0]["message_id"].(string), object{"flags": 32, "thread": nil})
	p.wait("the thread is gone", `!`+last+`.querySelector(".thread-link")`)
	f.post(object{"author": object{"id": "900"}, "type": 19, "content": "answer", "message_reference": object{"channel_id": "208", "message_id": started[0]["message_id"]}}, "208")
	p.wait("what is answered", last+`.querySelector(".above")?.textContent.includes("The wall is built")`)
}

func TestPhone(t *testing.T) {
	p := open(t, newFake(t), "", 360, 740)
	overflow := `document.documentElement.scrollWidth > innerWidth || [...document.querySelectorAll("body *")].some((e) => e.checkVisibility({ visibilityProperty: true }) && !e.closest("pre, .tips, .sidebar, .sr-only, .skip") && e.getBoundingClientRect().right > innerWidth + 1)`
	for _, channel := range []string{"202", "207", "203", "205", "201"} {
		eval[*int](p, `location.hash = "#channel=`+channel+`"`+"; null")
		p.wait("channel "+channel, `document.querySelector(".channel.here")?.dataset.channel === "`+channel+`" && document.querySelector(".message, .post")`)
		time.Sleep(100 * time.Millisecond)
		p.shot("phone-" + channel)
		if eval[bool](p, overflow) {
			t.Errorf("channel %s is wider than the screen: %v", channel, eval[[]string](p, `[...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > innerWidth + 1).map((e) => e.className?.baseVal ?? e.className)`))
		}
	}
	p.click("#menu-button")
	p.wait("the drawer", `document.getElementById("main").inert && document.activeElement.matches(".channel")`)
	time.Sleep(250 * time.Millisecond)
	p.shot("phone-drawer")
	p.click("[data-channel='202']")
	p.wait("the channel", `!document.getElementById("main").inert && document.querySelector(".where").textContent === "climate"`)
	p.click(`[aria-label="Show the commands"]`)
	p.wait("the commands", `document.querySelectorAll(".composer-list .option").length === 9`)
	p.shot("phone-commands")
	if eval[bool](p, overflow) {
		t.Error("the command list is wider than the screen")
	}
	p.press("subscribe ")
	p.wait("the fields", `document.querySelectorAll(".chip").length === 5`)
	p.shot("phone-command")
	if eval[bool](p, overflow) {
		t.Error("the command's fields are wider than the screen")
	}
}

// TestNames checks that whatever can be operated has a name, and that text stands out enough.
func TestNamesAndContrast(t *testing.T) {
	p := open(t, newFake(t), "", 1280, 900)
	nameless := eval[[]string](p, `[...document.querySelectorAll("button, a[href], input, textarea, select, [role=button], [role=combobox]")].filter((e) => e.checkVisibility())
		.filter((e) => !(e.getAttribute("aria-label") || e.getAttribute("aria-labelledby") || e.textContent.trim() || e.labels?.length)).map((e) => e.outerHTML.slice(0, 120))`)
	if len(nameless) > 0 {
		t.Errorf("without a name: %q", nameless)
	}
	if n := eval[int](p, `(() => { const ids = [...document.querySelectorAll("[id]")].map((e) => e.id); return ids.length - new Set(ids).size; })()`); n != 0 {
		t.Errorf("%d ids are used twice", n)
	}
	for _, theme := range []string{"light", "dark"} {
		eval[*int](p, `document.documentElement.dataset.theme = "`+theme+`"; null`)
		time.Sleep(300 * time.Millisecond) // colours of buttons fade
		weak := eval[[]string](p, `(() => {
			const read = (c) => { const m = c.match(/[\d.]+/g).map(Number); return { r: m[0], g: m[1], b: m[2], a: m[3] ?? 1 }; };
			const over = (top, under) => ({ r: top.r * top.a + under.r * (1 - top.a), g: top.g * top.a + under.g * (1 - top.a), b: top.b * top.a + under.b * (1 - top.a), a: 1 });
			const lum = (c) => { const f = (v) => { v /= 255; return v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4; }; return .2126 * f(c.r) + .7152 * f(c.g) + .0722 * f(c.b); };
			const back = (e) => { const own = e ? read(getComputedStyle(e).backgroundColor) : { r: 255, g: 255, b: 255, a: 1 }; return own.a === 1 ? own : over(own, back(e.parentElement)); };
			const weak = new Set();
			const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
			while (walker.nextNode()) {
				const e = walker.currentNode.parentElement;
				if (!walker.currentNode.data.trim() || !e.checkVisibility({ opacityProperty: true, visibilityProperty: true }) || e.closest(":disabled, .sr-only, .skip, noscript, script")) continue;
				const ground = back(e), ink = over(read(getComputedStyle(e).color), ground);
				const [a, b] = [lum(ground), lum(ink)].sort((x, y) => y - x);
				const ratio = (a + .05) / (b + .05), size = parseFloat(getComputedStyle(e).fontSize);
				if (ratio < (size >= 24 ? 3 : 4.5)) weak.add(ratio.toFixed(2) + " " + (e.className || e.tagName) + ": " + walker.currentNode.data.trim().slice(0, 30));
			}
			return [...weak];
		})()`)
		if len(weak) > 0 {
			t.Errorf("%s: contrast below WCAG AA: %q", theme, weak)
		}
	}
}

func TestSimulatorTools(t *testing.T) {
	f := newFake(t)
	p := open(t, f, "", 1100, 760)
	p.click("#tools-button")
	p.wait("the figures", `document.querySelector(".tools-figures b")?.textContent === "2"`)
	p.shot("tools")
	p.click(".tools-form .danger")
	p.wait("done", `document.querySelector(".tools-said").textContent.startsWith("Done")`)
	if got := jsonOf(t, f.sent(0)); got != `[{"count":1,"kind":"http_502"}]` {
		t.Errorf("sent %s", got)
	}
	p.press(kb.Escape)
	p.wait("closed", `document.querySelector("dialog") === null && document.activeElement.id === "tools-button"`)
}
