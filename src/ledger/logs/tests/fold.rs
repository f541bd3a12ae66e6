//! The plainest way to make one request of all its copies: slow, and only to compare with.

use std::collections::BTreeMap;

use crate::ledger::Request;

/// Returns each request once, ordered by time: with the counts of its fullest copy, and session,
/// project and time of the earliest record that is no copy.
pub(in crate::ledger) fn fold(requests: &[Request]) -> Vec<Request> {
    let mut groups: BTreeMap<&str, Vec<&Request>> = BTreeMap::new();
    for request in requests {
        groups.entry(&request.key.group).or_default().push(request);
    }
    let mut folded: Vec<Request> = groups.values().flat_map(|group| parts(group)).collect();
    folded.sort_by(|a, b| (a.at, &a.key).cmp(&(b.at, &b.key)));
    folded
}

/// Splits a group into requests: those with ids of their own, to the first of which belongs what
/// has none or is a copy.
fn parts(group: &[&Request]) -> Vec<Request> {
    let mut parts: BTreeMap<&str, Vec<&Request>> = BTreeMap::new();
    let mut others = Vec::new();
    for request in group {
        match &request.key.part {
            Some(part) if !request.is_copy => parts.entry(part).or_default().push(request),
            Some(_) | None => others.push(*request),
        }
    }
    let mut parts: Vec<Vec<&Request>> = parts.into_values().collect();
    match parts.first_mut() {
        Some(first) => first.extend(others),
        None => parts.push(others),
    }
    parts.iter().map(|copies| merged(copies)).collect()
}

fn merged(copies: &[&Request]) -> Request {
    let fullness = |copy: &&&Request| (copy.tokens.output, copy.tokens.total(), !copy.is_copy);
    let origin = copies.iter().min_by_key(|copy| (copy.is_copy, copy.at)).unwrap();
    let fullest = copies.iter().rev().max_by_key(fullness).unwrap();
    Request {
        session: origin.session.clone(),
        project: origin.project.clone(),
        at: origin.at,
        is_copy: origin.is_copy,
        recorded: fullest.recorded.or_else(|| copies.iter().find_map(|copy| copy.recorded)),
        ..(**fullest).clone()
    }
}
