//! Web addresses: a small, strict check for what reaches customers and endpoints.
//!
//! It follows RFC 3986 where it matters for safety (scheme, user info, host, port) and lets path,
//! query and letters of any script pass, as browsers do.

mod beyond_ascii;

use std::borrow::Cow;
use std::fmt;

use crate::diagnostics::nearest;
use crate::plain::is_direction;

/// What is wrong with a web address. Printed, it goes on behind the address: "has no scheme".
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum UrlFault {
    Empty,
    Blank,
    Control,
    /// A character that shows nothing.
    Hidden,
    /// The address with the scheme that it lacks, or an example of one.
    NoScheme(String),
    /// A path within a site.
    Relative,
    /// A scheme other than http and https.
    OtherScheme(String),
    NoSlashes,
    NoHost,
    UserInfo,
    BadHost,
    /// A sign in the host that is read as one of ASCII.
    ForeignSign,
    BadPort,
}

impl UrlFault {
    /// The next action.
    pub(crate) fn help(&self) -> String {
        match self {
            Self::Empty | Self::NoHost | Self::BadHost => "write a whole address: `https://…`".to_owned(),
            Self::Blank => "write a blank as `%20`, and none at the ends".to_owned(),
            Self::Control => "take line breaks, tabs and other control characters out".to_owned(),
            Self::Hidden => {
                "type the address anew: such characters come along where one is copied".to_owned()
            }
            Self::ForeignSign => "write the signs of an address in ASCII: `/`, `?`, `#`, `:`".to_owned(),
            Self::NoScheme(url) => format!("write `{url}`"),
            Self::Relative => "put scheme and host in front of the path: `https://…`".to_owned(),
            Self::OtherScheme(scheme) => match nearest(scheme, ["https", "http"]) {
                Some(near) => format!("did you mean `{near}://`?"),
                None => "use an http or https address".to_owned(),
            },
            Self::NoSlashes => "write `//` behind the scheme: `https://…`".to_owned(),
            Self::UserInfo => "take the part before `@` out, and send credentials as headers".to_owned(),
            Self::BadPort => "use a port from 1 to 65535, or none".to_owned(),
        }
    }
}

impl fmt::Display for UrlFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("is empty"),
            Self::Blank => f.write_str("has a blank in it"),
            Self::Control => f.write_str("has a control character in it"),
            Self::Hidden => f.write_str("has a character in it that nobody sees"),
            Self::NoScheme(_) => f.write_str("has no scheme"),
            Self::Relative => f.write_str("is a path, not a whole address"),
            Self::OtherScheme(scheme) => match scheme.as_str() {
                "javascript" | "data" | "file" | "vbscript" | "blob" => {
                    write!(f, "is a `{scheme}:` address, which never reaches a customer")
                }
                _ => write!(f, "is a `{scheme}:` address, not http or https"),
            },
            Self::NoSlashes => f.write_str("has no `//` behind its scheme"),
            Self::NoHost => f.write_str("has no host"),
            Self::UserInfo => f.write_str("has a user name in it"),
            Self::BadHost => f.write_str("has a host that cannot be one"),
            Self::ForeignSign => f.write_str("has a sign in its host that browsers read as another"),
            Self::BadPort => f.write_str("has a port that cannot be one"),
        }
    }
}

/// Whether a text is an absolute http or https address with a host and nothing dangerous in it.
pub(crate) fn check_web_url(url: &str) -> Result<(), UrlFault> {
    if url.is_empty() {
        return Err(UrlFault::Empty);
    }
    let is_plain = url.bytes().all(|b| b.is_ascii_graphic());
    if !is_plain {
        if url.contains(|c: char| c.is_control() || is_direction(c)) {
            return Err(UrlFault::Control);
        }
        if url.contains(char::is_whitespace) {
            return Err(UrlFault::Blank);
        }
        beyond_ascii::check_hidden(url)?;
    }
    let Some((scheme, rest)) = split_scheme(url).filter(|(scheme, rest)| !is_host_with_port(scheme, rest))
    else {
        return Err(without_scheme(url));
    };
    if !is_http(scheme) {
        return Err(UrlFault::OtherScheme(scheme.to_ascii_lowercase()));
    }
    let rest = rest.strip_prefix("//").ok_or(UrlFault::NoSlashes)?;
    let authority = authority_of(rest);
    if authority.contains('@') {
        return Err(UrlFault::UserInfo);
    }
    let (host, port) = split_port(authority);
    if host.is_empty() {
        return Err(UrlFault::NoHost);
    }
    if !is_host(host) {
        return Err(UrlFault::BadHost);
    }
    if !is_plain {
        beyond_ascii::check_host(host)?;
    }
    match port {
        Some(port) if !is_port(port) => Err(UrlFault::BadPort),
        _ => Ok(()),
    }
}

