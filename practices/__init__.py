"""What municipalities do: practices, the submissions that tell of them, moderation, search, evidence, what came of them."""
