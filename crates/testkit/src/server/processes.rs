//! Processes by number.

use std::fs;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::daemon::{END_MS_MAX, pause};

/// A process that some other one started, told from a later one of the same number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Process {
    /// Its number.
    pub pid: u32,
    /// When it was started, in the words of the system; none where the system has no `/proc`.
    pub started: Option<String>,
}

impl Process {
    /// Answers the process that has a number now.
    pub fn of(pid: u32) -> Self {
        Self { pid, started: Stat::of(pid).map(|stat| stat.started) }
    }

    /// Tells whether it runs. One that has ended and whose parent has not waited does not.
    pub fn is_running(&self) -> bool {
        match Stat::of(self.pid) {
            Some(stat) => !stat.is_zombie && self.started.as_ref() == Some(&stat.started),
            None => self.started.is_none() && exists(self.pid),
        }
    }

    /// Asks it to end by a signal; what has not ended after ten seconds is killed.
    pub fn end(&self, signal: Signal) {
        let began = Instant::now();
        if self.is_running() {
            send(self.pid, signal);
        }
        while self.is_running() {
            if began.elapsed() > Duration::from_millis(END_MS_MAX) {
                return self.kill();
            }
            pause();
        }
    }

    /// Kills it and its children, none of which learns of the other's end, and waits for them.
    pub(super) fn kill(&self) {
        let mut family = children(self.pid);
        family.insert(0, self.clone());
        family.iter().for_each(|process| send(process.pid, Signal::SIGKILL));
        while family.iter().any(Self::is_running) {
            pause();
        }
    }
}

/// Sends a signal; a process that is gone already is no error.
pub(super) fn send(pid: u32, signal: Signal) {
    if let Some(pid) = single(pid) {
        let _ = kill(pid, signal);
    }
}

/// Lists the children of a process; none where the system has no `/proc`.
fn children(parent: u32) -> Vec<Process> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    let processes = entries.filter_map(|entry| {
        let pid = entry.file_name().to_str()?.parse().ok()?;
        let stat = Stat::of(pid).filter(|stat| stat.parent == parent)?;
        Some(Process { pid, started: Some(stat.started) })
    });
    processes.collect()
}

fn exists(pid: u32) -> bool {
    single(pid).is_some_and(|pid| kill(pid, None).is_ok())
}

/// Numbers below one stand for groups of processes, the caller's own among them.
fn single(pid: u32) -> Option<Pid> {
    i32::try_from(pid).ok().filter(|pid| *pid > 0).map(Pid::from_raw)
}

/// Fields of `/proc/<pid>/stat`.
struct Stat {
    is_zombie: bool,
    parent: u32,
    started: String,
}

impl Stat {
    /// # Source
    /// proc(5): the name, in parentheses, may itself hold spaces and parentheses; `state` and `ppid`
    /// follow it, `starttime` is the twentieth field after it.
    fn of(pid: u32) -> Option<Self> {
        let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        let mut fields = text.rsplit_once(')')?.1.split_whitespace();
        let is_zombie = fields.next()? == "Z";
        let parent = fields.next()?.parse().ok()?;
        Some(Self { is_zombie, parent, started: fields.nth(17)?.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::{Process, Signal, children};
    use std::process::Command;

    #[test]
    fn a_process_is_told_from_a_later_one_of_its_number() {
        let own = Process::of(std::process::id());
        assert!(own.is_running());
        assert!(!Process { started: Some("0".to_owned()), ..own }.is_running());
    }

    #[test]
    fn a_process_that_nobody_waited_for_has_ended() {
        let mut child = Command::new("sleep").arg("60").spawn().unwrap();
        let process = Process::of(child.id());
        assert!(process.is_running());
        assert!(children(std::process::id()).contains(&process));
        process.end(Signal::SIGTERM);
        assert!(!process.is_running());
        assert!(!child.wait().unwrap().success());
    }
}
