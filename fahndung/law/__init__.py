"""What the law allows, until when, and why. Reads no clock and no file, and publishes nothing."""
