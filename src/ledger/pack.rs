//! Requests as logs tell them, as the journal keeps them, and packed: one becomes the other here.

use std::{borrow::Cow, collections::BTreeMap};

use super::{
    book::{Book, NO_MONEY, Name, Names, Record, Types, hash_of},
    journal::{ChargeLine, RequestLine},
    prices::Charge,
    request::{Request, RequestKey},
};
use crate::model::{PicoUsd, Quality, SignedPicoUsd, UnixNanos};

/// Packs a request, with the tokens of its files by type.
///
/// # Errors
/// Fails with the reason when a number cannot be true.
pub(super) fn pack(
    request: &Request,
    files: &BTreeMap<String, u32>,
    book: &mut Book,
) -> Result<Record, &'static str> {
    let use_ = &request.tokens;
    let counts = [
        use_.input,
        use_.cache_read,
        use_.cache_write_5m,
        use_.cache_write_1h,
        use_.output,
        use_.reasoning,
    ];
    let line = RequestLine {
        tool: request.tool,
        group: Cow::Borrowed(&request.key.group),
        part: request.key.part.as_deref().map(Cow::Borrowed),
        copy: request.is_copy,
        at: request.at.0,
        session: Cow::Borrowed(&request.session),
        project: Cow::Borrowed(&request.project),
        provider: Cow::Borrowed(&request.provider),
        model: Cow::Borrowed(&request.model),
        tokens: counts.map(|count| count.0),
        searches: request.web_searches,
        service: request.service,
        us_only: request.us_only,
        recorded: request.recorded,
        counts: request.counts,
        implausible: request.implausible,
        types: files.iter().map(|(ending, count)| (Cow::Borrowed(&**ending), *count)).collect(),
        charge: None,
    };
    from_line(&line, book)
}

/// Returns the request again, as far as its price goes by it.
pub(super) fn unpack(record: &Record, names: &Names) -> Request {
    let text = |name| names.text(name).to_owned();
    Request {
        tool: record.tool,
        key: RequestKey { group: String::new(), part: None },
        is_copy: record.is_copy,
        session: text(record.session),
        project: text(record.project),
        at: UnixNanos(record.at),
        provider: text(record.provider),
        model: text(record.model),
        tokens: record.usage(),
        web_searches: record.searches,
        service: record.service,
        us_only: record.us_only,
        recorded: money(record.recorded),
        counts: record.counts,
        implausible: record.implausible,
        files: Vec::new(),
    }
}

/// Packs a line of the journal, or one that is to be written there.
///
/// # Errors
/// Fails with the reason when a number cannot be true: no larder writes such a line.
pub(super) fn from_line(line: &RequestLine<'_>, book: &mut Book) -> Result<Record, &'static str> {
    let mut tokens = [0; 6];
    for (packed, count) in tokens.iter_mut().zip(line.tokens) {
        *packed = u32::try_from(count).map_err(|_| "a count of tokens that cannot be true")?;
    }
    let recorded = match line.recorded {
        None => NO_MONEY,
        Some(cost) => narrow(cost).ok_or("a recorded cost that cannot be true")?,
    };
    let names = &mut book.names;
    let types = line.types.iter().map(|(ending, count)| (names.put(ending), *count)).collect();
    Ok(Record {
        group: hash_of(&line.group),
        part: line.part.as_deref().map_or(0, hash_of),
        at: line.at,
        recorded,
        cost: NO_MONEY,
        prompt_cost: 0,
        saved: 0,
        tokens,
        searches: line.searches,
        model: names.put(&line.model),
        provider: names.put(&line.provider),
        served: Name(0),
        session: names.put(&line.session),
        project: names.put(&line.project),
        price: Name(0),
        types: book.types.put(types),
        tool: line.tool,
        service: line.service,
        counts: line.counts,
        quality: Quality::Unpriced,
        us_only: line.us_only,
        is_copy: line.copy,
        implausible: line.implausible,
    })
}

/// Returns the line that keeps what is known of a record.
pub(super) fn to_line<'b>(
    record: &Record,
    key: &'b RequestKey,
    (names, types): (&'b Names, &'b Types),
    charge: Option<ChargeLine<'b>>,
) -> RequestLine<'b> {
    let text = |name| Cow::Borrowed(names.text(name));
    RequestLine {
        tool: record.tool,
        group: Cow::Borrowed(&key.group),
        part: key.part.as_deref().map(Cow::Borrowed),
        copy: record.is_copy,
        at: record.at,
        session: text(record.session),
        project: text(record.project),
        provider: text(record.provider),
        model: text(record.model),
        tokens: record.tokens.map(u64::from),
        searches: record.searches,
        service: record.service,
        us_only: record.us_only,
        recorded: money(record.recorded),
        counts: record.counts,
        implausible: record.implausible,
        types: types.list(record.types).iter().map(|(name, count)| (text(*name), *count)).collect(),
        charge,
    }
}

/// Returns the charge of a request as the journal keeps it.
pub(super) fn charge_line<'b>(record: &Record, names: &'b Names) -> ChargeLine<'b> {
    let has_own_provider = record.served != record.provider;
    ChargeLine {
        usd: money(record.cost),
        quality: record.quality,
        prompt_usd: (record.prompt_cost > 0).then(|| PicoUsd(record.prompt_cost.into())),
        saved: SignedPicoUsd(record.saved.into()),
        provider: Cow::Borrowed(if has_own_provider { names.text(record.served) } else { "" }),
        price: Cow::Borrowed(names.text(record.price)),
    }
}

/// Gives a request the charge that the journal has kept.
pub(super) fn take_line(record: &mut Record, line: &ChargeLine<'_>, names: &mut Names) {
    record.cost = line.usd.map_or(NO_MONEY, wide_or_most);
    record.quality = line.quality;
    record.prompt_cost = line.prompt_usd.map_or(0, wide_or_most);
    record.saved = saved(line.saved);
    record.served =
        if line.provider.is_empty() { record.provider } else { names.put(&line.provider) };
    record.price = names.put(&line.price);
}

/// Gives a request a charge.
pub(super) fn take_charge(
    record: &mut Record,
    (charge, prompt_cost, provider): (&Charge, PicoUsd, &str),
    names: &mut Names,
) {
    record.cost = charge.cost.map_or(NO_MONEY, wide_or_most);
    record.quality = charge.quality;
    record.prompt_cost = wide_or_most(prompt_cost);
    record.saved = saved(charge.cache_saved);
    record.served = if provider.is_empty() { record.provider } else { names.put(provider) };
    record.price = names.put(&charge.explain);
}

/// Gives a request another share of its prompt in its cost.
pub(super) fn take_prompt_cost(record: &mut Record, cost: PicoUsd) {
    record.prompt_cost = wide_or_most(cost);
}

/// Returns packed money.
pub(super) fn money(packed: u64) -> Option<PicoUsd> {
    (packed != NO_MONEY).then(|| PicoUsd(packed.into()))
}

fn narrow(money: PicoUsd) -> Option<u64> {
    u64::try_from(money.0).ok().filter(|packed| *packed != NO_MONEY)
}

/// What is computed cannot be that much: a request has no more than 2^34 tokens.
fn wide_or_most(money: PicoUsd) -> u64 {
    narrow(money).unwrap_or(NO_MONEY - 1)
}

fn saved(money: SignedPicoUsd) -> i64 {
    i64::try_from(money.0).unwrap_or(if money.0 < 0 { i64::MIN } else { i64::MAX })
}
