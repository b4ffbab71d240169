"""Clips and results on storage that fsspec reaches: ``s3://``, ``gs://``, ``file://`` and others.

Needs the extra ``remote``, and for most protocols a package of its own (``s3fs``, ``gcsfs``, ``adlfs``). Object storage
cannot rename a folder: the manifest is removed first and written last, and results without one do not count.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, chdir, contextmanager, suppress
from pathlib import Path, PurePosixPath
from typing import Any

from posture.batch.layout import MANIFEST, RESULT_FILES, RESULT_MARKS, ClipFilter
from posture.batch.model import ClipFile
from posture.errors import OptionError, OutputError, PostureError, VideoError
from posture.export.table import needed
from posture.language import gettext as _
from posture.output.names import VIDEO_SUFFIXES

# File that is written and removed to check access.
CHECK = ".posture-check"
# Protocols without folders below a bucket.
BUCKET_PROTOCOLS = frozenset({"s3", "s3a", "gs", "gcs", "abfs", "abfss", "az", "oss", "oci"})
# Keys that change with a file's content, by protocol; the first one present is used.
_CHANGE_KEYS = ("ETag", "etag", "md5Hash", "md5", "content_md5", "checksum", "mtime", "LastModified", "created")


def find_remote(url: str, selection: ClipFilter, *, out: str) -> Iterator[ClipFile]:
    """Yield the clips below a URL by suffix alone, since opening a file would download it.

    Results are skipped as in `posture.batch.discovery.find_clips`.

    Raises
    ------
    VideoError
        When the URL cannot be listed.
    """
    system, root = _open_filesystem(url)
    files: dict[str, Any]
    with _errors_as(VideoError, url, _("cannot be listed ({reason})"), _("Check the URL and the credentials.")):
        files = system.find(root, maxdepth=None if selection.recursive else 1, detail=True)
    results = {path.rpartition("/")[0] for path in files if path.rpartition("/")[2] in RESULT_MARKS}
    results.discard(root.rstrip("/"))
    for path, info in sorted(files.items()):
        name = path.removeprefix(root).lstrip("/")
        address = str(system.unstrip_protocol(path))
        is_result = address.startswith(f"{out.rstrip('/')}/") or any(
            path.startswith(f"{folder}/") for folder in results
        )
        if is_result or any(part.startswith(".") for part in name.split("/")):
            continue
        if PurePosixPath(name).suffix.lower() in VIDEO_SUFFIXES and selection.matches(name):
            yield ClipFile(name=name, path=address, signature=_signature(info), size=int(info.get("size") or 0))


@contextmanager
def downloaded(url: str) -> Iterator[Path]:
    """Yield a local copy of a clip, in the working folder and under its own name; raise VideoError on failure."""
    system, path = _open_filesystem(url)
    name = path.rpartition("/")[2]
    with tempfile.TemporaryDirectory(prefix="posture-") as folder:
        advice = _("Check the connection and the credentials; the next run tries again.")
        with _errors_as(VideoError, url, _("cannot be fetched ({reason})"), advice):
            system.get_file(path, str(Path(folder) / name))
        # The results then name the clip without a temporary folder.
        with chdir(folder):
            yield Path(name)


class RemoteStorage:
    """Folder of results behind a URL."""

    def __init__(self, root: str) -> None:
        self.root = root.rstrip("/")
        self._system, self._path = _open_filesystem(self.root)

    def read(self, name: str) -> bytes | None:
        """Return a file's content; None when it does not exist."""
        with self._errors(name, _("cannot be read ({reason})")), suppress(FileNotFoundError):
            return bytes(self._system.cat_file(f"{self._path}/{name}"))
        return None

    def write(self, name: str, data: bytes) -> None:
        """Write a file; object storage makes it visible at once."""
        with self._errors(name, _("cannot be written ({reason})")):
            self._make_folder(f"{self._path}/{name}".rpartition("/")[0])
            self._system.pipe_file(f"{self._path}/{name}", data)

    def check(self) -> None:
        """Check before long work that files can be written and removed."""
        self.write(CHECK, b"")
        with self._errors(CHECK, _("cannot be written ({reason})")):
            self._system.rm_file(f"{self._path}/{CHECK}")

    @contextmanager
    def staging_folder(self) -> Iterator[Path]:
        """Yield an empty local folder to build results in; it is removed afterwards."""
        with tempfile.TemporaryDirectory(prefix="posture-") as folder:
            yield Path(folder)

    def publish(self, built: Path, name: str) -> None:
        """Upload a folder that was built, the manifest last."""
        target = f"{self._path}/{name}"
        files = sorted(path.name for path in built.iterdir())
        with self._errors(name, _("cannot be written ({reason})")):
            with suppress(FileNotFoundError):
                self._system.rm_file(f"{target}/{MANIFEST}")
            self._make_folder(target)
            for file in files:
                if file != MANIFEST:
                    self._system.put_file(str(built / file), f"{target}/{file}")
            for path in self._system.find(target, maxdepth=1):
                if path.rpartition("/")[2] in RESULT_FILES.difference(files):
                    self._system.rm_file(path)
            self._system.put_file(str(built / MANIFEST), f"{target}/{MANIFEST}")

    def _make_folder(self, folder: str) -> None:
        """Create a folder where the protocol has folders; elsewhere a misspelt bucket would be created."""
        protocols = self._system.protocol
        if not BUCKET_PROTOCOLS.intersection([protocols] if isinstance(protocols, str) else protocols):
            self._system.makedirs(folder, exist_ok=True)

    def _errors(self, name: str, what: str) -> AbstractContextManager[None]:
        return _errors_as(OutputError, f"{self.root}/{name}", what, _("Check the connection and the credentials."))


@contextmanager
def _errors_as(kind: type[PostureError], where: str, what: str, advice: str) -> Iterator[None]:
    """Turn any error of the block into one of this package; ``what`` contains ``{reason}``."""
    try:
        yield
    except Exception as error:
        raise kind(what.format(reason=error), where=where, advice=advice) from error


def _open_filesystem(url: str) -> tuple[Any, str]:
    """Return the file system of a URL, and the path in it."""
    with needed("fsspec", option=url, extra="remote"):
        from fsspec.core import url_to_fs
    try:
        system, path = url_to_fs(url, use_listings_cache=False)
    except (ImportError, ValueError) as error:
        raise OptionError(
            _("cannot be reached ({reason})").format(reason=error),
            where=url,
            advice=_("Install the package that it names."),
        ) from error
    return system, str(path).rstrip("/")


def _signature(info: dict[str, Any]) -> str:
    """Return the signature of a file (see `ClipFile`); empty where the storage reveals no change."""
    version = next((info[name] for name in _CHANGE_KEYS if info.get(name)), None)
    return "" if version is None else f"{info.get('size')} bytes, {version}"
