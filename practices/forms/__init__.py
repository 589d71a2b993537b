"""Forms made from the record; they validate, and write nothing."""
