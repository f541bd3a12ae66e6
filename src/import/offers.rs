//! Caches of other tools that lie where those tools put them: what larder offers to take over.

use std::path::{Path, PathBuf};

use super::{
    Found, detect,
    format::{AIDER_FOLDERS, TOKEN_FILES},
    rust_assistant,
};

/// The folder of the token cache in the home.
const TOKEN_HOME: &str = ".overwrite-desktop/cache";

/// Returns the caches that are about the repository at `root`: in it, and in the user's home.
///
/// `caches` is the folder for caches, usually `.cache` in the home. What cannot be read is not
/// offered: it is named when it is imported by its path.
#[must_use]
pub fn find_offers(root: &Path, home: &Path, caches: &Path) -> Vec<Found> {
    let hash = root.canonicalize().map(|root| rust_assistant::repository_hash(&root));
    let mut places: Vec<PathBuf> = AIDER_FOLDERS.iter().map(|name| root.join(name)).collect();
    places.push(root.join(".rustassistant"));
    places.extend(TOKEN_FILES.iter().map(|name| root.join(name)));
    places.extend(TOKEN_FILES.iter().map(|name| home.join(TOKEN_HOME).join(name)));
    places.push(home.join(".rustassistant").join("cache.db"));
    if let Ok(hash) = hash {
        places.push(home.join(".rustassistant/cache/repos").join(&hash));
        places.push(caches.join("rustassistant/repos").join(&hash).join("cache.db"));
    }
    let mut found: Vec<Found> = Vec::new();
    for place in places.iter().filter(|place| place.exists()) {
        for one in detect(place).unwrap_or_default() {
            if !found.iter().any(|known| known.path == one.path) {
                found.push(one);
            }
        }
    }
    found
}
