//! `larder spend reprice`: what newer prices change for the month that is open.

use std::{collections::BTreeMap, sync::Arc};

use serde::Serialize;

use crate::{
    cli::{
        Exit, Failure, Program,
        args::RepriceArgs,
        confirm,
        table::{Align, Table, number_of},
    },
    client::{Books, ModelChange, Repricing},
    model::SignedPicoUsd,
    ui::format::{dollars, grouped, signed_dollars},
};

const NAME: &str = "spend reprice";

#[derive(Serialize)]
struct Report<'r> {
    changed: u64,
    difference_usd: SignedPicoUsd,
    newly_priced: u64,
    closed: u64,
    models: &'r BTreeMap<String, ModelChange>,
    applied: bool,
}

/// Says what the prices of now would change, and changes it when that is wanted.
pub(super) fn run(program: &mut Program, args: RepriceArgs) -> Result<Exit, Failure> {
    let config = program.config(None, Vec::new())?;
    let mut books = Books::open(&config, Arc::clone(&program.clock))?;
    let changes = books.preview_prices()?;
    if !args.json {
        program.output.text(&text(&changes))?;
    }
    let applied = !args.dry_run && changes.changed > 0;
    if applied {
        let requests = number_of(changes.changed, "request", "requests");
        let question = format!("price {requests} of this month anew?");
        confirm::confirm(&mut program.output, args.yes, NAME, &question)?;
    }
    if !args.dry_run {
        books.take_new_prices()?;
    }
    books.close()?;
    if args.json {
        program.output.json(&Report {
            changed: changes.changed,
            difference_usd: changes.difference,
            newly_priced: changes.newly_priced,
            closed: changes.closed,
            models: &changes.models,
            applied,
        })?;
    }
    Ok(Exit::Done)
}

fn text(changes: &Repricing) -> String {
    let right = |name| (name, Align::Right);
    let mut table =
        Table::new(&[("model", Align::Left), right("requests"), right("before"), right("now")]);
    for (model, change) in &changes.models {
        let (before, now) = (dollars(change.before), dollars(change.now));
        table.row([model.clone(), grouped(change.requests), before, now]);
    }
    let table = if changes.models.is_empty() { String::new() } else { table.text() + "\n" };
    let closed = match changes.closed {
        0 => String::new(),
        closed => format!(
            "{} of closed months would cost something else, and keep what they cost\n",
            number_of(closed, "request", "requests")
        ),
    };
    if changes.changed == 0 {
        return format!("the prices of now change nothing of this month\n{closed}");
    }
    format!(
        "{table}{} of this month change by {}, {} get a price for the first time\n{closed}",
        number_of(changes.changed, "request", "requests"),
        signed_dollars(changes.difference),
        changes.newly_priced,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::PicoUsd;

    #[test]
    fn that_nothing_changes_is_said_in_words() {
        let text = text(&Repricing::default());
        assert_eq!(text, "the prices of now change nothing of this month\n");
    }

    #[test]
    fn what_changes_and_what_stays_is_told() {
        let change = ModelChange {
            requests: 3,
            before: PicoUsd::parse_dollars("2").unwrap(),
            now: PicoUsd::parse_dollars("1.5").unwrap(),
        };
        let changes = Repricing {
            changed: 3,
            difference: SignedPicoUsd(-500_000_000_000),
            newly_priced: 1,
            closed: 7,
            models: BTreeMap::from([("openai/gpt-5".to_owned(), change)]),
        };
        let text = text(&changes);
        assert!(text.contains("openai/gpt-5         3   $2.00  $1.50\n"), "{text}");
        assert!(text.contains("3 requests of this month change by -$0.500, 1 get"), "{text}");
        assert!(text.ends_with(
            "7 requests of closed months would cost something else, and keep what they cost\n"
        ));
    }
}
