//! The store when everything around it fails: kills, power cuts, damage, full and failing disks,
//! limits, clocks.

mod clock;
mod damage_fuzz;
mod damage_program;
mod fuse;
mod hurt;
mod inject;
mod kill;
mod limits;
mod power;
mod space;
mod stopped;
mod watch;
