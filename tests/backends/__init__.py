"""Tests on other backends; a package, so that its conftest is not mistaken for the tests' own."""
