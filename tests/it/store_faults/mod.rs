//! The store when everything around it fails: kills, damage, full and failing disks, limits.

mod kill;
