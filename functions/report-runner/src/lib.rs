//! One run request, one report.
