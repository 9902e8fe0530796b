package topic

// filter tells of most keys that aren't in a set that they aren't, in memory so small that the processor has it at hand (Bloom, 1970, with
// one bit for each key).
type filter []uint64

// newFilter makes a filter of so many bits, a power of 2.
func newFilter(bits int) filter { return make(filter, bits/64) }

func mixed64(key uint64) uint64 { return key * 0x9E3779B97F4A7C15 }

func (f filter) bit(key uint64) (at int, mask uint64) {
	bit := mixed64(key) >> 40
	return int(bit/64) & (len(f) - 1), 1 << (bit % 64)
}

func (f filter) add(key uint64) {
	at, mask := f.bit(key)
	f[at] |= mask
}

// maybe reports whether a key can be in the set.
func (f filter) maybe(key uint64) bool {
	at, mask := f.bit(key)
	return f[at]&mask != 0
}
