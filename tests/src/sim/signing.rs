//! Keys of marketplaces that sign with one half and publish the other.

use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use p256::ecdsa::signature::hazmat::PrehashSigner;
use p256::ecdsa::{DerSignature, Signature, SigningKey};
use p256::pkcs8::{EncodePublicKey, LineEnding};
use sha1::{Digest, Sha1};
use std::sync::LazyLock;

/// eBay's: on the curve P-256.
static CURVE: LazyLock<Option<SigningKey>> = LazyLock::new(|| SigningKey::from_slice(&[7; 32]).ok());
/// bol's: RSA.
static RSA: LazyLock<Option<KeyPair>> = LazyLock::new(|| KeyPair::generate(KeySize::Rsa2048).ok());

/// The published half of eBay's key, on one line as eBay writes it.
#[must_use]
pub fn curve_public() -> String {
    let pem = CURVE.as_ref().and_then(|key| key.verifying_key().to_public_key_pem(LineEnding::LF).ok());
    pem.unwrap_or_default().replace('\n', "")
}

/// eBay's signature: ECDSA over SHA-1, as DER in base64.
#[must_use]
pub fn curve_sign(body: &[u8]) -> String {
    let signature: Option<Signature> =
        CURVE.as_ref().and_then(|key| key.sign_prehash(Sha1::digest(body).as_slice()).ok());
    signature.map(|signature: Signature| STANDARD.encode(DerSignature::from(signature))).unwrap_or_default()
}

/// The published half of bol's key.
#[must_use]
pub fn rsa_public() -> String {
    let der = RSA.as_ref().and_then(|key| key.public_key().as_der().ok());
    der.map(|der| STANDARD.encode(der.as_ref())).unwrap_or_default()
}

/// bol's signature: RSA over SHA-256, in base64.
#[must_use]
pub fn rsa_sign(body: &[u8]) -> String {
    let Some(key) = RSA.as_ref() else { return String::new() };
    let mut signature = vec![0; key.public_modulus_len()];
    match key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), body, &mut signature) {
        Ok(()) => STANDARD.encode(signature),
        Err(_) => String::new(),
    }
}
