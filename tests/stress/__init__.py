"""Attacks on the package: seeded, bounded, and repeatable by seed.

make stress                                        every part, about an hour
make stress ARGS="files --seed 7 --count 1"        the seventh case of `files` alone

Each part is a module with

    run(seed, count) -> report.Report     `count` cases, the first with this seed

which counts what came out of each case, and keeps what broke. Case number i of a run has the seed
`seed + i` and depends on nothing else.
"""
