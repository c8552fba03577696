//! The time of day.

use std::time::{SystemTime, UNIX_EPOCH};

/// The end of the year 9999: the format has four digits for the year.
const LAST: u64 = 253_402_300_799;

/// The time now: RFC 3339, UTC, whole seconds, as sops and age write it. A clock before 1970 counts as 1970.
pub(crate) fn now() -> String {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    rfc3339(since.map_or(0, |since| since.as_secs().min(LAST)))
}

/// Seconds since 1970 as a date of the Gregorian calendar.
fn rfc3339(seconds: u64) -> String {
    const DAY: u64 = 24 * 60 * 60;
    let (mut days, second) = (seconds / DAY, seconds % DAY);
    let mut year = 1970u64;
    while days >= length(year) {
        days = days.saturating_sub(length(year));
        year = year.saturating_add(1);
    }
    let mut month = 1u64;
    for length in months(year) {
        if days < length {
            break;
        }
        days = days.saturating_sub(length);
        month = month.saturating_add(1);
    }
    let day = days.saturating_add(1);
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

fn is_leap(year: u64) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

fn length(year: u64) -> u64 {
    if is_leap(year) { 366 } else { 365 }
}

fn months(year: u64) -> [u64; 12] {
    let february = if is_leap(year) { 29 } else { 28 };
    [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_become_dates_leap_years_included() {
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_399, "2000-02-28T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_709_251_199, "2024-02-29T23:59:59Z"),
            (1_735_689_599, "2024-12-31T23:59:59Z"),
            (1_735_689_600, "2025-01-01T00:00:00Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
            (LAST, "9999-12-31T23:59:59Z"),
        ] {
            assert_eq!(rfc3339(seconds), text);
        }
    }

    #[test]
    fn the_time_now_has_the_shape_that_sops_writes() {
        let now = now();
        assert!(
            now.len() == 20 && now.ends_with('Z') && now.starts_with('2'),
            "{now}"
        );
    }
}
