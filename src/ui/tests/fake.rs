//! An engine in memory: it answers what the dashboard asks, from a list of files.

use std::collections::BTreeMap;

use crate::{
    model::{
        Answer, Bytes, Command, Context, Details, Encoding, EntryKey, Event, EventKind,
        EvictionPlan, FileStatus, Kind, Mark, MarkChange, Millis, ModelInfo, NodeId, Order,
        PicoUsd, Question, RepoPath, Row, RowKind, RowsPage, RowsQuery, Sequence, SkippedFile,
        SkippedPage, Snapshot, Sort, Tokenizer, Tokens, TreeSummary, UnixNanos, Victim,
    },
    ui::{Action, Effect, Key, Message, Model, Settings, update},
};

/// A file of the fake: path and status.
pub(super) type File = (&'static str, FileStatus);

/// The engine, the dashboard, and what went between them.
pub(super) struct Fake {
    pub(super) model: Model,
    pub(super) nodes: Vec<(RepoPath, Option<FileStatus>)>,
    pub(super) marked: Vec<NodeId>,
    pub(super) snapshot: Snapshot,
    pub(super) sent: Vec<Command>,
    pub(super) asked: Vec<Question>,
    pub(super) others: Vec<Effect>,
    /// Questions that are not answered yet.
    pub(super) open: Vec<Question>,
    /// True when questions are answered as soon as they are asked.
    pub(super) prompt: bool,
}

pub(super) const fn counted(tokens: u64) -> FileStatus {
    FileStatus::Counted(Tokens(tokens))
}

pub(super) fn gpt() -> ModelInfo {
    ModelInfo {
        name: "gpt-5".into(),
        provider: "openai".into(),
        window: Tokens(272_000),
        encoding: Encoding::O200kBase,
        tokenizer: Tokenizer::Public,
        input_price: Some(PicoUsd(1_250_000)),
        cached_input_price: Some(PicoUsd(125_000)),
        source: "openai.com/api/pricing, 2026-05-01".into(),
    }
}

pub(super) fn claude() -> ModelInfo {
    ModelInfo {
        name: "claude-sonnet-4.5".into(),
        provider: "anthropic".into(),
        window: Tokens(200_000),
        tokenizer: Tokenizer::Estimated { ratio: 1.18 },
        input_price: None,
        cached_input_price: None,
        source: "measured, 2026-04-12".into(),
        ..gpt()
    }
}

impl Fake {
    /// Begins with these files, subscribed and answered.
    pub(super) fn new(files: &[File], size: (u16, u16)) -> Self {
        let mut fake = Self::silent(files, size);
        fake.prompt = true;
        let snapshot = fake.snapshot.clone();
        fake.tell(Message::Subscribed(Box::new(snapshot)));
        fake
    }

    /// Begins with these files; nothing is told yet.
    pub(super) fn silent(files: &[File], size: (u16, u16)) -> Self {
        let mut fake = Self {
            model: Model::new(&Settings::default(), size),
            nodes: vec![(RepoPath::root(), None)],
            marked: Vec::new(),
            snapshot: super::scene::snapshot(),
            sent: Vec::new(),
            asked: Vec::new(),
            others: Vec::new(),
            open: Vec::new(),
            prompt: false,
        };
        for (path, status) in files {
            fake.add(path.as_bytes(), *status);
        }
        fake.snapshot.tree = fake.summary();
        fake
    }

    /// Adds a file and the folders around it.
    pub(super) fn add(&mut self, path: &[u8], status: FileStatus) -> NodeId {
        let path = RepoPath::new(path).unwrap();
        let mut folder = path.parent();
        while let Some(around) = folder {
            if self.id(&around).is_none() {
                self.nodes.push((around.clone(), None));
            }
            folder = around.parent();
        }
        self.nodes.push((path, Some(status)));
        NodeId(u32::try_from(self.nodes.len() - 1).unwrap())
    }

    pub(super) fn id(&self, path: &RepoPath) -> Option<NodeId> {
        let at = self.nodes.iter().position(|(known, _)| known == path)?;
        Some(NodeId(u32::try_from(at).unwrap()))
    }

    pub(super) fn at(&self, path: &str) -> NodeId {
        self.id(&RepoPath::new(path.as_bytes()).unwrap()).unwrap()
    }

    /// Changes the status of a file, and tells of it.
    pub(super) fn set(&mut self, path: &str, status: FileStatus) {
        let id = self.at(path);
        self.nodes[id.0 as usize].1 = Some(status);
        self.tree_changed();
    }

    pub(super) fn tree_changed(&mut self) {
        let summary = self.summary();
        self.event(EventKind::TreeChanged(summary));
    }

    /// Tells a fact with the next number.
    pub(super) fn event(&mut self, kind: EventKind) {
        let next = self.model.known.as_ref().map_or(0, |known| known.sequence.0) + 1;
        self.tell(Message::Told(Box::new(Event { sequence: Sequence(next), kind })));
    }

    /// Presses keys through the default keymap; what is no name of a key is typed.
    pub(super) fn keys(&mut self, keys: &str) {
        for word in keys.split_whitespace() {
            self.key(word);
        }
    }

    pub(super) fn key(&mut self, word: &str) {
        let key: Key = word.parse().unwrap_or_else(|_| panic!("no key is called {word}"));
        let scope = self.model.scope();
        let action = self.model.settings.keymap.action(scope, key);
        match (action, key.text()) {
            (Some(action), _) => self.press(action),
            (None, Some(c)) if scope.is_text() => self.tell(Message::Typed(c)),
            (None, _) => {}
        }
    }

    pub(super) fn press(&mut self, action: Action) {
        self.tell(Message::Pressed(action));
    }

    /// Gives a message to the dashboard, and does what it wants.
    pub(super) fn tell(&mut self, message: Message) {
        let effects = update(&mut self.model, message);
        for effect in effects {
            match effect {
                Effect::Ask(question) => {
                    self.asked.push(question.clone());
                    self.open.push(question);
                }
                Effect::Send(command) => self.take(command),
                Effect::Redraw | Effect::Suspend | Effect::Quit => self.others.push(effect),
            }
        }
        if self.prompt {
            self.answer_all();
        }
    }

    /// Answers all that is asked.
    pub(super) fn answer_all(&mut self) {
        while !self.open.is_empty() {
            self.answer_one();
        }
    }

    pub(super) fn answer_one(&mut self) {
        let question = self.open.remove(0);
        if let Some(answer) = self.answer(&question) {
            self.tell(Message::Answered(Box::new(answer)));
        }
    }

    fn take(&mut self, command: Command) {
        self.sent.push(command.clone());
        match command {
            Command::Mark(change) => self.mark(change),
            Command::ChooseModel(name) => {
                let info = [gpt(), claude()].into_iter().find(|info| info.name == name).unwrap();
                self.event(EventKind::ModelChosen(info));
            }
            _ => {}
        }
    }

    fn mark(&mut self, change: MarkChange) {
        match change {
            MarkChange::Add(ids) => {
                for file in self.files_in(&ids) {
                    if !self.marked.contains(&file) {
                        self.marked.push(file);
                    }
                }
            }
            MarkChange::Remove(ids) => {
                let files = self.files_in(&ids);
                self.marked.retain(|id| !files.contains(id));
            }
            MarkChange::Toggle(ids) => {
                let files = self.files_in(&ids);
                let all = files.iter().all(|file| self.marked.contains(file));
                self.mark(if all { MarkChange::Remove(ids) } else { MarkChange::Add(ids) });
                return;
            }
            MarkChange::Clear => self.marked.clear(),
        }
        let mut context = Context::default();
        for id in &self.marked {
            match self.nodes[id.0 as usize].1 {
                Some(FileStatus::Counted(tokens)) => {
                    context.files += 1;
                    context.tokens += tokens;
                }
                Some(FileStatus::Pending) => context.pending += 1,
                _ => context.skipped += 1,
            }
        }
        self.event(EventKind::ContextChanged(context));
    }

    fn files_in(&self, ids: &[NodeId]) -> Vec<NodeId> {
        if ids.iter().all(|id| self.nodes[id.0 as usize].1.is_some()) {
            return ids.to_vec();
        }
        let within =
            |path: &RepoPath| ids.iter().any(|id| path.is_within(&self.nodes[id.0 as usize].0));
        (0..self.nodes.len())
            .filter(|at| self.nodes[*at].1.is_some() && within(&self.nodes[*at].0))
            .map(|at| NodeId(u32::try_from(at).unwrap()))
            .collect()
    }

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
        let parent = self.id(&path.parent().unwrap_or_default()).unwrap();
        Row {
            id,
            path: path.clone(),
            depth: u16::try_from(path.as_bytes().iter().filter(|b| **b == b'/').count()).unwrap(),
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
                0 => Mark::None,
                count if count == files.len() => Mark::All,
                _ => Mark::Some,
            },
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
        RowsPage { from, rows, total, follow_at, bad_filter: None }
    }

    fn answer(&self, question: &Question) -> Option<Answer> {
        Some(match question {
            Question::Rows(query) => Answer::Rows(self.rows(query)),
            Question::Find(path) => Answer::Found(self.id(path)),
            Question::Details(id) => Answer::Details(self.details(*id)),
            Question::Skipped { from, len } => Answer::Skipped(self.skipped(*from, *len)),
            Question::Marked { from, len } => {
                let rows = self.marked.iter().map(|id| self.row(*id, false));
                let rows = rows.skip(usize::try_from(*from).unwrap()).take(*len as usize);
                Answer::Marked(self.marked.len() as u64, rows.collect())
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
            }),
            Question::Models => Answer::Models(vec![gpt(), claude()]),
            Question::Task(_) => Answer::Task(None),
            _ => return None,
        })
    }

    fn details(&self, id: NodeId) -> Option<Details> {
        let row = self.row(id, false);
        let is_file = matches!(row.kind, RowKind::File { .. });
        Some(Details {
            fingerprint: is_file.then(|| crate::model::Fingerprint {
                inode: 4_711,
                ..crate::model::Fingerprint::default()
            }),
            hash: is_file.then_some(crate::model::ContentHash([0xab; 32])),
            counts: vec![
                (Encoding::O200kBase, row.tokens),
                (Encoding::Cl100kBase, Tokens(row.tokens.0 + 12)),
            ],
            note: None,
            row,
        })
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

    pub(super) fn summary(&self) -> TreeSummary {
        let mut summary = TreeSummary {
            root: "/home/ada/django".into(),
            name: "django".into(),
            branch: Some("main".into()),
            ..TreeSummary::default()
        };
        for (_, status) in &self.nodes {
            let Some(status) = status else { continue };
            summary.files += 1;
            match status {
                FileStatus::Counted(tokens) => {
                    summary.counted += 1;
                    summary.tokens += *tokens;
                }
                FileStatus::Pending => summary.pending += 1,
                skipped => *summary.skipped.slot(*skipped).unwrap() += 1,
            }
        }
        summary
    }
}
