"""Files, signals, processes, versions: what the package asks of the machine."""
