//! Under any operations, no task is lost, doubled, or run out of turn.
