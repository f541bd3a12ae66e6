//! Power that is cut: what was acknowledged is there when the disk is mounted again.
//!
//! The disk is a file with a file system in it. All who write are stopped, the file is copied as the
//! disk would have been at that moment, the copy is mounted, which replays the file system's own
//! journal, and larder runs on it. Mounting takes root and a loop device; where there is none,
//! these tests have nothing to do and say so.

use std::{
    collections::BTreeSet,
    env, fs,
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, Command},
    sync::mpsc::{self, Receiver},
    thread,
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process_group};
use serde_json::Value;

use crate::{
    ledger_child::child_words,
    support::{Home, Run, Terminal, cannot_test, quoted, step, words},
};

/// Mounts the disk where cache, state and results lie.
const MOUNT: &str = "set -e
mkdir -p $HOME/disk
mount -o loop$OPTIONS $HOME/disk.img $HOME/disk
mkdir -p $HOME/disk/cache/larder $HOME/disk/state/larder $HOME/disk/data $HOME/disk/both
ln -sfn ../cache/larder $HOME/disk/both/cache
ln -sfn ../state/larder $HOME/disk/both/state
export XDG_CACHE_HOME=$HOME/disk/cache XDG_DATA_HOME=$HOME/disk/data
export XDG_STATE_HOME=$HOME/disk/state
set +e
";

/// A mount that nobody else sees, and that ends with the last process in it.
const UNSHARE: [&str; 2] = ["unshare", "-m"];

const EXT4: [&str; 2] = ["mkfs.ext4", "-q"];

/// Records of scripts have such ids, which no other process takes.
const SPENT: u64 = 700_000_000;

/// Results and records that are written between two cuts at most.
const STEPS: u32 = 12;

/// What was acknowledged.
#[derive(Debug, Default)]
struct Told {
    results: BTreeSet<u32>,
    records: BTreeSet<u64>,
}

impl Told {
    /// Takes in the lines that acknowledge something.
    fn hear(&mut self, line: &str) {
        let id = |prefix| line.strip_prefix(prefix).and_then(|id| id.parse::<u64>().ok());
        self.results.extend(id("put ").and_then(|id| u32::try_from(id).ok()));
        self.records.extend(id("ack "));
    }
}

/// Which of the files that are not synced reach the disk before the power is cut.
#[derive(Clone, Copy, Debug)]
enum Reached {
    /// Those that the system happened to write.
    Some,
    /// Every second one, with all that the file system knows of the others.
    Half(usize),
}

/// How often a disk is made, and how often its power is cut then.
fn lives(usual: u32) -> (u32, u32) {
    if env::var_os("LARDER_LONG").is_some() { (usual * 4, 10) } else { (usual, 4) }
}

struct Disk {
    home: Home,
    truth: Value,
    told: Told,
    /// The number of the next cut.
    cut: u32,
    /// What its file system has to be told when it is mounted.
    options: &'static str,
    /// The databases that were set aside.
    aside: BTreeSet<String>,
}

impl Disk {
    /// Makes an empty disk; `None`, with words, where none can be mounted.
    fn new(format: &[&str], megabytes: u64) -> Option<Self> {
        let home = Home::new();
        home.tree().many(150);
        let truth = home.true_total();
        let aside = BTreeSet::new();
        // The disk of before the cut may still be on its way out, and has the same name for xfs.
        let options = if format[0].ends_with("xfs") { ",nouuid" } else { "" };
        let disk = Self { home, truth, told: Told::default(), cut: 0, options, aside };
        let made = fs::File::create(disk.image()).and_then(|file| file.set_len(megabytes << 20));
        made.unwrap();
        let mut command = Command::new(format[0]);
        let made = command.args(&format[1..]).arg(disk.image()).output();
        let is_made = made.is_ok_and(|output| output.status.success());
        let tried = |disk: &Self| disk.run("").code == Some(0);
        if !is_made || !tried(&disk) {
            cannot_test(&format!("no disk of {} can be mounted here", format[0]));
            return None;
        }
        Some(disk)
    }

    fn image(&self) -> PathBuf {
        self.home.path().join("disk.img")
    }

    /// Runs a script on the disk to its end.
    fn run(&self, script: &str) -> Run {
        Run::of(&mut self.script(&format!("{MOUNT}{script}")))
    }

    fn script(&self, script: &str) -> Command {
        let mut command = self.home.script(&UNSHARE, script);
        command.env("OPTIONS", self.options);
        command
    }

    /// Returns what is written until the power is cut: results, what was spent by scripts and by
    /// a process that writes the ledger meanwhile, and counts.
    fn work(&self) -> String {
        let recording = format!("record {}", u64::from(self.cut + 1) * 1_000_000);
        let mut lines = vec![MOUNT.to_owned(), child_line(&recording, "2>/dev/null &")];
        for at in 0..STEPS {
            let id = self.cut * STEPS + at;
            let spent = SPENT + u64::from(id);
            lines.push(format!(
                "larder {} >/dev/null 2>&1 && echo put {id}\n\
                 larder spend record --provider openai --model gpt-5 --id cut-{id} \
                 --output {spent} >/dev/null 2>&1 && echo ack {spent}\n\
                 larder count $HOME/repo/d{} >/dev/null 2>&1\n",
                quoted(&self.home.put_args(id)),
                id % 17,
            ));
            if at % 4 == 3 {
                lines.push("larder cache compact >/dev/null 2>&1\n".to_owned());
            }
        }
        lines.push("wait\n".to_owned());
        lines.concat()
    }

