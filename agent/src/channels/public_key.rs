//! Signatures of channels that sign with a key of their own and publish the other half of it.

use super::each::UNREADABLE;
use super::{ChannelError, Delivery, ErrorClass, NotGenuine, Orders};
use crate::clock::Clock;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA1_ASN1, ECDSA_P256_SHA256_ASN1, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey,
    VerificationAlgorithm,
};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::collections::BTreeMap;
use tokio::sync::Mutex;

/// eBay recommends to keep a key for an hour.
const KEPT_MS: i64 = 3_600_000;
/// Who invents names of keys makes us ask for one a minute, and not for each.
const UNKNOWN_MS: i64 = 60_000;

/// How a signature is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// On the curve P-256, over SHA-1.
    EcdsaSha1,
    /// On the curve P-256, over SHA-256.
    EcdsaSha256,
    /// RSA, PKCS #1 v1.5, over SHA-256.
    RsaSha256,
}

impl Scheme {
    fn algorithm(self) -> &'static dyn VerificationAlgorithm {
        match self {
            Self::EcdsaSha1 => &ECDSA_P256_SHA1_ASN1,
            Self::EcdsaSha256 => &ECDSA_P256_SHA256_ASN1,
            Self::RsaSha256 => &RSA_PKCS1_2048_8192_SHA256,
        }
    }
}

/// A published key: PEM, or its inside alone.
///
/// # Errors
/// If it is neither.
pub fn parse(text: &str) -> Result<Vec<u8>, ChannelError> {
    // eBay's PEM comes on one line, which no reader of PEM takes.
    let inside: String = text
        .split("-----")
        .filter(|part| !part.starts_with("BEGIN") && !part.starts_with("END"))
        .flat_map(str::chars)
        .filter(|letter| !letter.is_whitespace())
        .collect();
    STANDARD.decode(inside).map_err(|error| ChannelError::Refused {
        code: UNREADABLE.to_owned(),
        message: format!("the published key is none: {error}"),
    })
}

/// Checks a signature in base64 over the body.
///
/// # Errors
/// If it is wrong, or there is no such key.
pub fn verify(scheme: Scheme, delivery: &Delivery, signature: &str) -> Result<(), NotGenuine> {
    let wrong = |why: &str| NotGenuine::Signature(why.to_owned());
    let key =
        delivery.key.as_deref().ok_or_else(|| wrong("it names a key that the channel does not know"))?;
    let signature =
        STANDARD.decode(signature.trim()).map_err(|_| wrong("it is not written as a signature"))?;
    UnparsedPublicKey::new(scheme.algorithm(), key)
        .verify(&delivery.body, &signature)
        .map_err(|_| wrong("it is wrong"))
}

/// Keys as they were published.
#[derive(Debug)]
pub struct PublicKeys {
    clock: Clock,
    held: Mutex<Held>,
}

#[derive(Debug, Default)]
struct Held {
    keys: BTreeMap<String, (Vec<u8>, i64)>,
    unknown_ms: Option<i64>,
}

impl PublicKeys {
    /// None yet.
    #[must_use]
    pub fn new(clock: Clock) -> Self {
        Self { clock, held: Mutex::default() }
    }

    /// Puts the key in with which a delivery says that it is signed.
    ///
    /// # Errors
    /// If the channel cannot be asked now. One that refuses has no such key.
    pub async fn put_into(&self, delivery: &mut Delivery, orders: &dyn Orders) -> Result<(), ChannelError> {
        let Some(id) = orders.signed_with(delivery) else { return Ok(()) };
        let mut held = self.held.lock().await;
        let now_ms = self.clock.now_ms();
        held.keys.retain(|_, (_, asked_ms)| now_ms.saturating_sub(*asked_ms) < KEPT_MS);
        if !held.keys.contains_key(&id) {
            if held.unknown_ms.is_some_and(|asked_ms| now_ms.saturating_sub(asked_ms) < UNKNOWN_MS) {
                return Ok(());
            }
            match orders.public_key(&id).await {
                Ok(Some(key)) => {
                    held.keys.insert(id.clone(), (key, now_ms));
                }
                Ok(None) => held.unknown_ms = Some(now_ms),
                Err(error) if matches!(error.class(), ErrorClass::Reject | ErrorClass::Reauth) => {
                    tracing::warn!("The key of a webhook's signature cannot be had: {error}");
                    held.unknown_ms = Some(now_ms);
                }
                Err(error) => return Err(error),
            }
        }
        delivery.key = held.keys.get(&id).map(|(key, _)| key.clone());
        Ok(())
    }
}

#[cfg(test)]
mod tests;
