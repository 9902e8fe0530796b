package postgres_test

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"
)

// server is a private PostgreSQL that listens on a socket in its own directory, for the tests of this package.
type server struct {
	dir       string
	databases atomic.Int64
}

var shared *server

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	bin, err := find()
	if err != nil {
		if os.Getenv("CI") == "true" {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		return m.Run() // each test says that it is skipped
	}
	s, stop, err := start(bin)
	if err != nil {
		fmt.Fprintln(os.Stderr, "start PostgreSQL:", err)
		return 1
	}
	defer stop()
	shared = s
	return m.Run()
}

// find is the directory of PostgreSQL's programs, the newest where there are several.
func find() (string, error) {
	if path, err := exec.LookPath("initdb"); err == nil {
		path, err = filepath.EvalSymlinks(path)
		return filepath.Dir(path), err
	}
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil || len(found) == 0 {
		return "", fmt.Errorf("PostgreSQL is not installed: no initdb in PATH or /usr/lib/postgresql/*/bin; Debian's package is postgresql")
	}
	slices.Sort(found)
	return filepath.Dir(found[len(found)-1]), nil
}

func start(bin string) (s *server, stop func(), err error) {
	dir, err := os.MkdirTemp("", "pg") // short: the path of a socket has a limit
	if err != nil {
		return nil, nil, err
	}
	credential, err := owner(dir)
	if err != nil {
		return nil, nil, err
	}
	command := func(name string, args ...string) error {
		cmd := exec.Command(filepath.Join(bin, name), args...)
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: credential}
		cmd.Dir = dir
		log, err := os.OpenFile(filepath.Join(dir, "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o666)
		if err != nil {
			return err
		}
		defer log.Close()
		cmd.Stdout, cmd.Stderr = log, log
		if err := cmd.Run(); err != nil {
			said, _ := os.ReadFile(log.Name())
			return fmt.Errorf("%s: %w\n%s", name, err, said)
		}
		return nil
	}
	data := filepath.Join(dir, "data")
	if err := command("initdb", "-D", data, "-U", "newsbrief", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync"); err != nil {
		return nil, nil, err
	}
	// What is lost when the machine loses power is no concern of a test.
	if err := command("pg_ctl", "-D", data, "-w", "-o", fmt.Sprintf("-k %s -c listen_addresses= -c fsync=off -c max_connections=200", dir), "start"); err != nil {
		return nil, nil, err
	}
	return &server{dir: dir}, func() {
		if err := command("pg_ctl", "-D", data, "-m", "immediate", "-w", "stop"); err != nil {
			fmt.Fprintln(os.Stderr, "stop PostgreSQL:", err)
		}
		os.RemoveAll(dir)
	}, nil
}

// owner gives the directory to a user PostgreSQL agrees to run as: anyone but root.
func owner(dir string) (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	someone, err := user.Lookup("postgres")
	if err != nil {
		if someone, err = user.Lookup("nobody"); err != nil {
			return nil, err
		}
	}
	uid, err := strconv.Atoi(someone.Uid)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.Atoi(someone.Gid)
	if err != nil {
		return nil, err
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, os.Chown(dir, uid, gid)
}

func (s *server) url(database string) string {
	return fmt.Sprintf("postgres://newsbrief@/%s?host=%s", database, url.QueryEscape(s.dir))
}

// database makes an empty one and returns its URL.
func newDatabase(t testing.TB) string {
	t.Helper()
	if shared == nil {
		t.Skip("PostgreSQL IS NOT INSTALLED: nothing of this backend is tested. Install Debian's package postgresql.")
	}
	name := fmt.Sprintf("t%d", shared.databases.Add(1))
	admin(t, "CREATE DATABASE "+name)
	t.Cleanup(func() { admin(t, "DROP DATABASE "+name+" WITH (FORCE)") })
	return shared.url(name)
}

func admin(t testing.TB, sql string) {
	t.Helper()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, shared.url("postgres"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, sql); err != nil {
		t.Fatal(err)
	}
}
