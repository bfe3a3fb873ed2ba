//! The signature of a request.
//!
//! Source: <https://open.shopee.com/developer-guide/16>.

use hmac::{Hmac, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;

/// HMAC-SHA256 under the partner's key, in hex, of these one after the other: partner id, path, timestamp and, for a call
/// that belongs to a shop, its access token and id.
pub(super) fn sign(key: &SecretString, parts: &[&str]) -> String {
    // A key of any length is taken.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key.expose_secret().as_bytes()) else {
        return String::new();
    };
    parts.iter().for_each(|part| mac.update(part.as_bytes()));
    mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_openssl_has_it() {
        let key = SecretString::from("k3y");
        let signed =
            sign(&key, &["2001887", "/api/v2/product/update_stock", "1655714431", "token", "14701711"]);
        // printf '%s' 2001887/api/v2/product/update_stock1655714431token14701711 | openssl dgst -sha256 -hmac k3y
        assert_eq!(signed, "e4bda3401361a59e38d92357bbe73740de4d722cdb5841e6296cf6805809f96a");
        assert_ne!(
            signed,
            sign(&key, &["2001887", "/api/v2/product/update_stock", "1655714432", "token", "14701711"])
        );
    }
}
