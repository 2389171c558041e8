"""Pictures of the course: arrays in, a Matplotlib ``Figure`` out, one colour per symbol."""
