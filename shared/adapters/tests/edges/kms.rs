//! A small KMS: a server of two operations of its JSON protocol that really encrypts data keys, under a master key of
//! its own and bound to the encryption context, and refuses any other.

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};
use wiremock::matchers::{header, method};
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

/// An existing key.
pub(crate) const KEY_ARN: &str = "arn:aws:kms:eu-west-1:111122223333:key/0d9c5e0e-6c1b-4a53-9d2f-000000000a11";
/// Another existing key.
pub(crate) const OTHER_ARN: &str = "arn:aws:kms:eu-west-1:111122223333:key/0d9c5e0e-6c1b-4a53-9d2f-000000000b0b";

/// The server.
pub(crate) struct Kms {
    pub(crate) server: MockServer,
    shared: Arc<Shared>,
}

/// The arguments of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Call {
    pub(crate) operation: String,
    pub(crate) context: BTreeMap<String, String>,
}

struct Shared {
    masters: BTreeMap<&'static str, RandomizedNonceKey>,
    calls: Mutex<Vec<Call>>,
    failures: Mutex<VecDeque<(u16, &'static str)>>,
    /// The data keys that were returned, as base64.
    given: Mutex<Vec<String>>,
}

impl Kms {
    /// A server with both keys.
    pub(crate) async fn start() -> Self {
        let master = |byte: u8| RandomizedNonceKey::new(&AES_256_GCM, &[byte; 32]).expect("32 bytes are a key");
        let shared = Arc::new(Shared {
            masters: BTreeMap::from([(KEY_ARN, master(1)), (OTHER_ARN, master(2))]),
            calls: Mutex::default(),
            failures: Mutex::default(),
            given: Mutex::default(),
        });
        let server = MockServer::start().await;
        Mock::given(method("POST"))
            .and(header("content-type", "application/x-amz-json-1.1"))
            .respond_with(Answers(Arc::clone(&shared)))
            .mount(&server)
            .await;
        Self { server, shared }
    }

    /// Makes the next call fail with this status and code.
    pub(crate) fn fail(&self, status: u16, code: &'static str) {
        self.shared.failures.lock().expect("no answer panicked").push_back((status, code));
    }

    /// Every call so far.
    pub(crate) fn calls(&self) -> Vec<Call> {
        self.shared.calls.lock().expect("no answer panicked").clone()
    }

    /// The data keys that were returned in the clear, as base64.
    pub(crate) fn data_keys(&self) -> Vec<String> {
        self.shared.given.lock().expect("no answer panicked").clone()
    }
}

struct Answers(Arc<Shared>);

impl Respond for Answers {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let target = request.headers.get("x-amz-target").expect("a target").to_str().expect("a text");
        let operation = target.strip_prefix("TrentService.").expect("an operation of KMS");
        let body: Value = serde_json::from_slice(&request.body).expect("the SDK sends JSON");
        let context: BTreeMap<String, String> =
            serde_json::from_value(body["EncryptionContext"].clone()).expect("a context");
        let call = Call { operation: operation.to_owned(), context: context.clone() };
        self.0.calls.lock().expect("no answer panicked").push(call);
        let answer = match self.0.failures.lock().expect("no answer panicked").pop_front() {
            Some(failure) => Err(failure),
            None => self.0.answer(operation, &body, &context),
        };
        match answer {
            Ok(body) => ResponseTemplate::new(200).set_body_raw(body.to_string(), "application/x-amz-json-1.1"),
            Err((status, code)) => {
                let body = json!({"__type": code, "message": "from KMS"});
                ResponseTemplate::new(status).set_body_raw(body.to_string(), "application/x-amz-json-1.1")
            }
        }
    }
}

impl Shared {
    fn answer(
        &self,
        operation: &str,
        body: &Value,
        context: &BTreeMap<String, String>,
    ) -> Result<Value, (u16, &'static str)> {
        let named = body["KeyId"].as_str().expect("the key is named in every call");
        let (arn, master) = self.masters.get_key_value(named).ok_or((400, "NotFoundException"))?;
        let bound = Aad::from(serde_json::to_vec(context).expect("a map is JSON"));
        let plaintext = match operation {
            "GenerateDataKey" => {
                assert_eq!(body["KeySpec"], "AES_256");
                let mut key = vec![0; 32];
                aws_lc_rs::rand::fill(&mut key).expect("chance");
                let mut text = key.clone();
                let nonce = master.seal_in_place_append_tag(bound, &mut text).expect("sealed");
                let blob = [arn.as_bytes(), nonce.as_ref(), &text].concat();
                let plaintext = self.give(&key);
                return Ok(json!({"CiphertextBlob": STANDARD.encode(blob), "Plaintext": plaintext, "KeyId": arn}));
            }
            "Decrypt" => {
                let misfit = (400, "InvalidCiphertextException");
                let blob = STANDARD.decode(body["CiphertextBlob"].as_str().expect("a blob")).expect("base64");
                let (made_under, rest) = blob.split_at_checked(KEY_ARN.len()).ok_or(misfit)?;
                let known = self.masters.keys().any(|known| known.as_bytes() == made_under);
                if made_under != arn.as_bytes() {
                    return Err(if known { (400, "IncorrectKeyException") } else { misfit });
                }
                let (nonce, text) = rest.split_first_chunk::<NONCE_LEN>().ok_or(misfit)?;
                let mut text = text.to_vec();
                master.open_in_place(Nonce::from(nonce), bound, &mut text).map_err(|_| misfit)?.to_vec()
            }
            other => panic!("unexpected operation {other}"),
        };
        Ok(json!({"Plaintext": self.give(&plaintext), "KeyId": arn, "EncryptionAlgorithm": "SYMMETRIC_DEFAULT"}))
    }

    fn give(&self, key: &[u8]) -> String {
        let text = STANDARD.encode(key);
        self.given.lock().expect("no answer panicked").push(text.clone());
        text
    }
}
