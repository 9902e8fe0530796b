package page_test

import (
	"context"
	"errors"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// SCREENSHOTS names a folder to which the tests write what they saw.
var screenshots = os.Getenv("SCREENSHOTS")

// started tells TestMain whether there is a browser to end.
var started atomic.Bool

// browser starts one browser for all tests; each test gets a fresh profile in it.
var browser = sync.OnceValues(func() (context.Context, func()) {
	started.Store(true)
	profile, err := os.MkdirTemp("", "page-browser-")
	if err != nil {
		panic(err)
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(profile), chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true))
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, cancelBrowser := chromedp.NewContext(ctx)
	if err := chromedp.Do(ctx); err != nil {
		panic(err)
	}
	return ctx, func() {
		cancelBrowser()
		cancel()
		_ = os.RemoveAll(profile)
	}
})

func TestMain(m *testing.M) {
	code := m.Run()
	if started.Load() {
		_, stop := browser()
		stop()
	}
	os.Exit(code)
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
		t.Fatal("no chromium found: the page can't be tested")
	}
	t.Skip("SKIPPED: no chromium found, so nothing of the page's behaviour is tested here (CI=true makes this a failure)")
}

// tab is a page of the browser.
type tab struct {
	*testing.T
	ctx context.Context
}

// open shows the page for a fake world in a fresh profile. At the end the test
// fails on any console error or warning, exception or refused resource but the
// expected ones, which are told by a part of their text.
func open(t *testing.T, f *fake, hash string, width, height int64, expected ...string) *tab {
	t.Helper()
	needBrowser(t)
	parent, _ := browser()
	server := httptest.NewServer(f.handler())
	whole, cancel := chromedp.NewContext(parent, chromedp.WithNewBrowserContext())
	if err := chromedp.Do(whole); err != nil {
		t.Fatal(err)
	}
	ctx, cancelTime := context.WithTimeout(whole, time.Minute)
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
			complaint := m.IsException() || m.Type == chromedp.ConsoleError || m.Type == chromedp.ConsoleWarning
			for _, e := range expected {
				complaint = complaint && !strings.Contains(m.Text, e)
			}
			if complaint {
				t.Errorf("the browser complained: %s (%s:%d)", m, m.URL, m.Line+1)
			}
		}
	})
	t.Cleanup(func() {
		cancelTime()
		reader.Wait()
		cancel()
		server.CloseClientConnections()
		server.Close()
	})
	p := &tab{T: t, ctx: ctx}
	p.do(chromedp.EmulateViewport(width, height), chromedp.Navigate(server.URL+"/"+hash), chromedp.WaitVisible(chromedp.CSS("body.ready")))
	return p
}

func (p *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	p.Helper()
	if err := chromedp.Do(p.ctx, steps...); err != nil {
		p.shot("failed-" + p.Name())
		p.Fatal(err)
	}
}

// eval runs an expression in the page and decodes its value; a promise is awaited.
func eval[T any](p *tab, expression string) T {
	p.Helper()
	value, err := chromedp.Run(p.ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		p.shot("failed-" + p.Name())
		p.Fatalf("%s: %v", expression, err)
	}
	return value
}

// wait polls until the expression holds in the page.
func (p *tab) wait(what, expression string) {
	p.Helper()
	deadline := time.Now().Add(10 * time.Second)
	for !eval[bool](p, "Boolean("+expression+")") {
		if time.Now().After(deadline) {
			p.shot("failed-" + p.Name())
			p.Fatalf("%s: not so within 10 s", what)
		}
		time.Sleep(25 * time.Millisecond)
	}
}

func (p *tab) click(selector string) {
	p.Helper()
	p.patiently(chromedp.Click(chromedp.CSS(selector)))
}

func (p *tab) clickText(xpath string) {
	p.Helper()
	p.patiently(chromedp.Click(chromedp.Search(xpath)))
}

// patiently repeats a step whose element was drawn anew between being found
// and being used; nothing has happened in the page then.
func (p *tab) patiently(step chromedp.Action[chromedp.Void]) {
	p.Helper()
	for try := 0; ; try++ {
		err := chromedp.Do(p.ctx, step)
		if err == nil {
			return
		}
		if try == 20 || !strings.Contains(err.Error(), "node with given id") {
			p.shot("failed-" + p.Name())
			p.Fatal(err)
		}
		time.Sleep(25 * time.Millisecond)
	}
}

func (p *tab) focus(selector string) {
	p.Helper()
	p.patiently(chromedp.Focus(chromedp.CSS(selector)))
}

// press types keys one after the other.
func (p *tab) press(keys ...string) {
	p.Helper()
	for _, k := range keys {
		for _, r := range k {
			p.do(key(r))
		}
	}
}

// key presses one key as a keyboard does: the text belongs to the press, so that
// a page which takes the press gets no text. (chromedp.KeyEvent sends it apart.)
func key(r rune) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
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
	})
}

func (p *tab) shot(name string) {
	if screenshots == "" {
		return
	}
	png, err := chromedp.Run(p.ctx, chromedp.CaptureScreenshot())
	if err == nil {
		err = os.WriteFile(filepath.Join(screenshots, strings.ReplaceAll(name, "/", "-")+".png"), png, 0o600)
	}
	if err != nil {
		p.Logf("screenshot %s: %v", name, err)
	}
}
