//! `larder cache report`: how well the cache works.

use super::kinds;
use crate::{
    cli::{
        Exit, Failure, Program,
        args::JsonArgs,
        connect::mismatch,
        table::{Align, Table, number_of},
    },
    model::{Answer, CacheReport, Churn, Question, Shown},
    ui::format::{bytes, cost, dollars, grouped, number, per_day},
};

/// Prints the report.
pub(super) fn run(program: &mut Program, args: JsonArgs) -> Result<Exit, Failure> {
    let config = program.config(None, Vec::new())?;
    let answer = program.block_on(async |program| {
        let session = super::open(&config, &program.clock)?;
        session.usable_cache().await?;
        let answer = session.ask(Question::CacheReport).await;
        let told = session.tell_unseen(&mut program.output).await;
        session.close(&mut program.output).await;
        told.and(answer)
    })?;
    let Answer::CacheReport(report) = answer else { return Err(mismatch()) };
    if args.json {
        program.output.json(&report)?;
    } else {
        program.output.text(&text(&report))?;
    }
    Ok(Exit::Done)
}

fn text(report: &CacheReport) -> String {
    if report.kinds.is_empty() {
        return "nothing was kept or asked for yet\n".to_owned();
    }
    let kinds: Vec<_> = report.kinds.iter().map(kinds::Line::from).collect();
    let mut text = vec![kinds::table(&kinds).text()];
    if !report.results.is_empty() {
        text.extend(["\n".to_owned(), results(report).text()]);
    }
    text.push("\n".to_owned());
    for spot in &report.cold {
        let (misses, files) = (grouped(spot.misses), number_of(spot.files, "file", "files"));
        text.push(format!(
            "cold: {}, {misses} of {files} had to be computed\n",
            Shown::text(&spot.place)
        ));
    }
    let churn = report.churn;
    if churn.days > 0 {
        let days = number_of(u64::from(churn.days), "day", "days");
        text.push(format!(
            "a day, over {days}: {} entries made, {} evicted{}\n",
            per_day(churn.made),
            per_day(churn.evicted),
            of_them(churn)
        ));
    }
    let (entries, size) = report.unread;
    if entries > 0 {
        let entries = number_of(entries, "entry", "entries");
        text.push(format!("never read again: {entries} beside counts, {}\n", bytes(size)));
    }
    if report.advice.is_empty() {
        text.push("advice: none is needed\n".to_owned());
    }
    for advice in &report.advice {
        text.push(format!("advice: {}\n", Shown::text(advice)));
    }
    text.concat()
}

/// Says how many of those that were evicted went without a request, unless all did.
fn of_them(churn: Churn) -> String {
    if churn.forced < churn.evicted {
        return format!(", {} of them to keep the limit", per_day(churn.forced));
    }
    String::new()
}

fn results(report: &CacheReport) -> Table {
    let right = |name| (name, Align::Right);
    let mut table = Table::new(&[
        ("type", Align::Left),
        ("provider", Align::Left),
        ("model", Align::Left),
        right("entries"),
        right("size"),
        right("raw"),
        right("tokens"),
        right("cost"),
        right("hits"),
        right("saved"),
    ]);
    for of in &report.results {
        table.row([
            of.of.clone(),
            of.provider.clone(),
            of.model.clone(),
            grouped(of.entries),
            bytes(of.bytes),
            bytes(of.raw),
            number(of.tokens.0),
            cost(of.cost, of.unpriced),
            grouped(of.hits),
            dollars(of.saved),
        ]);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Bytes, ColdSpot, Kind, KindReport, Millis, PicoUsd, ResultStats, SavedBy};

    #[test]
    fn a_result_without_a_price_is_unpriced_and_advice_comes_last() {
        let report = CacheReport {
            kinds: vec![KindReport {
                kind: Kind::Count,
                hits: 3,
                misses: 1,
                saved: SavedBy { ms: Millis(1_200), usd: PicoUsd(0) },
                entries: 4,
                bytes: Bytes(400),
            }],
            results: vec![ResultStats {
                of: "docs".to_owned(),
                entries: 2,
                unpriced: 2,
                ..ResultStats::default()
            }],
            cold: vec![ColdSpot { place: "src\x1b".to_owned(), misses: 5, files: 9 }],
            churn: Churn { made: 10.0, evicted: 2.0, forced: 0.5, days: 3 },
            unread: (1, Bytes(100)),
            advice: vec!["store.disk-bytes could be 64 MB".to_owned()],
        };
        let text = text(&report);
        for part in [
            "75.0 %",
            "unpriced",
            "cold: src\\x1b, 5 of 9 files",
            "a day, over 3 days: 10 entries made",
            "2.0 evicted, 0.5 of them to keep the limit",
        ] {
            assert!(text.contains(part), "{part}\n{text}");
        }
        assert!(text.ends_with("advice: store.disk-bytes could be 64 MB\n"), "{text}");
    }
}
