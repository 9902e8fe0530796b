package discordsim

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"time"

	"newsbrief/internal/discordsim/page"
)

const apiPrefix = "/api/v10"

// userAgent is the form Discord asks for (developers/reference, User Agent).
var userAgent = regexp.MustCompile(`^DiscordBot \(\S+, [^)]+\)`)

// route is one REST endpoint. Handlers run under the simulator's lock and
// return what to answer; nothing is written before they are done, so that a
// fault can carry a request out and lose its answer.
type route struct {
	method   string
	pattern  string // "/channels/{channel}/messages"
	parts    []string
	limit    limit
	shared   string // bucket name shared with other routes; "" is the route's own
	open     bool   // needs no bot token
	noGlobal bool   // not counted against the global limit
	handle   func(*call) (int, any, error)
}

func (r *route) bucket() string {
	if r.shared != "" {
		return r.shared
	}
	return r.method + " " + r.pattern
}

// call is one request to a route.
type call struct {
	*Simulator
	r     *http.Request
	query url.Values
	args  map[string]string
	raw   any // the decoded JSON body, nil without one
	files []upload
	form  *form
}

// body is the request's JSON body as a form field.
func (c *call) body() field {
	if c.form == nil {
		c.form = &form{}
	}
	return c.form.root(c.raw)
}

func (s *Simulator) routes() []*route {
	var list []*route
	list = append(list, s.accountRoutes()...)
	list = append(list, s.guildRoutes()...)
	list = append(list, s.channelRoutes()...)
	list = append(list, s.messageRoutes()...)
	list = append(list, s.commandRoutes()...)
	list = append(list, s.interactionRoutes()...)
	list = append(list, s.webhookRoutes()...)
	for _, r := range list {
		r.parts = strings.Split(strings.Trim(r.pattern, "/"), "/")
		if r.limit.count == 0 {
			r.limit = limitDefault
		}
	}
	// Fixed words win over {names}: @me before {user}.
	sort.SliceStable(list, func(i, j int) bool { return strings.Count(list[i].pattern, "{") < strings.Count(list[j].pattern, "{") })
	return list
}

// match finds the route of a path; with the path known but not the method, the
// second result is true.
func match(routes []*route, method string, parts []string) (*route, map[string]string, bool) {
	known := false
	for _, r := range routes {
		if len(r.parts) != len(parts) {
			continue
		}
		args := map[string]string{}
		fits := true
		for i, p := range r.parts {
			if strings.HasPrefix(p, "{") {
				args[p[1:len(p)-1]] = parts[i]
			} else if p != parts[i] {
				fits = false
				break
			}
		}
		if !fits {
			continue
		}
		if r.method == method {
			return r, args, true
		}
		known = true
	}
	return nil, nil, known
}

// api serves /api/….
func (s *Simulator) api() http.Handler {
	routes := s.routes()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		started := time.Now()
		entry := Request{Time: started, Method: r.Method, Path: r.URL.Path}
		s.answer(w, r, routes, &entry)
		entry.MS = float64(time.Since(started).Microseconds()) / 1000
		s.mu.Lock()
		s.requests.add(entry)
		s.mu.Unlock()
	})
}

