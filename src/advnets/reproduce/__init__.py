"""The ledger: claims of the papers, the functions that measure them here, and the records of what was found."""
