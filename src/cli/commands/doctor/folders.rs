//! Checks of the folders: there, private, writable, with room.

use std::{
    fs::{self, Metadata},
    io,
    os::unix::fs::PermissionsExt,
    path::Path,
};

use rustix::fs::{Access, access, statvfs};

use super::Check;
use crate::{
    config::Config,
    model::{Bytes, Shown},
    ui::format::bytes,
};

/// Returns a check for each folder.
pub(super) fn checks(config: &Config) -> Vec<Check> {
    let paths = &config.paths;
    [
        ("config folder", &paths.config, Bytes(0)),
        ("cache folder", &paths.cache, config.store.disk_bytes),
        ("state folder", &paths.state, Bytes(0)),
        ("data folder", &paths.data, Bytes(0)),
    ]
    .into_iter()
    .map(|(name, path, room)| check(name, path, room))
    .collect()
}

fn check(name: &'static str, path: &Path, room: Bytes) -> Check {
    let shown = Shown::text(&path.to_string_lossy()).to_string();
    match fs::metadata(path) {
        Ok(found) if found.is_dir() => existing(name, path, &found, room),
        Ok(_) => Check::failed(name, format!("{shown} is not a folder: move it away")),
        Err(error) if error.kind() == io::ErrorKind::NotFound => missing(name, path),
        Err(error) => Check::failed(name, format!("{shown}: {error}")),
    }
}

fn existing(name: &'static str, path: &Path, found: &Metadata, room: Bytes) -> Check {
    let shown = Shown::text(&path.to_string_lossy());
    if let Err(error) = access(path, Access::WRITE_OK | Access::EXEC_OK) {
        return Check::failed(name, format!("{shown} cannot be written: {error}"));
    }
    let others = found.permissions().mode() & 0o022;
    if others != 0 {
        return Check::failed(name, format!("{shown} can be written by others: chmod 700 it"));
    }
    let free = statvfs(path).map(|space| Bytes(space.f_bavail.saturating_mul(space.f_frsize)));
    match free {
        Ok(free) if free < room => {
            let (free, room) = (bytes(free), bytes(room));
            Check::warning(name, format!("{shown} has {free} free, store.disk-bytes is {room}"))
        }
        Ok(free) => Check::ok(name, format!("{shown}, {} free", bytes(free))),
        Err(error) => Check::warning(name, format!("{shown}: free space is not known: {error}")),
    }
}

fn missing(name: &'static str, path: &Path) -> Check {
    let shown = Shown::text(&path.to_string_lossy());
    let nearest = path.ancestors().find(|folder| folder.exists());
    match nearest.map(|folder| access(folder, Access::WRITE_OK | Access::EXEC_OK)) {
        Some(Ok(())) => Check::ok(name, format!("{shown} will be made when needed")),
        Some(Err(error)) => Check::failed(name, format!("{shown} cannot be made: {error}")),
        None => Check::failed(name, format!("{shown} cannot be made")),
    }
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::{super::State, *};

    #[test]
    fn a_folder_that_others_can_write_fails_and_a_missing_one_does_not() {
        let folder = TempDir::new().unwrap();
        let state = |path: &Path| check("cache folder", path, Bytes(0)).state;
        assert_eq!(state(folder.path()), State::Ok);
        assert_eq!(state(&folder.path().join("a/b")), State::Ok);
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o777)).unwrap();
        assert_eq!(state(folder.path()), State::Failed);
        let file = folder.path().join("f");
        fs::write(&file, "").unwrap();
        assert_eq!(state(&file), State::Failed);
        assert_eq!(
            check("cache folder", folder.path().parent().unwrap(), Bytes(u64::MAX)).name,
            "cache folder"
        );
    }
}
