//! When the oldest entry of a kind was made: known, or said to be unknown; never an entry that is gone.

/// What is known of the oldest entry of a kind. Moments are seconds since 1970.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) enum Oldest {
    /// There is no entry.
    #[default]
    None,
    /// So many entries were made at the first moment.
    At { created: u32, entries: u32 },
    /// The oldest went: which one is the oldest now is only known when all are looked at.
    Lost,
}

impl Oldest {
    /// Notes that an entry came.
    pub(super) fn came(&mut self, created: u32) {
        *self = match *self {
            Self::None => Self::At { created, entries: 1 },
            Self::At { created: first, .. } if created < first => Self::At { created, entries: 1 },
            Self::At { created: first, entries } if created == first => {
                Self::At { created, entries: entries.saturating_add(1) }
            }
            known @ (Self::At { .. } | Self::Lost) => known,
        };
    }

    /// Notes that an entry went.
    pub(super) fn went(&mut self, created: u32) {
        *self = match *self {
            Self::At { created: first, entries } if created == first => match entries {
                0 | 1 => Self::Lost,
                more => Self::At { created, entries: more - 1 },
            },
            known @ (Self::None | Self::At { .. } | Self::Lost) => known,
        };
    }

    /// Returns the moment, when it is known.
    pub(super) const fn moment(self) -> Option<u32> {
        match self {
            Self::At { created, .. } => Some(created),
            Self::None | Self::Lost => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_known_of_the_oldest_is_never_wrong(
            changes in prop::collection::vec((0_u32..6, any::<bool>()), 0..60),
        ) {
            let (mut oldest, mut there) = (Oldest::default(), Vec::new());
            for (created, comes) in changes {
                let at = there.iter().position(|known| *known == created);
                match at {
                    Some(at) if !comes => {
                        there.swap_remove(at);
                        oldest.went(created);
                    }
                    Some(_) | None => {
                        there.push(created);
                        oldest.came(created);
                    }
                }
                let known = oldest.moment();
                prop_assert!(known.is_none() || known == there.iter().min().copied());
            }
        }
    }

    #[test]
    fn an_oldest_is_known_until_the_last_of_its_moment_goes() {
        let mut oldest = Oldest::default();
        for created in [7, 5, 9, 5] {
            oldest.came(created);
        }
        oldest.went(5);
        assert_eq!(oldest.moment(), Some(5));
        oldest.went(5);
        oldest.came(8);
        assert_eq!(oldest, Oldest::Lost);
    }
}
