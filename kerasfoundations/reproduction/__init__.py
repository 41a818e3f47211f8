"""The published figures, measured again in both wings, and one report of what came out.

Each **claim** is data: what was said, by which kind of source, what is tolerated and why. A
**group** measures the values of several claims in one go, wing by wing. `runner` measures, `report`
writes; nothing that was measured is kept in the code, only what was claimed.
"""
