//! What the engine in memory answers.

use std::collections::BTreeMap;

use super::{
    fake::{Fake, claude, gpt},
    fake_cache, fake_spend,
};
use crate::model::{
    Answer, Bytes, ContentHash, ContextFormat, ContextText, CountPlace, Details, Encoding,
    EntryKey, EvictionPlan, FileStatus, Fingerprint, Inventory, Kind, Mark, Matched, Millis,
    NodeId, Order, PicoUsd, Preview, PreviewBody, PreviewLine, PreviewText, Question, RepoPath,
    Row, RowKind, RowsPage, RowsQuery, SkippedFile, SkippedPage, Sort, SyntaxKind, SyntaxSpan,
    TextWanted, Tokens, UnixNanos, Unmarked, Victim,
};

impl Fake {
    pub(super) fn row(&self, id: NodeId, open: bool) -> Row {
        let (path, status) = &self.nodes[id.0 as usize];
        let tokens_of = |id: NodeId| -> Tokens {
            self.files_in(&[id])
                .iter()
                .filter_map(|file| self.nodes[file.0 as usize].1?.tokens())
                .sum()
        };
        let files = self.files_in(&[id]);
        let marked = files.iter().filter(|file| self.marked.contains(file)).count();
        let status_of = |file: &NodeId| self.nodes[file.0 as usize].1.unwrap();
        let unmarked = files.iter().filter(|file| !self.marked.contains(file)).map(status_of);
        let unmarked = unmarked.fold(Unmarked::default(), |sum, status| Unmarked {
            files: sum.files + u64::from(status.tokens().is_some()),
            pending: sum.pending + u64::from(status == FileStatus::Pending),
            tokens: Tokens(sum.tokens.0 + status.tokens().unwrap_or_default().0),
        });
        let parent = self.id(&path.parent().unwrap_or_default()).unwrap();
        Row {
            id,
            path: path.clone(),
            depth: u16::try_from(path.to_text().matches('/').count()).unwrap(),
            kind: match status {
                Some(status) => RowKind::File { status: *status },
                None => RowKind::Folder { open },
            },
            tokens: tokens_of(id),
            bytes: Bytes(tokens_of(id).0 * 4),
            files: files.len() as u64,
            pending: files.iter().filter(|f| status_of(f) == FileStatus::Pending).count() as u64,
            skipped: files.iter().filter(|f| status_of(f).is_skipped()).count() as u64,
            modified: UnixNanos(1_780_000_000_000_000_000),
            largest_sibling: self
                .children(parent)
                .into_iter()
                .map(tokens_of)
                .max()
                .unwrap_or_default(),
            parent_tokens: tokens_of(parent),
            mark: match marked {
                _ if self.named.contains(&id) && self.marked.contains(&id) => Mark::Name,
                0 => Mark::None,
                count if count == files.len() => Mark::All,
                _ => Mark::Some,
            },
            unmarked,
        }
    }

    fn children(&self, folder: NodeId) -> Vec<NodeId> {
        let around = &self.nodes[folder.0 as usize].0;
        (1..self.nodes.len())
            .filter(|at| self.nodes[*at].0.parent().as_ref() == Some(around))
            .map(|at| NodeId(u32::try_from(at).unwrap()))
            .collect()
    }

    fn list(&self, query: &RowsQuery, folder: NodeId, rows: &mut Vec<Row>) {
        let mut children: Vec<Row> = self
            .children(folder)
            .into_iter()
            .map(|id| self.row(id, query.open.contains(&id)))
            .collect();
        children.sort_by(|a, b| {
            let by = match query.sort {
                Sort::Name => a.path.cmp(&b.path),
                Sort::Tokens => b.tokens.cmp(&a.tokens).then(a.path.cmp(&b.path)),
                Sort::Count => b.files.cmp(&a.files).then(a.path.cmp(&b.path)),
                Sort::Modified => b.modified.cmp(&a.modified).then(a.path.cmp(&b.path)),
            };
            if query.order == Order::Reverse { by.reverse() } else { by }
        });
        for child in children {
            let (id, open) = (child.id, child.kind == RowKind::Folder { open: true });
            rows.push(child);
            if open {
                self.list(query, id, rows);
            }
        }
    }

    fn matched(&self, matching: &[NodeId]) -> Matched {
        let mut matched = Matched::default();
        for id in self.files_in(matching) {
            let status = self.nodes[id.0 as usize].1.unwrap();
            matched.files += 1;
            matched.tokens += status.tokens().unwrap_or_default();
            matched.pending += u64::from(status == FileStatus::Pending);
        }
        matched
    }

