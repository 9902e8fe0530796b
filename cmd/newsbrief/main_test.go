package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

var (
	// buildFlags are those of go build for the programs under test; the race detector watches them when it watches the tests.
	buildFlags []string
	// bin is the folder of the programs newsbrief and discordsim, built once.
	bin string
)

// raceOptions keep the race detector from letting each program linger for a second at its end.
const raceOptions = "GORACE=atexit_sleep_ms=0"

func TestMain(m *testing.M) {
	os.Exit(func() int {
		flag.Parse()
		dir, err := os.MkdirTemp("", "newsbrief-test-")
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer os.RemoveAll(dir)
		defer func() {
			if stopBrowser != nil {
				stopBrowser()
			}
		}()
		bin = dir
		args := append(append([]string{"build"}, buildFlags...), "-o", dir+string(filepath.Separator), "newsbrief/cmd/newsbrief", "newsbrief/cmd/discordsim")
		if out, err := exec.Command("go", args...).CombinedOutput(); err != nil {
			fmt.Fprintf(os.Stderr, "building the programs: %v\n%s", err, out)
			return 1
		}
		return m.Run()
	}())
}
