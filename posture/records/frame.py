"""Tables as pandas data frames. pandas enters here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from posture.errors import OptionError
from posture.language import gettext as _


def data_frame(rows: Iterable[Mapping[str, object]]) -> Any:
    """Return a data frame of rows, each a mapping of column to value.

    Raises
    ------
    OptionError
        When pandas is not installed.
    """
    try:
        import pandas as pd
    except ImportError as error:
        raise OptionError(
            _("needs {library}, which is not installed").format(library="pandas"),
            where="to_frame",
            advice=_("Install it with: pip install {package}").format(package='"running-posture[frame]"'),
        ) from error
    return pd.DataFrame(list(rows))
