//! How records come to an end: by their age, and with their account.

mod erasure;
mod retention;
