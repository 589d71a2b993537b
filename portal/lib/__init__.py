"""What is about neither municipalities nor practices: the only part of the portal that the apps may import."""
