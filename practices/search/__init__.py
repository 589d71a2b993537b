"""Text search over the practices in the lists, with the same results on both engines.

`query` reads what somebody typed, `matching` finds and ranks, `highlight` shows where, `spelling` offers another word,
`index` follows publication in the same transaction. Only `engine` knows which database there is.
"""
