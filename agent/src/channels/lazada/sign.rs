//! The signature of a request.
//!
//! Source: <https://open.lazada.com/apps/doc/doc?nodeId=10451&docId=108068>.

use hmac::{Hmac, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;

/// HMAC-SHA256 under the secret, in upper-case hex, of: the path, then every parameter's name and value in the order of the
/// names (without `sign`).
pub(super) fn sign(secret: &SecretString, path: &str, parameters: &[(String, String)]) -> String {
    let mut sorted: Vec<&(String, String)> = parameters.iter().filter(|(name, _)| name != "sign").collect();
    sorted.sort();
    // A key of any length is taken.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.expose_secret().as_bytes()) else {
        return String::new();
    };
    mac.update(path.as_bytes());
    for (name, value) in sorted {
        mac.update(name.as_bytes());
        mac.update(value.as_bytes());
    }
    mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02X}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The parameters of the documentation's own example.
    #[test]
    fn as_openssl_has_it() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let parameters = [
            pair("foo", "1"),
            pair("bar", "2"),
            pair("foo_bar", "3"),
            pair("foobar", "4"),
            pair("sign", "x"),
        ];
        // printf '%s' /test/apibar2foo1foo_bar3foobar4 | openssl dgst -sha256 -hmac s3cret
        let wanted = "CDA81856F8888CCAFECDD60CE1F56DAF9D6B5414CDD0F396F454561E93E6D0BF";
        assert_eq!(sign(&SecretString::from("s3cret"), "/test/api", &parameters), wanted);
    }
}