// answer carries one request out and notes in entry what became of it.
func (s *Simulator) answer(w http.ResponseWriter, r *http.Request, routes []*route, entry *Request) {
	now := time.Now()
	address, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		address = r.RemoteAddr
	}
	path := strings.TrimPrefix(r.URL.EscapedPath(), apiPrefix)
	var parts []string
	for _, p := range strings.Split(strings.Trim(path, "/"), "/") {
		plain, err := url.PathUnescape(p)
		if err != nil {
			plain = p
		}
		parts = append(parts, plain)
	}
	entry.Path = path
	found, args, known := match(routes, r.Method, parts)
	if found != nil {
		entry.Route = found.method + " " + found.pattern
		entry.ChannelID = args["channel"]
	}

	s.mu.Lock()
	s.seen(r)
	if s.closed {
		s.mu.Unlock()
		entry.Status = http.StatusServiceUnavailable
		http.Error(w, errClosed.Error(), entry.Status)
		return
	}
	if wait, bad := s.banned(address, now); bad {
		s.mu.Unlock()
		entry.Status = http.StatusTooManyRequests
		writeHTML(w, entry.Status, rateLimitedPage, wait)
		return
	}
	fault := s.restFault(r.Method, path)
	s.mu.Unlock()
	if fault != nil {
		entry.Fault = fault.Kind
		s.log.Info("fault", "kind", fault.Kind, "method", r.Method, "path", path)
		if s.faultBefore(w, r, fault, found, entry, address) {
			return
		}
	}

	status, body := s.carryOut(w.Header(), r, found, args, known, path, address, entry)
	entry.Status = status
	if fault != nil {
		switch fault.Kind {
		case "commit_then_502":
			clearRateHeaders(w.Header())
			entry.Status = http.StatusBadGateway
			writeHTML(w, entry.Status, badGatewayPage, 0)
			return
		case "commit_then_reset":
			entry.Status = 0
			resetConnection(w)
			return
		case "commit_then_hang":
			entry.Status = 0
			s.hang(r, fault.wait(0))
			resetConnection(w)
			return
		}
	}
	w.Header().Set("Via", "1.1 google")
	if body == nil {
		w.WriteHeader(status)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	// The caller may be gone; there is nobody left to tell.
	_, _ = w.Write(body)
}

// seen remembers the address the simulator is reached at, for links it makes.
func (s *Simulator) seen(r *http.Request) {
	if r.Host != "" {
		s.base = "http://" + r.Host
	}
}

func clearRateHeaders(h http.Header) {
	for k := range h {
		if strings.HasPrefix(k, "X-Ratelimit") {
			h.Del(k)
		}
	}
}

// hang waits until the caller leaves, the simulator closes, or d has passed
// (0: never).
func (s *Simulator) hang(r *http.Request, d time.Duration) {
	var after <-chan time.Time
	if d > 0 {
		t := time.NewTimer(d)
		defer t.Stop()
		after = t.C
	}
	// Without reading the body the server can't notice that the caller left.
	raw, err := io.ReadAll(io.LimitReader(r.Body, maxRequestSize))
	if err != nil {
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(raw))
	select {
	case <-r.Context().Done():
	case <-s.ctx.Done():
	case <-after:
	}
}

// faultBefore plays a fault that comes before the request is carried out; true
// when the request ends here.
func (s *Simulator) faultBefore(w http.ResponseWriter, r *http.Request, f *Fault, found *route, entry *Request, address string) bool {
	wait := f.wait(time.Second)
	var e error
	switch f.Kind {
	case "http_502":
		entry.Status = http.StatusBadGateway
		writeHTML(w, entry.Status, badGatewayPage, 0)
		return true
	case "reset":
		resetConnection(w)
		return true
	case "hang":
		s.hang(r, f.wait(0))
		if f.MS == 0 || r.Context().Err() != nil || s.ctx.Err() != nil {
			resetConnection(w)
			return true
		}
		return false
	case "html_429":
		entry.Status = http.StatusTooManyRequests
		writeHTML(w, entry.Status, rateLimitedPage, wait)
		return true
	case "global_429":
		e = globalLimit(w.Header(), wait)
	case "user_429", "shared_429":
		bucket, count, left := "unknown", 5, 0
		if found != nil {
			bucket, count = found.bucket(), found.limit.count
		}
		scope, message := "user", "You are being rate limited."
		if f.Kind == "shared_429" {
			scope, message, left = "shared", "The resource is being rate limited.", count-1
		}
		now := time.Now()
		rateHeaders(w.Header(), bucket, count, left, now.Add(wait), now)
		e = tooMany(w.Header(), scope, message, wait)
	default:
		return false
	}
	status, body := s.refusal(e)
	entry.Status = status
	s.mu.Lock()
	s.countInvalid(address, status, w.Header(), time.Now())
	s.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(body)
	return true
}

