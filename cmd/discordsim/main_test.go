package main

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
)

func TestRunPrintsWhatToSetAndEndsWithZero(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	reader, writer := io.Pipe()
	status := make(chan int, 1)
	go func() {
		status <- run(ctx, []string{"-token", "T", "-channels", "news,briefs:forum"}, writer, io.Discard)
		writer.Close()
	}()
	lines := bufio.NewScanner(reader)
	var said []string
	for len(said) < 3 && lines.Scan() {
		said = append(said, lines.Text())
	}
	if len(said) < 3 {
		t.Fatalf("it said %q", said)
	}
	base, ok := strings.CutPrefix(said[0], "discordsim listening on ")
	if !ok || said[1] != "DISCORD_TOKEN=T" || said[2] != "DISCORD_API_URL="+base+"/api/v10" {
		t.Fatalf("it said %q", said)
	}
	resp, err := http.Get(base + "/sim/state")
	if err != nil {
		t.Fatal(err)
	}
	state, err := io.ReadAll(resp.Body)
	resp.Body.Close()
	if err != nil || !strings.Contains(string(state), `"name":"briefs"`) {
		t.Errorf("the state is %s, %v", state, err)
	}
	cancel()
	if got := <-status; got != 0 {
		t.Errorf("status %d, want 0", got)
	}
}

func TestBadFlags(t *testing.T) {
	for _, c := range []struct {
		args []string
		want int
		says string
	}{
		{[]string{"-nothing"}, 2, "nothing"},
		{[]string{"extra"}, 2, "extra"},
		{[]string{"-addr", "nowhere:none"}, 1, "listening"},
		{[]string{"-channels", "a:castle"}, 1, "castle"},
		{[]string{"-application-id", "x"}, 1, "snowflake"},
	} {
		var stderr strings.Builder
		if got := run(t.Context(), c.args, io.Discard, &stderr); got != c.want || !strings.Contains(stderr.String(), c.says) {
			t.Errorf("%q ended with %d, %q; want %d about %q", c.args, got, stderr.String(), c.want, c.says)
		}
	}
}
