"""Local services that behave as the references say, traps and faults included."""