// refusal turns an error into an answer.
func (s *Simulator) refusal(err error) (int, []byte) {
	var global *globalError
	var api *apiError
	var object map[string]any
	switch {
	case errors.As(err, &global):
		api, object = &global.apiError, global.body()
	case errors.As(err, &api):
		object = api.body()
		if api.status == http.StatusTooManyRequests && api.code == 0 {
			delete(object, "code")
		}
	default:
		s.log.Error("request failed inside the simulator", "error", err)
		api = refuse(http.StatusInternalServerError, 0, "500: Internal Server Error")
		object = api.body()
	}
	body, err := json.Marshal(object)
	if err != nil {
		s.log.Error("answer can't be written as JSON", "error", err)
		return http.StatusInternalServerError, []byte("{}")
	}
	return api.status, body
}

// carryOut checks and executes a request.
func (s *Simulator) carryOut(h http.Header, r *http.Request, found *route, args map[string]string, known bool,
	path, address string, entry *Request) (int, []byte) {
	raw, files, readErr := readBody(r)
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	status, body, err := s.execute(h, r, found, args, known, path, address, raw, files, readErr, now)
	if object, ok := raw.(map[string]any); ok {
		entry.Nonce = object["nonce"]
	}
	if err == nil {
		if body == nil {
			return status, nil
		}
		out, jsonErr := json.Marshal(body)
		if jsonErr == nil {
			return status, out
		}
		err = jsonErr
	}
	status, out := s.refusal(err)
	s.log.Info("request refused", "method", r.Method, "path", path, "status", status, "answer", string(out))
	s.countInvalid(address, status, h, now)
	return status, out
}

func (s *Simulator) execute(h http.Header, r *http.Request, found *route, args map[string]string, known bool, path, address string,
	raw any, files []upload, readErr error, now time.Time) (int, any, error) {
	if !strings.HasPrefix(r.URL.Path, apiPrefix+"/") {
		s.log.Error("API version is not v10", "method", r.Method, "path", r.URL.Path)
		return 0, nil, refuse(http.StatusBadRequest, 50041, "Invalid API version")
	}
	if !userAgent.MatchString(r.UserAgent()) {
		s.log.Error("User-Agent is not of the form DiscordBot (url, version)", "user_agent", r.UserAgent(), "path", path)
		return 0, nil, refuse(http.StatusForbidden, 40333, "internal network error")
	}
	if found == nil {
		s.log.Error("unknown route", "method", r.Method, "path", path)
		if known {
			return 0, nil, refuse(http.StatusMethodNotAllowed, 0, "405: Method Not Allowed")
		}
		return 0, nil, errNotFound
	}
	authorized := s.token != "" && r.Header.Get("Authorization") == "Bot "+s.token
	if !authorized && (!found.open || r.Header.Get("Authorization") != "") {
		return 0, nil, errUnauthorized
	}
	if !found.noGlobal && args["webhook"] != s.application {
		caller := "address " + address
		if authorized {
			caller = "bot"
		}
		if err := s.limitAll(h, caller, now); err != nil {
			return 0, nil, err
		}
	}
	major := args["channel"] + args["guild"] + args["webhook"] + args["token"]
	if err := s.limitRoute(h, found, major, now); err != nil {
		return 0, nil, err
	}
	if readErr != nil {
		return 0, nil, readErr
	}
	c := &call{Simulator: s, r: r, query: r.URL.Query(), args: args, raw: raw, files: files}
	return found.handle(c)
}

func decodeJSON(raw []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, err
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, errors.New("more than one JSON value")
	}
	return v, nil
}

// readBody reads a JSON or multipart body (developers/reference, Uploading Files).
func readBody(r *http.Request) (any, []upload, error) {
	raw, err := io.ReadAll(io.LimitReader(r.Body, maxRequestSize+1))
	if err != nil {
		return nil, nil, refuse(http.StatusBadRequest, 0, "400: Bad Request")
	}
	if len(raw) > maxRequestSize {
		return nil, nil, errTooLarge
	}
	if len(bytes.TrimSpace(raw)) == 0 {
		return nil, nil, nil
	}
	kind, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch {
	case err == nil && kind == "application/json":
		v, err := decodeJSON(raw)
		if err != nil {
			return nil, nil, errInvalidJSON
		}
		return v, nil, nil
	case err == nil && kind == "multipart/form-data":
		return readMultipart(raw, params["boundary"])
	}
	f := &form{}
	f.root(nil).fail("CONTENT_TYPE_INVALID", "Expected \"Content-Type\" header to be one of {'application/json', 'multipart/form-data'}.")
	return nil, nil, f.err()
}

