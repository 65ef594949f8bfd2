//! Migration history: folders on disk, the ledger, checksums, diagnosis
