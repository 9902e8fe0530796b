package discord

import (
	"context"
	"crypto/ed25519"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"time"

	"newsbrief/internal/command"
)

// maxAge is how old a signed interaction may be: discordgo's own check takes any age, which would let a recorded one be repeated.
const maxAge = 5 * time.Second

const maxInteraction = 1 << 20

// Interactions answers interactions that Discord sends over HTTP, after checking their signature by key and their age
// (https://docs.discord.com/developers/interactions/overview#setting-up-an-endpoint-validating-security-request-headers).
func (b *Bot) Interactions(key ed25519.PublicKey) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxInteraction))
		if err != nil {
			http.Error(w, "the body can't be read or is too large", http.StatusBadRequest)
			return
		}
		if !signed(key, r.Header, body, b.o.Now()) {
			http.Error(w, "invalid request signature", http.StatusUnauthorized)
			return
		}
		var i interaction
		if err := json.Unmarshal(body, &i); err != nil {
			http.Error(w, "this is no interaction", http.StatusBadRequest)
			return
		}
		// The first answer is this request's response; what comes after a deferral goes on behind it.
		answered := make(chan struct{})
		done := make(chan struct{})
		begun := b.goAnswer(r.Context(), func(ctx context.Context) {
			defer close(done)
			sent := false
			b.answer(ctx, &i, func(_ context.Context, a answer, file *command.File) error {
				if sent {
					return errors.New("the interaction has its first answer already")
				}
				sent = true
				defer close(answered)
				return writeAnswer(w, a, file)
			})
		})
		if !begun {
			http.Error(w, "the bot is stopping", http.StatusServiceUnavailable)
			return
		}
		select {
		case <-answered:
		case <-done:
			select {
			case <-answered:
			default:
				http.Error(w, "no answer", http.StatusInternalServerError)
			}
		}
	})
}

func signed(key ed25519.PublicKey, header http.Header, body []byte, now time.Time) bool {
	stamp := header.Get("X-Signature-Timestamp")
	signature, err := hex.DecodeString(header.Get("X-Signature-Ed25519"))
	seconds, err2 := strconv.ParseInt(stamp, 10, 64)
	if err != nil || err2 != nil || len(signature) != ed25519.SignatureSize {
		return false
	}
	if age := now.Sub(time.Unix(seconds, 0)); age > maxAge+time.Second || age < -maxAge {
		return false
	}
	return ed25519.Verify(key, append([]byte(stamp), body...), signature)
}

func writeAnswer(w http.ResponseWriter, a answer, file *command.File) error {
	if file != nil {
		data, contentType, err := form(a, file)
		if err != nil {
			return err
		}
		w.Header().Set("Content-Type", contentType)
		_, err = w.Write(data)
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	return json.NewEncoder(w).Encode(a)
}
