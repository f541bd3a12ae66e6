//! File systems on which changes made elsewhere cause no events, and no error either.

use std::path::Path;

/// Their names by the number that `statfs` gives, from `linux/magic.h` and the drivers.
const SILENT: [(i64, &str); 16] = [
    (0x6969, "NFS"),
    (0x517B, "SMB"),
    (0xFF53_4D42, "SMB"),
    (0xFE53_4D42, "SMB"),
    (0x0102_1997, "9p"),
    (0x6573_5546, "FUSE"),
    (0x00C3_6400, "Ceph"),
    (0x5346_414F, "AFS"),
    (0x7375_7245, "Coda"),
    (0x786F_4256, "a shared folder of VirtualBox"),
    (0x0BD0_0BD0, "Lustre"),
    (0x4750_4653, "GPFS"),
    (0x7461_636F, "OCFS2"),
    (0x0116_1970, "GFS2"),
    (0x9FA0, "proc"),
    (0x6265_6572, "sysfs"),
];

/// Returns the name of the file system that `folder` lies on, if changes on it may go unnoticed.
pub(super) fn silent(folder: &Path) -> Option<&'static str> {
    name_of(rustix::fs::statfs(folder).ok()?.f_type)
}

fn name_of(number: i64) -> Option<&'static str> {
    // Some systems hold the number in 32 bits with a sign.
    let number = number & 0xFFFF_FFFF;
    SILENT.iter().find(|(silent, _)| *silent == number).map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn network_file_systems_are_known_by_number() {
        assert_eq!(name_of(0x6969), Some("NFS"));
        assert_eq!(name_of(-11_317_950), Some("SMB"));
        assert_eq!(name_of(0xEF53), None);
    }

    #[test]
    fn files_of_the_kernel_cause_no_events() {
        assert_eq!(silent(Path::new("/proc")), Some("proc"));
        assert_eq!(silent(Path::new("/does/not/exist")), None);
    }
}
