//! Figures of the running process, from the operating system.

use std::fs;
use std::mem::MaybeUninit;
use std::time::Duration;

/// CPU time of this process so far: all threads, user and system.
pub fn cpu_time() -> Duration {
    let mut usage = MaybeUninit::<libc::rusage>::uninit();
    // SAFETY: `usage` is valid for writes of one `rusage`, and that is all the call writes.
    let status = unsafe { libc::getrusage(libc::RUSAGE_SELF, usage.as_mut_ptr()) };
    assert_eq!(status, 0, "getrusage of the own process cannot fail");
    // SAFETY: the call returned success and has filled `usage`.
    let usage = unsafe { usage.assume_init() };
    from_timeval(usage.ru_utime) + from_timeval(usage.ru_stime)
}

/// Highest resident memory of this process so far (`VmHWM`; Linux only).
///
/// # Source
/// proc(5), `/proc/self/status`.
pub fn peak_memory_bytes() -> u64 {
    let status = fs::read_to_string("/proc/self/status").expect("Linux shows /proc/self/status");
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    let amount = line.and_then(|line| line.split_whitespace().nth(1));
    let kib: u64 = amount.and_then(|text| text.parse().ok()).expect("VmHWM is a number of KiB");
    kib * 1024
}

fn from_timeval(time: libc::timeval) -> Duration {
    let seconds = u64::try_from(time.tv_sec).expect("CPU time is not negative");
    let micros = u64::try_from(time.tv_usec).expect("CPU time is not negative");
    Duration::from_secs(seconds) + Duration::from_micros(micros)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cpu_time_never_falls() {
        let before = cpu_time();
        assert!(cpu_time() >= before);
    }

    #[test]
    fn peak_memory_is_at_least_a_page() {
        assert!(peak_memory_bytes() >= 4096);
    }
}
