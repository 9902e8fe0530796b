// Package inspect shows what each stage makes of an input: JSON lines in, JSON lines out, in the same order and one each; an
// input that fails gives {"id", "error"}. It is how a person looks into the house and how other programs measure it.
package inspect

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
)

// maxLine is the longest input line, in bytes.
const maxLine = 64 << 20

// stage makes an answer, which is then encoded as JSON, of one input line.
type stage func(ctx context.Context, line []byte) (any, error)

// Usage is what the command takes.
const Usage = `usage: newsbrief inspect STAGE [flags]    JSON lines on stdin → JSON lines on stdout
       newsbrief inspect article URL      the article on a web page, for a person

stages:
  feed               in: id, path or url                                 out: id, title, language, entries
  article            in: id, path, url                                   out: id, title, byline, published, language, image, text
  brief [-words N]   in: id, title, text, language?                      out: id, language, sentences
  story              in: id, title, text?, url, source, published        out: id, story
  topic              in: id, title, text?, language?                     out: id, language, topics
  search -docs FILE  in: id, query                                       out: id, hits
`

// ErrUsage is a mistake in the arguments; what it wraps says which.
var ErrUsage = errors.New("usage")

// Run runs a stage over in. Tools are what it needs of the world. An error is for the operator; a bad input line is none.
func Run(ctx context.Context, args []string, in io.Reader, out io.Writer, tools Tools) error {
	if len(args) == 0 {
		return fmt.Errorf("%w: name a stage\n%s", ErrUsage, Usage)
	}
	name, args := args[0], args[1:]
	flags := flag.NewFlagSet(name, flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	words, docs := 60, ""
	switch name {
	case "feed", "article", "story", "topic":
	case "brief":
		flags.IntVar(&words, "words", words, "the most words of a brief")
	case "search":
		flags.StringVar(&docs, "docs", docs, "file of documents, a JSON line each")
	default:
		return fmt.Errorf("%w: there is no stage %q\n%s", ErrUsage, name, Usage)
	}
	if err := flags.Parse(args); err != nil {
		return fmt.Errorf("%w: inspect %s: %w\n%s", ErrUsage, name, err, Usage)
	}
	if name == "article" && flags.NArg() == 1 {
		return tools.showArticle(ctx, flags.Arg(0), out)
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("%w: inspect %s takes no argument %q", ErrUsage, name, flags.Arg(0))
	}
	var run stage
	switch name {
	case "feed":
		run = tools.feed
	case "article":
		run = tools.article
	case "brief":
		if words < 1 {
			return fmt.Errorf("%w: -words must be at least 1", ErrUsage)
		}
		run = brief(words)
	case "story":
		run = stories()
	case "topic":
		run = topics
	case "search":
		if docs == "" {
			return fmt.Errorf("%w: inspect search needs -docs FILE", ErrUsage)
		}
		index, ids, err := indexed(docs)
		if err != nil {
			return err
		}
		defer index.Close() // it is in memory
		run = searching(index, ids)
	}
	return lines(ctx, in, out, run)
}

func lines(ctx context.Context, in io.Reader, out io.Writer, run stage) error {
	reader := bufio.NewReaderSize(in, 64<<10)
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		line, err := nextLine(reader)
		if errors.Is(err, io.EOF) {
			return nil
		}
		var answer any
		switch {
		case errors.Is(err, errLong):
			answer = map[string]any{"id": nil, "error": err.Error()}
		case err != nil:
			return fmt.Errorf("read the inputs: %w", err)
		case len(line) == 0:
			continue
		default:
			answer = attempt(ctx, line, run)
		}
		data, err := json.Marshal(answer)
		if err != nil {
			return fmt.Errorf("encode an answer: %w", err)
		}
		if _, err := out.Write(append(data, '\n')); err != nil {
			return fmt.Errorf("write an answer: %w", err)
		}
	}
}

var errLong = fmt.Errorf("this line is longer than %d MiB", maxLine>>20)

// nextLine returns the next line without white space around it; one that is too long is passed over with errLong. The end is io.EOF.
func nextLine(r *bufio.Reader) ([]byte, error) {
	var line []byte
	long := false
	for {
		part, err := r.ReadSlice('\n')
		if long = long || len(line)+len(part) > maxLine; !long {
			line = append(line, part...)
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case errors.Is(err, io.EOF) && (len(line) > 0 || long):
		case err != nil:
			return nil, err
		}
		if long {
			return nil, errLong
		}
		return bytes.TrimSpace(line), nil
	}
}

// attempt runs a stage on a line; a panic of a stage is that line's failure and no one else's.
func attempt(ctx context.Context, line []byte, run stage) (answer any) {
	var input struct {
		ID json.RawMessage
	}
	failure := func(err error) any { return map[string]any{"id": input.ID, "error": err.Error()} }
	defer func() {
		if p := recover(); p != nil {
			answer = failure(fmt.Errorf("panic: %v", p))
		}
	}()
	if line[0] != '{' {
		return failure(errors.New("this line is no JSON object"))
	}
	if err := json.Unmarshal(line, &input); err != nil {
		return failure(fmt.Errorf("this line is no JSON object: %w", err))
	}
	answer, err := run(ctx, line)
	if err != nil {
		return failure(err)
	}
	return answer
}

func decode[T any](line []byte) (in T, err error) {
	if err = json.Unmarshal(line, &in); err != nil {
		err = fmt.Errorf("decode the input: %w", err)
	}
	return in, err
}
