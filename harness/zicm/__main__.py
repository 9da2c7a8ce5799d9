"""`python -m harness.zicm` is `zicm`."""

from harness.zicm.main import main

if __name__ == "__main__":
    main()
