"""Files, signals, processes, versions: what the package needs from the machine."""
