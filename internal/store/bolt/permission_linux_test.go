package bolt_test

import (
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
)

func TestOpenWithoutPermission(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "news.db")
	if err := open(t, path).Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o400); err != nil {
		t.Fatal(err)
	}
	if os.Geteuid() == 0 { // root may do everything; this thread becomes someone who may not
		for d := dir; d != os.TempDir() && d != "/"; d = filepath.Dir(d) {
			if err := os.Chmod(d, 0o755); err != nil {
				t.Fatal(err)
			}
		}
		runtime.LockOSThread() // and is given up with the test
		if err := syscall.Setfsuid(65534); err != nil {
			t.Fatal(err)
		}
		defer syscall.Setfsuid(0)
	}
	refused(t, path, "may not read and write")
}
