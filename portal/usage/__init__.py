"""How many pages are read, by day: counted by the server, without anything about who reads.

`counting` writes a line for each page into a file, `tallying` adds the lines of a day that is over to the database, `pages`
show the sums.
"""
