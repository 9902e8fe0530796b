package main

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// stopBrowser ends the browser the test started, nil when there is none.
var stopBrowser func()

// TestTrial runs the program as somebody who has just cloned it does, and looks at its page.
func TestTrial(t *testing.T) {
	t.Parallel()
	needBrowser(t)
	browser := startBrowser(t)
	start := time.Now()
	dir := t.TempDir()
	p := launch(t, "newsbrief", []string{"HTTP_ADDR=127.0.0.1:0", "LOG_LEVEL=warn"}, dir)
	address := ""
	for address == "" {
		if line := strings.TrimSpace(p.line()); strings.HasPrefix(line, "http://") {
			address = line
		}
	}
	page := openPage(t, browser, address)
	page.wait(10*time.Second-time.Since(start), "the climate channel shows a brief of the summit in ten seconds", `document.querySelector(".channel.here")?.textContent.includes("climate") &&
		[...document.querySelectorAll(".message")].filter((m) => m.innerText.includes("Korea") && m.innerText.includes("China")).length === 1`)
	page.wait(20*time.Second, "the brief names three outlets and the other languages", `(() => {
		const text = document.querySelector(".message").innerText;
		return text.includes("also in") && text.includes("한국어") && text.includes("中文") && text.includes("³");
	})()`)
	time.Sleep(2 * time.Second) // what is posted twice comes late
	if n := eval[int](page, `[...document.querySelectorAll(".message")].filter((m) => m.innerText.includes("Korea") && m.innerText.includes("China")).length`); n != 1 {
		t.Errorf("%d messages tell of the summit, want 1", n)
	}
	page.shot("trial-climate")

	before := eval[int](page, `document.querySelectorAll(".message").length`)
	if err := chromedp.Do(page.ctx, chromedp.Focus(chromedp.CSS("#composer-input"))); err != nil {
		t.Fatal(err)
	}
	for _, r := range "/brief climate" {
		page.press(r)
		time.Sleep(20 * time.Millisecond)
	}
	page.wait(5*time.Second, "the topic is offered while it is typed", `document.body.innerText.includes("/brief")`)
	page.shot("trial-typed")
	page.press('\r')
	time.Sleep(300 * time.Millisecond)
	page.press('\r')
	page.wait(5*time.Second, "/brief climate gets a reply", `document.querySelectorAll(".message").length > `+strconv.Itoa(before)+` &&
		[...document.querySelectorAll(".message")].at(-1).innerText.includes("Climate") && [...document.querySelectorAll(".message")].at(-1).innerText.includes("in the last")`)
	page.shot("trial-brief")
	page.close()
	p.stop()
	if left, err := filepath.Glob(filepath.Join(dir, "newsbrief-trial-*")); err != nil || len(left) > 0 {
		t.Errorf("the trial left %v behind, %v", left, err)
	}
}

// needBrowser ends the test where there is no browser to run it in.
func needBrowser(t *testing.T) {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "headless-shell"} {
		if _, err := exec.LookPath(name); err == nil {
			return
		}
	}
	if os.Getenv("CI") == "true" {
		t.Fatal("no chromium found: the trial can't be looked at")
	}
	t.Skip("SKIPPED: no chromium found, so nobody looked at the trial (CI=true makes this a failure)")
}

func startBrowser(t *testing.T) context.Context {
	t.Helper()
	profile, err := os.MkdirTemp("", "newsbrief-browser-")
	if err != nil {
		t.Fatal(err)
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(profile), chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true))
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, cancelBrowser := chromedp.NewContext(ctx)
	stopBrowser = func() {
		cancelBrowser()
		cancel()
		os.RemoveAll(profile)
	}
	if err := chromedp.Do(ctx); err != nil {
		t.Fatal(err)
	}
	return ctx
}

// browserPage is a page in the browser.
type browserPage struct {
	*testing.T
	ctx   context.Context
	close func() // the test fails when the page complained on its console
}

func openPage(t *testing.T, browser context.Context, address string) *browserPage {
	t.Helper()
	ctx, cancel := context.WithTimeout(browser, time.Minute)
	messages := chromedp.Console(ctx)
	var reader sync.WaitGroup
	reader.Go(func() {
		for m, err := range messages {
			if err != nil {
				if !errors.Is(err, context.Canceled) {
					t.Errorf("reading the browser's console: %v", err)
				}
				return
			}
			if m.IsException() || m.Type == chromedp.ConsoleError || m.Type == chromedp.ConsoleWarning {
				t.Errorf("the browser complained: %s (%s:%d)", m, m.URL, m.Line+1)
			}
		}
	})
	p := &browserPage{T: t, ctx: ctx}
	p.close = sync.OnceFunc(func() {
		cancel()
		reader.Wait()
	})
	t.Cleanup(p.close)
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(1280, 860), chromedp.Navigate(address), chromedp.WaitVisible(chromedp.CSS("body.ready"))); err != nil {
		t.Fatal(err)
	}
	return p
}

func eval[T any](p *browserPage, expression string) T {
	p.Helper()
	value, err := chromedp.Run(p.ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		p.Fatalf("%s: %v", expression, err)
	}
	return value
}

func (p *browserPage) wait(within time.Duration, what, expression string) {
	p.Helper()
	for deadline := time.Now().Add(within); !eval[bool](p, "Boolean("+expression+")"); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			p.shot("failed-trial")
			p.Fatalf("not so: %s. The page shows\n%s", what, eval[string](p, "document.body.innerText"))
		}
	}
}

// press presses a key as a keyboard does.
func (p *browserPage) press(r rune) {
	p.Helper()
	err := chromedp.Do(p.ctx, chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		steps := kb.Encode(r)
		down, up := *steps[0], *steps[len(steps)-1]
		if len(steps) == 3 {
			down.Text, down.UnmodifiedText = steps[1].Text, steps[1].UnmodifiedText
		} else {
			down.Type = kb.KeyRawDown
		}
		if _, err := cdp.Call(ctx, t, input.DispatchKeyEvent, down); err != nil {
			return err
		}
		_, err := cdp.Call(ctx, t, input.DispatchKeyEvent, up)
		return err
	}))
	if err != nil {
		p.Fatal(err)
	}
}

// shot writes what the page shows into the folder that SCREENSHOTS names.
func (p *browserPage) shot(name string) {
	dir := os.Getenv("SCREENSHOTS")
	if dir == "" {
		return
	}
	png, err := chromedp.Run(p.ctx, chromedp.CaptureScreenshot())
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, name+".png"), png, 0o600)
	}
	if err != nil {
		p.Logf("screenshot %s: %v", name, err)
	}
}
