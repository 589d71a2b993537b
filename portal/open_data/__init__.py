"""Open data: the datasets of every app in one list, with their page, files, codebook, snapshots and catalogue."""
