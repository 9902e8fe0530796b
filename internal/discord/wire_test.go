package discord

import (
	"context"
	"encoding/json"
	"log/slog"
	"net"
	"testing"

	"github.com/bwmarrin/discordgo"
	"github.com/gorilla/websocket"
)

// pair is a WebSocket in memory.
func pair(tb testing.TB) (client, server *websocket.Conn) {
	tb.Helper()
	near, far := net.Pipe()
	accepted := make(chan error, 1)
	go func() {
		var err error
		server, err = accept(near)
		accepted <- err
	}()
	dialer := websocket.Dialer{NetDialContext: func(context.Context, string, string) (net.Conn, error) { return far, nil }}
	client, _, err := dialer.Dial("ws://test", nil)
	if err != nil {
		tb.Fatal(err)
	}
	if err := <-accepted; err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { client.Close(); server.Close() })
	return client, server
}

// FuzzWireReceive: whatever Discord sends, discordgo gets nothing but what it can take.
func FuzzWireReceive(f *testing.F) {
	for _, s := range []string{
		`{"op":10,"d":{"heartbeat_interval":41250}}`, `{"op":10,"d":{"heartbeat_interval":0}}`, `{"op":10}`, `{"op":11}`, `{"op":1,"d":null}`,
		`{"op":0,"t":"READY","s":1,"d":{"session_id":"a"}}`, `{"op":0,"t":"","s":2}`, `{"op":0,"t":"X","s":1e3,"d":[]}`, `{"op":7}`, `{"op":9,"d":true}`, `{"op":9,"d":false}`,
		`null`, `{}`, `{"OP":10,"d":{"Heartbeat_interval":1}}`, `{"op":0,"t":"A"}{"op":9}`, "\xff",
	} {
		f.Add([]byte(s))
	}
	toDiscord, discord := pair(f)
	discordgoEnd, client := pair(f)
	go func() { // Discord takes heartbeats
		for {
			if _, _, err := discord.ReadMessage(); err != nil {
				return
			}
		}
	}()
	passed := make(chan []byte)
	go func() {
		for {
			_, raw, err := discordgoEnd.ReadMessage()
			if err != nil {
				return
			}
			passed <- raw
		}
	}()
	end := []byte(`"end"`)
	f.Fuzz(func(t *testing.T, raw []byte) {
		w := newWire(toDiscord, nil, func() int64 { return 7 }, slog.New(slog.DiscardHandler))
		done := make(chan error, 1)
		go func() {
			_ = w.receive(client, raw) // ends the connection or not; what was passed on counts
			done <- client.WriteMessage(websocket.TextMessage, end)
		}()
		for got := range passed {
			if string(got) == string(end) {
				break
			}
			var e *discordgo.Event
			if err := json.Unmarshal(got, &e); err != nil || e == nil {
				t.Fatalf("%q passed on, which discordgo can't read: %v", got, err)
			}
			switch e.Operation {
			case opDispatch:
				if e.Type == "" {
					t.Errorf("%q passed on, an event without a type", got)
				}
			case opHello:
				var hello struct {
					Interval int64 `json:"heartbeat_interval"`
				}
				if err := json.Unmarshal(e.RawData, &hello); err != nil || hello.Interval <= 0 {
					t.Errorf("%q passed on, on which discordgo's ticker panics", got)
				}
			default:
				t.Errorf("%q passed on", got)
			}
		}
		if err := <-done; err != nil {
			t.Fatal(err)
		}
	})
}

// BenchmarkWire is the cost of one event on its way to discordgo.
func BenchmarkWire(b *testing.B) {
	toDiscord, discord := pair(b)
	discordgoEnd, client := pair(b)
	event := []byte(`{"op":0,"t":"MESSAGE_CREATE","s":1,"d":{"id":"1","channel_id":"2","content":"some words","author":{"id":"3","username":"reader"}}}`)
	w := newWire(toDiscord, nil, func() int64 { return 0 }, slog.New(slog.DiscardHandler))
	go func() {
		for {
			_, raw, err := toDiscord.ReadMessage()
			if err != nil || w.receive(client, raw) != nil {
				return
			}
		}
	}()
	b.SetBytes(int64(len(event)))
	for b.Loop() {
		if err := discord.WriteMessage(websocket.TextMessage, event); err != nil {
			b.Fatal(err)
		}
		if _, _, err := discordgoEnd.ReadMessage(); err != nil {
			b.Fatal(err)
		}
	}
}
