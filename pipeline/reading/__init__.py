"""Page -> text and metadata, with a receipt for every line cut."""
