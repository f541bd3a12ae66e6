//! The store when everything around it fails: kills, damage, full and failing disks, limits, clocks.

mod clock;
mod damage_fuzz;
mod damage_program;
mod hurt;
mod inject;
mod kill;
mod limits;
mod space;
mod watch;
