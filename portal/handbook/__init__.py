"""The handbooks: how the portal is used by who reads, writes, examines and runs it. In Italian alone, at one address."""
