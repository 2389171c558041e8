"""The instructor's side: submissions run in a sandbox, are judged outside of it, and end in a ledger."""
