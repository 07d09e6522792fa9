"""Print on one line the Debian packages that tests need and this machine lacks."""

from amana.cli.machine import TEST_PACKAGES

if __name__ == "__main__":
    print(" ".join(package.name for package in TEST_PACKAGES if package.find() is None))
