package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"newsbrief/internal/store"
)

// The running program owns its bbolt file, so another process asks it for a copy, over a socket beside the file that only the
// file's owner can open.

func socketPath(database string) (string, bool) {
	path, ok := strings.CutPrefix(database, "bbolt:")
	return path + ".sock", ok
}

// running reports whether a process answers on a database's socket.
func running(ctx context.Context, database string) bool {
	path, ok := socketPath(database)
	if !ok {
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, 200*time.Millisecond)
	defer cancel()
	conn, err := (&net.Dialer{}).DialContext(ctx, "unix", path)
	if err != nil {
		return false
	}
	conn.Close()
	return true
}

// control answers on the socket until ctx is done.
func (a *App) control(ctx context.Context) error {
	path, ok := socketPath(a.c.Database)
	if !ok {
		return nil
	}
	os.Remove(path) // left behind by a process that was killed: the file's lock says that none is running
	listener, err := net.Listen("unix", path)
	if err != nil {
		a.log.Warn("no backups can be taken while the program runs: its socket can't be made", "err", err)
		return nil
	}
	if err := os.Chmod(path, 0o600); err != nil {
		listener.Close()
		return fmt.Errorf("protect the control socket: %w", err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /backup", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Trailer", "Complete")
		if err := a.store.Backup(r.Context(), w); err != nil {
			a.log.Error("a backup failed", "err", err)
			return
		}
		w.Header().Set("Complete", "yes")
		a.log.Info("a backup was taken")
	})
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	context.AfterFunc(ctx, func() { server.Close() })
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// Backup copies a database to a new file, whether a process is using it or not.
func Backup(ctx context.Context, c Config, file string) (err error) {
	partial := file + ".partial"
	if _, err := os.Stat(file); err == nil {
		return fmt.Errorf("%s exists already; choose another name", file)
	}
	out, err := os.OpenFile(partial, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("make the backup: %w", err)
	}
	defer func() {
		out.Close()
		if err != nil {
			os.Remove(partial)
		}
	}()
	if err := copyStore(ctx, c.Database, out); err != nil {
		return err
	}
	if err := errors.Join(out.Sync(), out.Close()); err != nil {
		return fmt.Errorf("write the backup: %w", err)
	}
	return os.Rename(partial, file)
}

// copyStore asks the process that holds the database for a copy, or opens it when there is none.
func copyStore(ctx context.Context, database string, out io.Writer) error {
	if path, ok := socketPath(database); ok {
		if _, err := os.Stat(strings.TrimSuffix(path, ".sock")); err != nil {
			return fmt.Errorf("there is no database to back up: %w", err)
		}
		client := http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, "unix", path)
		}}}
		defer client.CloseIdleConnections()
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://newsbrief/backup", nil)
		if err != nil {
			return err
		}
		if resp, err := client.Do(req); err == nil {
			defer resp.Body.Close()
			if _, err := io.Copy(out, resp.Body); err != nil {
				return fmt.Errorf("copy the database: %w", err)
			}
			if resp.Trailer.Get("Complete") != "yes" {
				return errors.New("the running program could not finish the copy; its log says why")
			}
			return nil
		}
	}
	s, err := store.Open(ctx, database)
	if err != nil {
		return err
	}
	return errors.Join(s.Backup(ctx, out), s.Close())
}