/// Whether a segment of a path is one that clients, servers and proxies take for a step within it, or becomes one where they
/// decode slashes before. Some take what stands behind a `;` for no part of it.
pub(crate) fn has_step(segment: &str) -> bool {
    let is_more = |byte: u8| matches!(byte, b'%' | b'\\' | b';');
    if !segment.bytes().any(is_more) {
        return matches!(segment, "." | "..");
    }
    let decoded = match segment.contains('%') {
        true => Cow::Owned(decoded(segment)),
        false => Cow::Borrowed(segment.as_bytes()),
    };
    let mut parts = decoded.split(|byte| matches!(byte, b'/' | b'\\'));
    parts.any(|part| {
        let name = part.split(|byte| *byte == b';').next();
        matches!(name, Some(b"." | b".."))
    })
}

/// The bytes of a text that is percent-encoded (RFC 3986, section 2.1).
fn decoded(text: &str) -> Vec<u8> {
    let mut rest = text.as_bytes();
    let mut decoded = Vec::with_capacity(rest.len());
    while let Some((first, others)) = rest.split_first() {
        let escaped = match rest {
            [b'%', high, low, behind @ ..] => hex_value(*high)
                .zip(hex_value(*low))
                .map(|(high, low)| (16 * high + low, behind)),
            _ => None,
        };
        let (byte, behind) = escaped.unwrap_or((*first, others));
        decoded.push(byte);
        rest = behind;
    }
    decoded
}

fn hex_value(digit: u8) -> Option<u8> {
    u8::try_from(char::from(digit).to_digit(16)?).ok()
}

/// Scheme, host and port of an absolute http or https address, as they are written there; `None` for any
/// other text.
///
/// # Examples
///
/// A tool groups the calls of a flow by where they go:
///
/// ```
/// assert_eq!(sayflow::origin("https://cdn.shop.example/{{sku}}.png"), Some("https://cdn.shop.example"));
/// ```
#[must_use]
pub fn origin(url: &str) -> Option<&str> {
    let (scheme, rest) = split_scheme(url).filter(|(scheme, _)| is_http(scheme))?;
    let authority = authority_of(rest.strip_prefix("//")?);
    if authority.is_empty() {
        return None;
    }
    url.get(..scheme.len() + "://".len() + authority.len())
}

/// Whether two addresses have the same origin: scheme and host in any case, the port of the
/// scheme where none is written. So the engine compares a request with the origins that a secret is granted to.
///
/// # Examples
///
/// ```
/// assert!(sayflow::same_origin("https://Shop.example:443", "https://shop.example"));
/// assert!(!sayflow::same_origin("http://shop.example", "https://shop.example"));
/// assert!(!sayflow::same_origin("shop", "shop"));
/// ```
#[must_use]
pub fn same_origin(one: &str, other: &str) -> bool {
    let Some(parts) = origin_parts(one) else {
        return false;
    };
    one == other || origin_parts(other).is_some_and(|others| parts.is_same(&others))
}

struct OriginParts<'u> {
    is_plain: bool,
    host: &'u str,
    port: u16,
}

impl OriginParts<'_> {
    fn is_same(&self, other: &OriginParts<'_>) -> bool {
        self.is_plain == other.is_plain
            && self.port == other.port
            && is_same_in_any_case(self.host, other.host)
    }
}

fn origin_parts(url: &str) -> Option<OriginParts<'_>> {
    let (scheme, rest) = split_scheme(origin(url)?)?;
    let (host, port) = split_port(rest.strip_prefix("//")?);
    let is_plain = scheme.eq_ignore_ascii_case("http");
    let port = match port.unwrap_or_default() {
        "" if is_plain => 80,
        "" => 443,
        written => written.parse::<u16>().ok()?,
    };
    Some(OriginParts { is_plain, host, port })
}

