//! Addresses that no call goes to, unless the host allows it: a flow's author, or a name server, must not
//! reach into the network that the host stands in.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Addresses that share their first bits, and how a sentence goes on with "which is".
struct Range<A> {
    first: A,
    bits: u32,
    why: &'static str,
}

const fn v4(first: [u8; 4], bits: u32, why: &'static str) -> Range<Ipv4Addr> {
    let [a, b, c, d] = first;
    Range {
        first: Ipv4Addr::new(a, b, c, d),
        bits,
        why,
    }
}

const fn v6(first: [u16; 8], bits: u32, why: &'static str) -> Range<Ipv6Addr> {
    let [a, b, c, d, e, f, g, h] = first;
    Range {
        first: Ipv6Addr::new(a, b, c, d, e, f, g, h),
        bits,
        why,
    }
}

/// From the registry of special-purpose addresses that RFC 6890 began. The first row that fits counts, so a
/// part stands before its whole.
const V4: [Range<Ipv4Addr>; 21] = [
    v4([169, 254, 169, 254], 32, "a cloud's metadata"),
    v4([169, 254, 170, 2], 32, "a cloud's metadata"),
    v4([100, 100, 100, 200], 32, "a cloud's metadata"),
    v4([192, 0, 0, 192], 32, "a cloud's metadata"),
    v4([168, 63, 129, 16], 32, "a cloud's metadata"),
    v4([0, 0, 0, 0], 8, "this network"),
    v4([10, 0, 0, 0], 8, "private"),
    v4([100, 64, 0, 0], 10, "shared behind a provider's translation"),
    v4([127, 0, 0, 0], 8, "loopback"),
    v4([169, 254, 0, 0], 16, "link-local"),
    v4([172, 16, 0, 0], 12, "private"),
    v4([192, 0, 0, 0], 24, "kept for protocols"),
    v4([192, 0, 2, 0], 24, "for documentation"),
    v4([192, 88, 99, 0], 24, "a relay of 6to4"),
    v4([192, 168, 0, 0], 16, "private"),
    v4([198, 18, 0, 0], 15, "for benchmarks"),
    v4([198, 51, 100, 0], 24, "for documentation"),
    v4([203, 0, 113, 0], 24, "for documentation"),
    v4([224, 0, 0, 0], 4, "multicast"),
    v4([255, 255, 255, 255], 32, "broadcast"),
    v4([240, 0, 0, 0], 4, "reserved"),
];

/// Whatever holds an IPv4 address is refused as a whole: what is at its other end translates it.
const V6: [Range<Ipv6Addr>; 16] = [
    v6([0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254], 128, "a cloud's metadata"),
    v6([0, 0, 0, 0, 0, 0, 0, 0], 128, "unspecified"),
    v6([0, 0, 0, 0, 0, 0, 0, 1], 128, "loopback"),
    v6([0, 0, 0, 0, 0, 0, 0, 0], 96, "an IPv4 address in disguise"),
    v6([0, 0, 0, 0, 0xffff, 0, 0, 0], 96, "a translated IPv4 address"),
    v6([0x64, 0xff9b, 0, 0, 0, 0, 0, 0], 96, "a translated IPv4 address"),
    v6([0x64, 0xff9b, 1, 0, 0, 0, 0, 0], 48, "a translated IPv4 address"),
    v6([0xfc00, 0, 0, 0, 0, 0, 0, 0], 7, "private"),
    v6([0xfe80, 0, 0, 0, 0, 0, 0, 0], 10, "link-local"),
    v6([0xff00, 0, 0, 0, 0, 0, 0, 0], 8, "multicast"),
    v6([0x2001, 0, 0, 0, 0, 0, 0, 0], 32, "a tunnel of Teredo"),
    v6([0x2001, 0, 0, 0, 0, 0, 0, 0], 23, "kept for protocols"),
    v6([0x2001, 0xdb8, 0, 0, 0, 0, 0, 0], 32, "for documentation"),
    v6([0x2002, 0, 0, 0, 0, 0, 0, 0], 16, "a tunnel of 6to4"),
    v6([0x3fff, 0, 0, 0, 0, 0, 0, 0], 20, "for documentation"),
    v6([0x5f00, 0, 0, 0, 0, 0, 0, 0], 16, "kept for routing"),
];

/// All that is given to the public; beyond it nothing is routed.
const PUBLIC_V6: Range<Ipv6Addr> = v6([0x2000, 0, 0, 0, 0, 0, 0, 0], 3, "public");

