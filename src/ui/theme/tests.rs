//! What every theme must keep at every depth.

use strum::IntoEnumIterator as _;

use super::{super::colour::LEAST_CONTRAST, *};

const DEPTHS: [ColourDepth; 4] =
    [ColourDepth::None, ColourDepth::Sixteen, ColourDepth::TwoFiftySix, ColourDepth::True];

#[test]
fn every_built_in_theme_loads_at_every_depth_and_shows_the_cursor() {
    for theme in BuiltIn::iter() {
        for depth in DEPTHS {
            let loaded = Theme::load(theme.text(), depth).unwrap();
            assert_ne!(loaded.cursor, loaded.text, "{theme:?} at {depth:?}");
            assert_ne!(loaded.border, loaded.border_focus, "{theme:?} at {depth:?}");
        }
    }
}

#[test]
fn without_colours_no_style_has_one() {
    for theme in BuiltIn::iter() {
        let loaded = Theme::load(theme.text(), ColourDepth::None).unwrap();
        for style in [loaded.cursor, loaded.error, loaded.folder, loaded.bar, loaded.title] {
            assert_eq!((style.fg, style.bg), (None, None));
        }
    }
}

/// Returns every style of a theme with its name.
fn styles(theme: &Theme) -> [(&'static str, Style); 20] {
    [
        ("text", theme.text),
        ("dim", theme.dim),
        ("title", theme.title),
        ("border", theme.border),
        ("border-focus", theme.border_focus),
        ("header", theme.header),
        ("footer", theme.footer),
        ("key", theme.key),
        ("accent", theme.accent),
        ("cursor", theme.cursor),
        ("mark", theme.mark),
        ("folder", theme.folder),
        ("file", theme.file),
        ("pending", theme.pending),
        ("bar", theme.bar),
        ("bar-back", theme.bar_back),
        ("good", theme.good),
        ("warning", theme.warning),
        ("alert", theme.alert),
        ("error", theme.error),
    ]
}

#[test]
fn every_colour_of_every_theme_can_be_read_on_its_background() {
    for theme in BuiltIn::iter() {
        for depth in DEPTHS {
            let loaded = Theme::load(theme.text(), depth).unwrap();
            for (name, style) in styles(&loaded) {
                // Lines and the rest of a bar are no text: they may be faint.
                let is_text = !matches!(name, "border" | "bar-back");
                let Some(shade) = style.fg.and_then(Rgb::shade) else { continue };
                let contrast = shade.contrast(loaded.paper.background);
                let least = match depth {
                    ColourDepth::None | ColourDepth::Sixteen => LEAST_CONTRAST,
                    ColourDepth::TwoFiftySix | ColourDepth::True if is_text => 3.0,
                    ColourDepth::TwoFiftySix | ColourDepth::True => 1.5,
                };
                assert!(contrast >= least, "{theme:?} {depth:?} {name}: {contrast:.2}");
            }
        }
    }
}

#[test]
fn with_16_colours_what_needs_attention_has_a_colour_of_its_own() {
    for theme in [BuiltIn::Dark, BuiltIn::Light] {
        let loaded = Theme::load(theme.text(), ColourDepth::Sixteen).unwrap();
        let told = [loaded.warning, loaded.error, loaded.good, loaded.accent];
        for (at, style) in told.iter().enumerate() {
            assert!(style.fg.is_some(), "{theme:?}: {style:?} has the colour of text");
            assert!(told[..at].iter().all(|other| other.fg != style.fg), "{theme:?}: {style:?}");
        }
        for style in [loaded.key, loaded.mark] {
            assert_eq!(style.fg, loaded.warning.fg, "{theme:?}: the same yellow");
        }
    }
}

#[test]
fn a_theme_with_a_base_names_only_what_differs() {
    let own = "base = \"light\"\n[mark]\nfg = \"#ff00ff\"\n";
    let loaded = Theme::load(own, ColourDepth::True).unwrap();
    let light = Theme::light(ColourDepth::True);
    assert_ne!(loaded.mark, light.mark);
    assert_eq!(Theme { mark: light.mark, ..loaded }, light);
    let error = Theme::load("base = \"neon\"", ColourDepth::True).unwrap_err();
    assert!(error.line == 1 && error.reason.contains("neon"), "{error}");
}

#[test]
fn a_bad_colour_or_word_is_named_with_its_line() {
    let bad = DARK.replacen("fg = \"#", "fg = \"~", 1);
    let error = Theme::load(&bad, ColourDepth::True).unwrap_err();
    assert!(error.line > 1 && error.reason.contains("no colour"), "{error}");
    let error = Theme::load(&format!("{DARK}\n[bor]\n"), ColourDepth::True).unwrap_err();
    assert!(error.line > 10 && error.reason.contains("bor"), "{error}");
    let error = Theme::load("", ColourDepth::True).unwrap_err();
    assert!(error.reason.contains("missing [paper]"), "{error}");
    let error = Theme::load(&DARK.replace("[mark]", "[file]"), ColourDepth::True).unwrap_err();
    assert!(error.reason.contains("duplicate"), "{error}");
}