fn is_same_in_any_case(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other) || (!one.is_ascii() && one.to_lowercase() == other.to_lowercase())
}

/// Whether an address travels unencrypted.
pub(crate) fn is_plain_http(url: &str) -> bool {
    split_scheme(url).is_some_and(|(scheme, _)| scheme.eq_ignore_ascii_case("http"))
}

/// What stands before the first `:` where that is a scheme (RFC 3986, section 3.1), and the rest.
fn split_scheme(url: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = url.split_once(':')?;
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'));
    is_scheme.then_some((scheme, rest))
}

fn is_http(scheme: &str) -> bool {
    scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http")
}

/// `shop.example:8080/a`, which the scheme's syntax takes for a scheme.
fn is_host_with_port(scheme: &str, rest: &str) -> bool {
    (scheme.contains('.') || scheme == "localhost") && rest.starts_with(|c: char| c.is_ascii_digit())
}

fn without_scheme(url: &str) -> UrlFault {
    match url.strip_prefix("//") {
        Some(rest) => UrlFault::NoScheme(format!("https://{rest}")),
        None if url.starts_with(['/', '.', '?', '#']) => UrlFault::Relative,
        None if is_file_name(url) => UrlFault::Relative,
        None if authority_of(url).contains('.') => UrlFault::NoScheme(format!("https://{url}")),
        None => UrlFault::NoScheme("https://…".to_owned()),
    }
}

/// Whether an address without a scheme ends as pictures, sounds and films do, and has no path
/// that would make its beginning a host.
fn is_file_name(url: &str) -> bool {
    const MEDIA: [&str; 10] = [
        "png", "jpg", "jpeg", "gif", "webp", "svg", "mp3", "ogg", "mp4", "webm",
    ];
    let ending = url
        .rsplit_once('.')
        .map(|(_, ending)| ending.to_ascii_lowercase());
    !url.contains('/') && ending.is_some_and(|ending| MEDIA.contains(&ending.as_str()))
}

/// What stands before the path, query or fragment. Browsers read `\` as `/`, so it stays in here
/// and makes the host a bad one.
fn authority_of(rest: &str) -> &str {
    let end = rest.bytes().position(|b| matches!(b, b'/' | b'?' | b'#'));
    rest.get(..end.unwrap_or(rest.len())).unwrap_or_default()
}

fn split_port(authority: &str) -> (&str, Option<&str>) {
    match authority.rsplit_once(':') {
        // The colons of an address in brackets separate no port.
        Some((_, port)) if port.contains(']') => (authority, None),
        Some((host, port)) => (host, Some(port)),
        None => (authority, None),
    }
}

fn is_host(host: &str) -> bool {
    if let Some(address) = host.strip_prefix('[') {
        return address
            .strip_suffix(']')
            .is_some_and(|v6| v6.parse::<std::net::Ipv6Addr>().is_ok());
    }
    let is_letter = |b: u8| b.is_ascii_alphanumeric() || !b.is_ascii() || b == b'-' || b == b'_';
    host.len() <= 255
        && host
            .strip_suffix('.')
            .unwrap_or(host)
            .split('.')
            .all(|label| !label.is_empty() && label.bytes().all(is_letter))
}

fn is_port(port: &str) -> bool {
    port.bytes().all(|b| b.is_ascii_digit()) && port.parse::<u16>().is_ok_and(|port| port > 0)
}

#[cfg(test)]
mod tests {
    use super::{check_web_url, has_step, is_plain_http, origin, same_origin};

    fn fault(url: &str) -> String {
        check_web_url(url).map_or_else(
            |fault| format!("{fault}; {}", fault.help()),
            |()| "good".to_owned(),
        )
    }

    #[test]
    fn good_addresses() {
        for url in [
            "https://shop.example",
            "http://127.0.0.1:8080/a?b=c#d",
            "HTTPS://Shop.Example:443/",
            "https://[::1]:8080/x",
            "https://দোকান.example/ছবি.png",
            "https://বিক্রি.example",
            "http://[::1]",
            "https://localhost?x=https://other.example/a@b",
            "https://shop.example./x",
            "https://my-shop.example",
            "https://my_shop.example",
            // Joiners of Persian and Sinhala, an emoji with a variation selector, full-width letters.
            "https://خانه\u{200c}ها.example/می\u{200c}روم?q=ශ\u{200d}රී#❤\u{fe0f}",
            "https://ශ\u{200d}රී.example/a\u{200d}b",
            "https://ｓｈｏｐ－１．example/／＠",
        ] {
            assert_eq!(fault(url), "good", "{url}");
        }
    }

