//! The languages: by which names their files are known, and what their words look like.

/// What a language looks like.
#[derive(Debug, Eq, PartialEq)]
pub(in crate::engine) struct Language {
    /// Its name.
    pub(in crate::engine) name: &'static str,
    /// Ends of file names behind the last dot, and whole names.
    files: &'static [&'static str],
    /// What begins a comment that ends with the line.
    pub(super) line: &'static [&'static str],
    /// What begins and ends a comment of many lines.
    pub(super) block: &'static [(&'static str, &'static str)],
    /// What begins and ends a text; the longest first.
    pub(super) quotes: &'static [Quote],
    /// Words of the language.
    pub(super) keywords: &'static str,
}

/// A kind of quote.
#[derive(Debug, Eq, PartialEq)]
pub(super) struct Quote {
    pub(super) mark: &'static str,
    /// True when the text may go on in the next line.
    pub(super) long: bool,
}

const fn short(mark: &'static str) -> Quote {
    Quote { mark, long: false }
}

const fn long(mark: &'static str) -> Quote {
    Quote { mark, long: true }
}

const C_BLOCK: &[(&str, &str)] = &[("/*", "*/")];
const BOTH: &[Quote] = &[short("\""), short("'")];
const DOUBLE: &[Quote] = &[short("\"")];
const LONG_DOUBLE: &[Quote] = &[long("\"")];
const PYTHON: &[Quote] = &[long("\"\"\""), long("'''"), short("\""), short("'")];
const SCRIPT: &[Quote] = &[long("`"), short("\""), short("'")];
const SHELL: &[Quote] = &[long("\""), long("'")];
const TRIPLE: &[Quote] = &[long("\"\"\""), short("\""), short("'")];

const C_WORDS: &str = "auto break case char const continue default do double else enum extern float for goto if inline int long register return short signed sizeof static struct switch typedef union unsigned void volatile while bool true false NULL include define ifdef ifndef endif";
const CPP_WORDS: &str = "auto bool break case catch char class const constexpr continue default delete do double else enum explicit extern false final float for friend goto if inline int long mutable namespace new noexcept nullptr operator override private protected public return short signed sizeof static struct switch template this throw true try typedef typename union unsigned using virtual void volatile while include define ifdef ifndef endif co_await co_return co_yield concept requires";
const JAVA_WORDS: &str = "abstract assert boolean break byte case catch char class const continue default do double else enum extends final finally float for if implements import instanceof int interface long native new null package private protected public record return short static super switch synchronized this throw throws transient true false try var void volatile while yield sealed permits";
const SCRIPT_WORDS: &str = "abstract any as async await boolean break case catch class const continue debugger declare default delete do else enum export extends false finally for from function if implements import in instanceof interface keyof let namespace new null number of private protected public readonly return satisfies static string super switch this throw true try type typeof undefined unknown var void while with yield";
const RUST_WORDS: &str = "as async await break const continue crate dyn else enum extern false fn for if impl in let loop match mod move mut pub ref return self Self static struct super trait true type union unsafe use where while bool char str u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize f32 f64";
const PYTHON_WORDS: &str = "False None True and as assert async await break case class continue def del elif else except finally for from global if import in is lambda match nonlocal not or pass raise return self try while with yield";
const GO_WORDS: &str = "any bool break byte case chan const continue default defer else error fallthrough false float64 for func go goto if import int interface iota map nil package range return rune select string struct switch true type uint var";
const RUBY_WORDS: &str = "BEGIN END alias and begin break case class def defined do else elsif end ensure false for if in module next nil not or redo require rescue retry return self super then true undef unless until when while yield attr_reader attr_accessor";
const SHELL_WORDS: &str = "if then else elif fi for while until do done case esac in function return exit local export readonly declare set unset shift source trap echo printf test true false";
const SQL_WORDS: &str = "select from where insert into values update delete set create table index view drop alter add primary key foreign references not null unique default and or in is like between join left right inner outer on group by having order limit offset union all distinct as case when then else end begin commit rollback SELECT FROM WHERE INSERT INTO VALUES UPDATE DELETE SET CREATE TABLE INDEX VIEW DROP ALTER ADD PRIMARY KEY FOREIGN REFERENCES NOT NULL UNIQUE DEFAULT AND OR IN IS LIKE BETWEEN JOIN LEFT RIGHT INNER OUTER ON GROUP BY HAVING ORDER LIMIT OFFSET UNION ALL DISTINCT AS CASE WHEN THEN ELSE END BEGIN COMMIT ROLLBACK";
const KOTLIN_WORDS: &str = "abstract as break by class companion const continue data do else enum false final for fun if import in init inline interface internal is lateinit null object open out override package private protected public return sealed super suspend this throw true try typealias val var vararg when where while";
const SWIFT_WORDS: &str = "actor as associatedtype async await break case catch class continue default defer deinit do else enum extension false fileprivate for func guard if import in init inout internal is let nil open operator override private protocol public return self Self some static struct subscript super switch throw throws true try typealias var where while";
const CSHARP_WORDS: &str = "abstract as async await base bool break byte case catch char class const continue decimal default delegate do double else enum event explicit extern false finally fixed float for foreach get if implicit in int interface internal is lock long namespace new null object operator out override params private protected public readonly record ref return sealed set short static string struct switch this throw true try typeof uint ulong using var virtual void volatile when where while yield";
const SCALA_WORDS: &str = "abstract case catch class def do else enum extends extension false final finally for given if implicit import lazy match new null object override package private protected return sealed super then this throw trait true try type using val var while with yield";
const PHP_WORDS: &str = "abstract and array as break callable case catch class clone const continue declare default do echo else elseif empty enum extends false final finally fn for foreach function global if implements include instanceof interface isset match namespace new null or print private protected public readonly require return static switch throw trait true try unset use var while yield";
const LUA_WORDS: &str = "and break do else elseif end false for function goto if in local nil not or repeat return then true until while self";
const HASKELL_WORDS: &str = "case class data default deriving do else family forall foreign if import in infix infixl infixr instance let module newtype of qualified then type where";
const ELIXIR_WORDS: &str = "after alias and case catch cond def defmacro defmodule defp defstruct do else end false fn for if import in nil not or quote raise receive require rescue true try unless unquote use when with";
const ZIG_WORDS: &str = "addrspace align allowzero and anyframe asm async await break callconv catch comptime const continue defer else enum errdefer error export extern false fn for if inline noalias null opaque or orelse packed pub resume return struct suspend switch test threadlocal true try undefined union unreachable usingnamespace var void volatile while";
const PERL_WORDS: &str = "and cmp do else elsif eq for foreach ge goto gt if last le lt my ne next no not or our package print qw redo require return sub undef unless until use while xor";

