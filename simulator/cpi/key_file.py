"""The key file: a key for each row of CPI's store, outside the database, overwritten when the row is forgotten.

A database server keeps old rows in its tables and its log. What they hold is sealed, and the key is not in the server.
"""

import hmac
import os
from base64 import b64decode, b64encode
from collections.abc import Collection, Iterable
from pathlib import Path
from threading import Lock

from simulator.database import KeyFileError

_MAGIC = b"zicm key file 1\n"
_KEY_BYTES = 32
_HEADER_BYTES = 64
"""The magic, the id of the file (16 bytes) and the key of names (32 bytes)."""

_NONCE_BYTES = 12
_NAME_DIGITS = 30
_KEYS_AT_A_TIME = 1024
"""The keys that are made and written to the disk at once, so that the next rows wait for no disk, or read at once."""

BY_SUCCESSOR = "anew "
"""The beginning of a text that the successor of a key has sealed, while the key was in its place."""

_DESTROYED = bytes(_KEY_BYTES)


class KeyFile:
    """The keys of one store; threads share it, and processes by its path."""

    def __init__(self, path: Path) -> None:
        """Open a file that exists. Raises KeyFileError."""
        self.path = path
        self._lock = Lock()
        try:
            self._file = path.open("r+b", buffering=0)
            header = self._file.read(_HEADER_BYTES)
        except OSError as error:
            raise _unusable(path, error) from None
        if len(header) < _HEADER_BYTES or not header.startswith(_MAGIC):
            self._file.close()
            raise KeyFileError(f"{path} is no key file")
        self.id = header[16:32].hex()
        self._name_key = header[32:]

    @staticmethod
    def create(path: Path) -> None:
        """Make a file with new keys that its owner alone can read. Raises KeyFileError, also where there is one."""
        try:
            with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
                file.write(_MAGIC + os.urandom(_HEADER_BYTES - len(_MAGIC)))
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise _unusable(path, error) from None

    @property
    def count(self) -> int:
        """The number of keys, destroyed ones included."""
        return (os.fstat(self._file.fileno()).st_size - _HEADER_BYTES) // _KEY_BYTES

    def name(self, text: str) -> str:
        """Return what stands for a text where it is compared: a keyed hash."""
        return hmac.digest(self._name_key, text.encode("utf-8", "surrogatepass"), "sha256").hex()[:_NAME_DIGITS]

    def has(self, number: int) -> bool:
        """Check that a key is there and not destroyed."""
        return self._read(number, 1) not in (b"", _DESTROYED)

    def make(self, number: int) -> None:
        """Make a key that is missing or destroyed, and all before it; one process at a time may."""
        missing = number + 1 - self.count
        if missing > 0:
            self._write(self.count, os.urandom((missing + _KEYS_AT_A_TIME) * _KEY_BYTES))
        else:
            self._write(number, os.urandom(_KEY_BYTES))
        self.sync()

    def seal(self, number: int, text: str, *, by_successor: bool = False) -> str:
        """Seal a text with its key; `by_successor` with the next one, which opens nothing that the key has sealed."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - SQLite seals nothing

        key, nonce = self._read(number, 1), os.urandom(_NONCE_BYTES)
        packed = AESGCM(_successor(key) if by_successor else key).encrypt(nonce, text.encode(), None)
        return (BY_SUCCESSOR if by_successor else "") + b64encode(nonce + packed).decode()

    def unseal(self, number: int, sealed: str) -> str:
        """Return the text; blank if its key is destroyed. Raises KeyFileError for a key that did not seal it."""
        key = self._read(number, 1)
        if key in (b"", _DESTROYED):
            return ""
        text = _opened(key, sealed)
        if text is None and sealed.startswith(BY_SUCCESSOR):
            text = _opened(_successor(key), sealed)
        if text is None:
            raise KeyFileError(f"a key in the key file {self.path} is not the one that sealed the row")
        return text

    def succeed(self, number: int, sealed: str) -> None:
        """Put the successor of a key in its place, if it is not there yet; `sealed` was sealed with the successor."""
        key = self._read(number, 1)
        if key not in (b"", _DESTROYED) and _opened(key, sealed) is None:
            self._write(number, _successor(key))

    def destroy(self, numbers: Iterable[int]) -> None:
        """Overwrite keys in their place."""
        for number in numbers:
            if number < self.count:
                self._write(number, _DESTROYED)

    def destroy_others(self, kept: set[int], used: Collection[range]) -> None:
        """Destroy every key that is in a range of `used` and not in `kept`."""
        for first in range(0, self.count, _KEYS_AT_A_TIME):
            keys = self._read(first, min(_KEYS_AT_A_TIME, self.count - first))
            if not keys.strip(b"\0"):
                continue  # all were destroyed before
            for one in used:
                here = max(0, -((one.start - first) // one.step))  # the place in it of the first key that was read
                for number in one[here : here + _KEYS_AT_A_TIME // one.step + 1]:
                    start = (number - first) * _KEY_BYTES
                    key = keys[start : start + _KEY_BYTES]
                    if key not in (b"", _DESTROYED) and number not in kept:
                        self._write(number, _DESTROYED)
        self.sync()

    def sync(self) -> None:
        """Wait until the disk has what was written."""
        try:
            os.fsync(self._file.fileno())
        except OSError as error:
            raise _unusable(self.path, error) from None

    def close(self) -> None:
        self._file.close()

    def _read(self, number: int, count: int) -> bytes:
        with self._lock:
            try:
                self._file.seek(_HEADER_BYTES + number * _KEY_BYTES)
                found = self._file.read(count * _KEY_BYTES)
            except OSError as error:
                raise _unusable(self.path, error) from None
        return found if len(found) == count * _KEY_BYTES else b""

    def _write(self, number: int, keys: bytes) -> None:
        with self._lock:
            try:
                self._file.seek(_HEADER_BYTES + number * _KEY_BYTES)
                if self._file.write(keys) != len(keys):
                    raise KeyFileError(f"the key file {self.path} cannot be written: the disk is full")
            except OSError as error:
                raise _unusable(self.path, error) from None


def _successor(key: bytes) -> bytes:
    return hmac.digest(key, BY_SUCCESSOR.encode(), "sha256")


def _opened(key: bytes, sealed: str) -> str | None:
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - SQLite seals nothing
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415

    try:
        content = b64decode(sealed.removeprefix(BY_SUCCESSOR))
        return AESGCM(key).decrypt(content[:_NONCE_BYTES], content[_NONCE_BYTES:], None).decode()
    except (InvalidTag, ValueError):
        return None


def _unusable(path: Path, error: OSError) -> KeyFileError:
    return KeyFileError(f"the key file {path} cannot be used: {error.strerror}")
