"""A mark for tests of what older versions of Keras do otherwise."""

import pytest

from kerasfoundations.system.versions import is_older, versions

KERAS_VERSION = versions()["keras"]


def needs_keras(version, why):
    """Skip a test with a Keras before that version, for the reason given: what is other there."""
    reason = f"needs Keras {version}: before, {why}"
    return pytest.mark.skipif(is_older(KERAS_VERSION, version), reason=reason)
