"""The studio: a thin app in the browser over the engine and the run folders. Nothing in it knows more than they do."""
