//! The commands of the workflow, free of terminals and dialects
