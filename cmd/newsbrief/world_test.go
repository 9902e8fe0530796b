package main

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"newsbrief/internal/discordsim"
)

// pollMin is POLL_MIN of the bots under test.
const pollMin = 300 * time.Millisecond

// world is a Discord of its own, run by discordsim as a process, and what is to be known to run a bot in it.
type world struct {
	*testing.T
	url      string // of discordsim
	env      []string
	dir      string
	guild    string
	channels map[string]string // ids by name
}

// newWorld starts a Discord whose one server has the channels.
func newWorld(t *testing.T, channels ...string) *world {
	t.Helper()
	w := &world{T: t, dir: t.TempDir(), channels: map[string]string{}}
	sim := launch(t, "discordsim", nil, w.dir, "-channels", strings.Join(channels, ","), "-max-concurrency", "100")
	for _, want := range []string{"discordsim listening on ", "DISCORD_TOKEN=", "DISCORD_API_URL="} {
		line := sim.line()
		value, ok := strings.CutPrefix(line, want)
		if !ok {
			t.Fatalf("discordsim said %q, want %s…", line, want)
		}
		if w.url == "" {
			w.url = value
		} else {
			w.env = append(w.env, line)
		}
	}
	w.env = append(w.env, "DATABASE_URL=bbolt:"+filepath.Join(w.dir, "bot.db"), "HTTP_ADDR=127.0.0.1:0", "FETCH_ALLOW=127.0.0.0/8",
		"POLL_MIN="+pollMin.String(), "POLL_MAX=1s", "LOG_FORMAT=json")
	state := w.state()
	w.guild = state.Guilds[0].ID
	for _, c := range state.Guilds[0].Channels {
		w.channels[c.Name] = c.ID
	}
	return w
}

// bot starts the bot in the world, with more environment behind the world's own, and waits until it is ready for commands.
func (w *world) bot(env ...string) *process {
	w.Helper()
	p := launch(w.T, "newsbrief", append(append([]string{}, w.env...), env...), w.dir)
	w.eventually(10*time.Second, "the bot is online with its commands", func() bool {
		s := w.state()
		return s.Online && len(s.Commands) > 0 || p.ended()
	})
	if p.ended() {
		w.Fatalf("the bot ended: %v", p.err)
	}
	return p
}

// call is a request to discordsim's control face. into nil ignores the answer. It returns the status.
func (w *world) call(method, path string, body, into any) int {
	w.Helper()
	status, answer, err := w.try(method, path, body)
	if err != nil {
		w.Fatalf("%s %s: %v", method, path, err)
	}
	if into != nil {
		if err := json.Unmarshal(answer, into); err != nil {
			w.Fatalf("%s %s answered %s: %v", method, path, answer, err)
		}
	}
	return status
}

func (w *world) try(method, path string, body any) (int, []byte, error) {
	data, err := json.Marshal(body)
	if err != nil {
		return 0, nil, err
	}
	req, err := http.NewRequest(method, w.url+path, bytes.NewReader(data))
	if err != nil {
		return 0, nil, err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	return resp.StatusCode, answer, err
}

func (w *world) state() (s discordsim.State) {
	w.Helper()
	w.call("GET", "/sim/state", nil, &s)
	return s
}

// fault orders a misbehaviour of Discord's.
func (w *world) fault(f discordsim.Fault) {
	w.Helper()
	if status := w.call("POST", "/sim/faults", f, nil); status != http.StatusNoContent {
		w.Errorf("fault %+v answered %d", f, status)
	}
}

// messages are a channel's messages that everyone sees, oldest first.
func (w *world) messages(channel string) []discordsim.Message {
	w.Helper()
	var list struct{ Messages []discordsim.Message }
	w.call("GET", "/sim/messages?channel_id="+w.id(channel), nil, &list)
	return list.Messages
}

// id is a channel's.
func (w *world) id(channel string) string {
	w.Helper()
	id := w.channels[channel]
	if id == "" {
		w.Fatalf("there is no channel %q", channel)
	}
	return id
}

// invoke does what a person does and waits for the answer, also for a deferred one.
func (w *world) invoke(i discordsim.Interaction) discordsim.Reply {
	w.Helper()
	var reply struct {
		discordsim.Reply
		Error string `json:"error"`
	}
	w.call("POST", "/sim/interactions?wait=20", i, &reply)
	if reply.Error != "" {
		w.Fatalf("interaction %+v: %s", i.Data, reply.Error)
	}
	return reply.Reply
}

// slash types a command in a channel and returns the text of the reply.
func (w *world) slash(channel, path string, options map[string]any) string {
	w.Helper()
	reply := w.invoke(discordsim.Slash(w.id(channel), "", path, options))
	if reply.Message == nil {
		w.Fatalf("/%s got no message: %+v", path, reply)
	}
	return reply.Message.Text()
}

// says types a command and checks that its reply holds all of want.
func (w *world) says(channel, path string, options map[string]any, want ...string) {
	w.Helper()
	got := w.slash(channel, path, options)
	for _, s := range want {
		if !strings.Contains(got, s) {
			w.Errorf("/%s %v answered\n%s\nwithout %q", path, options, got, s)
		}
	}
}

// eventually waits until is holds.
func (w *world) eventually(within time.Duration, what string, is func() bool) {
	w.Helper()
	for deadline := time.Now().Add(within); !is(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			w.Fatalf("not within %v: %s", within, what)
		}
	}
}

