//! Network file systems, on which shared memory and locks do not hold.

use std::path::Path;

/// File systems by their magic number in `statfs`.
///
/// # Source
/// Linux, `include/uapi/linux/magic.h` and `fs/*/`.
#[cfg(target_os = "linux")]
const NETWORK: [(u64, &str); 7] = [
    (0x6969, "nfs"),
    (0x517b, "smb"),
    (0xff53_4d42, "cifs"),
    (0xfe53_4d42, "smb2"),
    (0x0102_1997, "9p"),
    (0x5346_414f, "afs"),
    (0x00c3_6400, "ceph"),
];

/// Names the network file system that holds a folder, if one does.
#[cfg(target_os = "linux")]
pub(crate) fn network_file_system(folder: &Path) -> Option<&'static str> {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let kind = rustix::fs::statfs(folder).ok()?.f_type;
    name_of(u64::try_from(kind).unwrap_or_default())
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn network_file_system(_folder: &Path) -> Option<&'static str> {
    None
}

#[cfg(target_os = "linux")]
fn name_of(kind: u64) -> Option<&'static str> {
    NETWORK.iter().find(|(magic, _)| *magic == kind).map(|(_, name)| *name)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn network_file_systems_are_known_by_their_numbers() {
        assert_eq!(name_of(0x6969), Some("nfs"));
        assert_eq!(name_of(0xff53_4d42), Some("cifs"));
        assert_eq!(name_of(0xef53), None, "ext4 is local");
        assert_eq!(network_file_system(&std::env::temp_dir()), None);
    }
}
