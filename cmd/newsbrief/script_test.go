package main

import (
	"encoding/hex"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"golang.org/x/text/encoding/htmlindex"

	"newsbrief/internal/discordsim"
)

// TestScripts runs testdata/script/*.txtar, which read like sessions at a terminal. Each has a Discord of its own, at $SIM with the
// bot token $TOKEN, and nothing of it in the environment. Beside testscript's own commands there are
//
//	online            waits until a bot is connected and its commands are registered
//	sigterm           asks what runs in the background to end
//	kick              takes the bot out of its server
//	deny BITS         takes permissions from the bot's role
//	listen NAME       puts the address of a port that is in use into $NAME
//	web DIR           serves a folder; its address is $WEB, and in FILE.http stands a whole answer to what asks for FILE
//	transcode CHARSET FILE...   rewrites files in UTF-8 in another charset, by its name in the Encoding Standard
//	corrupt FILE AT   overwrites 64 bytes of a file
//	clock, under D    the time from clock to under is shorter than D
func TestScripts(t *testing.T) {
	t.Parallel()
	type surroundings struct {
		sim   *discordsim.Simulator
		clock time.Time
	}
	of := func(ts *testscript.TestScript) *surroundings { return ts.Value("surroundings").(*surroundings) }
	testscript.Run(t, testscript.Params{
		Dir:      "testdata/script",
		Deadline: time.Now().Add(6 * time.Minute),
		Setup: func(env *testscript.Env) error {
			sim, err := discordsim.New(discordsim.Options{MaxConcurrency: 100})
			if err != nil {
				return err
			}
			server := httptest.NewServer(sim.Handler())
			env.Defer(func() {
				sim.Close()
				server.Close()
			})
			env.Values["surroundings"] = &surroundings{sim: sim}
			env.Setenv("PATH", bin+string(os.PathListSeparator)+os.Getenv("PATH"))
			env.Setenv("SIM", server.URL+"/api/v10")
			env.Setenv("TOKEN", sim.Token())
			env.Setenv("HTTP_ADDR", "127.0.0.1:0")
			env.Vars = append(env.Vars, raceOptions)
			return nil
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"online": func(ts *testscript.TestScript, neg bool, args []string) {
				for range 1500 {
					if s := of(ts).sim.State(); s.Online && len(s.Commands) > 0 {
						return
					}
					time.Sleep(20 * time.Millisecond)
				}
				ts.Fatalf("no bot is online after 30 s")
			},
			"sigterm": func(ts *testscript.TestScript, neg bool, args []string) {
				for _, c := range ts.BackgroundCmds() {
					ts.Check(c.Process.Signal(syscall.SIGTERM))
				}
			},
			"kick": func(ts *testscript.TestScript, neg bool, args []string) {
				sim := of(ts).sim
				ts.Check(sim.KickBot(sim.State().Guilds[0].ID))
			},
			"deny": func(ts *testscript.TestScript, neg bool, args []string) {
				sim := of(ts).sim
				bits, err := strconv.ParseUint(args[0], 10, 64)
				ts.Check(err)
				ts.Check(sim.SetBotPermissions(sim.State().Guilds[0].ID, "", 0, bits))
			},
			"listen": func(ts *testscript.TestScript, neg bool, args []string) {
				l, err := net.Listen("tcp", "127.0.0.1:0")
				ts.Check(err)
				ts.Defer(func() { l.Close() })
				ts.Setenv(args[0], l.Addr().String())
			},
			"web": func(ts *testscript.TestScript, neg bool, args []string) {
				server := httptest.NewServer(serve(ts.MkAbs(args[0])))
				ts.Defer(server.Close)
				ts.Setenv("WEB", server.URL)
			},
			"transcode": func(ts *testscript.TestScript, neg bool, args []string) {
				charset, err := htmlindex.Get(args[0])
				ts.Check(err)
				for _, name := range args[1:] {
					encoded, err := charset.NewEncoder().String(ts.ReadFile(name))
					ts.Check(err)
					ts.Check(os.WriteFile(ts.MkAbs(name), []byte(encoded), 0o600))
				}
			},
			"corrupt": func(ts *testscript.TestScript, neg bool, args []string) {
				at, err := strconv.ParseInt(args[1], 10, 64)
				ts.Check(err)
				f, err := os.OpenFile(ts.MkAbs(args[0]), os.O_WRONLY, 0)
				ts.Check(err)
				junk, err := hex.DecodeString(strings.Repeat("5a", 64))
				ts.Check(err)
				_, err = f.WriteAt(junk, at)
				ts.Check(err)
				ts.Check(f.Close())
			},
			"clock": func(ts *testscript.TestScript, neg bool, args []string) { of(ts).clock = time.Now() },
			"under": func(ts *testscript.TestScript, neg bool, args []string) {
				most, err := time.ParseDuration(args[0])
				ts.Check(err)
				if took := time.Since(of(ts).clock); took > most {
					ts.Fatalf("it took %v, want at most %v", took, most)
				}
			},
		},
	})
}

// serve answers with the files of a folder. Where FILE.http is there, it is the answer to FILE as it goes over the wire, with $WEB in its
// head standing for the server's address.
func serve(dir string) http.Handler {
	files := http.FileServer(http.Dir(dir))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(path.Clean("/"+r.URL.Path))) + ".http")
		if err != nil {
			files.ServeHTTP(w, r)
			return
		}
		head, body, _ := strings.Cut(string(answer), "\n\n")
		status, fields, _ := strings.Cut(head, "\n")
		code, err := strconv.Atoi(status)
		if err != nil {
			panic(err)
		}
		for line := range strings.SplitSeq(fields, "\n") {
			if name, value, ok := strings.Cut(line, ": "); ok {
				w.Header().Set(name, strings.ReplaceAll(value, "$WEB", "http://"+r.Host))
			}
		}
		w.WriteHeader(code)
		io.WriteString(w, body)
	})
}
