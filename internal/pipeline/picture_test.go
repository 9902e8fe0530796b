package pipeline_test

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"net/http"
	"strings"
	"testing"
	"time"

	"newsbrief/internal/news"
	"newsbrief/internal/pipeline"
)

// drawn is a picture of that form and size.
func drawn(form string, width, height int) string {
	palette := color.Palette{color.White, color.Black}
	img := image.NewPaletted(image.Rect(0, 0, width, height), palette)
	for i := range img.Pix {
		img.Pix[i] = uint8(i / 7 % 2)
	}
	var b bytes.Buffer
	var err error
	switch form {
	case "jpeg":
		err = jpeg.Encode(&b, img, nil)
	case "png":
		err = png.Encode(&b, img)
	case "gif":
		err = gif.Encode(&b, img, nil)
	case "moving gif":
		err = gif.EncodeAll(&b, &gif.GIF{Image: []*image.Paletted{img, img}, Delay: []int{5, 5}})
	case "apng":
		err = png.Encode(&b, img)
		b = *bytes.NewBuffer(bytes.Replace(b.Bytes(), []byte("\x00\x00\x00\x06PLTE"), []byte("\x00\x00\x00\x08acTL\x00\x00\x00\x02\x00\x00\x00\x00\xf3\x8d\x93\x70\x00\x00\x00\x06PLTE"), 1))
	case "webp", "moving webp": // the header alone, as the form's specification has it (RFC 9649, 2.7 and RFC 6386, 9.1)
		vp8 := append([]byte{0x10, 0, 0, 0x9d, 0x01, 0x2a}, byte(width), byte(width>>8), byte(height), byte(height>>8), 0, 0)
		flags := byte(0)
		if form == "moving webp" {
			flags = 0x02
		}
		chunks := append([]byte("VP8X\x0a\x00\x00\x00"), flags, 0, 0, 0, byte(width-1), byte((width-1)>>8), 0, byte(height-1), byte((height-1)>>8), 0)
		chunks = append(append(chunks, "VP8 \x0c\x00\x00\x00"...), vp8...)
		b.WriteString("RIFF")
		b.Write([]byte{byte(len(chunks) + 4), 0, 0, 0})
		b.WriteString("WEBP")
		b.Write(chunks)
	}
	if err != nil {
		panic(err)
	}
	return b.String()
}

// illustrated is an entry's text with a picture.
func illustrated(address, text string) string {
	return fmt.Sprintf(`<img src="%s" alt="What is to be seen">`, address) + long(text)
}

func TestPictures(t *testing.T) {
	padded := drawn("jpeg", 640, 360)
	padded = padded[:2] + strings.Repeat("\xff\xee\xff\xff"+strings.Repeat("x", 0xfffd), 2) + padded[2:] // 128 KB before the size
	for _, c := range []struct {
		name, picture string
		want          bool
	}{
		{"jpeg", drawn("jpeg", 1200, 630), true},
		{"png", drawn("png", 1200, 630), true},
		{"gif", drawn("gif", 640, 480), true},
		{"webp", drawn("webp", 800, 450), true},
		{"upright", drawn("jpeg", 400, 800), true},
		{"small", drawn("jpeg", 640, 150), false},
		{"tracking pixel", drawn("gif", 1, 1), false},
		{"portrait of the author", drawn("jpeg", 96, 96), false},
		{"banner", drawn("png", 1456, 360), false},
		{"moving gif", drawn("moving gif", 640, 480), false},
		{"moving png", drawn("apng", 640, 480), false},
		{"moving webp", drawn("moving webp", 800, 450), false},
		{"drawing", `<svg xmlns="http://www.w3.org/2000/svg" width="800" height="400"/>`, false},
		{"page", "<html><body>Not found</body></html>", false},
		{"missing", "", false},
		{"size out of sight", padded, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			o := newOutlet(t, "Wire", "en")
			o.pages["/media/1"] = c.picture
			w.follow("g", o.feed())
			w.subscribe("g", "a", "glaciers", nil)
			w.look()
			o.tell(wireTitle, illustrated("/media/1", wireText))
			w.round()
			d := w.wantOwed("g", "a", wireTitle)[0]
			want, alt := "", ""
			if c.want {
				want, alt = o.URL+"/media/1", "What is to be seen"
			}
			if a := w.articles()[0]; a.Image != want || a.ImageAlt != alt || d.Brief.Image != want {
				t.Errorf("article %q, %q, brief %q; want %q, %q", a.Image, a.ImageAlt, d.Brief.Image, want, alt)
			}
			if n := o.hit("/media/1"); n != 1 {
				t.Errorf("the picture was asked for %d times", n)
			}
		})
	}
}