    fn rows(&self, query: &RowsQuery) -> RowsPage {
        let mut all = Vec::new();
        if let Some(filter) = &query.filter {
            if filter.0.contains('[') && !filter.0.contains(']') {
                let bad_filter = Some("unclosed character class; missing ']'".to_owned());
                return RowsPage { bad_filter, ..RowsPage::default() };
            }
            let wanted = filter.0.replace('*', "");
            all.extend(
                (1..self.nodes.len())
                    .filter(|at| self.nodes[*at].0.to_text().contains(&wanted))
                    .map(|at| Row {
                        depth: 0,
                        ..self.row(NodeId(u32::try_from(at).unwrap()), false)
                    }),
            );
        } else {
            self.list(query, NodeId::ROOT, &mut all);
        }
        let matching: Vec<NodeId> = all.iter().map(|row| row.id).collect();
        let total = all.len() as u64;
        let follow_at =
            query.follow.and_then(|id| all.iter().position(|row| row.id == id)).map(|at| at as u64);
        let mut from = query.from;
        if let Some(at) = follow_at {
            from = from.clamp((at + 1).saturating_sub(u64::from(query.len)), at);
        }
        let from = from.min(total);
        let rows =
            all.into_iter().skip(usize::try_from(from).unwrap()).take(query.len as usize).collect();
        let matched = query.filter.as_ref().map(|_| self.matched(&matching)).unwrap_or_default();
        RowsPage { from, rows, total, follow_at, matched, ..RowsPage::default() }
    }

    pub(super) fn answer(&self, question: &Question) -> Option<Answer> {
        Some(match question {
            Question::Rows(query) => Answer::Rows(self.rows(query)),
            Question::Find(path) => Answer::Found(self.id(path)),
            Question::Details(id) => Answer::Details(Some(self.details(*id))),
            Question::Skipped { from, len } => Answer::Skipped(self.skipped(*from, *len)),
            Question::Marked { from, len, filter } => {
                let wanted = filter.as_ref().map_or("", |filter| &filter.0);
                let rows = self.marked.iter().map(|id| self.row(*id, false));
                let kept = rows.filter(|row| row.path.to_text().contains(wanted));
                let kept: Vec<Row> = kept.collect();
                let total = kept.len() as u64;
                let rows = kept.into_iter().skip(usize::try_from(*from).unwrap());
                Answer::Marked(total, rows.take(*len as usize).collect())
            }
            Question::Victims(request, len) => Answer::Victims(EvictionPlan {
                policy: request.policy,
                kind: None,
                victims: (0..u8::try_from(*len).unwrap().min(3))
                    .map(|n| Victim {
                        key: EntryKey([n.wrapping_mul(67).wrapping_add(10); 32]),
                        kind: Kind::Count,
                        bytes: Bytes(96 + u64::from(n)),
                        remake_ms: Millis(u64::from(n) * 40),
                        remake_usd: PicoUsd(0),
                    })
                    .collect(),
                entries: 9_624,
                bytes: Bytes(37_600_000),
                remake_ms: Millis(168_000),
                remake_usd: PicoUsd(0),
                unknown: 0,
            }),
            Question::Models => Answer::Models(vec![gpt(), claude()]),
            Question::Preview { node, from, len } => {
                Answer::Preview(Box::new(self.preview(*node, (*from, *len))))
            }
            Question::ContextText(format, wanted) => {
                Answer::ContextText(Box::new(self.context_text(*format, *wanted)))
            }
            Question::Task(_) => Answer::Task(None),
            Question::Entries(query) => Answer::Entries(fake_cache::entries(query)),
            Question::Entry(key) => Answer::Entry(fake_cache::details(*key)),
            Question::CacheReport => Answer::CacheReport(Box::new(fake_cache::report())),
            Question::Inventory => Answer::Inventory(Box::new(Inventory {
                results: fake_cache::report().results,
                ..Inventory::default()
            })),
            Question::Spend(query) => Answer::Spend(Box::new(fake_spend::report(query))),
            Question::SpendRecords(query) => Answer::SpendRecords(fake_spend::records(query)),
            Question::Offers(root) => Answer::Offers(fake_cache::offers(root)),
            Question::Context
            | Question::Tasks { .. }
            | Question::Cache
            | Question::Result(_)
            | Question::SpendSummary
            | Question::Count(_) => return None,
        })
    }

