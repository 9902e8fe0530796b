package newsroom

import (
	"bytes"
	"fmt"
	"hash/fnv"
	"html"
	"image"
	"image/color"
	"image/png"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"unicode/utf8"
)

// Lead pictures are 1200 × 630, the size link previews are made for.
const (
	pictureWidth  = 1200
	pictureHeight = 630
)

var scenes = []string{"hills", "sea", "city", "night"}

// parsePicture reads "sea | Turbines at sea": the scene and what the picture shows.
func parsePicture(line string) (scene, alt string, err error) {
	scene, alt, _ = strings.Cut(line, "|")
	scene, alt = strings.TrimSpace(scene), strings.TrimSpace(alt)
	if !slices.Contains(scenes, scene) {
		return "", "", fmt.Errorf("picture %q does not begin with a scene (%s)", line, strings.Join(scenes, ", "))
	}
	return scene, alt, nil
}

// picture draws the article's lead picture. Same article, same bytes.
func (o *outlet) picture(a Article) ([]byte, error) {
	scene, _, err := parsePicture(a.Picture)
	if err != nil {
		return nil, err
	}
	v, err := o.view(scene, a.Slug)
	if err != nil {
		return nil, err
	}
	return v.png()
}

// view is a landscape: a sky shading from top to bottom, a disc, and ridges from far to near, each a
// height over the bottom edge for every column.
type view struct {
	top, bottom, disc color.RGBA
	x, y, radius      float64
	ridges            []ridge
}

type ridge struct {
	fill   color.RGBA
	height [pictureWidth + 1]float64
}

func (o *outlet) view(scene, slug string) (view, error) {
	brand, err := parseColour(o.colour)
	if err != nil {
		return view{}, err
	}
	h := fnv.New64a()
	h.Write([]byte(o.path + "/" + slug))
	rnd := rand.New(rand.NewPCG(h.Sum64(), 630))

	white, dark := color.RGBA{255, 255, 255, 255}, color.RGBA{18, 22, 38, 255}
	v := view{
		top: mix(brand, white, .55), bottom: mix(brand, white, .92), disc: color.RGBA{255, 236, 196, 255},
		x: pictureWidth * (.15 + .7*rnd.Float64()), y: pictureHeight * (.2 + .2*rnd.Float64()), radius: 46 + 30*rnd.Float64(),
	}
	far := white // what distance fades into
	if scene == "night" {
		far = dark
		v.top, v.bottom, v.disc = dark, mix(brand, dark, .35), color.RGBA{226, 230, 240, 255}
		v.radius *= 1.7
	}
	for i := range 4 {
		near := float64(i) / 3
		r := ridge{fill: mix(mix(brand, far, .45), mix(brand, dark, .8), near)}
		level, swing, wave := 300-70*float64(i), 60.0, 1.5+2*rnd.Float64()
		switch scene {
		case "city":
			level, swing = 300-80*float64(i), 12
		case "sea":
			level, swing, wave = 250-60*float64(i), 3+3*float64(i), 18-3*float64(i)
		case "night":
			level, swing = 160-45*float64(i), 30
		}
		phase, roof, left := rnd.Float64()*7, level, 0
		for x := range r.height {
			t := float64(x) / pictureWidth
			r.height[x] = level + swing*(math.Sin(wave*6*t+phase)+.4*math.Sin(wave*14*t+2*phase))
			if scene == "city" && i < 3 {
				if left == 0 { // the next house
					left, roof = 30+rnd.IntN(60), level-60+rnd.Float64()*150
				}
				left--
				r.height[x] = roof
			}
		}
		v.ridges = append(v.ridges, r)
	}
	return v, nil
}

// shades is how many steps the sky has: the palette of a PNG holds it with the few other colours.
const shades = 48

func (v view) png() ([]byte, error) {
	var palette color.Palette
	for i := range shades {
		palette = append(palette, mix(v.top, v.bottom, float64(i)/(shades-1)))
	}
	palette = append(palette, v.disc)
	for _, r := range v.ridges {
		palette = append(palette, r.fill)
	}
	img := image.NewPaletted(image.Rect(0, 0, pictureWidth, pictureHeight), palette)
	column := func(x, from, to int, index uint8) {
		for y := max(from, 0); y < min(to, pictureHeight); y++ {
			img.Pix[y*img.Stride+x] = index
		}
	}
	for x := range pictureWidth {
		for i := range shades {
			column(x, pictureHeight*i/shades, pictureHeight*(i+1)/shades, uint8(i))
		}
		if dx := float64(x) - v.x; math.Abs(dx) < v.radius {
			half := math.Sqrt(v.radius*v.radius - dx*dx)
			column(x, int(v.y-half), int(v.y+half), shades)
		}
		for i, r := range v.ridges {
			column(x, pictureHeight-int(r.height[x]), pictureHeight, uint8(shades+1+i))
		}
	}
	var b bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestSpeed}
	if err := encoder.Encode(&b, img); err != nil {
		return nil, fmt.Errorf("drawing a picture: %w", err)
	}
	return b.Bytes(), nil
}

// logo is the outlet's first letter, an English article aside, in its colour beside its name.
func (o *outlet) logo() []byte {
	first, _ := utf8.DecodeRuneInString(strings.TrimPrefix(o.title, "The "))
	width := 70
	for _, r := range o.title { // a wide character takes about twice the room
		width += 14
		if r > 0x2e80 {
			width += 13
		}
	}
	return fmt.Appendf(nil, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d 64" height="64" font-family="Georgia, 'Noto Serif', serif" font-weight="700">`+
		`<rect width="64" height="64" rx="14" fill="%s"/><text x="32" y="45" font-size="38" fill="#fff" text-anchor="middle">%s</text>`+
		`<text x="80" y="43" font-size="27" fill="%[2]s">%[4]s</text></svg>`+"\n",
		width+20, o.colour, html.EscapeString(string(first)), html.EscapeString(o.title))
}

func parseColour(s string) (color.RGBA, error) {
	c := color.RGBA{A: 255}
	if n, err := fmt.Sscanf(s, "#%02x%02x%02x", &c.R, &c.G, &c.B); err != nil || n != 3 || len(s) != 7 {
		return c, fmt.Errorf("colour is %q, want #rrggbb", s)
	}
	return c, nil
}

// mix is a at share 0 and b at share 1.
func mix(a, b color.RGBA, share float64) color.RGBA {
	part := func(a, b uint8) uint8 { return uint8(float64(a)*(1-share) + float64(b)*share) }
	return color.RGBA{part(a.R, b.R), part(a.G, b.G), part(a.B, b.B), 255}
}
