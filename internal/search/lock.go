package search

import (
	"errors"
	"os"
	"time"
)

// errLocked is a file that another process has locked.
var errLocked = errors.New("another process has it open")

// lockFile locks a file until it is closed. A process that is ending has a second to let go of it.
func lockFile(path string) (*os.File, error) {
	for end := time.Now().Add(time.Second); ; time.Sleep(20 * time.Millisecond) {
		f, err := tryLock(path)
		if !errors.Is(err, errLocked) || time.Now().After(end) {
			return f, err
		}
	}
}
