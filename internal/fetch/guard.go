package fetch

import (
	"fmt"
	"net/netip"
	"syscall"
)

// guard decides which addresses may be dialled. It stands in the dialer, after
// name resolution, so it judges the very address that is about to be connected to.
type guard struct{ allow []netip.Prefix }

func newGuard(allow []netip.Prefix) guard {
	g := guard{}
	for _, p := range allow {
		if p.Addr().Is4In6() && p.Bits() >= 96 {
			p = netip.PrefixFrom(p.Addr().Unmap(), p.Bits()-96)
		}
		g.allow = append(g.allow, p.Masked())
	}
	return g
}

// control is a net.Dialer's Control.
func (g guard) control(network, address string, _ syscall.RawConn) error {
	ap, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("%w: %q on %s can't be checked", ErrPrivate, address, network)
	}
	if !g.permits(ap.Addr()) {
		return fmt.Errorf("%w: %s", ErrPrivate, ap.Addr())
	}
	return nil
}

func (g guard) permits(a netip.Addr) bool {
	a = a.Unmap().WithZone("")
	for _, p := range g.allow {
		if p.Contains(a) {
			return true
		}
	}
	if nat64.Contains(a) {
		b := a.As16()
		return g.permits(netip.AddrFrom4([4]byte(b[12:])))
	}
	if a.Is6() && !global6.Contains(a) {
		return false
	}
	for _, p := range special {
		if p.Contains(a) {
			return false
		}
	}
	return a.IsValid()
}

var (
	// nat64 carries an IPv4 address in its last 32 bits (RFC 6052); hosts without
	// IPv4 reach the whole IPv4 web through it, so what counts is the address inside.
	nat64 = netip.MustParsePrefix("64:ff9b::/96")

	// global6 is the only part of IPv6 that is assigned to public hosts. Outside it lie
	// loopback, unspecified, link-local, unique local (fc00::/7, where clouds keep
	// their metadata), site-local, multicast, discard, local-use NAT64 and all that is unassigned.
	global6 = netip.MustParsePrefix("2000::/3")
)

// special lists what is not public within IPv4 and global6, after the IANA IPv4 and
// IPv6 Special-Purpose Address Registries (RFC 6890).
var special = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"),        // "this" network
	netip.MustParsePrefix("10.0.0.0/8"),       // private (RFC 1918)
	netip.MustParsePrefix("100.64.0.0/10"),    // carrier-grade NAT (RFC 6598)
	netip.MustParsePrefix("127.0.0.0/8"),      // loopback
	netip.MustParsePrefix("168.63.129.16/32"), // Azure's host agent: a public address, reachable from within only
	netip.MustParsePrefix("169.254.0.0/16"),   // link-local, cloud metadata
	netip.MustParsePrefix("172.16.0.0/12"),    // private
	netip.MustParsePrefix("192.0.0.0/24"),     // IETF protocol assignments
	netip.MustParsePrefix("192.0.2.0/24"),     // documentation
	netip.MustParsePrefix("192.88.99.0/24"),   // 6to4 relays, deprecated
	netip.MustParsePrefix("192.168.0.0/16"),   // private
	netip.MustParsePrefix("198.18.0.0/15"),    // benchmarking
	netip.MustParsePrefix("198.51.100.0/24"),  // documentation
	netip.MustParsePrefix("203.0.113.0/24"),   // documentation
	netip.MustParsePrefix("224.0.0.0/4"),      // multicast
	netip.MustParsePrefix("240.0.0.0/4"),      // reserved, broadcast
	netip.MustParsePrefix("2001::/23"),        // IETF protocol assignments, Teredo, ORCHID, benchmarking
	netip.MustParsePrefix("2001:db8::/32"),    // documentation
	netip.MustParsePrefix("2002::/16"),        // 6to4: carries any IPv4 address
	netip.MustParsePrefix("3fff::/20"),        // documentation (RFC 9637)
}
