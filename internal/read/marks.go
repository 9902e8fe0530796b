package read

import (
	"crypto/sha256"

	"newsbrief/internal/news"
	"newsbrief/internal/text"
)

// Marks returns the identities of e within its feed: its guid and its canonical link, or its title when it has neither.
func Marks(e news.Entry) []news.Mark {
	var marks []news.Mark
	if e.GUID != "" {
		marks = append(marks, mark("guid", e.GUID))
	}
	if e.Link != "" {
		marks = append(marks, mark("link", CanonicalURL(e.Link)))
	}
	if marks == nil {
		marks = append(marks, mark("title", text.Fold(text.Clean(e.Title))))
	}
	return marks
}

func mark(kind, value string) news.Mark {
	sum := sha256.Sum256([]byte(kind + "\x00" + value))
	return news.Mark(sum[:16])
}
