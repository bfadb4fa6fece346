//! TLS settings for public servers.

use rustls::{ClientConfig, Error, RootCertStore, crypto};
use std::sync::{Arc, OnceLock};

/// Settings that trust the public certificate authorities of Mozilla's list, made once for all clients: they share the
/// authorities and the sessions that can be resumed.
pub(crate) fn public() -> Result<ClientConfig, Error> {
    static SETTINGS: OnceLock<ClientConfig> = OnceLock::new();
    if let Some(settings) = SETTINGS.get() {
        return Ok(settings.clone());
    }
    let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let provider = Arc::new(crypto::aws_lc_rs::default_provider());
    let mut settings = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    settings.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(SETTINGS.get_or_init(|| settings).clone())
}
