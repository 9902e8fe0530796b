package discordsim

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// control mounts the control face under /sim.
func (s *Simulator) control(mux *http.ServeMux) {
	handle := func(pattern string, f func(r *http.Request) (int, any, error)) {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			// A page of some other site must not steer the simulator through the
			// person's browser.
			if origin := r.Header.Get("Origin"); origin != "" && r.Method != http.MethodGet {
				if u, err := url.Parse(origin); err != nil || u.Host != r.Host {
					writeControlError(w, controlRefuse(http.StatusForbidden, "this page may not steer the simulator"))
					return
				}
			}
			s.mu.Lock()
			s.seen(r)
			s.mu.Unlock()
			status, body, err := f(r)
			if err != nil {
				writeControlError(w, err)
				return
			}
			writeControl(w, status, body)
		})
	}
	mux.HandleFunc("GET /sim/events", s.serveEvents)
	handle("GET /sim/state", func(*http.Request) (int, any, error) { return 200, s.State(), nil })
	handle("GET /sim/messages", func(r *http.Request) (int, any, error) {
		q := r.URL.Query()
		list, err := s.Messages(q.Get("channel_id"), q.Get("user_id"))
		return 200, map[string]any{"messages": list}, err
	})
	handle("POST /sim/messages", func(r *http.Request) (int, any, error) {
		var b struct {
			ChannelID string `json:"channel_id"`
			UserID    string `json:"user_id"`
			Content   string `json:"content"`
		}
		if err := readControl(r, &b); err != nil {
			return 0, nil, err
		}
		m, err := s.Say(b.ChannelID, b.UserID, b.Content)
		return 201, m, err
	})
	handle("POST /sim/guilds", func(r *http.Request) (int, any, error) {
		var b struct {
			Name string `json:"name"`
		}
		if err := readControl(r, &b); err != nil {
			return 0, nil, err
		}
		id, err := s.AddGuild(b.Name)
		return 201, map[string]any{"id": id, "name": b.Name}, err
	})
	handle("POST /sim/guilds/{guild}/channels", func(r *http.Request) (int, any, error) {
		var b struct {
			Name     string `json:"name"`
			Type     int    `json:"type"`
			ParentID string `json:"parent_id"`
		}
		if err := readControl(r, &b); err != nil {
			return 0, nil, err
		}
		c, err := s.AddChannel(r.PathValue("guild"), b.Name, b.Type, b.ParentID)
		return 201, c, err
	})
	handle("POST /sim/threads", func(r *http.Request) (int, any, error) {
		var b struct {
			ChannelID string `json:"channel_id"`
			MessageID string `json:"message_id"`
			UserID    string `json:"user_id"`
			Name      string `json:"name"`
		}
		if err := readControl(r, &b); err != nil {
			return 0, nil, err
		}
		c, err := s.StartThread(b.ChannelID, b.MessageID, b.UserID, b.Name)
		return 201, c, err
	})
	handle("PATCH /sim/threads/{thread}", func(r *http.Request) (int, any, error) {
		var b struct {
			Archived bool `json:"archived"`
			Locked   bool `json:"locked"`
		}
		if err := readControl(r, &b); err != nil {
			return 0, nil, err
		}
		return 204, nil, s.SetThread(r.PathValue("thread"), b.Archived, b.Locked)
	})
	handle("PATCH /sim/channels/{channel}", func(r *http.Request) (int, any, error) {
		var b struct {
			Name string `json:"name"`
		}
		if err := readControl(r, &b); err != nil {
			return 0, nil, err
		}
		c, err := s.RenameChannel(r.PathValue("channel"), b.Name)
		return 200, c, err
	})
	handle("DELETE /sim/channels/{channel}", func(r *http.Request) (int, any, error) {
		return 204, nil, s.DeleteChannel(r.PathValue("channel"))
	})
	handle("POST /sim/users", func(r *http.Request) (int, any, error) {
		var b struct {
			Username string `json:"username"`
			Locale   string `json:"locale"`
		}
		if err := readControl(r, &b); err != nil {
			return 0, nil, err
		}
		u, err := s.AddUser(b.Username, b.Locale)
		return 201, u, err
	})
	handle("PATCH /sim/users/{user}", func(r *http.Request) (int, any, error) {
		var b struct {
			ClosedDMs *bool `json:"closed_dms"`
			Installed *bool `json:"installed"`
		}
		if err := readControl(r, &b); err != nil {
			return 0, nil, err
		}
		if b.ClosedDMs != nil {
			if err := s.CloseDMs(r.PathValue("user"), *b.ClosedDMs); err != nil {
				return 0, nil, err
			}
		}
		if b.Installed != nil {
			return 204, nil, s.InstallApp(r.PathValue("user"), *b.Installed)
		}
		return 204, nil, nil
	})
	handle("POST /sim/groups", func(r *http.Request) (int, any, error) {
		var b struct {
			UserIDs []string `json:"user_ids"`
		}
		if err := readControl(r, &b); err != nil {
			return 0, nil, err
		}
		c, err := s.OpenGroup(b.UserIDs...)
		return 201, c, err
	})
	handle("POST /sim/dms", func(r *http.Request) (int, any, error) {
		var b struct {
			UserID string `json:"user_id"`
		}
		if err := readControl(r, &b); err != nil {
			return 0, nil, err
		}
		c, err := s.OpenDM(b.UserID)
		return 200, c, err
	})
	handle("POST /sim/guilds/{guild}/permissions", func(r *http.Request) (int, any, error) {
		var b struct {
			ChannelID   string `json:"channel_id"`
			Allow, Deny bitSet
		}
		if err := readControl(r, &b); err != nil {
			return 0, nil, err
		}
		return 204, nil, s.SetBotPermissions(r.PathValue("guild"), b.ChannelID, uint64(b.Allow), uint64(b.Deny))
	})
	handle("PATCH /sim/guilds/{guild}/members/{user}", func(r *http.Request) (int, any, error) {
		var b struct {
			Moderator bool `json:"moderator"`
		}
		if err := readControl(r, &b); err != nil {
			return 0, nil, err
		}
		return 204, nil, s.SetModerator(r.PathValue("guild"), r.PathValue("user"), b.Moderator)
	})
	handle("DELETE /sim/guilds/{guild}/bot", func(r *http.Request) (int, any, error) {
		return 204, nil, s.KickBot(r.PathValue("guild"))
	})
	handle("POST /sim/guilds/{guild}/bot", func(r *http.Request) (int, any, error) {
		return 204, nil, s.InviteBot(r.PathValue("guild"))
	})
	handle("POST /sim/interactions", s.controlInteraction)
	handle("GET /sim/interactions/{id}", func(r *http.Request) (int, any, error) {
		reply, err := s.Reply(r.PathValue("id"))
		return 200, reply, err
	})
	handle("POST /sim/faults", func(r *http.Request) (int, any, error) {
		var f Fault
		if err := readControl(r, &f); err != nil {
			return 0, nil, err
		}
		return 204, nil, s.Fault(f)
	})
	handle("DELETE /sim/faults", func(*http.Request) (int, any, error) {
		s.ClearFaults()
		return 204, nil, nil
	})
	handle("GET /sim/requests", func(*http.Request) (int, any, error) { return 200, s.Requests(), nil })
	handle("POST /sim/reset-requests", func(*http.Request) (int, any, error) {
		s.ResetRequests()
		return 204, nil, nil
	})
	handle("/sim/", func(r *http.Request) (int, any, error) {
		return 0, nil, controlRefuse(http.StatusNotFound, "there is nothing at %s %s", r.Method, r.URL.Path)
	})
}

