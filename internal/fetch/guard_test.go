package fetch_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"strings"
	"testing"

	"newsbrief/internal/fetch"
)

// TestMain names a proxy that would reach anything. net/http reads its address once in
// a process, so it has to stand there before the first test.
func TestMain(m *testing.M) {
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {}))
	os.Setenv("HTTP_PROXY", proxy.URL)
	code := m.Run()
	proxy.Close()
	os.Exit(code)
}

func TestGuardIsNotProxied(t *testing.T) {
	if _, err := client(t, fetch.Options{}).Get(t.Context(), fetch.Request{URL: "http://10.0.0.1/"}); !errors.Is(err, fetch.ErrPrivate) {
		t.Errorf("error = %v", err)
	}
}

func TestGuardClasses(t *testing.T) {
	for _, test := range []struct {
		why       string
		addresses string
		permitted bool
	}{
		{"public", "1.1.1.1 8.8.8.8 93.184.216.34 100.63.255.255 100.128.0.1 172.15.255.255 172.32.0.1 192.167.1.1 198.17.1.1 223.255.255.255", true},
		{"public IPv6", "2606:4700:4700::1111 2a00:1450:4001:82a::200e 2400:cb00::1", true},
		{"public, mapped or through NAT64", "::ffff:8.8.8.8 64:ff9b::8.8.8.8", true},
		{"this network", "0.0.0.0 0.1.2.3", false},
		{"private", "10.0.0.1 10.255.255.255 172.16.0.1 172.31.255.255 192.168.0.1", false},
		{"carrier-grade NAT", "100.64.0.1 100.127.255.255 100.100.100.200", false},
		{"loopback", "127.0.0.1 127.255.255.254 ::1", false},
		{"link-local, metadata", "169.254.0.1 169.254.169.254 fe80::1 fe80::1%eth0 febf::1 168.63.129.16 fd00:ec2::254", false},
		{"protocol assignments", "192.0.0.1 192.0.0.192 2001::1 2001:1ff::1", false},
		{"documentation", "192.0.2.1 198.51.100.1 203.0.113.1 2001:db8::1 3fff::1", false},
		{"benchmarking", "198.18.0.1 198.19.255.255 2001:2::1", false},
		{"multicast", "224.0.0.1 239.255.255.255 ff02::1", false},
		{"reserved, broadcast", "240.0.0.1 255.255.255.255", false},
		{"unspecified", "::", false},
		{"unique local, site-local", "fc00::1 fdff::1 fec0::1", false},
		{"mapped", "::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:169.254.169.254", false},
		{"compatible", "::127.0.0.1 ::8.8.8.8", false},
		{"NAT64", "64:ff9b::127.0.0.1 64:ff9b::a9fe:a9fe 64:ff9b:1::1", false},
		{"6to4, Teredo", "2002:7f00:1::1 2002:808:808::1 192.88.99.1 2001:0:4136:e378::1", false},
		{"discard, segment routing, unassigned", "100::1 5f00::1 4000::1", false},
	} {
		for a := range strings.FieldsSeq(test.addresses) {
			if fetch.Permits(netip.MustParseAddr(a)) != test.permitted {
				t.Errorf("%s: %s permitted = %v", test.why, a, !test.permitted)
			}
		}
	}
	if fetch.Permits(netip.Addr{}) {
		t.Error("no address at all is permitted")
	}
}

func TestGuardAllow(t *testing.T) {
	for _, test := range []struct {
		allow, address string
		permitted      bool
	}{
		{"10.0.0.0/8", "10.1.2.3", true},
		{"10.1.2.3/8", "10.9.9.9", true},
		{"10.0.0.0/8", "::ffff:10.1.2.3", true},
		{"10.0.0.0/8", "64:ff9b::10.1.2.3", true},
		{"::ffff:10.0.0.0/104", "10.1.2.3", true},
		{"10.0.0.0/8", "192.168.0.1", false},
		{"fd00::/8", "fd00::1", true},
		{"fe80::/10", "fe80::1%eth0", true},
		{"fd00::/8", "::1", false},
	} {
		if fetch.Permits(netip.MustParseAddr(test.address), netip.MustParsePrefix(test.allow)) != test.permitted {
			t.Errorf("%s with %s allowed: permitted = %v", test.address, test.allow, !test.permitted)
		}
	}
}

func TestGuardRefuses(t *testing.T) {
	asked := false
	s := serve(t, func(w http.ResponseWriter, r *http.Request) { asked = true })
	port := s.URL[strings.LastIndex(s.URL, ":"):]
	c := fetch.New(fetch.Options{})
	defer c.Close()
	for _, host := range []string{"127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "[::]", "0.0.0.0", "10.0.0.1", "192.168.1.1", "169.254.169.254", "[64:ff9b::7f00:1]", "[fe80::1]"} {
		if _, err := c.Get(t.Context(), fetch.Request{URL: "http://" + host + port}); !errors.Is(err, fetch.ErrPrivate) {
			t.Errorf("%s: error = %v", host, err)
		}
	}
	if asked {
		t.Error("the server was reached")
	}
}
