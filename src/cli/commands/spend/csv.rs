//! Comma-separated values of `larder spend`, as RFC 4180 has them.

use crate::model::{SpendReport, SpendRow};

/// Returns a head and a line for each group.
pub(super) fn text(report: &SpendReport) -> String {
    let head = format!(
        "{},requests,input,cache_read,cache_write,output,cost_usd,unpriced_tokens,quality\r\n",
        report.by
    );
    report.rows.iter().fold(head, |text, row| text + &line(row))
}

fn line(row: &SpendRow) -> String {
    let numbers = [
        row.requests,
        row.tokens.input.0,
        row.tokens.cache_read.0,
        row.tokens.cache_write().0,
        row.tokens.output.0,
    ];
    let numbers = numbers.map(|number| number.to_string()).join(",");
    let cost = row.cost.map(|cost| cost.to_string()).unwrap_or_default();
    format!("{},{numbers},{cost},{},{}\r\n", field(&row.key), row.unpriced.0, row.quality)
}

/// Returns a text as one field. What a spreadsheet would run as a formula is made text.
fn field(text: &str) -> String {
    let text = crate::model::Shown::text(text).to_string();
    let is_formula = text.starts_with(['=', '+', '-', '@']);
    let text = if is_formula { format!("'{text}") } else { text };
    if text.contains([',', '"', '\r', '\n']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::commands::spend::table::tests::report;

    #[test]
    fn a_row_without_a_price_has_no_cost_and_odd_keys_are_quoted() {
        let mut report = report();
        report.rows[1].key = "a,\"b\"".to_owned();
        let text = text(&report);
        let lines: Vec<&str> = text.split("\r\n").collect();
        assert_eq!(lines[0].split(',').next(), Some("model"));
        assert!(lines[1].ends_with(",1.25,0,exact"), "{}", lines[1]);
        assert_eq!(lines[2], "\"a,\"\"b\"\"\",1,600,0,0,100,,700,unpriced");
        assert_eq!(field("=1+1"), "'=1+1");
    }
}
