//! The store when everything around it fails: kills, damage, full and failing disks, limits.

mod damage_fuzz;
mod hurt;
mod kill;
