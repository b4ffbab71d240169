"""Libraries that only some exports need, and that not everybody has."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from posture.errors import OptionError
from posture.language import gettext as _


@contextmanager
def needed(library: str, *, option: str, extra: str) -> Iterator[None]:
    """Say in one line what to install when an import in the block fails.

    Parameters
    ----------
    library : str
        As it is called where it is installed from.
    option : str
        Of the command line, which needs it.
    extra : str
        Of this package, which brings it.

    Raises
    ------
    OptionError
    """
    try:
        yield
    except ImportError as error:
        raise OptionError(
            _("needs {library}, which is not installed").format(library=library),
            where=option,
            advice=_("Install it with: pip install {package}").format(package=f'"running-posture[{extra}]"'),
        ) from error
