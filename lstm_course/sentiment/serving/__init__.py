"""A trained model behind a web page and a JSON endpoint, on this machine: ``lstm-course serve``."""
