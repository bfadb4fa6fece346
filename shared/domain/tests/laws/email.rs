//! E-mail addresses and the codes that confirm them.

use crate::sample::user;
use domain::account::{EmailAddress, EmailCode};
use proptest::prelude::*;

proptest! {
    /// A code is found again however a person writes it, and belongs to its user, its address and itself.
    #[test]
    fn code_is_found_in_any_spelling(bytes in any::<[u8; 10]>(), other in any::<[u8; 10]>()) {
        let (code, address) = (EmailCode::new(bytes), EmailAddress::parse("ann@example.com").unwrap());
        let text = code.text();
        prop_assert_eq!(text.len(), 14);
        let spelled = text.to_lowercase().replace('-', " ").replace('0', "o").replace('1', "l");
        prop_assert_eq!(EmailCode::entered(&spelled), code.clone());
        prop_assert_eq!(EmailCode::entered(&text).hash(user(), &address), code.hash(user(), &address));
        let bobs = EmailAddress::parse("bob@example.com").unwrap();
        prop_assert_ne!(code.hash(user(), &bobs), code.hash(user(), &address));
        if EmailCode::new(other) != code {
            prop_assert_ne!(EmailCode::new(other).hash(user(), &address), code.hash(user(), &address));
        }
    }

    /// No text that is accepted can add a header, a second recipient or a name.
    #[test]
    fn address_has_no_character_with_a_meaning(text in ".*@.*") {
        if let Ok(address) = EmailAddress::parse(&text) {
            let unsafe_character = |letter: char| !letter.is_ascii_graphic() || "<>()[],;:\\\"".contains(letter);
            prop_assert!(!address.as_str().contains(unsafe_character), "{}", address);
            prop_assert_eq!(EmailAddress::parse(address.as_str()), Ok(address.clone()));
        }
    }
}
