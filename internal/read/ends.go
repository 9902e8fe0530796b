package read

// agreedEnds drops the blocks at the beginning and the end of one extractor's list that another's text knows nothing of, when
// they are few: that is where extractors take in what stands around an article.
func agreedEnds(list []block, other grams) []block {
	total := size(list)
	unknown := func(b block) bool { return other.share(b.text) < 0.2 }
	end, cut := len(list), 0
	for end > 0 && unknown(list[end-1]) {
		cut += size(list[end-1 : end])
		end--
	}
	if cut*100 > total*15 {
		end = len(list)
	}
	start := 0
	cut = 0
	for start < end && unknown(list[start]) {
		cut += size(list[start : start+1])
		start++
	}
	if cut*100 > total*10 {
		start = 0
	}
	return list[start:end]
}
