//! Requests that are told of one by one, by scripts and by the cache: all of a call, or none.

use std::collections::BTreeMap;

use super::{
    Ledger, LedgerError, Recorded, Request, Weigh,
    book::Record,
    journal::Body,
    ledger::{Role, Save},
    pack,
    take::types_of,
};
/// A request that can be kept, the tokens of its files by type, and both packed.
type Checked = (Request, BTreeMap<String, u32>, Record);

impl Ledger {
    /// Records requests; they are durable when this returns.
    ///
    /// # Errors
    /// Fails when a number in one cannot be true: then none is recorded. Fails when they cannot be
    /// written: then they are kept in memory and written as soon as that is possible.
    pub fn record(
        &mut self,
        requests: Vec<Request>,
        weigh: &Weigh<'_>,
    ) -> Result<Vec<Recorded>, LedgerError> {
        let mut checked = Vec::new();
        for mut request in requests {
            let types = types_of(&request, weigh);
            request.project = self.projects.fold(std::mem::take(&mut request.project));
            let record = pack::pack(&request, &types, &mut self.book);
            checked.push((request, types, record.map_err(LedgerError::Refused)?));
        }
        if let Role::Reader(_) = self.role {
            return self.spool(&checked);
        }
        let mut recorded = Vec::new();
        for (request, types, _) in checked {
            recorded.push(self.take_request(request, &types)?);
        }
        self.commit()?;
        self.save(Save::Soon);
        Ok(recorded)
    }

    /// Leaves requests for the one that writes the ledger, who finds out whether they are known.
    fn spool(&mut self, requests: &[Checked]) -> Result<Vec<Recorded>, LedgerError> {
        let folder = self.spool_folder();
        let Role::Reader(spool) = &mut self.role else { return Ok(Vec::new()) };
        let with = (&self.book.names, &self.book.types);
        let mut lines = Vec::new();
        for (request, _, record) in requests {
            let line = pack::to_line(record, &request.key, with, None);
            lines.push(Body::Request(Box::new(line)));
        }
        spool.write(lines).map_err(LedgerError::io("write", folder))?;
        Ok(vec![Recorded::Spooled; requests.len()])
    }
}
