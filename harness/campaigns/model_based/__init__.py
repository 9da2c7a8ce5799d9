"""The landscape under any sequence of acts and faults, and what its tables must hold in the end."""
