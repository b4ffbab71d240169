"""The page of licences names every dependency with the licence that it states."""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, metadata

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tools.licences import PAGE, dependencies, direct, licence_of

ROW = re.compile(r"^\| ([a-z0-9.-]+) \| ([^|]+) \| (always|extra `[a-z]+`) \|$", re.MULTILINE)


def listed() -> dict[str, str]:
    return {name: licence for name, licence, _extra in ROW.findall(PAGE.read_text(encoding="utf-8"))}


def test_every_dependency_is_listed() -> None:
    wanted = {canonicalize_name(Requirement(text).name) for text in direct()}
    assert len(wanted) > 20
    assert wanted <= set(listed())
    # What is needed in turn differs a little between versions of Python.
    assert len(set(dependencies()) - set(listed())) <= 3


def test_licences_are_those_that_the_packages_state() -> None:
    differing = {}
    for name, licence in listed().items():
        try:
            metadata(name)
        except PackageNotFoundError:
            continue
        if licence_of(name) != licence:
            differing[name] = licence_of(name)
    assert not differing, "make licences"


def test_nothing_forbids_to_pass_the_package_on() -> None:
    kinds = ("Apache-2.0", "BSD", "MIT", "ISC", "PSF", "MPL-2.0")
    assert [name for name, licence in listed().items() if not any(kind in licence for kind in kinds)] == []
