"""The tests on other backends. A package: its conftest is not taken for that of the tests."""
