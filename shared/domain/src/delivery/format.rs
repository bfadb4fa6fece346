//! The format of a webhook's body that a user chose.

use super::Shape;
use url::Url;

/// The format that a user chose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum WebhookFormat {
    /// By the host of the address.
    #[default]
    Auto,
    /// This shape, whatever the address.
    Fixed(Shape),
}

const AUTO: &str = "auto";

impl WebhookFormat {
    /// Every format: `auto`, then each of [`Shape::ALL`], so that a new shape is a format too. (Iterators and indices
    /// can't be used in a constant here.)
    pub const ALL: [Self; Shape::ALL.len() + 1] = {
        let mut all = [Self::Auto; Shape::ALL.len() + 1];
        let (mut places, mut shapes) = (all.as_mut_slice().split_at_mut(1).1, Shape::ALL.as_slice());
        while let ([place, others @ ..], [shape, rest @ ..]) = (places, shapes) {
            *place = Self::Fixed(*shape);
            (places, shapes) = (others, rest);
        }
        all
    };

    /// `auto`, or the word of the shape.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Auto => AUTO,
            Self::Fixed(shape) => shape.as_str(),
        }
    }

    /// Parses a word; `None` for any other text.
    pub fn parse(text: &str) -> Option<Self> {
        if text == AUTO { Some(Self::Auto) } else { Shape::parse(text).map(Self::Fixed) }
    }

    /// The shape of the body at an address.
    pub fn shape(self, url: &Url) -> Shape {
        match self {
            Self::Auto => Shape::by_host(url),
            Self::Fixed(shape) => shape,
        }
    }
}
