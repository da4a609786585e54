"""Every word the public reads: sheet, page, press text, teasers, closing notices. Sends nothing, cuts nothing."""
