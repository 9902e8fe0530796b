package bolt

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// holderFile says who has the database open. It is written by whoever holds the lock and only read by those who waited for the
// lock in vain, so one that a killed process left behind is overwritten before anyone reads it.
func holderFile(path string) string { return path + ".lock" }

func writeHolder(path string) error {
	host, err := os.Hostname()
	if err != nil {
		host = "an unknown host"
	}
	note := fmt.Sprintf("%d\n%s\n%s\n", os.Getpid(), host, time.Now().UTC().Format(time.RFC3339))
	if err := os.WriteFile(holderFile(path), []byte(note), 0o600); err != nil {
		return fmt.Errorf("write down who holds the database: %w", err)
	}
	return nil
}

// removeHolder is called by the holder only. A note that stays behind harms nobody.
func removeHolder(path string) { _ = os.Remove(holderFile(path)) }

// readHolder names the holder of the lock as well as it can.
func readHolder(path string) string {
	const unknown = "another program"
	note, err := os.ReadFile(holderFile(path))
	if err != nil {
		return unknown
	}
	lines := strings.Split(string(note), "\n")
	if len(lines) < 3 {
		return unknown
	}
	pid, err := strconv.Atoi(lines[0])
	if err != nil {
		return unknown
	}
	if host, err := os.Hostname(); err == nil && host == lines[1] {
		process, err := os.FindProcess(pid)
		if err != nil || errors.Is(process.Signal(syscall.Signal(0)), os.ErrProcessDone) {
			return unknown // the note is an older holder's
		}
	}
	return fmt.Sprintf("process %d on %s since %s", pid, lines[1], lines[2])
}
