"""Commands about practices."""
