//go:build ignore

// generate_languages writes languages.bin, the character model that text.Language reads, from the n-gram
// frequencies that the Go module github.com/pemistahl/lingua-go (Apache License 2.0) ships:
//
//	go mod download github.com/pemistahl/lingua-go@v1.4.0   (in any module)
//	go run generate_languages.go -models $(go env GOMODCACHE)/github.com/pemistahl/lingua-go@v1.4.0/language-models
//
// The frequencies are those of a character after up to four others inside a word. An n-gram's weight for a language
// is how much more likely the language makes the n-gram's last character than its next shorter n-gram did, so that the
// weights of all n-grams that end at a character add up to the logarithm of its probability. Languages that lack an
// n-gram pay backOff. Rare n-grams, and those that change little, are left out: a weight is kept when its size times the
// n-gram's probability reaches -prune.
//
// The file, compressed with flate: the number of languages, their tags each ended by a space; the number of n-grams in
// four bytes, low one first; then the n-grams in order, each as the number of characters it shares with the one before it plus 8 times the number of its further
// characters, these characters in UTF-8, the number of languages, and for each a byte for the language and one for the
// weight in steps of 1/8.
package main

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"encoding/binary"
	"flag"
	"fmt"
	"io"
	"log"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"google.golang.org/protobuf/encoding/protowire"
)

// The languages told apart within each script.
var languages = strings.Fields(`
	en de fr es pt it nl sv da nb fi pl cs sk hu ro tr vi id ca hr sl et lv lt is sq eu tl sw af cy ga az
	ru uk bg sr be mk kk mn
	ar fa ur
	hi mr`)

const (
	orders  = 5
	backOff = -1.2039728 // ln 0.3
	unseen  = -13.0      // ln of the probability of a character never seen
)

func main() {
	models := flag.String("models", "", "folder language-models of lingua-go")
	prune := flag.Float64("prune", 3e-5, "smallest weight times probability that is kept")
	out := flag.String("out", "languages.bin", "file to write")
	flag.Parse()
	log.SetFlags(0)

	weights := map[string][]byte{}
	pairs := 0
	for l, lang := range languages {
		n, err := addLanguage(weights, byte(l), filepath.Join(*models, lang), *prune)
		if err != nil {
			log.Fatal(err)
		}
		pairs += n
	}
	data := encode(weights)
	if err := os.WriteFile(*out, data, 0o644); err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(weights), "n-grams", pairs, "weights", len(data), "bytes")
}

// addLanguage adds one language's weights and returns how many they are.
func addLanguage(weights map[string][]byte, lang byte, dir string, prune float64) (int, error) {
	var cond [orders + 1]map[string]float64
	for o, name := range []string{"unigrams", "bigrams", "trigrams", "quadrigrams", "fivegrams"} {
		m, err := readModel(filepath.Join(dir, name+".pb.bin.zip"))
		if err != nil {
			return 0, fmt.Errorf("%s: %w", dir, err)
		}
		cond[o+1] = m
	}
	// joint is the probability of the n-gram, conditional probabilities multiplied.
	joint := map[string]float64{}
	for g, p := range cond[1] {
		joint[g] = p
	}
	n := 0
	kept := map[string]bool{}
	for o := 1; o <= orders; o++ {
		for g, p := range cond[o] {
			if o > 1 {
				head := g[:len(g)-lastLen(g)]
				j, ok := joint[head]
				if !ok {
					continue
				}
				if o < orders {
					joint[g] = j * p
				}
			}
			w := math.Log(p) - unseen
			importance := math.Inf(1)
			if o > 1 {
				below := unseen
				steps := 0
				for k, s := o-1, g[firstLen(g):]; k >= 1; k, s = k-1, s[firstLen(s):] {
					steps++
					if kept[s] {
						below = math.Log(cond[k][s])
						break
					}
				}
				w = math.Log(p) - below - float64(steps)*backOff
				importance = math.Abs(w) * joint[g[:len(g)-lastLen(g)]] * p
			}
			if o > 1 && importance < prune {
				continue
			}
			if o == 1 && p < 1e-6 {
				continue
			}
			kept[g] = true
			q := math.Round(w * 8)
			q = max(-128, min(127, q))
			weights[g] = append(weights[g], lang, byte(int8(q)))
			n++
		}
	}
	return n, nil
}

func firstLen(s string) int { return len(string([]rune(s)[:1])) }
func lastLen(s string) int  { r := []rune(s); return len(string(r[len(r)-1:])) }

// readModel reads one file of lingua-go: a zipped protocol buffer whose field 4 repeats messages of a probability
// (field 1) and the n-grams that have it (field 2).
func readModel(path string) (map[string]float64, error) {
	z, err := zip.OpenReader(path)
	if err != nil {
		return nil, err
	}
	defer z.Close()
	f, err := z.File[0].Open()
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(f)
	if err != nil {
		return nil, err
	}
	m := map[string]float64{}
	err = fields(data, func(num protowire.Number, _ uint64, set []byte) error {
		if num != 4 {
			return nil
		}
		var p float64
		return fields(set, func(num protowire.Number, bits uint64, text []byte) error {
			switch num {
			case 1:
				p = math.Float64frombits(bits)
			case 2:
				m[string(text)] = p
			}
			return nil
		})
	})
	return m, err
}

func fields(b []byte, f func(num protowire.Number, bits uint64, data []byte) error) error {
	for len(b) > 0 {
		num, typ, n := protowire.ConsumeTag(b)
		if n < 0 {
			return protowire.ParseError(n)
		}
		b = b[n:]
		var bits uint64
		var data []byte
		switch typ {
		case protowire.BytesType:
			data, n = protowire.ConsumeBytes(b)
		case protowire.Fixed64Type:
			bits, n = protowire.ConsumeFixed64(b)
		default:
			n = protowire.ConsumeFieldValue(num, typ, b)
		}
		if n < 0 {
			return protowire.ParseError(n)
		}
		b = b[n:]
		if err := f(num, bits, data); err != nil {
			return err
		}
	}
	return nil
}

func encode(weights map[string][]byte) []byte {
	grams := make([]string, 0, len(weights))
	for g := range weights {
		grams = append(grams, g)
	}
	slices.Sort(grams)
	var raw bytes.Buffer
	raw.WriteByte(byte(len(languages)))
	for _, l := range languages {
		raw.WriteString(l + " ")
	}
	raw.Write(binary.LittleEndian.AppendUint32(nil, uint32(len(grams))))
	var prev []rune
	for _, g := range grams {
		r := []rune(g)
		shared := 0
		for shared < len(r) && shared < len(prev) && r[shared] == prev[shared] {
			shared++
		}
		raw.WriteByte(byte(shared + 8*(len(r)-shared)))
		raw.WriteString(string(r[shared:]))
		raw.WriteByte(byte(len(weights[g]) / 2))
		raw.Write(weights[g])
		prev = r
	}
	var z bytes.Buffer
	w, err := flate.NewWriter(&z, flate.BestCompression)
	if err != nil {
		log.Fatal(err)
	}
	if _, err := w.Write(raw.Bytes()); err != nil {
		log.Fatal(err)
	}
	if err := w.Close(); err != nil {
		log.Fatal(err)
	}
	return z.Bytes()
}
