"""Loading a script of the repository that belongs to no package."""

import importlib.util


def load_script(path):
    """Return the file as a module of its own, fresh at every call."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