func (s *Simulator) controlInteraction(r *http.Request) (int, any, error) {
	var i Interaction
	if err := readControl(r, &i); err != nil {
		return 0, nil, err
	}
	if text := r.URL.Query().Get("wait"); text != "" {
		n, err := strconv.ParseFloat(text, 64)
		if err != nil || n < 0 || n > 900 {
			return 0, nil, controlRefuse(http.StatusBadRequest, "wait is a number of seconds up to 900")
		}
		i.Wait = time.Duration(n * float64(time.Second))
	}
	reply, err := s.Invoke(r.Context(), i)
	return 200, reply, err
}

// bitSet is a permission set, as text like Discord's or as a number.
type bitSet uint64

// UnmarshalJSON reads "1024" and 1024.
func (b *bitSet) UnmarshalJSON(raw []byte) error {
	text := string(raw)
	if text == "null" {
		return nil
	}
	if n := len(text); n >= 2 && text[0] == '"' {
		text = text[1 : n-1]
	}
	n, err := strconv.ParseUint(text, 10, 64)
	*b = bitSet(n)
	return err
}

func readControl(r *http.Request, to any) error {
	raw, err := io.ReadAll(io.LimitReader(r.Body, maxRequestSize))
	if err != nil {
		return controlRefuse(http.StatusBadRequest, "the request body broke off")
	}
	if err := json.Unmarshal(raw, to); err != nil {
		return controlRefuse(http.StatusBadRequest, "the request body is not the JSON expected here: %v", err)
	}
	return nil
}

func writeControl(w http.ResponseWriter, status int, body any) {
	if body == nil {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	raw, err := json.Marshal(body)
	if err != nil {
		writeControlError(w, err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	// The caller may be gone; there is nobody left to tell.
	_, _ = w.Write(raw)
}

func writeControlError(w http.ResponseWriter, err error) {
	status := http.StatusInternalServerError
	var refused *controlError
	if errors.As(err, &refused) {
		status = refused.status
	} else if errors.Is(err, errClosed) {
		status = http.StatusServiceUnavailable
	}
	writeControl(w, status, map[string]any{"error": err.Error()})
}
