//! What the operator typed, checked before anything is called.

use super::super::Settings;
use reqwest::Url;
use reqwest::header::HeaderValue;
use secrecy::ExposeSecret;
use std::net::IpAddr;

/// The first version whose inventory mutation has `changeFromQuantity` and needs `@idempotent`
/// (<https://shopify.dev/changelog/making-idempotency-mandatory-for-inventory-adjustments-and-refund-mutations>).
const OLDEST_VERSION: &str = "2026-04";

/// Settings that can be used.
pub struct Checked {
    /// `mystore.myshopify.com`.
    pub shop: String,
    /// Scheme and host, perhaps a path, without a slash at its end.
    pub endpoint: String,
    /// `2026-07`.
    pub version: String,
    /// The location's gid, if it was set.
    pub location: Option<String>,
    /// The token as a header's value.
    pub token: HeaderValue,
}

/// Checks everything at once.
///
/// # Errors
/// Every mistake, each with its key; never the token.
pub fn check(settings: &Settings) -> Result<Checked, Vec<String>> {
    let shop = shop(settings.get("shop"));
    let default = format!("https://{}", shop.as_deref().unwrap_or_default());
    let endpoint = match settings.get("endpoint") {
        "" => Ok(default),
        given => endpoint(given),
    };
    let version = version(settings.get("api_version"));
    let location = location(settings.get("location"));
    let token = HeaderValue::from_str(settings.secret("access_token").expose_secret()).map_err(|_| {
        "access_token: has characters that no token has; copy it again, without line breaks".to_owned()
    });
    match (shop, endpoint, version, location, token) {
        (Ok(shop), Ok(endpoint), Ok(version), Ok(location), Ok(token)) => {
            Ok(Checked { shop, endpoint, version, location, token })
        }
        (shop, endpoint, version, location, token) => {
            Err([shop.err(), endpoint.err(), version.err(), location.err(), token.err()]
                .into_iter()
                .flatten()
                .collect())
        }
    }
}

fn shop(given: &str) -> Result<String, String> {
    let shop = given.to_ascii_lowercase();
    let name = shop.strip_suffix(".myshopify.com").unwrap_or_default();
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if name.is_empty() || name.starts_with('-') || !name.bytes().all(plain) {
        return Err(format!(
            "shop: {given:?} is not like mystore.myshopify.com; give that address, without https://, even if buyers \
             see another one"
        ));
    }
    Ok(shop)
}

fn endpoint(given: &str) -> Result<String, String> {
    let wrong = |why: &str| Err(format!("endpoint: {why}; leave it empty to call the shop itself"));
    let Ok(url) = Url::parse(given) else { return wrong("is not a URL") };
    if !url.username().is_empty() || url.password().is_some() {
        return wrong("must not carry a user name or password");
    }
    if url.query().is_some() || url.fragment().is_some() {
        return wrong("must not carry a query or fragment");
    }
    match url.scheme() {
        "https" => {}
        "http" if is_loopback(&url) => {}
        "http" => return wrong("http:// would show the token to the network and is only for this machine"),
        _ => return wrong("must begin with https://"),
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn version(given: &str) -> Result<String, String> {
    let quarterly = given.split_once('-').is_some_and(|(year, month)| {
        year.len() == 4
            && year.bytes().all(|byte| byte.is_ascii_digit())
            && matches!(month, "01" | "04" | "07" | "10")
    });
    if quarterly && given >= OLDEST_VERSION {
        Ok(given.to_owned())
    } else {
        Err(format!("api_version: {given:?} is not a version like 2026-07, from {OLDEST_VERSION} on"))
    }
}

fn location(given: &str) -> Result<Option<String>, String> {
    let number = given.strip_prefix("gid://shopify/Location/").unwrap_or(given);
    match number {
        "" if given.is_empty() => Ok(None),
        _ if !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()) => {
            Ok(Some(format!("gid://shopify/Location/{number}")))
        }
        _ => Err(format!(
            "location: {given:?} is not like gid://shopify/Location/123; the number is at the end of the location's \
             address in the Shopify admin"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_is_for_this_machine_only() {
        for good in ["https://proxy.example", "http://127.0.0.1:80", "http://localhost:9/", "http://[::1]:9"]
        {
            assert!(endpoint(good).is_ok(), "{good}");
        }
        for bad in
            ["http://proxy.example", "ftp://a.example", "https://u:p@a.example", "https://a.example?x=1"]
        {
            assert!(endpoint(bad).is_err(), "{bad}");
        }
        assert!(endpoint("http://127.0.0.1.evil.example").is_err());
        assert_eq!(endpoint("http://localhost:9/").unwrap(), "http://localhost:9");
    }

    #[test]
    fn shops_versions_and_locations() {
        assert_eq!(shop("MyStore-2.myshopify.com").unwrap(), "mystore-2.myshopify.com");
        for bad in
            ["mystore", "https://mystore.myshopify.com", "evil.example/.myshopify.com", ".myshopify.com"]
        {
            assert!(shop(bad).is_err(), "{bad}");
        }
        assert!(version("2026-04").is_ok() && version("2026-01").is_err() && version("2026-05").is_err());
        assert_eq!(location("").unwrap(), None);
        assert_eq!(location("12").unwrap().as_deref(), Some("gid://shopify/Location/12"));
        assert!(location("gid://shopify/Location/").is_err() && location("gid://shopify/Product/1").is_err());
    }
}