    /// Writes, cuts the power, and looks at what is there.
    fn cut(&mut self) {
        let script = self.work();
        let mut child = self.script(&script).process_group(0).spawn().unwrap();
        let lines = lines_of(&mut child);
        self.wait(&lines);
        self.cut_off(Pid::from_child(&child), |told| {
            for line in lines.try_iter() {
                told.hear(&line);
            }
        });
        child.wait().unwrap();
        self.is_whole();
    }

    /// Cuts the power of a dashboard in its warm-up, and looks at what is there.
    fn cut_dashboard(&mut self) {
        for file in 0..400 {
            let name = format!("new/{}/{file}.txt", self.cut);
            self.home.tree().file(name, format!("words of file {file} in life {}", self.cut));
        }
        self.truth = self.home.true_total();
        let script = format!("{MOUNT}exec {}", env!("CARGO_BIN_EXE_larder"));
        let args = ["-m", "/bin/sh", "-c", &script];
        let mut terminal = Terminal::running(&self.home, "/usr/bin/unshare", &args, (100, 30));
        terminal.wait_for("Tree");
        pause(self.cut);
        self.cut_off(terminal.pid(), |_| {});
        terminal.wait_for_end(Duration::from_mins(1));
        self.is_whole();
    }

    /// Cuts the power of a group of processes; `hear` takes what they have said until then.
    fn cut_off(&mut self, group: Pid, hear: impl Fn(&mut Told)) {
        kill_process_group(group, Signal::STOP).unwrap();
        hear(&mut self.told);
        if let Reached::Half(part) = self.reached() {
            let disk = self.home.path().join("disk");
            let inside = format!("/proc/{}/root{}", group.as_raw_nonzero(), disk.display());
            sync_half(Path::new(&inside), part);
        }
        let copy = self.home.path().join("copy.img");
        copy_at_rest(&self.image(), &copy);
        kill_process_group(group, Signal::KILL).unwrap();
        fs::rename(&copy, self.image()).unwrap();
        self.cut += 1;
    }

    fn reached(&self) -> Reached {
        match self.cut % 3 {
            0 => Reached::Some,
            part => Reached::Half(part as usize),
        }
    }

    /// Waits for some of the work, and a moment more.
    fn wait(&mut self, lines: &Receiver<String>) {
        let before = self.told.results.len();
        let wanted = before + 1 + self.cut as usize * 5 % (STEPS as usize - 2);
        while self.told.results.len() < wanted {
            self.told.hear(&lines.recv_timeout(Duration::from_mins(1)).expect("it works on"));
        }
        pause(self.cut);
    }

    /// Asserts that what was acknowledged is there, and that every number is true.
    fn is_whole(&mut self) {
        let cut = self.cut;
        let count = words(&["count", "--json"]);
        let got: String = self.told.results.iter().map(|id| self.get(*id)).collect();
        let script = [
            &step("first", &count),
            "ls $XDG_CACHE_HOME/larder/quarantine >$HOME/aside 2>/dev/null\n",
            &got,
            &step("ledger", &words(&["spend", "verify", "--json"])),
            &child_line("list 0", ">$HOME/list.out 2>&1"),
            &step("verified", &words(&["cache", "verify", "--json"])),
            &step("again", &count),
            &step("warm", &count),
        ]
        .concat();
        let run = self.run(&script);
        assert_eq!(run.code, Some(0), "cut {cut}: {run:?}");
        self.counts_are_true();
        for id in &self.told.results {
            let got = self.home.ended(&format!("got-{id}"));
            assert!(self.home.is_result(*id, &got), "cut {cut}: result {id} is lost: {got:?}");
        }
        self.ledger_is_whole();
    }

    fn get(&self, id: u32) -> String {
        let name = format!("got-{id}");
        self.home.forget(&name);
        step(&name, &self.home.get_args(id))
    }

    fn counts_are_true(&mut self) {
        let cut = self.cut;
        for name in ["first", "again", "warm"] {
            let run = self.home.ended(name);
            assert_eq!(run.json()["total"], self.truth, "cut {cut}, {name}: {}", run.err);
        }
        let first = self.home.ended("first");
        let aside = fs::read_to_string(self.home.path().join("aside")).unwrap();
        let aside: BTreeSet<String> = aside.lines().map(str::to_owned).collect();
        if aside.is_subset(&self.aside) {
            assert_eq!(first.err, "", "cut {cut}: it complains");
        } else {
            assert!(first.err.contains("quarantine"), "cut {cut}: {aside:?} and no word of it");
        }
        self.aside = aside;
        let verified = self.home.ended("verified").json();
        assert_eq!((&verified["wrong"], &verified["damaged"]), (&0.into(), &0.into()), "{cut}");
        assert_eq!(self.home.ended("warm").json()["computed"], 0, "cut {cut}: nothing is kept");
    }

