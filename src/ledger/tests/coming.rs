//! Several processes.

use super::*;

#[test]
fn a_second_larder_leaves_records_in_a_spool_and_the_writer_takes_them_once() {
    let home = Home::new();
    let mut writer = home.open();
    record(&mut writer, &request("a", 1));
    let mut second = home.open();
    assert!(writer.is_writer() && !second.is_writer());
    assert_eq!(totals(&mut second).1, 1, "it reads what was written");
    assert_eq!(record(&mut second, &request("b", 2)), Recorded::Spooled);
    assert_eq!(writer.poll().unwrap(), 1);
    assert_eq!(writer.poll().unwrap(), 0);
    assert_eq!(totals(&mut writer).1, 3);
    let spools = || std::fs::read_dir(home.journal().join("spool")).unwrap().count();
    assert_eq!(spools(), 1, "its process still lives");
    assert_eq!(second.poll().unwrap(), 1);
    assert_eq!(totals(&mut second).1, 3);
    drop(second);
    assert_eq!(writer.poll().unwrap(), 0);
    assert_eq!(spools(), 0);
    drop(writer);
    assert_eq!(totals(&mut home.open()).1, 3);
}
