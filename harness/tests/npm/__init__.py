"""What checks take from npm: readers that are not ours. Never needed by the program."""

from pathlib import Path

NPM = Path(__file__).parent
NPM_MISSING = f"node with its packages is needed: npm ci --prefix {NPM}"
