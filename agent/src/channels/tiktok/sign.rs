//! The signature of a request.
//!
//! Source: <https://partner.tiktokshop.com/docv2/page/sign-your-api-request>.

use hmac::{Hmac, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;

/// HMAC-SHA256 under the secret, in hex, of: the secret, the path, every parameter's key and value in the order of the
/// keys (without `sign` and `access_token`), the body, the secret.
pub(super) fn sign(secret: &SecretString, path: &str, query: &[(String, String)], body: &str) -> String {
    let mut sorted: Vec<&(String, String)> =
        query.iter().filter(|(key, _)| key != "sign" && key != "access_token").collect();
    sorted.sort();
    let secret = secret.expose_secret();
    let parameters: String = sorted.iter().map(|(key, value)| format!("{key}{value}")).collect();
    let text = format!("{secret}{path}{parameters}{body}{secret}");
    // A key of any length is taken.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else { return String::new() };
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_parameters_and_the_signature_itself_do_not_count() {
        let secret = SecretString::from("s3cret");
        let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        let one = sign(&secret, "/p", &[pair("b", "2"), pair("a", "1")], "{}");
        let other = sign(&secret, "/p", &[pair("a", "1"), pair("sign", "x"), pair("b", "2")], "{}");
        assert_eq!(one, other);
        assert_ne!(one, sign(&secret, "/p", &[pair("a", "1"), pair("b", "2")], "{ }"));
        assert_ne!(one, sign(&secret, "/q", &[pair("a", "1"), pair("b", "2")], "{}"));
        // HMAC-SHA256 of "s3cret/pa1b2{}s3cret" under "s3cret", by openssl.
        assert_eq!(one, "56e1b0bc93cc845a4e8301dea869081f599fabe7d0416cc86e7ca5674eaaea87");
    }
}
