//! One layer of settings, flattened: every value with its name and place.

use std::{
    env,
    ffi::OsString,
    fs::File,
    io::{self, ErrorKind, Read},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use rustix::fs::OFlags;
use toml::{
    Spanned, Value,
    de::{DeTable, DeValue},
};

use super::{ConfigError, Fault, Origin, Setting};

/// No settings take more; each has a line or two.
const LARGEST_FILE: u64 = 1 << 20;

/// Where settings come from.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    /// Environment variables.
    pub environment: Vec<(OsString, OsString)>,
    /// The folder that the program was started in.
    pub here: PathBuf,
    /// The folder that is opened, whose `.larder.toml` is read.
    pub root: Option<PathBuf>,
    /// Flags that stand for settings.
    pub flags: Vec<Flag>,
}

/// A flag that stands for a setting.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Flag {
    /// Its name with dashes, such as `--model`.
    pub name: &'static str,
    /// The setting, such as `model`.
    pub key: &'static str,
    /// Its value as typed.
    pub value: String,
}

impl Sources {
    /// Returns the sources of this process, for a repository and with flags.
    #[must_use]
    pub fn of_process(root: Option<PathBuf>, flags: Vec<Flag>) -> Self {
        // Without one, a relative folder is refused by name.
        let here = env::current_dir().unwrap_or_default();
        Self { environment: env::vars_os().collect(), here, root, flags }
    }
}

/// One value as it was given.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Given {
    pub key: String,
    pub value: Raw,
    pub origin: Origin,
}

/// A value that is not checked yet.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Raw {
    /// From a file, with its type.
    Typed(Value),
    /// From the environment or a flag.
    Text(String),
    /// Nothing that its variable can mean.
    Wrong(Fault),
}

/// Returns the text of a file, `None` when there is none.
pub(super) fn read_file(path: &Path) -> Result<Option<String>, ConfigError> {
    match read_regular(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            Ok(None)
        }
        Err(source) => Err(ConfigError::Unreadable { path: path.to_owned(), source }),
    }
}

/// Reads a file that any repository may bring along: one without an end must not be waited for.
fn read_regular(path: &Path) -> io::Result<String> {
    let flags = OFlags::NONBLOCK | OFlags::NOCTTY;
    let flags = flags.bits().cast_signed();
    let file = File::options().read(true).custom_flags(flags).open(path)?;
    if !file.metadata()?.is_file() {
        return Err(io::Error::other("it is not a regular file"));
    }
    let mut bytes = Vec::new();
    file.take(LARGEST_FILE + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST_FILE {
        return Err(io::Error::other("it is larger than 1 MiB"));
    }
    String::from_utf8(bytes).map_err(|_| io::Error::new(ErrorKind::InvalidData, "it is not UTF-8"))
}

/// Returns the values of a file, each with the origin that `origin` makes of its line.
pub(super) fn of_file(
    path: &Path,
    text: &str,
    origin: impl Fn(usize) -> Origin,
) -> Result<Vec<Given>, ConfigError> {
    let table = DeTable::parse(text).map_err(|error| malformed(path, text, &error))?;
    let mut given = Vec::new();
    let at = |offset| origin(line_of(text, offset));
    flatten("", table.get_ref(), &mut |offset, key, value| {
        given.push((offset, Given { key, value: Raw::Typed(value), origin: at(offset) }));
    });
    given.sort_by_key(|(offset, _)| *offset);
    Ok(given.into_iter().map(|(_, given)| given).collect())
}

/// Returns the values of `LARDER_*` variables; a name that is no setting keeps its own name as key.
pub(super) fn of_environment(variables: &[(OsString, OsString)]) -> Vec<Given> {
    let mut given: Vec<_> = variables
        .iter()
        .filter_map(|(name, value)| {
            let name = name.to_str().filter(|name| name.starts_with("LARDER_"))?;
            let known = super::SETTINGS.iter().find(|setting| setting.variable() == name);
            Some(Given {
                key: known.map_or(name, |setting| setting.key).to_owned(),
                value: Raw::Text(value.to_string_lossy().into_owned()),
                origin: Origin::Environment(name.to_owned()),
            })
        })
        .collect();
    given.sort_by(|a, b| a.key.cmp(&b.key));
    given
}

/// Returns the values of flags.
pub(super) fn of_flags(flags: &[Flag]) -> Vec<Given> {
    let given = |flag: &Flag| Given {
        key: flag.key.to_owned(),
        value: Raw::Text(flag.value.clone()),
        origin: Origin::Flag(flag.name),
    };
    flags.iter().map(given).collect()
}

/// Returns an error of the TOML parser with its line.
pub(super) fn malformed(path: &Path, text: &str, error: &toml::de::Error) -> ConfigError {
    let offset = error.span().map_or(0, |span| span.start);
    ConfigError::Malformed {
        path: path.to_owned(),
        line: line_of(text, offset),
        message: error.message().to_owned(),
    }
}

/// Returns the line of a byte, from 1.
pub(super) fn line_of(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|b| *b == b'\n').count() + 1
}

/// Hands every value with its place and dotted name to `push`.
fn flatten(prefix: &str, table: &DeTable<'_>, push: &mut impl FnMut(usize, String, Value)) {
    for (name, value) in table {
        let key = if prefix.is_empty() {
            name.get_ref().to_string()
        } else {
            format!("{prefix}.{}", name.get_ref())
        };
        // A table where a value is expected must be named as such, not as its unknown parts.
        let section = value.as_ref().as_table().filter(|_| Setting::find(&key).is_none());
        match section {
            Some(inner) if inner.is_empty() && is_section(&key) => {}
            Some(inner) if !inner.is_empty() => flatten(&key, inner, push),
            Some(_) | None => push(name.span().start, key, value_of(value)),
        }
    }
}

fn is_section(key: &str) -> bool {
    super::SETTINGS
        .iter()
        .any(|setting| setting.key.strip_prefix(key).is_some_and(|rest| rest.starts_with('.')))
}

/// Returns a parsed value as the plain one; numbers too large for TOML become text, which no
/// numeric setting takes.
fn value_of(value: &Spanned<DeValue<'_>>) -> Value {
    match value.get_ref() {
        DeValue::String(text) => Value::String(text.to_string()),
        DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
            .map_or_else(|_| Value::String(number.as_str().to_owned()), Value::Integer),
        DeValue::Float(number) => number
            .as_str()
            .parse()
            .map_or_else(|_| Value::String(number.as_str().to_owned()), Value::Float),
        DeValue::Boolean(truth) => Value::Boolean(*truth),
        DeValue::Datetime(moment) => Value::Datetime(*moment),
        DeValue::Array(all) => Value::Array(all.iter().map(value_of).collect()),
        DeValue::Table(table) => Value::Table(
            table
                .iter()
                .map(|(name, value)| (name.get_ref().to_string(), value_of(value)))
                .collect(),
        ),
    }
}
