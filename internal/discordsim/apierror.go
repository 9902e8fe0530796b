package discordsim

import (
	"fmt"
	"net/http"
)

// apiError is an answer that is not a success, in Discord's form
// (developers/reference, Error Messages).
type apiError struct {
	status  int
	code    int
	message string
	errors  map[string]any
	retry   float64 // seconds; only with 429
}

func (e *apiError) Error() string {
	return fmt.Sprintf("HTTP %d, code %d: %s", e.status, e.code, e.message)
}

func (e *apiError) body() map[string]any {
	b := map[string]any{"message": e.message, "code": e.code}
	if e.errors != nil {
		b["errors"] = e.errors
	}
	if e.status == http.StatusTooManyRequests {
		b["retry_after"] = e.retry
		b["global"] = false
	}
	return b
}

func refuse(status, code int, message string) *apiError {
	return &apiError{status: status, code: code, message: message}
}

func unknown(code int, what string) *apiError {
	return refuse(http.StatusNotFound, code, "Unknown "+what)
}

var (
	errUnknownChannel     = unknown(10003, "Channel")
	errUnknownGuild       = unknown(10004, "Guild")
	errUnknownMember      = unknown(10007, "Member")
	errUnknownMessage     = unknown(10008, "Message")
	errUnknownUser        = unknown(10013, "User")
	errUnknownEmoji       = refuse(http.StatusBadRequest, 10014, "Unknown Emoji")
	errUnknownWebhook     = unknown(10015, "Webhook")
	errUnknownInteraction = unknown(10062, "interaction")
	errUnknownCommand     = unknown(10063, "application command")
	errMissingAccess      = refuse(http.StatusForbidden, 50001, "Missing Access")
	errMissingPermissions = refuse(http.StatusForbidden, 50013, "Missing Permissions")
	errUnauthorized       = refuse(http.StatusUnauthorized, 0, "401: Unauthorized")
	errNotFound           = refuse(http.StatusNotFound, 0, "404: Not Found")
	errEmptyMessage       = refuse(http.StatusBadRequest, 50006, "Cannot send an empty message")
	errInvalidJSON        = refuse(http.StatusBadRequest, 50109, "The request body contains invalid JSON.")
	errTooLarge           = refuse(http.StatusRequestEntityTooLarge, 40005, "Request entity too large")
	errAcknowledged       = refuse(http.StatusBadRequest, 40060, "Interaction has already been acknowledged.")
	errWebhookToken       = refuse(http.StatusUnauthorized, 50027, "Invalid Webhook Token")
	errWrongChannelType   = refuse(http.StatusBadRequest, 50024, "Cannot execute action on this channel type")
)
