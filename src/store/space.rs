//! The last of the disk is not for the cache: it stops writing before others have to.

use super::{
    atomic_file::{self, Space},
    core::Core,
    hold::hold,
};

/// On a small disk less has to stay free than the setting says: this part of it.
const PART: u64 = 50;

/// Returns the bytes that must stay free on a disk.
fn reserve(space: Space, setting: u64) -> u64 {
    setting.min(space.total / PART)
}

impl Core {
    /// Looks how much space is left, and stops or begins to write.
    pub(super) fn watch_space(&self) {
        let Ok(folder) = self.own_folder() else { return };
        match atomic_file::free_space(folder) {
            Ok(space) => self.note_space(space),
            Err(error) => {
                tracing::debug!(folder = %folder.display(), %error, "cannot tell the free space");
            }
        }
    }

    /// Stops or begins to write on a disk with so much space.
    pub(super) fn note_space(&self, space: Space) {
        let reserve = reserve(space, self.options.free_bytes.0);
        let mut nearly_full = hold(&self.nearly_full);
        if space.free < reserve && nearly_full.is_none() {
            let reason = format!(
                "only {} of the disk are free",
                humansize::format_size(space.free, humansize::DECIMAL)
            );
            tracing::warn!(
                free = space.free,
                reserve,
                "the cache is not written: the disk is nearly full"
            );
            *nearly_full = Some(reason);
            drop(nearly_full);
            self.tell();
        } else if space.free >= reserve + reserve / 8 && nearly_full.take().is_some() {
            drop(nearly_full);
            tracing::info!(free = space.free, "the cache is written again");
            self.tell();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_disk_keeps_a_part_free_and_a_large_one_what_is_set() {
        let reserve = |total| reserve(Space { free: 0, total }, 256 << 20);
        assert_eq!(reserve(24 << 20), (24 << 20) / 50);
        assert_eq!(reserve(1 << 40), 256 << 20);
    }
}