    fn details(&self, id: NodeId) -> Details {
        let row = self.row(id, false);
        let is_file = matches!(row.kind, RowKind::File { .. });
        Details {
            fingerprint: is_file.then(|| Fingerprint { inode: 4_711, ..Fingerprint::default() }),
            hash: is_file.then_some(ContentHash([0xab; 32])),
            counts: vec![
                (Encoding::O200kBase, row.tokens),
                (Encoding::Cl100kBase, Tokens(row.tokens.0 + 12)),
            ],
            note: None,
            language: if is_file { "Python".into() } else { String::new() },
            lines: is_file.then_some(row.tokens.0 / 8),
            unread_over: None,
            cached: if is_file { CountPlace::Found } else { CountPlace::Nowhere },
            row,
        }
    }

    /// A text of one byte a token, and 20 for each path.
    fn context_text(&self, format: ContextFormat, wanted: TextWanted) -> ContextText {
        let is_named = |id: &&NodeId| self.named.contains(id);
        let names = self.marked.iter().filter(is_named).count() as u64;
        let status = |id: &NodeId| self.nodes[id.0 as usize].1.unwrap();
        let whole = self.marked.iter().filter(|id| !is_named(id));
        let context = self.model.known.as_ref().unwrap().context;
        let sum = context.tokens;
        let left_out = whole.filter(|id| status(id).is_skipped());
        let left_out = left_out.map(|id| (self.nodes[id.0 as usize].0.clone(), "no text".into()));
        let left_out: Vec<_> = left_out.collect();
        let bytes = sum.0 + 20 * (self.marked.len() - left_out.len()) as u64;
        let text = "x".repeat(usize::try_from(bytes).unwrap());
        ContextText {
            format,
            bytes,
            tokens: Tokens(bytes),
            encoding: Encoding::O200kBase,
            files: context.files + context.pending,
            names,
            left_out,
            version: context.version,
            took: self.took,
            text: if wanted == TextWanted::Text { text } else { String::new() },
        }
    }

    /// A file with one function for each 100 tokens; what is no text has nothing.
    fn preview(&self, node: NodeId, (from, len): (u64, u32)) -> Preview {
        let (path, status) = &self.nodes[node.0 as usize];
        let language = "Python".to_owned();
        let Some(tokens) = status.and_then(FileStatus::tokens) else {
            let body = PreviewBody::Nothing("it is no text".into());
            return Preview { path: path.clone(), language, body };
        };
        let total = tokens.0 / 10;
        let line = |at: u64| {
            let text = match at % 3 {
                0 => "def  over\u{1b}[2J(日本語=1):  # why".to_owned(),
                1 => format!("\treturn \"{}\"", "x".repeat(90)),
                _ => String::new(),
            };
            let spans: &[(u32, u32, SyntaxKind)] = match at % 3 {
                0 => &[
                    (0, 3, SyntaxKind::Keyword),
                    (24, 25, SyntaxKind::Number),
                    (29, 34, SyntaxKind::Comment),
                ],
                1 => &[(1, 7, SyntaxKind::Keyword), (8, 99, SyntaxKind::Quoted)],
                _ => &[],
            };
            let spans = spans.iter().map(|&(start, end, kind)| SyntaxSpan { start, end, kind });
            PreviewLine {
                text,
                cut: at % 3 == 1,
                tokens: Tokens((at + 1) * 10),
                spans: spans.collect(),
            }
        };
        let end = (from + u64::from(len)).min(total);
        let body = PreviewBody::Text(PreviewText {
            encoding: Encoding::O200kBase,
            tokens,
            exact: true,
            total,
            from,
            lines: (from..end).map(line).collect(),
        });
        Preview { path: path.clone(), language, body }
    }

    fn skipped(&self, from: u64, len: u32) -> SkippedPage {
        let all: BTreeMap<&RepoPath, FileStatus> = self
            .nodes
            .iter()
            .filter_map(|(path, status)| Some((path, (*status)?)))
            .filter(|(_, status)| status.is_skipped())
            .collect();
        let files = all
            .iter()
            .skip(usize::try_from(from).unwrap())
            .take(len as usize)
            .map(|(path, status)| SkippedFile {
                path: (*path).clone(),
                status: *status,
                message: (*status == FileStatus::Unreadable)
                    .then(|| "permission denied (os error 13)".to_owned()),
            })
            .collect();
        SkippedPage { total: all.len() as u64, files }
    }
}
