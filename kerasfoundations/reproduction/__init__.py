"""The published figures, measured again in both wings, and one report of the results.

Each **claim** is data: what was said, by which kind of source, what is tolerated and why. A
**group** measures the values of several claims together, wing by wing. `runner` measures, `report`
writes; the code holds only what was claimed, no measured value.
"""