func readMultipart(raw []byte, boundary string) (any, []upload, error) {
	parts := multipart.NewReader(bytes.NewReader(raw), boundary)
	var body any
	var files []upload
	for {
		p, err := parts.NextPart()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, nil, refuse(http.StatusBadRequest, 50035, "Invalid Form Body")
		}
		data, err := io.ReadAll(p)
		if err != nil {
			return nil, nil, refuse(http.StatusBadRequest, 50035, "Invalid Form Body")
		}
		name := p.FormName()
		switch {
		case name == "payload_json":
			if body, err = decodeJSON(data); err != nil {
				return nil, nil, errInvalidJSON
			}
		case p.FileName() != "":
			if len(data) > maxFileSize {
				return nil, nil, refuse(http.StatusRequestEntityTooLarge, 40005, "Request entity too large")
			}
			index := strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(name, "files["), "file"), "]")
			if index == "" {
				index = strconv.Itoa(len(files))
			}
			files = append(files, upload{Name: p.FileName(), Type: p.Header.Get("Content-Type"), Index: index, Data: data})
		}
	}
	if len(files) > 10 {
		return nil, nil, refuse(http.StatusBadRequest, 30015, "Maximum number of attachments in a message reached (10)")
	}
	if body == nil {
		body = map[string]any{}
	}
	return body, files, nil
}

// Handler serves REST under /api/v10, the gateway under /gateway, the control
// face under /sim, uploaded files under /attachments and the page at /.
func (s *Simulator) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/api/", s.api())
	mux.HandleFunc("GET /gateway", s.serveGateway)
	mux.HandleFunc("GET /gateway/", s.serveGateway)
	mux.HandleFunc("GET /attachments/{id}/{name}", s.serveAttachment)
	s.control(mux)
	mux.Handle("/", page.Handler(s.firstView))
	return mux
}

// firstMessages is how many messages of a channel come along with the page; a
// channel with more is asked for when it is opened.
const firstMessages = 100

// firstView is what the page asks for first.
func (s *Simulator) firstView() any {
	state := s.State()
	messages := map[string]any{}
	for _, g := range state.Guilds {
		for _, c := range g.Channels {
			if list, err := s.Messages(c.ID, state.You); err == nil && len(list) > 0 && len(list) <= firstMessages {
				messages[c.ID] = map[string]any{"messages": list}
			}
		}
	}
	return map[string]any{"state": state, "messages": messages}
}

// snowflakeArg refuses a path that has no id where one belongs.
func snowflakeArg(c *call, name string) error {
	if _, ok := snowflake(c.args[name]); !ok {
		f := &form{}
		f.root(nil).at(name+"_id").fail("NUMBER_TYPE_COERCE", "Value \"%s\" is not snowflake.", c.args[name])
		return f.err()
	}
	return nil
}

// count reads a number from the query within bounds.
func (c *call) count(key string, least, most, fallback int) (int, error) {
	text := c.query.Get(key)
	if text == "" {
		return fallback, nil
	}
	f := &form{}
	n := f.root(map[string]any{key: json.Number(text)}).at(key).integer(int64(least), int64(most), int64(fallback))
	if err := f.err(); err != nil {
		return 0, err
	}
	return int(n), nil
}

// truth reads a boolean query string (developers/reference, Boolean Query Strings).
func (c *call) truth(key string) (bool, error) {
	switch v := strings.ToLower(c.query.Get(key)); v {
	case "true", "1":
		return true, nil
	case "", "false", "0":
		return false, nil
	default:
		return false, refuse(http.StatusBadRequest, 50035, fmt.Sprintf("Invalid Form Body: %s must be a boolean", key))
	}
}
