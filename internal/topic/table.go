package topic

// table leads from keys to terms. A key may lead to several: several words have the same stem. What a key needs lies side by side, since
// looking a key up costs no more than fetching that from memory.
type table struct {
	slots []slot // a power of 2 of them, at most half in use; those of a key follow one another from its home on, mixed with others'
	used  int
	seen  filter // of each key there ever was: most of an article's aren't looked up
}

// slot says that a key leads to a term in some languages; term 0 is an empty one.
type slot struct {
	key, langs uint64
	term       uint32
}

// newTable makes a table whose filter has so many bits, a power of 2.
func newTable(bits int) table { return table{slots: make([]slot, 1<<10), seen: newFilter(bits)} }

func (t *table) home(key uint64) int { return int(mixed64(key)>>20) & (len(t.slots) - 1) }

func (t *table) next(at int) int { return (at + 1) & (len(t.slots) - 1) }

// add leads a key to a term in some languages.
func (t *table) add(key, langs uint64, term uint32) {
	at := t.home(key)
	for ; t.slots[at].term != 0; at = t.next(at) {
		if s := &t.slots[at]; s.key == key && s.term == term {
			s.langs |= langs
			return
		}
	}
	t.slots[at] = slot{key, langs, term}
	t.seen.add(key)
	if t.used++; 2*t.used > len(t.slots) {
		t.grow()
	}
}

func (t *table) grow() {
	old := t.slots
	t.slots = make([]slot, 2*len(old))
	for _, s := range old {
		if s.term == 0 {
			continue
		}
		at := t.home(s.key)
		for t.slots[at].term != 0 {
			at = t.next(at)
		}
		t.slots[at] = s
	}
}

// remove takes a term from a key, and moves those behind it that can stand nearer to their homes (Knuth, 6.4, algorithm R).
func (t *table) remove(key uint64, term uint32) {
	at := t.home(key)
	for ; t.slots[at].key != key || t.slots[at].term != term; at = t.next(at) {
		if t.slots[at].term == 0 {
			return
		}
	}
	for from := t.next(at); t.slots[from].term != 0; from = t.next(from) {
		mask := len(t.slots) - 1
		if home := t.home(t.slots[from].key); (from-home)&mask >= (from-at)&mask {
			t.slots[at], at = t.slots[from], from
		}
	}
	t.slots[at] = slot{}
	t.used--
}