// TestPicturesOfThePosted shows that pictures are asked for only where they may be shown, and only their beginning.
func TestPicturesOfThePosted(t *testing.T) {
	w := newWorld(t)
	o := newOutlet(t, "Wire", "en")
	picture := drawn("jpeg", 1200, 630)
	asked := map[string]string{}
	media := newOutlet(t, "Media", "en")
	media.Config.Handler = http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		asked[r.URL.Path] = r.Header.Get("Range")
		http.ServeContent(rw, r, "a.jpg", time.Time{}, strings.NewReader(picture+strings.Repeat("\x00", 1<<20)))
	})
	id := w.follow("g", o.feed())
	w.subscribe("g", "a", "glaciers", nil)
	w.subscribe("g", "b", "cup", func(s *news.Subscription) { s.Rests = "the channel is gone" })
	o.tell(wireTitle, illustrated(media.URL+"/old.jpg", wireText))
	w.look()
	o.tell("Council votes", illustrated(media.URL+"/unwanted.jpg", "The council has voted."))
	o.tell(cupTitle, illustrated(media.URL+"/resting.jpg", cupText))
	o.tell("Ten glaciers gone", illustrated(media.URL+"/wanted.jpg", "Ten glaciers of the Alps are gone, says a survey."))
	w.round()
	if len(asked) != 1 || asked["/wanted.jpg"] != "bytes=0-65535" {
		t.Errorf("asked for %v", asked)
	}
	for _, a := range w.articles() {
		if (a.Image != "") != (a.Title == "Ten glaciers gone") {
			t.Errorf("%q has the picture %q", a.Title, a.Image)
		}
	}
	w.ok(w.store.SetTitles(t.Context(), "g", id, true))
	o.tell("Two more glaciers gone", illustrated(media.URL+"/titles.jpg", "Two more glaciers of the Andes are gone."))
	w.round()
	if _, ok := asked["/titles.jpg"]; ok {
		t.Error("a picture was asked for that nobody may see")
	}
}

// TestUsualPictures shows that what a feed shows with many articles is no picture of them.
func TestUsualPictures(t *testing.T) {
	w := newWorld(t)
	o := newOutlet(t, "Wire", "en")
	o.pages["/share.jpg"], o.pages["/own.jpg"] = drawn("jpeg", 1200, 630), drawn("jpeg", 1200, 630)
	w.follow("g", o.feed())
	w.subscribe("g", "a", "glaciers", nil)
	for _, title := range []string{"Council votes", "Rovers win", "Harbour opens"} {
		o.tell(title, illustrated("/share.jpg", title+" at last."))
	}
	w.look()
	o.tell("Ten glaciers gone", illustrated("/share.jpg", "Ten glaciers of the Alps are gone, says a survey."))
	o.tell("Norway saves glaciers", illustrated("/own.jpg", "Norway puts its last glaciers under protection."))
	w.round()
	for _, a := range w.articles() {
		if (a.Image != "") != (a.Title == "Norway saves glaciers") {
			t.Errorf("%q has the picture %q", a.Title, a.Image)
		}
	}
}

// TestSlowPictures shows that a host that does not deliver holds up nothing for long.
func TestSlowPictures(t *testing.T) {
	t.Cleanup(pipeline.SetPictureTime(200 * time.Millisecond)) // after the pipeline's end
	w := newWorld(t)
	o := newOutlet(t, "Wire", "en")
	stop := make(chan struct{})
	media := newOutlet(t, "Media", "en")
	media.Config.Handler = http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-stop:
		case <-r.Context().Done():
		}
	})
	t.Cleanup(func() { close(stop) })
	w.follow("g", o.feed())
	w.subscribe("g", "a", "glaciers", nil)
	w.look()
	for n := range 40 {
		o.tell(fmt.Sprintf("Report %d on glaciers", n), illustrated(fmt.Sprint(media.URL, "/", n, ".jpg"), fmt.Sprintf("Station %d of the survey lost %d metres.", n, n)))
	}
	began := time.Now()
	l := w.round()[0]
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("the look took %v", took)
	}
	if l.Failed || l.New != 40 {
		t.Errorf("the look came to %+v", l)
	}
	for _, d := range w.owed("g", "a") {
		if d.Brief.Image != "" {
			t.Errorf("%q has the picture %q", d.Brief.Headline, d.Brief.Image)
		}
	}
}

// TestEditedPicture shows that a picture that comes with an edit is judged like the first one.
func TestEditedPicture(t *testing.T) {
	for picture, taken := range map[string]bool{"/new.jpg": true, "/small.jpg": false} {
		w := newWorld(t)
		o := newOutlet(t, "Wire", "en")
		o.pages["/old.jpg"], o.pages["/new.jpg"], o.pages["/small.jpg"] = drawn("jpeg", 640, 360), drawn("jpeg", 640, 360), drawn("jpeg", 64, 36)
		w.follow("g", o.feed())
		w.subscribe("g", "a", "glaciers", nil)
		w.look()
		was := o.tell(wireTitle, illustrated("/old.jpg", wireText))
		w.round()
		was.text = illustrated(picture, wireText+" The senate of Chile rejected the treaty by 27 votes to 19 on Thursday.")
		o.list(was)
		w.round()
		want := o.URL + "/old.jpg"
		if taken {
			want = o.URL + picture
		}
		if a := w.articles()[0]; !strings.Contains(a.Text, "27 votes") || a.Image != want {
			t.Errorf("after an edit with %s the article has the picture %q and says %q", picture, a.Image, a.Text)
		}
	}
}
