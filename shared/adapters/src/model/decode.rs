//! Bodies that are compressed although the request accepts no compression, or that are not UTF-8.

use crate::guard::{Body, ReadError};
use flate2::read::{MultiGzDecoder, ZlibDecoder};
use reqwest::header::{CONTENT_ENCODING, HeaderMap};
use std::io::Read;

/// The body as UTF-8, at most `bytes_max` bytes. What can be decoded of one that is cut or damaged is kept.
pub(super) fn decoded(body: Body, bytes_max: usize) -> Body {
    let unpacked = match body.begun.as_slice() {
        [0x1f, 0x8b, ..] => unpacked(MultiGzDecoder::new(body.begun.as_slice()), bytes_max),
        [0x78, 0x01 | 0x5e | 0x9c | 0xda, ..] => unpacked(ZlibDecoder::new(body.begun.as_slice()), bytes_max),
        _ => return Body { begun: utf8(body.begun), ..body },
    };
    if unpacked.begun.is_empty() {
        return body;
    }
    // The last bytes of a compressed body can't be decoded without those before them.
    Body { begun: utf8(unpacked.begun), last: Vec::new(), over: 0, cut: body.cut.or(unpacked.cut) }
}

/// Whether a body is compressed in a way that is not known here: it can't be read, but was paid for.
pub(super) fn is_packed(headers: &HeaderMap, body: &Body) -> bool {
    let is_text = std::str::from_utf8(&body.begun).is_ok_and(|text| !text.contains(|letter| letter < '\t'));
    headers.contains_key(CONTENT_ENCODING) && !is_text
}

fn unpacked(reader: impl Read, bytes_max: usize) -> Body {
    let mut begun = Vec::new();
    let limit = u64::try_from(bytes_max).unwrap_or(u64::MAX).saturating_add(1);
    let read = reader.take(limit).read_to_end(&mut begun);
    let is_longer = begun.len() > bytes_max;
    begun.truncate(bytes_max);
    let cut = match read {
        _ if is_longer => Some(ReadError::TooLarge { bytes_max }),
        Ok(_) => None,
        Err(_) => Some(ReadError::BrokenOff("decompression")),
    };
    Body { begun, last: Vec::new(), over: 0, cut }
}

/// UTF-16 is recognised by its mark, or by the zero byte beside the first letter.
fn utf8(body: Vec<u8>) -> Vec<u8> {
    let unit: fn([u8; 2]) -> u16 = match body.as_slice() {
        [0xff, 0xfe, ..] | [b'{' | b'[' | b':' | b'd', 0, ..] => u16::from_le_bytes,
        [0xfe, 0xff, ..] | [0, b'{' | b'[' | b':' | b'd', ..] => u16::from_be_bytes,
        _ => return body,
    };
    let (pairs, _) = body.as_chunks::<2>();
    let letters = char::decode_utf16(pairs.iter().map(|pair| unit(*pair)));
    letters.map(|letter| letter.unwrap_or(char::REPLACEMENT_CHARACTER)).collect::<String>().into_bytes()
}