/// What begins comments that end with the line, and what surrounds longer ones.
type Comments = (&'static [&'static str], &'static [(&'static str, &'static str)]);

const fn language(
    name: &'static str,
    files: &'static [&'static str],
    (line, block): Comments,
    quotes: &'static [Quote],
    keywords: &'static str,
) -> Language {
    Language { name, files, line, block, quotes, keywords }
}

/// Every language that is known.
const LANGUAGES: &[Language] = &[
    language("Rust", &["rs"], (&["//"], C_BLOCK), LONG_DOUBLE, RUST_WORDS),
    language("Python", &["py", "pyi", "SConstruct"], (&["#"], &[]), PYTHON, PYTHON_WORDS),
    language("TypeScript", &["ts", "tsx", "mts", "cts"], (&["//"], C_BLOCK), SCRIPT, SCRIPT_WORDS),
    language("JavaScript", &["js", "jsx", "mjs", "cjs"], (&["//"], C_BLOCK), SCRIPT, SCRIPT_WORDS),
    language("Go", &["go"], (&["//"], C_BLOCK), SCRIPT, GO_WORDS),
    language("Java", &["java"], (&["//"], C_BLOCK), TRIPLE, JAVA_WORDS),
    language("C", &["c", "h"], (&["//"], C_BLOCK), BOTH, C_WORDS),
    language(
        "C++",
        &["cc", "cpp", "cxx", "hh", "hpp", "hxx", "ipp"],
        (&["//"], C_BLOCK),
        BOTH,
        CPP_WORDS,
    ),
    language("C#", &["cs"], (&["//"], C_BLOCK), TRIPLE, CSHARP_WORDS),
    language("Kotlin", &["kt", "kts"], (&["//"], C_BLOCK), TRIPLE, KOTLIN_WORDS),
    language("Swift", &["swift"], (&["//"], C_BLOCK), TRIPLE, SWIFT_WORDS),
    language("Scala", &["scala", "sbt"], (&["//"], C_BLOCK), TRIPLE, SCALA_WORDS),
    language("Dart", &["dart"], (&["//"], C_BLOCK), TRIPLE, JAVA_WORDS),
    language("PHP", &["php"], (&["//", "#"], C_BLOCK), SHELL, PHP_WORDS),
    language("Ruby", &["rb", "rake", "Rakefile", "Gemfile"], (&["#"], &[]), SHELL, RUBY_WORDS),
    language("Shell", &["sh", "bash", "zsh", "ksh"], (&["#"], &[]), SHELL, SHELL_WORDS),
    language("Perl", &["pl", "pm"], (&["#"], &[]), SHELL, PERL_WORDS),
    language("Lua", &["lua"], (&["--"], &[("--[[", "]]")]), BOTH, LUA_WORDS),
    language("Haskell", &["hs"], (&["--"], &[("{-", "-}")]), DOUBLE, HASKELL_WORDS),
    language("Elixir", &["ex", "exs"], (&["#"], &[]), TRIPLE, ELIXIR_WORDS),
    language("Zig", &["zig"], (&["//"], &[]), BOTH, ZIG_WORDS),
    language("SQL", &["sql"], (&["--"], C_BLOCK), BOTH, SQL_WORDS),
    language("HTML", &["html", "htm", "xhtml"], (&[], &[("<!--", "-->")]), BOTH, ""),
    language("XML", &["xml", "svg", "xsd", "xsl"], (&[], &[("<!--", "-->")]), BOTH, ""),
    language("CSS", &["css"], (&[], C_BLOCK), BOTH, ""),
    language("SCSS", &["scss", "less"], (&["//"], C_BLOCK), BOTH, ""),
    language("TOML", &["toml"], (&["#"], &[]), PYTHON, "true false"),
    language("YAML", &["yaml", "yml"], (&["#"], &[]), BOTH, "true false null yes no"),
    language("JSON", &["json", "jsonl", "jsonc"], (&["//"], &[]), DOUBLE, "true false null"),
    language("INI", &["ini", "cfg", "conf"], (&["#", ";"], &[]), DOUBLE, ""),
    language(
        "Make",
        &["mk", "Makefile", "GNUmakefile"],
        (&["#"], &[]),
        BOTH,
        "ifeq ifneq ifdef ifndef else endif include define endef export",
    ),
    language(
        "Dockerfile",
        &["Dockerfile", "Containerfile"],
        (&["#"], &[]),
        DOUBLE,
        "FROM RUN CMD LABEL EXPOSE ENV ADD COPY ENTRYPOINT VOLUME USER WORKDIR ARG AS",
    ),
    language("Markdown", &["md", "markdown"], (&[], &[("<!--", "-->")]), &[], ""),
    language("reStructuredText", &["rst"], (&[], &[]), &[], ""),
    language("Text", &["txt"], (&[], &[]), &[], ""),
];

impl Language {
    /// Returns the language of a file by its name.
    pub(in crate::engine) fn of(name: &[u8]) -> Option<&'static Self> {
        let name = std::str::from_utf8(name).ok()?;
        let end = name.rsplit_once('.').map(|(_, end)| end.to_ascii_lowercase());
        LANGUAGES.iter().find(|language| {
            language.files.contains(&name)
                || end.as_deref().is_some_and(|end| language.files.contains(&end))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_known_by_the_end_of_a_name_or_by_the_whole_name() {
        let name = |file: &str| Language::of(file.as_bytes()).map(|language| language.name);
        assert_eq!(name("main.rs"), Some("Rust"));
        assert_eq!(name("A.PY"), Some("Python"));
        assert_eq!(name("Dockerfile"), Some("Dockerfile"));
        assert_eq!(name("x.unknown"), None);
        assert_eq!(name("rs"), Some("Rust"));
        assert_eq!(Language::of(b"\xff.rs"), None);
    }

    #[test]
    fn no_ending_belongs_to_two_languages() {
        let mut seen = std::collections::BTreeSet::new();
        for end in LANGUAGES.iter().flat_map(|language| language.files) {
            assert!(seen.insert(end), "{end}");
        }
    }
}
