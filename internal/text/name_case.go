package text

func names(s, base string) []Name { return nil }