/// What an address is, as a sentence goes on with "which is"; `None` for a public one.
pub(super) fn why_refused(address: IpAddr) -> Option<&'static str> {
    // `::ffff:127.0.0.1` is dialled as `127.0.0.1`.
    match address.to_canonical() {
        IpAddr::V4(address) => V4.iter().find(|range| range.has(address)).map(|range| range.why),
        IpAddr::V6(address) => {
            let named = V6.iter().find(|range| range.has(address)).map(|range| range.why);
            named.or_else(|| (!PUBLIC_V6.has(address)).then_some("not public"))
        }
    }
}

impl Range<Ipv4Addr> {
    fn has(&self, address: Ipv4Addr) -> bool {
        let differing = self.first.to_bits() ^ address.to_bits();
        differing.leading_zeros() >= self.bits
    }
}

impl Range<Ipv6Addr> {
    fn has(&self, address: Ipv6Addr) -> bool {
        let differing = self.first.to_bits() ^ address.to_bits();
        differing.leading_zeros() >= self.bits
    }
}

#[cfg(test)]
mod tests {
    use super::{V4, V6, why_refused};

    fn why(address: &str) -> Option<&'static str> {
        why_refused(address.parse().unwrap())
    }

    /// The neighbours below and above a range, and its first and last addresses.
    #[test]
    fn every_range_begins_and_ends_where_it_should() {
        const PUBLIC: Option<&str> = None;
        let borders = [
            ("0.0.0.0", "0.255.255.255", "this network", PUBLIC, PUBLIC),
            ("10.0.0.0", "10.255.255.255", "private", PUBLIC, PUBLIC),
            (
                "100.64.0.0",
                "100.127.255.255",
                "shared behind a provider's translation",
                PUBLIC,
                PUBLIC,
            ),
            ("127.0.0.0", "127.255.255.255", "loopback", PUBLIC, PUBLIC),
            ("169.254.0.0", "169.254.255.255", "link-local", PUBLIC, PUBLIC),
            ("172.16.0.0", "172.31.255.255", "private", PUBLIC, PUBLIC),
            ("192.0.0.0", "192.0.0.255", "kept for protocols", PUBLIC, PUBLIC),
            ("192.0.2.0", "192.0.2.255", "for documentation", PUBLIC, PUBLIC),
            ("192.88.99.0", "192.88.99.255", "a relay of 6to4", PUBLIC, PUBLIC),
            ("192.168.0.0", "192.168.255.255", "private", PUBLIC, PUBLIC),
            ("198.18.0.0", "198.19.255.255", "for benchmarks", PUBLIC, PUBLIC),
            (
                "198.51.100.0",
                "198.51.100.255",
                "for documentation",
                PUBLIC,
                PUBLIC,
            ),
            (
                "203.0.113.0",
                "203.0.113.255",
                "for documentation",
                PUBLIC,
                PUBLIC,
            ),
            (
                "224.0.0.0",
                "239.255.255.255",
                "multicast",
                PUBLIC,
                Some("reserved"),
            ),
            (
                "240.0.0.0",
                "255.255.255.254",
                "reserved",
                Some("multicast"),
                Some("broadcast"),
            ),
            (
                "169.254.169.254",
                "169.254.169.254",
                "a cloud's metadata",
                Some("link-local"),
                Some("link-local"),
            ),
            (
                "169.254.170.2",
                "169.254.170.2",
                "a cloud's metadata",
                Some("link-local"),
                Some("link-local"),
            ),
            (
                "168.63.129.16",
                "168.63.129.16",
                "a cloud's metadata",
                PUBLIC,
                PUBLIC,
            ),
            (
                "100.100.100.200",
                "100.100.100.200",
                "a cloud's metadata",
                Some("shared behind a provider's translation"),
                Some("shared behind a provider's translation"),
            ),
            (
                "192.0.0.192",
                "192.0.0.192",
                "a cloud's metadata",
                Some("kept for protocols"),
                Some("kept for protocols"),
            ),
        ];
        for (first, last, inside, below, above) in borders {
            let first: std::net::Ipv4Addr = first.parse().unwrap();
            let last: std::net::Ipv4Addr = last.parse().unwrap();
            let at = |bits: u32| why_refused(std::net::Ipv4Addr::from_bits(bits).into());
            assert_eq!(at(first.to_bits()), Some(inside), "{first}");
            assert_eq!(at(last.to_bits()), Some(inside), "{last}");
            if let Some(bits) = first.to_bits().checked_sub(1) {
                assert_eq!(at(bits), below, "below {first}");
            }
            assert_eq!(at(last.to_bits() + 1), above, "above {last}");
        }
    }

    #[test]
    fn every_range_of_ipv6_begins_and_ends_where_it_should() {
        const OUTSIDE: Option<&str> = Some("not public");
        const PUBLIC: Option<&str> = None;
        let disguise = Some("an IPv4 address in disguise");
        let borders = [
            (
                "::2",
                "::ffff:ffff",
                "an IPv4 address in disguise",
                Some("loopback"),
                OUTSIDE,
            ),
            (
                "::ffff:0:0:0",
                "::ffff:0:ffff:ffff",
                "a translated IPv4 address",
                OUTSIDE,
                OUTSIDE,
            ),
            (
                "64:ff9b::",
                "64:ff9b::ffff:ffff",
                "a translated IPv4 address",
                OUTSIDE,
                OUTSIDE,
            ),
            (
                "64:ff9b:1::",
                "64:ff9b:1:ffff:ffff:ffff:ffff:ffff",
                "a translated IPv4 address",
                OUTSIDE,
                OUTSIDE,
            ),
            (
                "2001::",
                "2001:0:ffff:ffff:ffff:ffff:ffff:ffff",
                "a tunnel of Teredo",
                PUBLIC,
                Some("kept for protocols"),
            ),
            (
                "2001:1::",
                "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff",
                "kept for protocols",
                Some("a tunnel of Teredo"),
                PUBLIC,
            ),
            (
                "2001:db8::",
                "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff",
                "for documentation",
                PUBLIC,
                PUBLIC,
            ),
            (
                "2002::",
                "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
                "a tunnel of 6to4",
                PUBLIC,
                PUBLIC,
            ),
            (
                "3fff::",
                "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff",
                "for documentation",
                PUBLIC,
                PUBLIC,
            ),
            (
                "4000::",
                "5eff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
                "not public",
                PUBLIC,
                Some("kept for routing"),
            ),
            (
                "5f00::",
                "5f00:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
                "kept for routing",
                OUTSIDE,
                OUTSIDE,
            ),
            (
                "fc00::",
                "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
                "private",
                OUTSIDE,
                OUTSIDE,
            ),
            (
                "fe80::",
                "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
                "link-local",
                OUTSIDE,
                OUTSIDE,
            ),
            ("::1", "::1", "loopback", Some("unspecified"), disguise),
            (
                "fd00:ec2::254",
                "fd00:ec2::254",
                "a cloud's metadata",
                Some("private"),
                Some("private"),
            ),
        ];
        for (first, last, inside, below, above) in borders {
            let first: std::net::Ipv6Addr = first.parse().unwrap();
            let last: std::net::Ipv6Addr = last.parse().unwrap();
            let at = |bits: u128| why_refused(std::net::Ipv6Addr::from_bits(bits).into());
            assert_eq!(at(first.to_bits()), Some(inside), "{first}");
            assert_eq!(at(last.to_bits()), Some(inside), "{last}");
            assert_eq!(at(first.to_bits() - 1), below, "below {first}");
            assert_eq!(at(last.to_bits() + 1), above, "above {last}");
        }
        assert_eq!(why("ff00::"), Some("multicast"));
        assert_eq!(why("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"), Some("multicast"));
    }

    #[test]
    fn public_addresses_pass() {
        for address in [
            "1.1.1.1",
            "8.8.8.8",
            "93.184.215.14",
            "168.63.129.17",
            "192.0.1.1",
            "223.255.255.255",
            "2000::",
            "2001:200::1",
            "2001:4860:4860::8888",
            "2606:4700::1111",
            "2a00:1450:4001::5",
            "::ffff:8.8.8.8",
        ] {
            assert_eq!(why(address), None, "{address}");
        }
    }

    #[test]
    fn an_ipv4_address_in_ipv6_is_seen_through() {
        for (address, refused) in [
            ("::ffff:127.0.0.1", "loopback"),
            ("::ffff:169.254.169.254", "a cloud's metadata"),
            ("::ffff:10.0.0.1", "private"),
            ("::127.0.0.1", "an IPv4 address in disguise"),
            ("::ffff:0:127.0.0.1", "a translated IPv4 address"),
            ("64:ff9b::7f00:1", "a translated IPv4 address"),
            ("2002:7f00:1::", "a tunnel of 6to4"),
        ] {
            assert_eq!(why(address), Some(refused), "{address}");
        }
    }

    #[test]
    fn no_range_begins_in_its_middle() {
        for range in V4 {
            let rest = range.first.to_bits().checked_shl(range.bits);
            assert_eq!(rest.unwrap_or_default(), 0, "{}/{}", range.first, range.bits);
        }
        for range in V6 {
            let rest = range.first.to_bits().checked_shl(range.bits);
            assert_eq!(rest.unwrap_or_default(), 0, "{}/{}", range.first, range.bits);
        }
    }
}
