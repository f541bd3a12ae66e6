//! How far forecasts were off, against going on as the month went so far.
//!
//! Months are generated for several kinds of people, always the same ones. Each is forecast on some
//! mornings from the days before, and compared with what it came to.

use jiff::{
    civil::{Date, date},
    tz::TimeZone,
};
use larder::{
    ledger::{Period, forecast::forecast},
    model::{Day, ForecastView, PicoUsd, UnixNanos},
};

/// People of each kind.
const PEOPLE: u64 = 100;

/// Mornings on which a month is forecast.
const MORNINGS: [i8; 4] = [3, 8, 15, 22];

/// Months that are forecast; two months before them are history.
const MONTHS: [(i16, i8); 3] = [(2026, 3), (2026, 4), (2026, 5)];

/// How somebody spends: a weight for each weekday, Monday first, how much days differ, the share of
/// days that are left out, and how much more each month costs than the one before.
struct Kind {
    name: &'static str,
    week: [f64; 7],
    spread: f64,
    left_out: f64,
    growth: f64,
}

const OFFICE: [f64; 7] = [1.0, 1.1, 1.2, 1.1, 0.8, 0.0, 0.0];
const EVERY_DAY: [f64; 7] = [1.0; 7];
const WEEKENDS: [f64; 7] = [0.1, 0.1, 0.1, 0.1, 0.4, 1.5, 1.5];

const KINDS: [Kind; 6] = [
    Kind { name: "office, steady", week: OFFICE, spread: 0.3, left_out: 0.05, growth: 1.0 },
    Kind { name: "office, uneven", week: OFFICE, spread: 0.9, left_out: 0.15, growth: 1.0 },
    Kind { name: "every day", week: EVERY_DAY, spread: 0.5, left_out: 0.1, growth: 1.0 },
    Kind { name: "weekends", week: WEEKENDS, spread: 0.5, left_out: 0.2, growth: 1.0 },
    Kind { name: "bursts", week: EVERY_DAY, spread: 1.2, left_out: 0.6, growth: 1.0 },
    Kind { name: "growing", week: OFFICE, spread: 0.4, left_out: 0.1, growth: 1.3 },
];

/// Sums of errors in percent of what the month came to.
#[derive(Clone, Copy, Default)]
struct Errors {
    likely: f64,
    linear: f64,
    within: f64,
    count: f64,
}

impl Errors {
    fn add(&mut self, other: Self) {
        self.likely += other.likely;
        self.linear += other.linear;
        self.within += other.within;
        self.count += other.count;
    }

    fn row(&self, name: &str) {
        let mean = |sum: f64| sum / self.count.max(1.0);
        println!(
            "| {name} | {:.1} % | {:.1} % | {:.0} % |",
            mean(self.likely),
            mean(self.linear),
            100.0 * mean(self.within)
        );
    }
}

/// Prints the errors by kind and by morning.
pub(crate) fn print() {
    println!("\nMean absolute error of where a month ends, in percent of what it came to.\n");
    println!("| who | forecast | run rate | in the range |\n| --- | ---: | ---: | ---: |");
    let mut by_morning = [Errors::default(); MORNINGS.len()];
    let mut all = Errors::default();
    for (number, kind) in KINDS.iter().enumerate() {
        let mut of_kind = Errors::default();
        for person in 0..PEOPLE {
            let days = spend(kind, Random(1 + person * 31 + number as u64 * 1009));
            for (year, month) in MONTHS {
                for (morning, sum) in MORNINGS.iter().zip(&mut by_morning) {
                    let errors = measure(&days, date(year, month, *morning));
                    sum.add(errors);
                    of_kind.add(errors);
                    all.add(errors);
                }
            }
        }
        of_kind.row(kind.name);
    }
    for (morning, errors) in MORNINGS.iter().zip(by_morning) {
        errors.row(&format!("all, on the morning of day {morning}"));
    }
    all.row("**all**");
}

/// Returns what somebody spends from January to May.
fn spend(kind: &Kind, mut random: Random) -> Vec<(Day, PicoUsd)> {
    let mut days = Vec::new();
    let mut day = date(2026, 1, 1);
    let scale = (3.0 + 30.0 * random.uniform()) * PicoUsd::DOLLAR.0 as f64;
    while day < date(2026, 6, 1) {
        let weight = kind.week[usize::try_from(day.weekday().to_monday_zero_offset()).unwrap()];
        let growth = kind.growth.powi(i32::from(day.month()) - 1);
        let size = (kind.spread * random.normal()).exp();
        let is_left_out = random.uniform() < kind.left_out;
        if weight > 0.0 && !is_left_out {
            days.push((Day(day), pico(scale * weight * growth * size)));
        }
        day = day.tomorrow().unwrap();
    }
    days
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small and positive")]
fn pico(money: f64) -> PicoUsd {
    PicoUsd(money as u128)
}

/// Forecasts a month on a morning, from the days before it.
fn measure(days: &[(Day, PicoUsd)], morning: Date) -> Errors {
    let known: Vec<_> = days.iter().copied().filter(|(day, _)| day.0 < morning).collect();
    let midnight = morning.to_zoned(TimeZone::UTC).unwrap().timestamp().as_nanosecond();
    let now = UnixNanos(i64::try_from(midnight).unwrap());
    let view = forecast(&known, Period::Month { reset: 1 }, now, &TimeZone::UTC);
    let ForecastView::Known(found) = view else { return Errors::default() };
    let same_month = |day: &Day| day.0.first_of_month() == morning.first_of_month();
    let own = days.iter().filter(|(day, _)| same_month(day));
    let actual = own.map(|(_, usd)| usd.0).sum::<u128>();
    if actual == 0 {
        return Errors::default();
    }
    let off = |usd: PicoUsd| 100.0 * usd.0.abs_diff(actual) as f64 / actual as f64;
    let is_within = found.low.0 <= actual && actual <= found.high.0;
    Errors {
        likely: off(found.likely),
        linear: off(found.linear),
        within: f64::from(u8::from(is_within)),
        count: 1.0,
    }
}

/// Numbers that are always the same.
struct Random(u64);

impl Random {
    fn uniform(&mut self) -> f64 {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Nearly normal: a sum of twelve.
    fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.uniform()).sum::<f64>() - 6.0
    }
}
