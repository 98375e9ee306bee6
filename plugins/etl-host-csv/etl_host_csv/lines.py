"""The lines of a text, as an editor counts them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from io import StringIO
from itertools import chain

from etl_host import FileLocation, InputError
from etl_host_csv.decoding import Undecodable

_OTHER_BREAKS = "\v\f\x1c\x1d\x1e\x85\u2028\u2029"
"""Line breaks to ``str.splitlines``, but to no editor, and not to the csv module."""


class Lines:
    """Iterates over lines with their ends (LF, CR LF or CR), and keeps them until they are taken.

    ``at_end`` is called where the text ends or can't be read any further, before a last line that has no end: it may
    raise what is wrong with the file. Raises InputError, with the line, where the text can't be decoded.
    """

    def __init__(self, texts: Iterable[str], location: FileLocation, at_end: Callable[[], None]) -> None:
        self.taken = 0
        """How many lines have been taken."""
        self._ahead: list[str] = []
        self._location = location
        self._at_end = at_end
        # One C iterator for all blocks: a line costs no Python code.
        self._lines = chain.from_iterable(self._blocks(texts))

    def __iter__(self) -> Iterator[str]:
        return self._lines

    def take(self, count: int) -> str:
        """The next ``count`` lines, all of which have been iterated over, as one text; fewer where there are fewer."""
        lines = self._ahead[:count]
        del self._ahead[:count]
        self.taken += len(lines)
        return "".join(lines)

    def kept(self, begin: int, end: int) -> list[str]:
        """The lines numbered ``begin`` to ``end``, counted from 1, none of which has been taken."""
        return self._ahead[begin - self.taken - 1 : end - self.taken]

    def _blocks(self, texts: Iterable[str]) -> Iterator[list[str]]:
        begun: list[str] = []  # parts of a line whose end has not been seen
        try:
            for text in texts:
                cut = max(text.rfind("\n"), text.rfind("\r", 0, -1)) + 1  # after a CR at the end, a LF may follow
                if cut:
                    yield self._keep("".join((*begun, text[:cut])))
                    begun.clear()
                if cut < len(text):
                    begun.append(text[cut:])
        except InputError:
            self._at_end()
            raise
        except Undecodable as error:
            self._at_end()
            text = "".join(begun)
            if ended := text.rfind("\r") + 1:
                yield self._keep(text[:ended])
            raise self._placed(error) from error
        self._at_end()
        if begun:
            yield self._keep("".join(begun))

    def _keep(self, text: str) -> list[str]:
        lines = _lines_of(text)
        self._ahead.extend(lines)
        return lines

    def _placed(self, error: Undecodable) -> InputError:
        line = self.taken + len(self._ahead) + 1
        said = f"encoding: {error.likely}, which decodes it" if error.likely else "encoding: cp1252, for instance"
        return InputError(
            f"{self._location}:{line}: {error}",
            remedy=f"say how the file is encoded, perhaps {said}; or correct this line",
        )


def _lines_of(text: str) -> list[str]:
    if any(character in text for character in _OTHER_BREAKS):
        return StringIO(text, newline="").readlines()
    return text.splitlines(keepends=True)  # several times as fast