    #[test]
    fn faults_in_plain_words() {
        let table: Vec<String> = [
            "",
            "www.shop.example/a.png",
            "//cdn.shop.example/a.png",
            "/images/a.png",
            "shop",
            "shop.example:8080/a",
            "localhost:8080",
            "localhost:shop",
            "tel:8801712345678",
            "pay_now:shop",
            "1:shop",
            "htps://shop.example",
            "javascript:alert(1)",
            "JavaScript://shop.example/%0aalert(1)",
            "data:text/html,hi",
            "file:///etc/passwd",
            "ftp://shop.example",
            "mailto:a@b.example",
            "https:/shop.example",
            "https://",
            "https:///a",
            "https://user:pw@shop.example",
            "https://good.example\\@evil.example",
            "https://good.example\\.evil.example",
            "https://shop..example",
            "https://[::1",
            "https://shop.example:0",
            "https://shop.example:99999",
            "https://shop.example:+80",
            "https://shop.example:",
            " https://shop.example",
            "https://shop.example/a b.png",
            "https://shop.example/a\nb",
            "java\tscript:alert(1)",
            "https://pay\u{200b}.shop.example",
            "https://shop\u{feff}.example",
            "https://exam\u{ad}ple/",
            "https://shop.example/\u{200f}\u{2060}x",
            "www.shop\u{200b}.example",
            "https://pay\u{200d}.example",
            "https://ශ\u{200d}\u{200d}රී.example",
            "https://ශ\u{200d}.example",
            "https://❤\u{fe0f}.example",
            "https://shop.example＠evil.example/",
            "https://shop.example／.evil.example/",
            "https://shop.example：80",
            "https://shop.example℀.evil.example",
            "https://shop.example﹖.evil.example",
        ]
        .into_iter()
        .map(|url| format!("{url:?}: {}", fault(url)))
        .collect();
        insta::assert_snapshot!(table.join("\n"), @r###"
"": is empty; write a whole address: `https://…`
"www.shop.example/a.png": has no scheme; write `https://www.shop.example/a.png`
"//cdn.shop.example/a.png": has no scheme; write `https://cdn.shop.example/a.png`
"/images/a.png": is a path, not a whole address; put scheme and host in front of the path: `https://…`
"shop": has no scheme; write `https://…`
"shop.example:8080/a": has no scheme; write `https://shop.example:8080/a`
"localhost:8080": has no scheme; write `https://…`
"localhost:shop": is a `localhost:` address, not http or https; use an http or https address
"tel:8801712345678": is a `tel:` address, not http or https; use an http or https address
"pay_now:shop": has no scheme; write `https://…`
"1:shop": has no scheme; write `https://…`
"htps://shop.example": is a `htps:` address, not http or https; did you mean `https://`?
"javascript:alert(1)": is a `javascript:` address, which never reaches a customer; use an http or https address
"JavaScript://shop.example/%0aalert(1)": is a `javascript:` address, which never reaches a customer; use an http or https address
"data:text/html,hi": is a `data:` address, which never reaches a customer; use an http or https address
"file:///etc/passwd": is a `file:` address, which never reaches a customer; use an http or https address
"ftp://shop.example": is a `ftp:` address, not http or https; use an http or https address
"mailto:a@b.example": is a `mailto:` address, not http or https; use an http or https address
"https:/shop.example": has no `//` behind its scheme; write `//` behind the scheme: `https://…`
"https://": has no host; write a whole address: `https://…`
"https:///a": has no host; write a whole address: `https://…`
"https://user:pw@shop.example": has a user name in it; take the part before `@` out, and send credentials as headers
"https://good.example\\@evil.example": has a user name in it; take the part before `@` out, and send credentials as headers
"https://good.example\\.evil.example": has a host that cannot be one; write a whole address: `https://…`
"https://shop..example": has a host that cannot be one; write a whole address: `https://…`
"https://[::1": has a host that cannot be one; write a whole address: `https://…`
"https://shop.example:0": has a port that cannot be one; use a port from 1 to 65535, or none
"https://shop.example:99999": has a port that cannot be one; use a port from 1 to 65535, or none
"https://shop.example:+80": has a port that cannot be one; use a port from 1 to 65535, or none
"https://shop.example:": has a port that cannot be one; use a port from 1 to 65535, or none
" https://shop.example": has a blank in it; write a blank as `%20`, and none at the ends
"https://shop.example/a b.png": has a blank in it; write a blank as `%20`, and none at the ends
"https://shop.example/a\nb": has a control character in it; take line breaks, tabs and other control characters out
"java\tscript:alert(1)": has a control character in it; take line breaks, tabs and other control characters out
"https://pay\u{200b}.shop.example": has a character in it that nobody sees; type the address anew: such characters come along where one is copied
"https://shop\u{feff}.example": has a character in it that nobody sees; type the address anew: such characters come along where one is copied
"https://exam\u{ad}ple/": has a character in it that nobody sees; type the address anew: such characters come along where one is copied
"https://shop.example/\u{200f}\u{2060}x": has a character in it that nobody sees; type the address anew: such characters come along where one is copied
"www.shop\u{200b}.example": has a character in it that nobody sees; type the address anew: such characters come along where one is copied
"https://pay\u{200d}.example": has a character in it that nobody sees; type the address anew: such characters come along where one is copied
"https://ශ\u{200d}\u{200d}ර\u{dd3}.example": has a character in it that nobody sees; type the address anew: such characters come along where one is copied
"https://ශ\u{200d}.example": has a character in it that nobody sees; type the address anew: such characters come along where one is copied
"https://❤\u{fe0f}.example": has a character in it that nobody sees; type the address anew: such characters come along where one is copied
"https://shop.example＠evil.example/": has a sign in its host that browsers read as another; write the signs of an address in ASCII: `/`, `?`, `#`, `:`
"https://shop.example／.evil.example/": has a sign in its host that browsers read as another; write the signs of an address in ASCII: `/`, `?`, `#`, `:`
"https://shop.example：80": has a sign in its host that browsers read as another; write the signs of an address in ASCII: `/`, `?`, `#`, `:`
"https://shop.example℀.evil.example": has a sign in its host that browsers read as another; write the signs of an address in ASCII: `/`, `?`, `#`, `:`
"https://shop.example﹖.evil.example": has a sign in its host that browsers read as another; write the signs of an address in ASCII: `/`, `?`, `#`, `:`
"###);
    }

    #[test]
    fn steps_however_they_are_written() {
        for step in [
            ".",
            "..",
            "a%2f..",
            "a%2F..",
            "..%5c",
            "%5C..",
            "%2e",
            "%2E%2e",
            ".%2e",
            "x\\..",
            "..\\x",
            "..;x=1",
            ".;",
            "%2e%2E;x",
            "..%3bx",
            "a%2f.;b%2Fc",
            "দ%2f..",
        ] {
            assert!(has_step(step), "{step}");
        }
        for no_step in [
            "", "...", "..a", "a..", "a;..", ";..", "a;x=..", "..%20", "%252e", "%2", "%", "%%2e", "..%2",
            "a\\b", "a%2fb", "....;x", "%a7..",
        ] {
            assert!(!has_step(no_step), "{no_step}");
        }
    }

    #[test]
    fn origins() {
        assert_eq!(
            origin("https://shop.example:444/a?b"),
            Some("https://shop.example:444")
        );
        assert_eq!(origin("https://shop.example"), Some("https://shop.example"));
        assert_eq!(origin("/a"), None);
        assert!(same_origin("https://Shop.example/a", "HTTPS://shop.example:443"));
        assert!(!same_origin("https://shop.example", "http://shop.example"));
        assert!(!same_origin("https://shop.example", "https://shop.example:8443"));
        assert!(!same_origin("shop.example", "shop.example"));
        assert!(same_origin("http://shop.example", "http://shop.example:80"));
        assert!(!same_origin("http://shop.example", "http://shop.example:443"));
        assert!(same_origin("https://ÄPFEL.example", "https://äpfel.example"));
        assert!(!same_origin("https://äpfel.example", "https://birnen.example"));
        assert!(is_plain_http("HTTP://shop.example") && !is_plain_http("https://shop.example"));
    }
}
