//! The verbs: in what order things happen, and the ports they need.
