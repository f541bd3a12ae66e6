//! An engine in memory: it answers what the dashboard asks, from a list of files.

use crate::{
    model::{
        Command, Context, Encoding, Event, EventKind, FileStatus, MarkChange, MarkLevel, Millis,
        ModelInfo, NodeId, NoticeLevel, PicoUsd, Question, RepoPath, Sequence, Snapshot, Tokenizer,
        Tokens, TreeSummary,
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
    /// Marked files of which only the name is sent.
    pub(super) named: Vec<NodeId>,
    pub(super) snapshot: Snapshot,
    pub(super) sent: Vec<Command>,
    pub(super) asked: Vec<Question>,
    pub(super) others: Vec<Effect>,
    /// Notices that went to the log.
    pub(super) logged: Vec<(NoticeLevel, String)>,
    /// Questions that are not answered yet.
    pub(super) open: Vec<Question>,
    /// The last change of typed text, until it is followed.
    pub(super) typed: Option<u64>,
    /// The last change of marks, until it is followed.
    pub(super) rests: Option<u64>,
    /// How long counting the context takes.
    pub(super) took: Millis,
    /// How long it is not counted again.
    pub(super) cools: Option<Millis>,
    /// True when questions are answered as soon as they are asked, and typing rests at once.
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
            named: Vec::new(),
            snapshot: super::scene::snapshot(),
            sent: Vec::new(),
            asked: Vec::new(),
            others: Vec::new(),
            logged: Vec::new(),
            open: Vec::new(),
            typed: None,
            rests: None,
            took: Millis(0),
            cools: None,
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
    pub(super) fn event(&mut self, mut kind: EventKind) {
        let next = self.model.known.as_ref().map_or(0, |known| known.sequence.0) + 1;
        if let EventKind::ContextChanged(context) = &mut kind {
            context.version = next;
        }
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
                Effect::Rest(change) => self.typed = Some(change),
                Effect::RestMarks(change) => self.rests = Some(change),
                Effect::Cool(time) => self.cools = Some(time),
                Effect::Log(level, text) => self.logged.push((level, text)),
                Effect::Edit(..)
                | Effect::EditSettings(_)
                | Effect::Copy(_)
                | Effect::Write(..)
                | Effect::Saved(_)
                | Effect::Answer(_)
                | Effect::Redraw
                | Effect::Suspend
                | Effect::Quit => self.others.push(effect),
            }
        }
        if self.prompt {
            self.rest();
            self.answer_all();
        }
    }

    /// Lets the hands rest after what was typed or marked last.
    pub(super) fn rest(&mut self) {
        if let Some(change) = self.typed.take() {
            self.tell(Message::Rested(change));
        }
        if let Some(change) = self.rests.take() {
            self.tell(Message::MarksRested(change));
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
        if let Command::Mark(change) = command {
            self.mark(change);
        } else if let Command::ChooseModel(name) = command {
            let info = [gpt(), claude()].into_iter().find(|info| info.name == name).unwrap();
            self.event(EventKind::ModelChosen(info));
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
            MarkChange::Paths(paths) => {
                for (path, level) in paths {
                    let id = self.id(&path).unwrap();
                    self.marked.push(id);
                    if level == MarkLevel::Name {
                        self.named.push(id);
                    }
                }
            }
            MarkChange::NextLevel(ids) => {
                for id in ids {
                    match self.named.iter().position(|named| *named == id) {
                        Some(at) => drop(self.named.remove(at)),
                        None => self.named.push(id),
                    }
                }
            }
        }
        let mut context = Context::default();
        for id in &self.marked {
            let status = self.nodes[id.0 as usize].1.unwrap();
            if self.named.contains(id) {
                context.names += 1;
                continue;
            }
            if let Some(tokens) = status.tokens() {
                context.files += 1;
                context.tokens += tokens;
            }
            context.pending += u64::from(status == FileStatus::Pending);
            context.skipped += u64::from(status.is_skipped());
        }
        self.event(EventKind::ContextChanged(context));
    }

    pub(super) fn files_in(&self, ids: &[NodeId]) -> Vec<NodeId> {
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
            if let Some(tokens) = status.tokens() {
                summary.counted += 1;
                summary.tokens += tokens;
            }
            summary.pending += u64::from(*status == FileStatus::Pending);
            if let Some(count) = summary.skipped.slot(*status) {
                *count += 1;
            }
        }
        summary
    }
}