// process is a program under test.
type process struct {
	t      *testing.T
	cmd    *exec.Cmd
	lines  chan string   // of stdout
	exited chan struct{} // closed at the end
	err    error         // of Wait, after exited

	mu     sync.Mutex
	stderr bytes.Buffer
}

func (p *process) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.stderr.Write(b)
}

// log is what the process wrote to stderr so far.
func (p *process) log() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.stderr.String()
}

// launch starts a program with nothing but env as its environment. It is killed at the end of the test, which fails when the
// program raced or panicked.
func launch(t *testing.T, name string, env []string, dir string, args ...string) *process {
	t.Helper()
	p := &process{t: t, cmd: exec.Command(filepath.Join(bin, name), args...), lines: make(chan string, 100), exited: make(chan struct{})}
	p.cmd.Env = append([]string{"TMPDIR=" + dir, raceOptions}, env...)
	p.cmd.Dir = dir
	p.cmd.Stderr = p
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(p.exited)
		scanner := bufio.NewScanner(out)
		for scanner.Scan() {
			p.lines <- scanner.Text()
		}
		close(p.lines)
		p.err = p.cmd.Wait()
	}()
	t.Cleanup(func() {
		p.kill()
		log := p.log()
		for _, bad := range []string{"DATA RACE", "panic"} {
			if strings.Contains(log, bad) {
				t.Errorf("%s: %s in\n%s", name, bad, log)
			}
		}
		if t.Failed() {
			t.Logf("the end of what %s wrote:\n%s", name, log[max(0, len(log)-8000):])
		}
	})
	return p
}

// line is the next line of stdout.
func (p *process) line() string {
	p.t.Helper()
	select {
	case line, ok := <-p.lines:
		if !ok {
			p.t.Fatalf("%s ended its output: %s", p.cmd.Path, p.log())
		}
		return line
	case <-time.After(10 * time.Second):
		p.t.Fatalf("%s prints nothing", p.cmd.Path)
		return ""
	}
}

func (p *process) ended() bool {
	select {
	case <-p.exited:
		return true
	default:
		return false
	}
}

// kill ends the process as a power failure does.
func (p *process) kill() {
	if err := p.cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		p.t.Errorf("kill: %v", err)
	}
	<-p.exited
}

// stop ends the process as a service manager does, and returns how long that took.
func (p *process) stop() time.Duration {
	p.t.Helper()
	start := time.Now()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		p.t.Fatalf("SIGTERM: %v", err)
	}
	select {
	case <-p.exited:
	case <-time.After(10 * time.Second):
		p.t.Errorf("%s goes on 10 s after SIGTERM", p.cmd.Path)
		p.kill()
	}
	if p.err != nil {
		p.t.Errorf("%s ended with %v after SIGTERM, want status 0\n%s", p.cmd.Path, p.err, p.log())
	}
	return time.Since(start)
}

// press is the outlets of a world: feeds under /NAME/feed.xml and their articles' pages.
type press struct {
	t   *testing.T
	url string

	mu      sync.Mutex
	outlets map[string]*outlet
	slow    time.Duration // of each answer
}

type outlet struct {
	title   string // its name, when empty
	entries []entry
	edits   int
	asked   int
}

// entry is one item of an outlet's feed.
type entry struct {
	title, text, language string
	at                    time.Time
}

