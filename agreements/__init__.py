"""What organisations have undertaken: agreements, their parties, signatures, commitments and documents."""
