package discordsim

import (
	"mime"
	"net/http"
	"path"
	"strings"
)

const (
	maxFileSize    = 10 << 20 // a bot's, without boosts
	maxRequestSize = 25 << 20
	maxUploads     = 200 // kept in memory; the oldest are forgotten
)

// upload is a file somebody sent.
type upload struct {
	ID, Name, Type string
	Index          string // n of files[n]
	Data           []byte
}

// attachment stores a file and describes it.
func (s *Simulator) attachment(f upload) map[string]any {
	f.Name = strings.Map(func(r rune) rune {
		if r == '/' || r == '\\' || r < ' ' {
			return '_'
		}
		return r
	}, f.Name)
	if f.Type == "" {
		f.Type = mime.TypeByExtension(path.Ext(f.Name))
	}
	if f.Type == "" {
		f.Type = "application/octet-stream"
	}
	s.uploads[f.ID] = f
	s.uploadOrder = append(s.uploadOrder, f.ID)
	if len(s.uploadOrder) > maxUploads {
		delete(s.uploads, s.uploadOrder[0])
		s.uploadOrder = s.uploadOrder[1:]
	}
	u := s.base + "/attachments/" + f.ID + "/" + f.Name
	return map[string]any{"id": f.ID, "filename": f.Name, "size": len(f.Data), "url": u, "proxy_url": u, "content_type": f.Type}
}

// serveAttachment answers GET /attachments/ID/NAME, as Discord's CDN would.
func (s *Simulator) serveAttachment(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	f, ok := s.uploads[r.PathValue("id")]
	s.mu.Unlock()
	if !ok || f.Name != r.PathValue("name") {
		http.Error(w, "This content is no longer available.", http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", f.Type)
	w.Header().Set("Content-Disposition", "attachment")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Write(f.Data)
}