func newPress(t *testing.T) *press {
	t.Helper()
	p := &press{t: t, outlets: map[string]*outlet{}}
	server := httptest.NewServer(http.HandlerFunc(p.serve))
	t.Cleanup(server.Close)
	p.url = server.URL
	return p
}

// feed is the address of an outlet's feed.
func (p *press) feed(name string) string { return p.url + "/" + name + "/feed.xml" }

// link is the address of the page of an outlet's entry n, counted from 0.
func (p *press) link(name string, n int) string { return fmt.Sprintf("%s/%s/%d", p.url, name, n) }

// release puts entries into an outlet's feed.
func (p *press) release(name string, entries ...entry) {
	p.mu.Lock()
	defer p.mu.Unlock()
	o := p.outlet(name)
	for _, e := range entries {
		e.at = time.Now()
		o.entries = append(o.entries, e)
	}
}

// edit replaces an outlet's entry n, counted from 0, at its address.
func (p *press) edit(name string, n int, e entry) {
	p.mu.Lock()
	defer p.mu.Unlock()
	o := p.outlet(name)
	e.at = o.entries[n].at
	o.entries[n] = e
	o.edits++
}

func (p *press) outlet(name string) *outlet {
	if p.outlets[name] == nil {
		p.outlets[name] = &outlet{}
	}
	return p.outlets[name]
}

// rename gives an outlet a title.
func (p *press) rename(name, title string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.outlet(name).title = title
}

// looks is how often an outlet's feed was fetched.
func (p *press) looks(name string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.outlet(name).asked
}

func (p *press) delay(d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.slow = d
}

func (p *press) serve(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	name, page, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	o := p.outlet(name)
	if slow := p.slow; slow > 0 {
		p.mu.Unlock()
		select {
		case <-time.After(slow):
		case <-r.Context().Done():
		}
		p.mu.Lock()
	}
	if page != "feed.xml" {
		http.NotFound(w, r)
		return
	}
	o.asked++
	tag := fmt.Sprintf(`"%d.%d"`, len(o.entries), o.edits)
	w.Header().Set("ETag", tag)
	if r.Header.Get("If-None-Match") == tag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	w.Header().Set("Content-Type", "application/rss+xml")
	fmt.Fprintf(w, "<rss version=\"2.0\"><channel><title>%s</title><link>%s/%s/</link>", text(cmp.Or(o.title, name)), p.url, name)
	for i := len(o.entries) - 1; i >= 0; i-- {
		e := o.entries[i]
		fmt.Fprintf(w, "<item xml:lang=%q><title>%s</title><link>%s</link><guid>%s</guid><pubDate>%s</pubDate><description>%s</description></item>",
			cmp.Or(e.language, "en"), text(e.title), p.link(name, i), p.link(name, i), e.at.Format(time.RFC1123Z), text(text(e.text)))
	}
	fmt.Fprint(w, "</channel></rss>")
}

// text escapes for XML.
func text(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(s)
}

// follow adds the outlets' feeds to the world's server and waits until each was looked at for the first time.
func (w *world) follow(p *press, channel string, outlets ...string) {
	w.Helper()
	for _, name := range outlets {
		w.says(channel, "feed add", map[string]any{"url": p.feed(name)}, "Following "+name)
	}
	w.settle(p, outlets...)
}

// settle waits until what the outlets have told by now was read: a look is over when the next but one has begun.
func (w *world) settle(p *press, outlets ...string) {
	w.Helper()
	for _, name := range outlets {
		before := p.looks(name)
		w.eventually(15*time.Second, "the feed of "+name+" is looked at", func() bool { return p.looks(name) >= before+2 })
	}
}

// holding counts the messages of a channel that hold a text.
func (w *world) holding(channel, text string) int {
	w.Helper()
	n := 0
	for _, m := range w.messages(channel) {
		if strings.Contains(m.Text(), text) {
			n++
		}
	}
	return n
}

// endpoint is the address of one of the bot's own endpoints.
func (p *process) endpoint(path string) string {
	p.t.Helper()
	for line := range strings.Lines(p.log()) {
		var event struct{ Msg, HTTP string }
		if json.Unmarshal([]byte(line), &event) == nil && event.Msg == "running" {
			return (&url.URL{Scheme: "http", Host: event.HTTP, Path: path}).String()
		}
	}
	p.t.Fatalf("the bot doesn't tell its address:\n%s", p.log())
	return ""
}

// get returns the status and the body at an address.
func get(ctx context.Context, address string) (int, string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return 0, "", err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, "", err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return resp.StatusCode, string(body), err
}
