//! The store when everything around it fails: kills, damage, full and failing disks, limits.

mod damage_fuzz;
mod damage_program;
mod hurt;
mod inject;
mod kill;
