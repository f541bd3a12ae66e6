//! Lists that are copied at once: their pages are shared until one side changes them.

use std::{
    ops::{Index, IndexMut},
    sync::Arc,
};

/// Elements of a page: copying one when it is changed must not be felt.
const PAGE: usize = 512;

/// Bytes of a page of names, more than the longest name has.
const NAMES: usize = 1 << 16;

/// A list that grows.
#[derive(Clone, Debug)]
pub(super) struct Pages<T> {
    pages: Vec<Arc<Vec<T>>>,
}

impl<T: Clone> Pages<T> {
    /// Returns an empty list.
    pub(super) const fn new() -> Self {
        Self { pages: Vec::new() }
    }

    /// Returns how many elements it has.
    pub(super) fn len(&self) -> usize {
        let last = self.pages.last().map_or(PAGE, |page| page.len());
        self.pages.len() * PAGE + last - PAGE
    }

    /// Appends an element.
    pub(super) fn push(&mut self, element: T) {
        match self.pages.last_mut().filter(|page| page.len() < PAGE) {
            Some(page) => Arc::make_mut(page).push(element),
            None => self.pages.push(Arc::new(vec![element])),
        }
    }

    /// Returns an element.
    pub(super) fn get(&self, at: usize) -> Option<&T> {
        self.pages.get(at / PAGE)?.get(at % PAGE)
    }

    /// Returns an element to be changed.
    pub(super) fn get_mut(&mut self, at: usize) -> Option<&mut T> {
        Arc::make_mut(self.pages.get_mut(at / PAGE)?).get_mut(at % PAGE)
    }

    /// Returns all elements in their order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &T> + Clone {
        self.pages.iter().flat_map(|page| page.iter())
    }
}

impl<T: Clone> Index<usize> for Pages<T> {
    type Output = T;

    fn index(&self, at: usize) -> &T {
        &self.pages[at / PAGE][at % PAGE]
    }
}

impl<T: Clone> IndexMut<usize> for Pages<T> {
    fn index_mut(&mut self, at: usize) -> &mut T {
        &mut Arc::make_mut(&mut self.pages[at / PAGE])[at % PAGE]
    }
}

/// Names, one after the other, none over the border of a page.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    pages: Vec<Arc<Vec<u8>>>,
}

impl Names {
    /// Appends a name; returns where it is.
    pub(super) fn push(&mut self, name: &[u8]) -> usize {
        let fits = |page: &Arc<Vec<u8>>| page.len() + name.len() <= NAMES;
        if !self.pages.last().is_some_and(fits) {
            self.pages.push(Arc::default());
        }
        let page = self.pages.len() - 1;
        let bytes = Arc::make_mut(&mut self.pages[page]);
        let at = page * NAMES + bytes.len();
        bytes.extend_from_slice(name);
        at
    }

    /// Returns the name of this length that is at a place.
    pub(super) fn get(&self, at: usize, len: usize) -> &[u8] {
        let (page, start) = (at / NAMES, at % NAMES);
        self.pages.get(page).map_or(&[], |bytes| &bytes[start..start + len])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_keeps_what_it_was_while_the_list_changes() {
        let mut pages = Pages::new();
        for number in 0..3 * PAGE {
            assert_eq!(pages.len(), number);
            pages.push(number);
        }
        let copy = pages.clone();
        pages[PAGE] = 7;
        *pages.get_mut(0).unwrap() = 8;
        pages.push(9);
        assert!(copy.iter().copied().eq(0..3 * PAGE));
        assert_eq!((pages[0], pages[PAGE], pages[3 * PAGE]), (8, 7, 9));
        assert_eq!((pages.get(1), pages.get(3 * PAGE + 1)), (Some(&1), None));
        assert!(Arc::ptr_eq(&pages.pages[2], &copy.pages[2]), "a page was copied in vain");
    }

    #[test]
    fn names_of_any_length_are_found_where_they_were_put() {
        let mut names = Names::default();
        let all: Vec<Vec<u8>> =
            [0, 1, NAMES - 1, 2, NAMES, 0, 300].map(|len| vec![b'n'; len]).to_vec();
        let places: Vec<usize> = all.iter().map(|name| names.push(name)).collect();
        for (name, at) in all.iter().zip(places) {
            assert_eq!(names.get(at, name.len()), name);
        }
    }
}
