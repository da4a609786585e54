"""Every word the public reads: sheet, page, press text, teaser, closing notices. Sends nothing, cuts nothing."""
