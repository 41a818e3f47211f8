"""What the tests of the diagnosis expect of a case."""

from kerasfoundations.diagnose import compare_training


def assert_named(case):
    """Check the stage, the cause and some words of the answer about a wrong loop.

    Args:
        case: A function that makes loop, reference and batches; stage, cause, words.
    """
    make, stage, cause, words = case
    found = compare_training(*make())
    assert (found.equal, found.stage, found.cause) == (False, stage, cause), found
    assert words in found.message