    fn ledger_is_whole(&self) {
        let cut = self.cut;
        let verified = self.home.ended("ledger").json();
        assert_eq!(verified["sound"], true, "cut {cut}: {verified}");
        let listed = fs::read_to_string(self.home.path().join("list.out")).unwrap();
        let there: BTreeSet<u64> = ids(listed.lines(), "id ").collect();
        let lost: Vec<_> = self.told.records.difference(&there).collect();
        assert!(lost.is_empty(), "cut {cut}: {lost:?} are lost of {}", self.told.records.len());
        let total = format!("sum {} {}", there.len(), there.iter().sum::<u64>());
        assert!(listed.lines().any(|line| line == total), "cut {cut}: no {total:?}: {verified}");
    }
}

/// Returns the numbers of the lines that begin so.
fn ids<'l, N: std::str::FromStr>(
    lines: impl Iterator<Item = &'l str>,
    prefix: &str,
) -> impl Iterator<Item = N> {
    lines.filter_map(move |line| line.strip_prefix(prefix)?.parse().ok())
}

/// Sends each whole line that a process writes.
fn lines_of(child: &mut Child) -> Receiver<String> {
    use std::io::BufRead;
    let pipe = std::io::BufReader::new(child.stdout.take().unwrap());
    let (sender, lines) = mpsc::channel();
    thread::spawn(move || {
        pipe.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)).ok();
    });
    lines
}

/// Copies a disk that the system may still write to: a copy that is the same as the disk is
/// afterwards was taken at one moment.
fn copy_at_rest(image: &Path, copy: &Path) {
    for _ in 0..50 {
        fs::copy(image, copy).unwrap();
        if fs::read(image).unwrap() == fs::read(copy).unwrap() {
            return;
        }
    }
    panic!("the disk is never at rest");
}

/// Returns a line of the shell that runs the child of the ledger on the disk.
fn child_line(task: &str, rest: &str) -> String {
    let (program, args) = child_words();
    let words = [program.to_str().unwrap()].into_iter().chain(args);
    let words: Vec<_> = words.map(str::to_owned).collect();
    format!(
        "LARDER_TEST_LEDGER=$HOME/disk/both LARDER_TEST_LEDGER_TASK='{task}' {} {rest}\n",
        quoted(&words)
    )
}

/// Waits a moment: parts of the golden ratio spread the cuts over what comes next.
fn pause(cut: u32) {
    // Nobody ever sends here.
    let (_never, pause) = mpsc::channel::<()>();
    pause.recv_timeout(Duration::from_millis(u64::from(cut) * 618 % 97)).ok();
}

/// Makes every second file below a folder safe, as a system does that has begun to write.
fn sync_half(folder: &Path, part: usize) {
    let (mut folders, mut files) = (vec![folder.to_owned()], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().flatten() {
            let kind = entry.file_type().unwrap();
            if kind.is_dir() {
                folders.push(entry.path());
            } else if kind.is_file() {
                files.push(entry.path());
            }
        }
    }
    files.sort();
    for file in files.iter().skip(part % 2).step_by(2) {
        fs::File::open(file).unwrap().sync_data().unwrap();
    }
}

/// Cuts the power of new disks and of disks that have seen it.
fn cut_power(format: &[&str], megabytes: u64, (lives, cuts): (u32, u32)) {
    let (mut results, mut records) = (0, 0);
    for _ in 0..lives {
        let Some(mut disk) = Disk::new(format, megabytes) else { return };
        (0..cuts).for_each(|_| disk.cut());
        results += disk.told.results.len();
        records += disk.told.records.len();
    }
    assert!(results > 20 && records > 500, "{results} {records}: this tests nothing");
}

#[test]
fn a_power_cut_on_ext4_loses_nothing_that_was_acknowledged() {
    cut_power(&EXT4, 48, lives(3));
}

#[test]
fn a_power_cut_in_a_warm_up_leaves_a_store_that_is_sound_or_was_set_aside_with_words() {
    let (lives, cuts) = lives(1);
    for _ in 0..lives {
        let Some(mut disk) = Disk::new(&EXT4, 48) else { return };
        disk.home.settings("[store]\ncheckpoint-ms = 100\n");
        (0..cuts).for_each(|_| disk.cut_dashboard());
    }
}

#[test]
fn a_power_cut_on_xfs_loses_nothing_that_was_acknowledged() {
    if env::var_os("LARDER_LONG").is_some() {
        cut_power(&["mkfs.xfs", "-q"], 320, (2, 10));
    }
}

#[test]
fn a_power_cut_on_btrfs_loses_nothing_that_was_acknowledged() {
    if env::var_os("LARDER_LONG").is_some() {
        cut_power(&["mkfs.btrfs", "-q"], 256, (2, 10));
    }
}
