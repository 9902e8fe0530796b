package internal_test

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// rooms says which of our packages each one may import. It is the house plan of doc.go; what is not listed may import nothing of
// ours.
var rooms = map[string]string{
	"news":              "",
	"fetch":             "",
	"locale":            "",
	"opml":              "news",
	"outlet":            "",
	"text":              "",
	"read":              "news text",
	"story":             "news text",
	"summary":           "news text",
	"topic":             "news text",
	"search":            "news text",
	"pipeline":          "news fetch read text story summary topic",
	"outbox":            "news",
	"command":           "news locale text topic search summary opml outlet",
	"discord":           "news locale command text outlet",
	"discordsim":        "discordsim/page",
	"discordsim/page":   "",
	"store":             "news summary pipeline outbox command store/bolt store/postgres",
	"store/bolt":        "news store/sending",
	"store/postgres":    "news store/sending",
	"store/sending":     "news",
	"store/storetest":   "news store",
	"web":               "news command",
	"inspect":           "news fetch read text story summary topic search",
	"app":               "news locale fetch read opml text story summary topic search pipeline outbox command discord store web",
	"trial":             "news app discordsim trial/newsroom",
	"trial/newsroom":    "",
	"../cmd/newsbrief":  "app fetch inspect news trial",
	"../cmd/discordsim": "discordsim",
}

// TestImports keeps the plan and the code the same.
func TestImports(t *testing.T) {
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports", "newsbrief/...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	dec := json.NewDecoder(strings.NewReader(string(out)))
	seen := 0
	for {
		var p struct {
			ImportPath string
			Imports    []string
		}
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		room := roomOf(p.ImportPath)
		if room == "" {
			continue
		}
		seen++
		allowed, ok := rooms[room]
		if !ok {
			t.Errorf("%s is no room of the plan: put it there, with what it may import", room)
			continue
		}
		for _, path := range p.Imports {
			if i := roomOf(path); i != "" && !slices.Contains(strings.Fields(allowed), i) {
				t.Errorf("%s imports %s; the plan allows: %s", room, i, allowed)
			}
			if strings.Contains(path, "discordgo") && room != "discord" {
				t.Errorf("%s imports discordgo; only discord may", room)
			}
		}
	}
	if seen < len(rooms)-1 {
		t.Errorf("%d rooms found, the plan has %d", seen, len(rooms))
	}
}

// roomOf is a package's place in the plan, "" when it is not ours or only holds the plan.
func roomOf(path string) string {
	if cmd, ok := strings.CutPrefix(path, "newsbrief/cmd/"); ok {
		return "../cmd/" + cmd
	}
	room, ok := strings.CutPrefix(path, "newsbrief/internal/")
	if !ok {
		return ""
	}
	return room
}
