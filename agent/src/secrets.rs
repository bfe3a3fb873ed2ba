//! Credentials at rest: sealed with a key that lies in a file of its own, readable by the agent alone.
//!
//! A copy of the database, or a backup of it, gives nothing away.

use crate::channels::Secrets;
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use secrecy::{ExposeSecret, SecretString};
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

const NONCE: usize = 24;
const KEY: usize = 32;

/// What can go wrong with sealed credentials.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// The key file cannot be read or made.
    #[error("the key file {path}: {reason}")]
    KeyFile {
        /// Where it is.
        path: String,
        /// What happened.
        reason: String,
    },
    /// The credentials of a channel do not open with this key.
    #[error(
        "the credentials of the channel {channel} do not open with the key file: restore the file that they were sealed with, or add the channel again"
    )]
    Unopened {
        /// Which channel.
        channel: String,
    },
}

/// Seals and opens.
#[derive(Clone)]
pub struct Sealer {
    cipher: XChaCha20Poly1305,
}

impl std::fmt::Debug for Sealer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sealer")
    }
}

impl Sealer {
    /// Reads the key file, or makes one.
    ///
    /// # Errors
    /// If it cannot be read or made, or others may read it.
    pub fn open(path: &Path) -> Result<Self, SealError> {
        let fail = |reason: String| SealError::KeyFile { path: path.display().to_string(), reason };
        let mut key = [0u8; KEY];
        match std::fs::File::open(path) {
            Ok(mut file) => {
                let mode = file.metadata().map_err(|error| fail(error.to_string()))?.permissions().mode();
                if mode & 0o077 != 0 {
                    return Err(fail(format!("others may read it (mode {:o}); run chmod 600", mode & 0o777)));
                }
                file.read_exact(&mut key).map_err(|_| fail(format!("holds no key of {KEY} bytes")))?;
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                rand::fill(&mut key);
                std::fs::OpenOptions::new()
                    .write(true)
                    .create_new(true)
                    .mode(0o600)
                    .open(path)
                    .and_then(|mut file| file.write_all(&key).and_then(|()| file.sync_all()))
                    .map_err(|error| fail(format!("cannot be made: {error}")))?;
            }
            Err(error) => return Err(fail(error.to_string())),
        }
        Ok(Self { cipher: XChaCha20Poly1305::new(&key.into()) })
    }

    /// Seals a channel's credentials. They open for this channel only.
    ///
    /// # Errors
    /// Practically never: the cipher takes what fits into memory.
    pub fn seal(&self, channel: &str, secrets: &Secrets) -> Result<Vec<u8>, SealError> {
        let plain: BTreeMap<&str, &str> =
            secrets.iter().map(|(key, value)| (key.as_str(), value.expose_secret())).collect();
        let plain = serde_json::to_vec(&plain).map_err(|_| unopened(channel))?;
        self.seal_bytes(channel, &plain)
    }

    /// Opens them again.
    ///
    /// # Errors
    /// If they were sealed with another key or for another channel.
    pub fn unseal(&self, channel: &str, sealed: &[u8]) -> Result<Secrets, SealError> {
        let plain = self.unseal_bytes(channel, sealed)?;
        let plain: BTreeMap<String, SecretString> =
            serde_json::from_slice(&plain).map_err(|_| unopened(channel))?;
        Ok(plain)
    }

    /// Seals anything. It opens for the same purpose only.
    ///
    /// # Errors
    /// Practically never: the cipher takes what fits into memory.
    pub fn seal_bytes(&self, purpose: &str, plain: &[u8]) -> Result<Vec<u8>, SealError> {
        let mut sealed = [0u8; NONCE];
        rand::fill(&mut sealed);
        let nonce = XNonce::from(sealed);
        let payload = Payload { msg: plain, aad: purpose.as_bytes() };
        let text = self.cipher.encrypt(&nonce, payload).map_err(|_| unopened(purpose))?;
        Ok([&sealed[..], &text].concat())
    }

    /// Opens it again.
    ///
    /// # Errors
    /// If it was sealed with another key or for another purpose.
    pub fn unseal_bytes(&self, purpose: &str, sealed: &[u8]) -> Result<Vec<u8>, SealError> {
        let (nonce, text) = sealed.split_first_chunk::<NONCE>().ok_or_else(|| unopened(purpose))?;
        let payload = Payload { msg: text, aad: purpose.as_bytes() };
        self.cipher.decrypt(&XNonce::from(*nonce), payload).map_err(|_| unopened(purpose))
    }
}

fn unopened(channel: &str) -> SealError {
    SealError::Unopened { channel: channel.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_for_its_channel_only() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("key");
        let secrets = Secrets::from([("token".to_owned(), SecretString::from("hunter2"))]);
        let sealed = Sealer::open(&path).unwrap().seal("ebay", &secrets).unwrap();
        assert!(!String::from_utf8_lossy(&sealed).contains("hunter2"));
        let again = Sealer::open(&path).unwrap();
        assert_eq!(again.unseal("ebay", &sealed).unwrap()["token"].expose_secret(), "hunter2");
        assert!(again.unseal("shopify", &sealed).is_err());
        assert!(again.unseal("ebay", &sealed[..10]).is_err());
        let other = Sealer::open(&dir.path().join("other")).unwrap();
        assert!(other.unseal("ebay", &sealed).is_err());
    }

    #[test]
    fn a_key_that_others_may_read_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("key");
        Sealer::open(&path).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        assert!(Sealer::open(&path).unwrap_err().to_string().contains("chmod 600"));
    }
}
