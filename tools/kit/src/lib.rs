//! What the tools of sayflow share: the formatter, ids, and the page of every diagnostic.
