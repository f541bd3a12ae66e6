//! The report as JSON, in the shape that other programs rely on.

use serde::{Serialize, Serializer, ser::SerializeSeq};

use super::Measure;
use crate::{
    cli::commands::path::JsonPath,
    model::{CountReport, CountedFile, CountedFolder, Tokens},
};

/// The whole report.
#[derive(Debug, Serialize)]
pub(super) struct Report<'r> {
    root: String,
    encoding: &'static str,
    model: Option<&'r str>,
    files: Files<'r>,
    folders: Folders<'r>,
    total: Total,
    hits: u64,
    computed: u64,
    warnings: &'r [String],
}

/// Files, made one by one while they are written: a list of a million is never held twice.
#[derive(Debug)]
struct Files<'r>(&'r [CountedFile], Measure<'r>);

#[derive(Debug)]
struct Folders<'r>(&'r [CountedFolder], Measure<'r>);

#[derive(Debug, Serialize)]
struct File<'r> {
    #[serde(flatten)]
    path: JsonPath<'r>,
    tokens: Option<u64>,
    bytes: u64,
    exact: bool,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'r str>,
}

#[derive(Debug, Serialize)]
struct Folder<'r> {
    #[serde(flatten)]
    path: JsonPath<'r>,
    files: u64,
    skipped: u64,
    tokens: u64,
    bytes: u64,
    exact: bool,
}

#[derive(Debug, Serialize)]
struct Total {
    files: u64,
    tokens: u64,
    bytes: u64,
    skipped: u64,
    exact: bool,
}

impl<'r> Report<'r> {
    /// Returns the report as `measure` sees it.
    pub(super) fn of(report: &'r CountReport, measure: Measure<'r>) -> Self {
        let all = super::total(report);
        Self {
            root: report.root.to_string_lossy().into_owned(),
            encoding: report.encoding.name(),
            model: measure.model.map(|model| model.name.as_str()),
            files: Files(&report.files, measure),
            folders: Folders(&report.folders, measure),
            total: Total {
                files: all.files,
                tokens: measure.tokens(all.tokens).tokens.0,
                bytes: all.bytes.0,
                skipped: all.skipped,
                exact: measure.is_exact(),
            },
            hits: report.hits,
            computed: report.computed,
            warnings: &report.warnings,
        }
    }
}

impl Serialize for Files<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(files, measure) = self;
        let tokens = |tokens: Tokens| measure.tokens(tokens).tokens.0;
        let mut list = serializer.serialize_seq(Some(files.len()))?;
        for file in *files {
            list.serialize_element(&File {
                path: JsonPath::of(&file.path),
                tokens: file.status.tokens().map(tokens),
                bytes: file.bytes.0,
                exact: measure.is_exact() && file.status.tokens().is_some(),
                status: file.status.word(),
                message: file.message.as_deref(),
            })?;
        }
        list.end()
    }
}

impl Serialize for Folders<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(folders, measure) = self;
        let mut list = serializer.serialize_seq(Some(folders.len()))?;
        for folder in *folders {
            list.serialize_element(&Folder {
                path: JsonPath::of(&folder.path),
                files: folder.files,
                skipped: folder.skipped,
                tokens: measure.tokens(folder.tokens).tokens.0,
                bytes: folder.bytes.0,
                exact: measure.is_exact(),
            })?;
        }
        list.end()
    }
}
