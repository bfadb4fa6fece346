//! Every minute: due schedules become run requests, and what was lost is found again.
