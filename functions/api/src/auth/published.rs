//! Parses a published key set (RFC 7517) and selects the entries that verify tokens.
//!
//! An issuer may publish keys of every kind beside each other, and entries that can't be parsed. By section 5 of the
//! RFC an entry that is not understood is ignored, and the others are used.

use base64::Engine;
use base64::alphabet::URL_SAFE;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use jsonwebtoken::{Algorithm, DecodingKey};
use serde::Deserialize;
use serde_json::value::RawValue;

/// Some issuers pad their base64url, although RFC 7515 forbids it; the value is unambiguous either way.
const BASE64URL: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The bytes of an RSA modulus that is accepted for RS256: 2,048 to 8,192 bits.
const MODULUS_BYTES: std::ops::RangeInclusive<usize> = 256..=1_024;
/// The most bytes of an RSA exponent; nearly all have three.
const EXPONENT_BYTES_MAX: usize = 8;
/// The bytes of a coordinate on P-256.
const COORDINATE_BYTES: usize = 32;

/// The entries of a key set that verify tokens, and the number of those that could not be parsed.
#[derive(Default)]
pub(super) struct PublishedKeys {
    pub(super) keys: Vec<PublishedKey>,
    pub(super) invalid: usize,
}

/// A key with the one algorithm that it is for.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct PublishedKey {
    pub(super) kid: Option<String>,
    material: Material,
}

#[derive(Clone, PartialEq, Eq)]
enum Material {
    Rsa { modulus: Vec<u8>, exponent: Vec<u8> },
    P256 { x: Vec<u8>, y: Vec<u8> },
}

/// Each entry stays text until it is parsed alone: a wrong type, a number that is too large or a thousand levels of
/// nesting in one entry must not make the whole set fail.
#[derive(Deserialize)]
struct Set<'a> {
    #[serde(borrow)]
    keys: Vec<&'a RawValue>,
}

#[derive(Deserialize)]
struct Entry {
    kty: String,
    kid: Option<String>,
    #[serde(rename = "use")]
    purpose: Option<String>,
    key_ops: Option<Vec<String>>,
    alg: Option<String>,
    crv: Option<String>,
    n: Option<String>,
    e: Option<String>,
    x: Option<String>,
    y: Option<String>,
}

impl PublishedKeys {
    /// Parses the body of a key set. Only a body that is not a JSON object with an array `keys` is an error.
    pub(super) fn parse(body: &[u8]) -> Result<Self, serde_json::Error> {
        let text = String::from_utf8_lossy(body);
        // RFC 8259, section 8.1: a parser may ignore a byte order mark.
        let set: Set<'_> = serde_json::from_str(text.strip_prefix('\u{feff}').unwrap_or(&text))?;
        let mut published = Self::default();
        for entry in set.keys {
            match serde_json::from_str::<Entry>(entry.get()).map(Entry::for_signatures) {
                Ok(Ok(key)) => published.keys.extend(key),
                Ok(Err(Unusable)) | Err(_) => published.invalid += 1,
            }
        }
        Ok(published)
    }
}

/// The error of an entry of a supported kind whose members do not make a valid key.
struct Unusable;

impl Entry {
    /// The key, if it is of a supported kind. Shared secrets (`oct`) are never taken from a key set.
    fn for_signatures(self) -> Result<Option<PublishedKey>, Unusable> {
        let algorithm = match (self.kty.as_str(), self.crv.as_deref()) {
            ("RSA", _) => "RS256",
            ("EC", Some("P-256")) => "ES256",
            _ => return Ok(None),
        };
        let signs = self.purpose.as_deref().is_none_or(|purpose| purpose == "sig")
            && self.key_ops.as_ref().is_none_or(|operations| operations.iter().any(|operation| operation == "verify"));
        if !signs || self.alg.as_deref().is_some_and(|alg| alg != algorithm) {
            return Ok(None);
        }
        let material = if algorithm == "RS256" { self.rsa() } else { self.p256() };
        Ok(Some(PublishedKey { kid: self.kid, material: material.ok_or(Unusable)? }))
    }

    fn rsa(&self) -> Option<Material> {
        let (modulus, exponent) = (number(self.n.as_deref()?)?, number(self.e.as_deref()?)?);
        let fits = MODULUS_BYTES.contains(&modulus.len()) && (1..=EXPONENT_BYTES_MAX).contains(&exponent.len());
        fits.then_some(Material::Rsa { modulus, exponent })
    }

    fn p256(&self) -> Option<Material> {
        Some(Material::P256 { x: coordinate(self.x.as_deref()?)?, y: coordinate(self.y.as_deref()?)? })
    }
}

/// An unsigned number without leading zeros, which some issuers publish and the verification refuses.
fn number(text: &str) -> Option<Vec<u8>> {
    let bytes = BASE64URL.decode(text).ok()?;
    Some(bytes.into_iter().skip_while(|byte| *byte == 0).collect())
}

/// A coordinate in its full length: some issuers drop leading zeros.
fn coordinate(text: &str) -> Option<Vec<u8>> {
    let digits = number(text)?;
    let zeros = COORDINATE_BYTES.checked_sub(digits.len())?;
    Some([vec![0; zeros], digits].concat())
}

impl PublishedKey {
    pub(super) fn algorithm(&self) -> Algorithm {
        match self.material {
            Material::Rsa { .. } => Algorithm::RS256,
            Material::P256 { .. } => Algorithm::ES256,
        }
    }

    /// Whether both are the same key, whatever their ids are.
    pub(super) fn is_same_key(&self, other: &Self) -> bool {
        self.material == other.material
    }

    /// The key as `jsonwebtoken` needs it.
    pub(super) fn decoding_key(&self) -> Option<DecodingKey> {
        match &self.material {
            Material::Rsa { modulus, exponent } => Some(DecodingKey::from_rsa_raw_components(modulus, exponent)),
            Material::P256 { x, y } => {
                DecodingKey::from_ec_components(&URL_SAFE_NO_PAD.encode(x), &URL_SAFE_NO_PAD.encode(y)).ok()
            }
        }
    }
}
