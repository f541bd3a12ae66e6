//! Names of views beside each other, one of them chosen: `update` needs hits, `draw` needs places.

use crate::ui::{look::Look, strip::Strip};

/// A name that is seen: which, and its first column and columns.
type Seen = (usize, u16, u16);

/// Returns the names that are seen in so many columns; the chosen one always is, when it can be.
pub(crate) fn seen(names: &[&str], chosen: usize, columns: u16) -> Vec<Seen> {
    let width = |name: &str| u16::try_from(name.len() + 2).unwrap_or(u16::MAX);
    // A blank or an ellipsis at each end.
    let room = columns.saturating_sub(2);
    let first = (0..=chosen.min(names.len().saturating_sub(1)))
        .find(|first| names[*first..=chosen].iter().map(|name| width(name)).sum::<u16>() <= room)
        .unwrap_or(chosen);
    let mut places = Vec::new();
    let mut x = 1;
    for (at, name) in names.iter().enumerate().skip(first) {
        let wide = width(name);
        if x + wide > room + 1 {
            break;
        }
        places.push((at, x, wide));
        x += wide;
    }
    places
}

/// Returns the name at a column.
pub(crate) fn at(names: &[&str], chosen: usize, columns: u16, x: u16) -> Option<usize> {
    let places = seen(names, chosen, columns);
    places.into_iter().find(|(_, from, wide)| (*from..from + wide).contains(&x)).map(|(at, ..)| at)
}

/// Draws the names.
pub(crate) fn line(names: &[&str], chosen: usize, columns: u16, look: &Look) -> Strip {
    let theme = &look.theme;
    let places = seen(names, chosen, columns);
    let hidden = |is_hidden: bool| if is_hidden { look.glyphs.ellipsis } else { " " };
    let first = places.first().map_or(0, |(at, ..)| *at);
    let last = places.last().map_or(0, |(at, ..)| *at);
    let mut line = Strip::of(hidden(first > 0), theme.dim);
    for (at, ..) in &places {
        let (text, style) = if *at == chosen {
            (format!("[{}]", names[*at]), theme.cursor)
        } else {
            (format!(" {} ", names[*at]), theme.dim)
        };
        line = line.add(text, style);
    }
    line.add(hidden(!places.is_empty() && last + 1 < names.len()), theme.dim)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [&str; 4] = ["Day", "Month", "Model", "Provider"];

    #[test]
    fn the_chosen_name_is_seen_and_found_under_the_mouse() {
        for columns in 14..60 {
            for chosen in 0..NAMES.len() {
                let places = seen(&NAMES, chosen, columns);
                let (_, x, wide) = places.iter().find(|(at, ..)| *at == chosen).unwrap();
                assert!(x + wide < columns, "{chosen} in {columns}");
                assert_eq!(at(&NAMES, chosen, columns, x + wide - 1), Some(chosen));
            }
        }
        assert_eq!(at(&NAMES, 0, 60, 0), None);
        assert!(seen(&NAMES, 3, 3).is_empty());
    }
}
